"""Items that are not created or changed as the declared action says."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.place import BODY
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import creates, has_neighbors, is_shown_later, shows_its_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

    Schema = dict[str, Any]

_kinds = Kinds("state")


def _echoes(place: Place) -> bool:
    """Return whether the action keeps values of the body."""
    return place.action("create", "update", "set", "upsert") and bool(place.kept)


def echoes_a(*types: str, other: Callable[[Schema], bool] | None = None) -> Callable[[Place], bool]:
    """Return whether the action keeps values of one of these types, and their schemas allow the `other` value."""

    def applies(place: Place) -> bool:
        pairs = (pair for pair in place.kept if all(schema.get("type") in types for schema in pair))
        return _echoes(place) and any(other is None or all(map(other, pair)) for pair in pairs)

    return applies


def is_free(schema: Schema) -> bool:
    """Return whether the schema of a text or a number allows others than those that it names."""
    return not schema.keys() & {"enum", "format", "pattern"} or schema.get("format") in ("int32", "int64", "float")


def _allows_zero(schema: Schema) -> bool:
    return schema.get("type") == "boolean" or schema.get("minimum", 0) <= 0


def _loses_zero(place: Place) -> bool:
    types = ("number", "integer", "boolean")
    return _echoes(place) and any(
        sent.get("type") in types and _allows_zero(sent) and shown.get("nullable") is True for sent, shown in place.kept
    )


def _changes(place: Place) -> bool:
    """Return whether the action changes an item, and other responses show the change."""
    return place.action("update", "set") and is_shown_later(place)


def _changes_one(place: Place) -> bool:
    return (_changes(place) or (place.action("upsert") and is_shown_later(place))) and has_neighbors(place)


def _changed_row(acting: Acting) -> Any:
    """Return the stored item that the action has created or changed."""
    return acting.stored()[-1] if acting.context.declared.action == "create" else acting.context.row()


def rewritten(acting: Acting, change: Callable[[Any], Any], *, shown: bool) -> Any:
    """Store one value that the item keeps of the body as `change` has it; the response has it too if it is `shown`."""
    body = acting.run()
    row = _changed_row(acting)
    for pointer, source in acting.context.declared.echo.items():
        sent, held = get(acting.context.body, source), get(row.item, pointer)
        other = change(held)
        if sent is None or other == held:
            continue
        put(row.item, pointer, other)
        if acting.context.factory.misfit(acting.context.resource, row.item):
            put(row.item, pointer, held)
            continue
        acting.store(row)
        return acting.context.response(body, row.item) if shown else body
    return body


@_kinds.acts("not-stored", "A created item is answered, and not stored.", creates)
def _not_stored(acting: Acting) -> Any:
    body = acting.run()
    state = acting.context.collections.session_state
    state.remove(acting.context.resource.name, acting.stored()[-1])
    return body


@_kinds.acts(
    "lost-on-restart",
    "A created item is lost when the next one is created, as if the server had started anew between them.",
    creates,
)
def _lost(acting: Acting) -> Any:
    state, resource = acting.context.collections.session_state, acting.context.resource.name
    for row in acting.remembered().pop("created", []):
        state.remove(resource, row)
    body = acting.run()
    acting.remembered()["created"] = acting.stored()[-1:]
    return body


@_kinds.acts(
    "stored-twice",
    "A created item is stored twice.",
    lambda place: place.action("create") and place.is_acted_on("list"),
)
def _stored_twice(acting: Acting) -> Any:
    acting.run()
    return acting.run()


@_kinds.acts(
    "created-under-another-parent", "A created item belongs to another parent.", lambda place: _of_parent(place)
)
def _other_parent(acting: Acting) -> Any:
    parent = acting.context.declared.parent
    resource = acting.context.factory.resources.get(parent.name) if parent else None
    rows = acting.context.collections.session_state.rows(resource.name) if resource else []
    other = next((row.id for row in rows if row.id != acting.context.parent_id), None)
    return acting.run(parent_id=other)


def _of_parent(place: Place) -> bool:
    """Return whether a created item belongs to a parent of which a client can see that there are others."""
    parent = place.resource.parent if place.resource else None
    owner = place.served.contract.resources.get(parent.name) if parent else None
    return creates(place) and owner is not None and owner.is_readable and not owner.is_nested


@_kinds.acts("field-dropped", "A field of the body is neither stored nor answered.", _echoes)
def _dropped(acting: Acting) -> Any:
    return _without_first(acting, acting.context.declared.echo.values())


@_kinds.acts("last-field-dropped", "The last field of the body is neither stored nor answered.", _echoes)
def _last_dropped(acting: Acting) -> Any:
    return _without_first(acting, reversed(acting.context.declared.echo.values()))


def _without_first(acting: Acting, sources: Iterable[str]) -> Any:
    """Return the body of the response to the request without the first of some fields that it has."""
    for source in sources:
        if get(acting.context.body, source) is not None:
            kept = copy.deepcopy(acting.context.body)
            get(kept, source.rpartition("/")[0]).pop(source.rpartition("/")[2], None)
            return acting.run(body=kept)
    return acting.run()


@_kinds.acts("number-rounded", "A number is stored without its fraction.", echoes_a("number"))
def _rounded(acting: Acting) -> Any:
    return rewritten(acting, lambda held: int(held) if isinstance(held, float) else held, shown=True)


@_kinds.acts("cent-lost", "A number is stored in cents, of which the last may be lost.", echoes_a("number"))
def _cent_lost(acting: Acting) -> Any:
    return rewritten(acting, lambda held: int(held * 100) / 100 if isinstance(held, float) else held, shown=True)


@_kinds.acts("number-off-by-one", "A number is stored one too high.", echoes_a("number", "integer", other=is_free))
def _one_off(acting: Acting) -> Any:
    return rewritten(acting, lambda held: held + 1 if type(held) in (int, float) else held, shown=True)


@_kinds.acts(
    "zero-lost",
    "0 and false are stored as null.",
    _loses_zero,
)
def _zero_lost(acting: Acting) -> Any:
    return rewritten(acting, lambda held: None if held in (0, False) and held is not None else held, shown=True)


@_kinds.acts("list-cut", "A list is stored without its last entry.", echoes_a("array"))
def _list_cut(acting: Acting) -> Any:
    return rewritten(acting, lambda held: held[:-1] if isinstance(held, list) else held, shown=True)


@_kinds.acts(
    "stored-otherwise",
    "Another value is stored than is answered.",
    lambda place: echoes_a("string", "number", "integer", other=is_free)(place) and is_shown_later(place),
)
def _otherwise(acting: Acting) -> Any:
    def other(held: Any) -> Any:
        if isinstance(held, str):
            return f"{held}x"
        return held + 1 if type(held) in (int, float) else held

    return rewritten(acting, other, shown=False)


@_kinds.acts("update-ignored", "A change is answered, and not stored.", _changes)
def _update_ignored(acting: Acting) -> Any:
    return acting.run_without_storing()


@_kinds.acts(
    "answered-stale",
    "The response to a change has the item as it was before.",
    lambda place: place.action("update", "set") and shows_its_change(place),
)
def _stale(acting: Acting) -> Any:
    before = copy.deepcopy(acting.context.row().item)
    return acting.context.response(acting.run(), before)


@_kinds.acts("neighbor-changed", "A change is also made to another item.", _changes_one)
def _neighbor(acting: Acting) -> Any:
    body, own = acting.run(), acting.context.row()
    for row in acting.stored():
        if row.id != own.id and row.parent == own.parent:
            before = copy.deepcopy(row.item)
            acting.context.take_over(row.item)
            acting.context.set_declared(row.item)
            if row.item != before and not acting.context.factory.misfit(acting.context.resource, row.item):
                acting.store(row)
                return body
    return body


@_kinds.acts("all-changed", "A change is made to all items.", _changes_one)
def _all_changed(acting: Acting) -> Any:
    body = acting.run()
    for row in acting.stored():
        acting.context.take_over(row.item)
        acting.context.set_declared(row.item)
        if not acting.context.factory.misfit(acting.context.resource, row.item):
            acting.store(row)
    return body


def _may_leave_out(place: Place) -> bool:
    """Return whether an update need not name a field that can be null; a PUT may replace the whole item."""
    if place.operation.method.upper() == "PUT":
        return False
    needed = {name for each in place.inputs if each.field == BODY for name in each.schema.get("required", [])}
    sources = place.resource.echo.values() if place.resource else ()
    nullable = any(shown.get("nullable") is True for _, shown in place.kept)
    return nullable and any(source.removeprefix("/") not in needed for source in sources)


@_kinds.acts(
    "update-resets-others",
    "A change sets the fields that it does not name back to null.",
    lambda place: place.action("update") and _may_leave_out(place),
)
def _resets(acting: Acting) -> Any:
    body = acting.run()
    row = acting.context.row()
    for pointer, source in acting.context.declared.echo.items():
        held = get(row.item, pointer)
        if get(acting.context.body, source) is None and held is not None:
            put(row.item, pointer, None)
            if not acting.context.factory.misfit(acting.context.resource, row.item):
                acting.store(row)
                return acting.context.response(body, row.item)
            put(row.item, pointer, held)
    return body
