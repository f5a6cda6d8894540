"""Credentials that are not asked for, or not checked, and the answers to requests without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from adcontract.openapi.pointer import get
from adcontract_mock.faults.answer import documented
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.http.credentials import Credentials
from adcontract_mock.http.response import response_of
from adcontract_mock.state.payload_pointers import has

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.response import HttpResponse

_kinds = Kinds("security")
_ANOTHER = "another session"
_ELSEWHERE = ("access_token", "token", "api_key")


def _always(_: Place) -> bool:
    return True


def _has_word(place: Place) -> bool:
    return any(scheme.word for scheme in place.schemes)


def _has_token(place: Place) -> bool:
    return place.token is not None


@_kinds.checks("not-enforced", "No credentials are needed.", _always)
def _not_enforced(clean: Credentials, _: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    return clean.find(headers, query) or b"anybody"


@_kinds.checks("any-scheme", "A credential of any authentication scheme is accepted.", _has_word)
def _any_scheme(clean: Credentials, _: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    return clean.find(headers, query) or headers.get(b"authorization", b"").partition(b" ")[2].strip() or None


@_kinds.checks("empty-credential", "An authentication scheme without a credential is accepted.", _has_word)
def _empty_credential(clean: Credentials, _: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    found = clean.find(headers, query)
    line = headers.get(b"authorization", b"").strip()
    return found or (line or None if b" " not in line else None)


@_kinds.checks("credential-in-query", "A credential is accepted in the query, where it ends up in logs.", _has_word)
def _in_query(clean: Credentials, _: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    given = dict(parse_qsl(query.decode("latin-1")))
    return clean.find(headers, query) or next((given[name].encode() for name in _ELSEWHERE if given.get(name)), None)


@_kinds.checks("any-token", "Any credential is accepted, also one that is not valid.", _has_token)
def _any_token(_: Credentials, place: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    return Credentials(place.served.contract.credentials(place.operation), None).find(headers, query)


@_kinds.checks("token-in-any-case", "The case of a credential is ignored.", _has_token)
def _any_case(clean: Credentials, place: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    given = _any_token(clean, place, headers, query)
    return given if given and given.lower() == (place.token or "").lower().encode() else clean.find(headers, query)


@_kinds.checks("beginning-of-token", "The beginning of a valid credential is accepted.", _has_token)
def _beginning(clean: Credentials, place: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    given = _any_token(clean, place, headers, query)
    return given if given and (place.token or "").encode().startswith(given) else clean.find(headers, query)


def _has_several(place: Place) -> bool:
    return any(len(each) > 1 for each in place.served.contract.credentials(place.operation))


@_kinds.checks("one-scheme-is-enough", "One of several security schemes that belong together is enough.", _has_several)
def _one_is_enough(clean: Credentials, place: Place, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    alone = [(scheme,) for each in place.served.contract.credentials(place.operation) for scheme in each]
    return clean.find(headers, query) or Credentials(alone, place.token).find(headers, query)


def _is_not_forbidden(place: Place) -> bool:
    """Return whether no page documents a 403 where none documents the 401."""
    forbidden = place.operation.responses.get("403")
    refusal = place.served.contract.error_response(place.operation, "unauthenticated")
    return forbidden is None or bool(forbidden.inferred) or not refusal.inferred


@_kinds.answers("403-for-401", "A request without credentials is a 403.", _is_not_forbidden, on="unauthenticated")
def _forbidden(answer: Answer) -> HttpResponse | None:
    return answer.with_status(403) if answer.response.status != 403 else None


@_kinds.answers("unauthenticated-as-404", "A request without credentials is a 404.", on="unauthenticated")
def _as_404(answer: Answer) -> HttpResponse | None:
    return answer.with_status(404)


@_kinds.answers("unauthenticated-as-500", "A request without credentials is a 500.", on="unauthenticated")
def _as_500(answer: Answer) -> HttpResponse | None:
    return answer.with_status(500)


@_kinds.answers(
    "unauthenticated-as-200", "A request without credentials is a 200 with the error.", on="unauthenticated"
)
def _as_200(answer: Answer) -> HttpResponse | None:
    return answer.with_status(200)


@_kinds.answers("login-page", "A request without credentials is redirected to a page.", on="unauthenticated")
def _login_page(answer: Answer) -> HttpResponse | None:
    return response_of(302, {"Location": "/login"}, None, b"", answer.response.reason, answer.place.operation.id)


@_kinds.answers("data-with-401", "A 401 carries the data that it refuses.", on="unauthenticated")
def _data(answer: Answer) -> HttpResponse | None:
    success = documented(answer.place, "success")
    return answer.with_body(success.response.body) if success.json is not None else None


@_kinds.answers("401-other-shape", "The error for missing credentials has another shape.", on="unauthenticated")
def _other_shape(answer: Answer) -> HttpResponse | None:
    return answer.with_json({"planted": "who are you"}) if answer.json is not None else None


@_kinds.answers("401-as-text", "The error for missing credentials is a text.", on="unauthenticated")
def _as_text(answer: Answer) -> HttpResponse | None:
    return answer.with_body(b"Unauthorized", "text/plain") if answer.json is not None else None


@_kinds.answers("401-without-challenge", "The declared WWW-Authenticate of a 401 is missing.", on="unauthenticated")
def _without_challenge(answer: Answer) -> HttpResponse | None:
    return answer.without_header("WWW-Authenticate")


def _is_of_one_parent(place: Place) -> bool:
    """Return whether a client knows the parent of what it creates, of which others may not have it.

    Of what is there already nobody knows that it is not of several parents.
    """
    if place.resource is None or place.resource_type is None or place.resource.parent is None:
        return False
    name, creating = place.resource.parent.name, place.resource_type.of("create", "add")
    is_named = any(each.declared.parent is not None and each.declared.parent.name == name for each in creating)
    return bool(creating) and (is_named or place.resource.parent.field is not None)


def _one_of_a_parent(place: Place) -> bool:
    return _is_of_one_parent(place) and place.resource is not None and place.resource.key is not None


@_kinds.acts("item-of-another-parent", "An item is found under any parent.", _one_of_a_parent)
def _another_parent(acting: Acting) -> Any:
    key, pointer = acting.context.declared.key, acting.context.declared.id or acting.context.resource.id
    value = str(acting.context.value_of(key)) if key else ""
    for row in acting.stored():
        if has(row.item, pointer) and str(get(row.item, pointer)) == value:
            return acting.run(parent_id=row.parent)
    return acting.run()


def _shows_changing_items(place: Place) -> bool:
    is_changed = place.is_acted_on("create", "upsert", "update", "set", "delete", "add", "remove")
    is_anywhere = place.resource is not None and (place.resource.parent is None or _is_of_one_parent(place))
    return place.action("list", "read") and is_changed and is_anywhere


@_kinds.acts(
    "data-of-another-session",
    "Every second request is answered with the data of another session.",
    _shows_changing_items,
)
def _another_session(acting: Acting) -> Any:
    remembered = acting.remembered()
    remembered["count"] = remembered.get("count", 0) + 1
    return acting.run(session=_ANOTHER if remembered["count"] % 2 == 0 else None)


def _list_of_a_parent(place: Place) -> bool:
    return place.action("list") and _is_of_one_parent(place)


@_kinds.acts("items-of-all-parents", "A list has the items of all parents.", _list_of_a_parent)
def _all_parents(acting: Acting) -> Any:
    return acting.run(rows=lambda _: acting.stored())
