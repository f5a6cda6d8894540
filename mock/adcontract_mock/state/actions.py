"""The effect of each action of `x-resource` on the state of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import every, get, put
from adcontract_mock.state.pagination import Page
from adcontract_mock.state.payload_pointers import copied
from adcontract_mock.state.progress import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import ResourceOperation
    from adcontract_mock.state.action_context import ActionContext
    from adcontract_mock.state.rows import Row

    Effect = Callable[[ActionContext, Any], Any]

EFFECTS: dict[str, Effect] = {}
"""The effects by the names of the actions. Each gets a body of the response to fill in, and returns it."""


def effect(action: str) -> Callable[[Effect], Effect]:
    """Register the effect of an action."""

    def register(function: Effect) -> Effect:
        EFFECTS[action] = function
        return function

    return register


def effect_of(operation: ResourceOperation) -> Effect:
    """Return the effect of an operation: that of its action."""
    return EFFECTS[operation.action]


@effect("list")
def _list(context: ActionContext, template: Any) -> Any:
    behavior, query = context.operation.operation.behavior, context.values.query
    rows = context.rows()
    found = rows.listed(behavior.filters, behavior.sorts, query)
    if behavior.pagination:
        page = Page(behavior.pagination, query, found, context.path, context.query, schema=context.body_schema)
        template, found = page.written(template), page.rows
        context.headers |= page.headers()
    schema = context.operation.item_schema
    shown = (context.with_sums(rows[position]) for position in found)
    items = [row.shown(context.resource, schema, context.shown) for row in shown]
    return put(template, context.declared.items or "", items)


@effect("read")
def _read(context: ActionContext, template: Any) -> Any:
    return context.response(template, context.row().item)


@effect("create")
def _create(context: ActionContext, template: Any) -> Any:
    item = _new_item(context)
    return _created(context, template, context.collections.add(context.resource, item, context.parent_id, new=True))


def _new_item(context: ActionContext) -> dict[str, Any]:
    """Return an item that a request creates, without its id."""
    resource, factory, collections = context.resource, context.factory, context.collections
    # the initial items are older, also where nobody has looked at them yet
    collections.begin(resource, context.parent_id)
    shown = next(context.operation.items(), None)
    item = factory.like_documented(resource, 0) if shown is None else copied(shown)
    factory.complete(resource, item)
    if shown is None or (resource.states and get(shown, resource.states.field) is None):
        begin(factory, resource, item)
    seed = f"new {collections.session_state.count(resource.name)}"
    for pointer, value in factory.other_ids(resource, seed).items():
        put(item, pointer, value)
    context.take_over(item)
    context.set_declared(item)
    if context.declared.members and context.declared.named:
        context.put_members(item, [factory.member(resource, each) for each in context.named_members()])
    return item


def _created(context: ActionContext, template: Any, row: Row) -> Any:
    """Return the response with a new item."""
    context.collections.begin_empty(context.resource, row.id)
    row = context.with_sums(row)
    context.check(row.item)
    return context.response(template, row.item)


@effect("upsert")
def _upsert(context: ActionContext, template: Any) -> Any:
    """Replace the item that has the id, or create it there."""
    row, statuses = context.row_to_replace(), [each for each in context.operation.operation.responses if each[0] == "2"]
    item = _new_item(context)
    if row is not None:
        context.status = next((each for each in sorted(statuses) if each != "201"), None)
        for pointer in context.declared.echo:
            put(row.item, pointer, get(item, pointer))
        context.set_declared(row.item)
        context.keep(row)
        return context.response(template, row.item)
    context.status = "201" if "201" in statuses else None
    pointer, key = context.declared.id or context.resource.id, context.declared.key
    value = context.value_of(key) if key else None
    put(item, pointer, context.factory.typed(context.resource, pointer, value))
    item_id = str(value) if pointer == context.resource.id else None
    row = context.collections.add(context.resource, item, context.parent_id, new=item_id is None, item_id=item_id)
    return _created(context, template, row)


@effect("update")
@effect("set")
def _change(context: ActionContext, template: Any) -> Any:
    row = context.row()
    context.take_over(row.item)
    context.set_declared(row.item)
    context.keep(row)
    return context.response(template, row.item)


@effect("delete")
def _delete(context: ActionContext, template: Any) -> Any:
    row = context.row()
    if context.declared.gone == "status":
        context.set_declared(row.item)
        context.keep(row)
    else:
        context.collections.session_state.remove(context.resource.name, row)
    return context.response(template, row.item)


@effect("add")
def _add(context: ActionContext, template: Any) -> Any:
    if context.declared.makes:
        return _add_items(context, template)
    if context.declared.members is None:
        return _append(context, template)
    row, members = _with_members(context)
    added = [each for each in context.named_members() if str(each) not in members]
    new = [context.factory.member(context.resource, each) for each in added]
    return _with_changed_members(context, template, row, added, [*members.values(), *new])


def _add_items(context: ActionContext, template: Any) -> Any:
    """Create an item for each id in the body of which the parent has none."""
    for pointer, source in context.declared.makes.items():
        others = [other for other in context.declared.makes if other != pointer]
        known = {str(get(row.item, pointer)) for row in context.rows()}
        for value in dict.fromkeys(every(context.body, source)):
            if str(value) not in known:
                item = context.factory.with_value(context.resource, pointer, value, others)
                context.check(context.collections.add(context.resource, item, context.parent_id, new=True).item)
    return template


def _append(context: ActionContext, template: Any) -> Any:
    """Append to each list of the item the entries in the body that it lacks."""
    row = context.row()
    for pointer, source in context.declared.echo.items():
        known = get(row.item, pointer) or []
        put(row.item, pointer, known + [each for each in get(context.body, source) or [] if each not in known])
    context.keep(row)
    return context.response(template, row.item)


@effect("remove")
def _remove(context: ActionContext, template: Any) -> Any:
    row, members = _with_members(context)
    removed = [each for each in context.named_members() if str(each) in members]
    left = [member for member_id, member in members.items() if member_id not in map(str, removed)]
    return _with_changed_members(context, template, row, removed, left)


def _with_members(context: ActionContext) -> tuple[Row, dict[str, Any]]:
    """Return the item that the request is about, and its members by id."""
    row = context.row()
    members = get(row.item, context.declared.members or "") or []
    return row, {str(get(member, context.declared.member_id or "")): member for member in members}


def _with_changed_members(
    context: ActionContext, template: Any, row: Row, changed: list[Any], members: list[Any]
) -> Any:
    """Store the item with `members`, and return the response; `changed` are the ids that were added or removed."""
    context.put_members(row.item, members)
    context.keep(row)
    ignored = [each for each in context.named_members() if each not in changed]
    for pointer, ids in ((context.declared.done, changed), (context.declared.ignored, ignored)):
        if pointer is not None:
            template = put(template, pointer, ids)
    if context.declared.shows_id:
        template = put(template, context.declared.shows_id, get(row.item, context.resource.id))
    return context.response(template, row.item) if context.declared.item is not None else template
