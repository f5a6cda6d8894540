"""Members that are not added or removed as the declared action says."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import is_shown_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("state")


def _moves_members(place: Place) -> bool:
    return place.action("add", "remove") and place.resource is not None and place.resource.members is not None


def _shows(role: str) -> Callable[[Place], bool]:
    return lambda place: _moves_members(place) and getattr(place.resource, role) is not None


@_kinds.acts(
    "added-not-stored",
    "Members are answered as added, and not stored.",
    lambda place: _moves_members(place) and place.action("add") and is_shown_later(place),
)
@_kinds.acts(
    "removed-not-stored",
    "Members are answered as removed, and not stored.",
    lambda place: _moves_members(place) and place.action("remove") and is_shown_later(place),
)
def _members_not_stored(acting: Acting) -> Any:
    return acting.run_without_storing()


@_kinds.acts(
    "added-again",
    "A member that is added again is there twice.",
    lambda place: _moves_members(place) and place.action("add") and is_shown_later(place),
)
def _added_again(acting: Acting) -> Any:
    members, member_id = acting.context.declared.members or "", acting.context.declared.member_id or ""
    known = [str(get(each, member_id)) for each in get(acting.context.row().item, members) or []]
    body = acting.run()
    again = [each for each in acting.context.named_members() if str(each) in known]
    if again:
        row = acting.context.row()
        more = [acting.context.factory.member(acting.context.resource, each) for each in again]
        acting.context.put_members(row.item, [*(get(row.item, members) or []), *more])
        acting.store(row)
    return body


@_kinds.acts(
    "count-not-changed",
    "The number of members is not changed with them.",
    lambda place: _moves_members(place) and place.resource is not None and place.resource.count is not None,
)
def _count(acting: Acting) -> Any:
    count = acting.context.declared.count or ""
    before = get(acting.context.row().item, count)
    body = acting.run()
    row = acting.context.row()
    put(row.item, count, before)
    acting.store(row)
    return body


@_kinds.acts("ignored-not-named", "Ids that are ignored are not named.", _shows("ignored"))
def _ignored(acting: Acting) -> Any:
    return put(acting.run(), acting.context.declared.ignored or "", [])


@_kinds.acts("done-names-all", "Ids that are ignored are named as done.", _shows("done"))
def _done(acting: Acting) -> Any:
    return put(acting.run(), acting.context.declared.done or "", acting.context.named_members())


@_kinds.acts("only-first-member", "Of several members the first alone is added or removed.", _moves_members)
def _only_first(acting: Acting) -> Any:
    named = acting.context.declared.named or ""
    return acting.run(body=put(copy.deepcopy(acting.context.body), named, acting.context.named_members()[:1]))


def _appends(place: Place) -> bool:
    resource = place.resource
    return (
        place.action("add")
        and resource is not None
        and resource.members is None
        and bool(resource.echo)
        and is_shown_later(place)
    )


@_kinds.acts("appended-again", "An entry that is added again to a list is there twice.", _appends)
def _appended_again(acting: Acting) -> Any:
    before = copy.deepcopy(acting.context.row().item)
    body = acting.run()
    row = acting.context.row()
    for pointer, source in acting.context.declared.echo.items():
        sent, known = get(acting.context.body, source) or [], get(before, pointer) or []
        put(row.item, pointer, [*(get(row.item, pointer) or []), *(each for each in sent if each in known)])
    acting.store(row)
    return body


@_kinds.acts("list-replaced", "Entries that are added to a list replace those in it.", _appends)
def _list_replaced(acting: Acting) -> Any:
    body = acting.run()
    row = acting.context.row()
    for pointer, source in acting.context.declared.echo.items():
        put(row.item, pointer, get(acting.context.body, source) or [])
    acting.store(row)
    return body
