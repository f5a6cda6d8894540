"""Patches that change more or less than they say, and properties that are not those of one side alone."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.contract.directions import REQUEST, RESPONSE, is_hidden
from adcontract.contract.schema_paths import reach
from adcontract.openapi.patches import JSON_PATCH, MERGE_PATCH, TEST
from adcontract.openapi.pointer import get, join, lookup, put
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import is_shown_later
from adcontract_mock.state.patching import RefusedBody
from adcontract_mock.state.payload_pointers import has
from adcontract_mock.state.schema_properties import properties, required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import MediaType
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.response import HttpResponse

    Schema = dict[str, Any]

_kinds = Kinds("state")
_schema_kinds = Kinds("schema")

_SCALARS = ("string", "integer", "number", "boolean")
_SECRET = "Opensesame"


def _media(place: Place, essence: str) -> MediaType | None:
    """Return a media type of the body of an update that others show, None if it has no such one."""
    is_update = place.action("update") and is_shown_later(place)
    return next((each for each in place.operation.body if each.essence == essence), None) if is_update else None


def _merges(applies: Callable[[Place, str, str], bool]) -> Callable[[Place], bool]:
    """Return whether a merge may change a field of which something holds, by the pointers of its schemas.

    The first is that in the body, the second that in the item.
    """

    def found(place: Place) -> bool:
        media = _media(place, MERGE_PATCH)
        if media is None or place.resource is None or place.resource_type is None:
            return False
        items = [each.item_schema for each in place.resource_type.showing if each.item_schema]
        return any(
            applies(place, sent, shown)
            for ours, theirs in place.resource.echo.items()
            for sent in reach(place.document, f"{media.pointer}/schema", theirs)
            for item in items
            for shown in reach(place.document, item, ours)
        )

    return found


def _is_nullable(place: Place, sent: str, shown: str) -> bool:
    """Return whether a field may be null, or a member of it."""
    schema = lookup(place.document, sent)
    inner = [each for name in schema.get("properties", {}) for each in reach(place.document, sent, join("", name))]
    return schema.get("nullable") is True or (
        "object" in (lookup(place.document, shown).get("type"), schema.get("type"))
        and any(lookup(place.document, each).get("nullable") is True for each in inner)
    )


def _is_divisible(place: Place, sent: str, shown: str) -> bool:
    """Return whether an object may be sent without some of its members, and be shown without them."""
    members = {name for name in properties(place.document, sent) if name in properties(place.document, shown)}
    needed = required(place.document, shown)
    known = {name: lookup(place.document, each) for name, each in properties(place.document, shown).items()}
    can_lose = [name for name in members if name not in needed or known[name].get("nullable") is True]
    return len(members) > 1 and bool(can_lose) and not required(place.document, sent)


def _is_array(place: Place, sent: str, shown: str) -> bool:
    schemas = lookup(place.document, sent), lookup(place.document, shown)
    return all(each.get("type") == "array" and each.get("maxItems", 3) > 2 for each in schemas)


def _is_merge(acting: Acting) -> bool:
    media = acting.context.values.media
    return media is not None and media.essence == MERGE_PATCH


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(each) for name, each in value.items() if each is not None}


@_kinds.acts("merge-null-ignored", "Null in a JSON Merge Patch changes nothing.", _merges(_is_nullable))
def _null_ignored(acting: Acting) -> Any:
    return acting.run(body=_without_nulls(acting.context.body)) if _is_merge(acting) else acting.run()


@_kinds.acts(
    "merge-loses-members",
    "An object in a JSON Merge Patch takes the place of the one that was there.",
    _merges(_is_divisible),
)
def _loses_members(acting: Acting) -> Any:
    body = acting.run()
    row, sent = acting.context.row(), acting.context.body
    for ours, theirs in acting.context.declared.echo.items() if _is_merge(acting) else ():
        held, named = get(row.item, ours), get(sent, theirs)
        for name, value in list(held.items()) if isinstance(held, dict) and isinstance(named, dict) else ():
            if name in named or acting.context.resource.is_read_only(join(ours, name)):
                continue
            del held[name]
            if acting.context.factory.misfit(acting.context.resource, row.item):
                held[name] = None
            if acting.context.factory.misfit(acting.context.resource, row.item):
                held[name] = value
    acting.store(row)
    return acting.context.response(body, row.item)


@_kinds.acts(
    "merge-adds-to-array", "An array in a JSON Merge Patch is added to the one that was there.", _merges(_is_array)
)
def _adds_to_array(acting: Acting) -> Any:
    if not _is_merge(acting):
        return acting.run()
    sent, item = copy.deepcopy(acting.context.body), acting.context.row().item
    for ours, theirs in acting.context.declared.echo.items():
        held, new = get(item, ours), get(sent, theirs)
        if isinstance(held, list) and isinstance(new, list):
            put(sent, theirs, [*held, *(each for each in new if each not in held)])
    try:
        return acting.run(body=sent)
    except RefusedBody:
        return acting.run()


@_kinds.acts(
    "json-patch-half-done",
    "A JSON Patch of which a test fails is done up to that.",
    lambda place: _media(place, JSON_PATCH) is not None,
)
def _half_done(acting: Acting) -> Any:
    body = acting.context.body
    try:
        return acting.run()
    except RefusedBody:
        tests = [index for index, each in enumerate(body) if each.get("op") == TEST] if isinstance(body, list) else []
        for end in reversed(tests):
            try:
                return acting.run(body=body[:end])
            except RefusedBody:
                continue
        raise


def _own(place: Place) -> Iterator[str]:
    """Yield the pointers of the properties that only the server writes, and that items have, with a single value."""
    resource, known = place.resource, place.resource_type
    media = next(iter(place.operation.body), None)
    if resource is None or known is None or media is None or media.essence == JSON_PATCH or "schema" not in media.data:
        return
    declared = {*resource.echo.values(), *resource.takes, *resource.set, *known.ids, *known.parent_fields}
    shown = {
        name for each in known.showing if each.item_schema for name in properties(place.document, each.item_schema)
    }
    for name, schema in properties(place.document, f"{media.pointer}/schema").items():
        node, pointer = lookup(place.document, schema), join("", name)
        is_single = node.get("type") in _SCALARS and len(node.get("enum", _SCALARS)) > 1
        if is_single and name in shown and pointer not in declared and is_hidden(place.document, node, {REQUEST}):
            yield pointer


@_kinds.acts(
    "read-only-taken-over",
    "What a client sends in a property that is readOnly is stored.",
    lambda place: place.action("create", "update") and is_shown_later(place) and any(_own(place)),
)
def _taken_over(acting: Acting) -> Any:
    body, sent = acting.run(), acting.context.values.body
    created = acting.context.declared.action == "create"
    row = acting.stored()[-1] if created else acting.context.row()
    for pointer in _own(acting.place):
        if has(sent, pointer):
            held = get(row.item, pointer)
            put(row.item, pointer, get(sent, pointer))
            if acting.context.factory.misfit(acting.context.resource, row.item):
                put(row.item, pointer, held)
    acting.store(row)
    return acting.context.response(body, row.item)


def _hidden(place: Place, schema: str | None) -> list[str]:
    """Return the names of the properties of a schema that are for requests alone."""
    known = properties(place.document, schema) if schema else {}
    marked = {name: lookup(place.document, each) for name, each in known.items()}
    return [name for name, node in marked.items() if is_hidden(place.document, node, {RESPONSE})]


@_schema_kinds.answers("write-only-shown", "A property that is writeOnly is in a response.")
def _shown(answer: Answer) -> HttpResponse | None:
    place, value = answer.place, answer.json
    names = _hidden(place, place.item_schema)
    if not names or place.resource is None:
        return None
    held = get(value, (place.resource.items or "") if place.action("list") else place.resource.item or "")
    rows = [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, dict)]
    for row in rows:
        row[names[0]] = _SECRET
    return answer.with_json(value) if rows else None


def _answered(place: Place) -> list[str]:
    """Return the names of the properties of the body that are for requests alone, and that the response could show."""
    media, schema = next(iter(place.operation.body), None), place.item_schema
    if media is None or schema is None or "schema" not in media.data:
        return []
    known = properties(place.document, schema)
    return [name for name in _hidden(place, f"{media.pointer}/schema") if name not in known]


@_kinds.acts(
    "write-only-answered",
    "The response to a write has what was sent in a property that is writeOnly.",
    lambda place: place.action("create", "update") and bool(_answered(place)),
)
def _write_only_answered(acting: Acting) -> Any:
    body, where = acting.run(), acting.context.declared.item or ""
    for name in _answered(acting.place):
        if has(acting.context.body, join("", name)) and isinstance(get(body, where), dict):
            put(body, f"{where}{join('', name)}", acting.context.body[name])
    return body
