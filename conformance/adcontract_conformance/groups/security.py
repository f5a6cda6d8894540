"""The group `security`: documented requests without good credentials."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract.contract.security import BASIC, Placeholder
from adcontract.openapi.references import follow
from adcontract_conformance.client.credentials import with_credentials, without_credentials
from adcontract_conformance.model.exchange import CREDENTIALS, Exchange, HttpResponse, Purpose
from adcontract_conformance.model.promises import Skip
from adcontract_conformance.settings.near_secrets import CUT, LONGER, OTHER_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adcontract import Operation, Parameter
    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Request
    from adcontract_conformance.settings.near_secrets import Difference

_OTHER_SCHEMES = {"Bearer": "Basic YWRjb250cmFjdDphZGNvbnRyYWN0", "Basic": "Bearer adcontract"}
_WRONG_TOKEN = "adcontract-wrong-token"
_WRONG_PAIR = "adcontract:wrong-password"
WRONG = (_WRONG_TOKEN, _WRONG_PAIR)
"""The credentials that no target takes."""

_ALMOST = {Purpose.CUT_TOKEN: CUT, Purpose.TOKEN_IN_OTHER_CASE: OTHER_CASE, Purpose.LONGER_TOKEN: LONGER}
_SHOWN, _VALUES = ("example", "default"), ("enum", "x-extensible-enum")
"""Keywords of a schema that have one value which fits it, and those that have several."""

_NAMES = ("access_token", "token", "api_key", "api_token")
"""Parameters of the query in which servers take a credential; the first one is that of RFC 6750."""


def security(
    sender: Sender, operation: Operation, path: Mapping[str, Any], *, own: bool = False
) -> Iterator[Exchange | Skip]:
    """Send a documented request without good credentials, in every way that differs from a good one.

    Should it be carried out all the same, it affects only the item that `path` leads to. `own` says that the server is
    the user's, whose logs may have credentials that are almost good.
    """
    request = sender.request(sender.first_documented(operation, path))
    if not operation.secured:
        yield sender.exchange(Purpose.OPEN, operation, request)
        for purpose in (*CREDENTIALS, Purpose.HEAD_WITHOUT_CREDENTIALS):
            yield Skip(purpose, operation, "the operation needs no credentials")
        return
    yield Skip(Purpose.OPEN, operation, "the operation needs credentials")
    schemes = sender.checked.schemes(operation)

    bare = without_credentials(request, schemes)
    without = sender.exchange(Purpose.NO_CREDENTIALS, operation, bare)
    yield without
    yield from _with_parameters(sender, without, path)
    yield sender.exchange(Purpose.EMPTY_CREDENTIALS, operation, with_credentials(bare, schemes, ""))
    taken = {(each.key, each.word) for some in sender.checked.contract.credentials(operation) for each in some}
    others = {
        scheme.key: value
        for scheme in schemes
        if (value := _OTHER_SCHEMES.get(scheme.word)) and (scheme.key, value.partition(" ")[0]) not in taken
    }
    if others:
        other = replace(bare, headers={**bare.headers, **others})
        yield sender.exchange(Purpose.WRONG_SCHEME, operation, other)
    else:
        reason = "the operation takes other schemes" if schemes[0].word else "the token is sent without a scheme"
        yield Skip(Purpose.WRONG_SCHEME, operation, reason)
    given = [each for each in map(sender.target.credentials.given, schemes) if each is not None]
    if len(given) == len(schemes):
        wrong = bare
        for scheme in schemes:
            wrong = with_credentials(wrong, [scheme], _WRONG_PAIR if scheme.word == BASIC else _WRONG_TOKEN)
        refused = sender.exchange(Purpose.WRONG_TOKEN, operation, wrong)
        yield refused
        yield from _almost(sender, refused, bare, schemes, own=own)
    else:
        for purpose in (Purpose.WRONG_TOKEN, *_ALMOST):
            yield Skip(purpose, operation, "no --token was given, so the target may accept any token")
    yield _in_query(sender, without, bare, schemes)
    yield _head(sender, without, bare)


def _with_parameters(sender: Sender, without: Exchange, path: Mapping[str, Any]) -> Iterator[Exchange]:
    """Send a read without credentials again, with every parameter that may be left out, where the plain one is refused.

    A server may have another way for these, a filter or a page, that does not look at the credentials.
    """
    operation = without.operation
    documented = sender.first_documented(operation, path)
    added = {
        parameter.name: value
        for parameter in operation.parameters
        if parameter.location == "query" and parameter.name not in documented.query
        if (value := _usual(sender.checked.contract.document, parameter)) is not None
    }
    if operation.method == "GET" and added and _is_refused(without):
        request = sender.request(replace(documented, query={**documented.query, **added}))
        bare = without_credentials(request, sender.checked.schemes(operation))
        yield sender.exchange(Purpose.NO_CREDENTIALS, operation, bare, got=(without.response,))


def _usual(document: dict[str, Any], parameter: Parameter) -> Any:
    """Return a value that any client may send for a parameter, None where none is known."""
    known = [example.value for example in parameter.examples]
    return known[0] if known else _fitting(document, parameter.data.get("schema", {}))


def _fitting(document: dict[str, Any], schema: Any) -> Any:
    schema = follow(document, schema)
    known = [schema[name] for name in _SHOWN if name in schema]
    known += [value for name in _VALUES for value in schema.get(name, ())]
    if known:
        return known[0]
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "array":
            item = _fitting(document, schema.get("items", {}))
            return None if item is None else [item]
        case _:
            return None


def _almost(
    sender: Sender, wrong: Exchange, bare: Request, schemes: Sequence[SecurityScheme], *, own: bool
) -> Iterator[Exchange | Skip]:
    """Send tokens that are almost good, where one that is not at all is refused."""
    target, operation = sender.target, wrong.operation
    for purpose, difference in _ALMOST.items():
        given = [secret for secret in map(target.credentials.given, schemes) if secret is not None]
        excuses = (reason for secret in given if (reason := difference.excuse(secret.value)))
        reason = next(excuses, None)
        if _is_success(wrong):
            reason = "the target takes any token"
        elif any(scheme.word == BASIC for scheme in schemes):
            reason = "not tried: a target may lock a user after wrong passwords"
        elif not (own or target.is_this_machine()):
            reason = "not tried: the logs of a server of others would have most of the token (no --for own)"
        if reason:
            yield Skip(purpose, operation, reason)
            continue

        def mark(scheme: SecurityScheme, difference: Difference = difference) -> Placeholder:
            secret = target.credentials.given(scheme)
            return Placeholder(difference.of(secret).mark if secret else "")

        yield sender.exchange(purpose, operation, with_credentials(bare, schemes, mark))


def _in_query(sender: Sender, without: Exchange, bare: Request, schemes: Sequence[SecurityScheme]) -> Exchange | Skip:
    """Send the credential under the usual names of a parameter, where the contract has it elsewhere."""
    target, operation = sender.target, without.operation
    alternatives = sender.checked.contract.credentials(operation)
    reason = None
    if any(scheme.location == "query" for each in alternatives for scheme in each):
        reason = "the contract has a credential in the query"
    elif _is_success(without):
        reason = "the target needs no credentials"
    elif target.credentials.given(schemes[0]) and not target.is_this_machine():
        reason = "not tried: the logs of a server elsewhere would have the token"
    if reason:
        return Skip(Purpose.IN_QUERY, operation, reason)
    declared = {each.name for each in operation.parameters if each.location == "query"}
    key = () if schemes[0].word or schemes[0].key.lower() == "authorization" else (schemes[0].key,)
    mark = target.credentials.mark(schemes[0])
    pairs = "&".join(f"{quote(name, safe='')}={mark}" for name in (*_NAMES, *key) if name not in declared)
    request = replace(bare, url=f"{bare.url}{'&' if '?' in bare.url else '?'}{pairs}")
    return sender.exchange(Purpose.IN_QUERY, operation, request)


def _head(sender: Sender, without: Exchange, bare: Request) -> Exchange | Skip:
    """Send the request without credentials again, with `HEAD` in place of `GET`, where that was refused."""
    operation, purpose = without.operation, Purpose.HEAD_WITHOUT_CREDENTIALS
    reason = sender.target.allowance.refusal("HEAD")
    if operation.method != "GET":
        reason = "it is not read with GET"
    elif "HEAD" in sender.checked.methods_of(operation.path):
        reason = "the contract declares HEAD itself"
    elif not _is_refused(without):
        reason = "GET is not refused without credentials"
    if reason:
        return Skip(purpose, operation, reason)
    return sender.exchange(purpose, operation, replace(bare, method="HEAD"), got=(without.response,))


def _is_refused(exchange: Exchange) -> bool:
    return isinstance(exchange.response, HttpResponse) and exchange.response.status in (401, 403)


def _is_success(exchange: Exchange) -> bool:
    return isinstance(exchange.response, HttpResponse) and 200 <= exchange.response.status < 300
