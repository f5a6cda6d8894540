"""The tour of an operation: every probe of it, each sent when the responses to those before it are known."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_proof.probes.family import Family, json_of
from adcontract_proof.probes.lists import lists
from adcontract_proof.probes.single import bodies, credentials, methods, parameters

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from adcontract import Operation
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request, Response
    from adcontract_proof.probes.writer import Writer

    Tour = Generator[Request, Response, None]

_REPEATED = 100
"""A rare fault is in one response of so many."""

_FEW = 4
_SMALL = (1, 2, 3)
"""The sizes in which the pages of a list are followed by their cursors."""

_MOST_CREATED = 120


def tour(writer: Writer, operation: Operation) -> Tour:
    """Yield requests that show what an operation does; each is sent before the next one is asked for."""
    for request in writer.documented(operation):
        yield writer.written(request)
        if operation.method == "GET":
            yield writer.written(request, method="HEAD")
    request = writer.default(operation)
    yield from credentials(writer, request)
    yield from methods(writer, operation)
    declared = operation.behavior.resource
    if declared is None:
        yield from _alone(writer, request)
        return
    family = Family(writer, operation)
    yield from family.unknown(operation)
    is_read = declared.action in ("list", "read")
    if is_read:
        yield from parameters(writer, writer.bare(operation))
    yield from _lives(family)
    if is_read:
        yield from _reads(family)
    else:
        yield from _writes(family)
    yield from _again(family)


def _alone(writer: Writer, request: DocumentedRequest) -> Iterator[Request]:
    yield from parameters(writer, request)
    yield from parameters(writer, writer.bare(request.operation))
    yield from bodies(writer, request)
    yield from (writer.written(request) for _ in range(_REPEATED))


def _again(family: Family) -> Tour:
    """Send a valid request so often that a rare fault shows, to an item that exists each time."""
    operation = family.operation
    places = yield from _places(family)
    is_delete = operation in family.of("delete")
    if not is_delete:
        places = places[-1:]
    for number in range(_REPEATED):
        item, parent = places[number % len(places)]
        for create in family.of("create")[:1] if is_delete else ():
            response = yield family.writer.written(family.at(create, parent=parent))
            item = family.created(create, response)
        yield family.writer.written(family.at(operation, item, parent))


def _places(family: Family) -> Generator[Request, Response, list[tuple[Any, Any]]]:
    """Return every item that the lists of a few parents show, each with its parent; the documented one comes first."""
    parents = yield from family.parents()
    found = [(family.documented_item(), parents[0])]
    for parent in parents:
        for lister in family.lister:
            rows = yield from family.rows(lister, parent)
            found += [(row, parent) for row in family.named(rows)]
    if len(found) == 1:
        for create in family.of("create") * _FEW:
            response = yield family.writer.written(family.at(create, parent=parents[0]))
            item = family.created(create, response)
            found += [] if item is None else [(item, parents[0])]
    return found


def _longer(family: Family, count: int) -> Tour:
    """Create items until a list of so many, whose pages have a fixed size, has more than one page."""
    pagination = family.operation.behavior.pagination
    size = (pagination.default or 0) if pagination and pagination.size is None else 0
    missing = size + 5 - count if size else 0
    for create in family.of("create")[:1] if missing <= _MOST_CREATED else []:
        yield from (family.writer.written(family.at(create)) for _ in range(missing))


def _reads(family: Family) -> Tour:
    """Read the items of a few parents, in every way."""
    operation, writer = family.operation, family.writer
    parents = yield from family.parents()
    known = list[Any]()
    if operation in family.of("list"):
        for number, parent in enumerate(parents):
            rows = yield from family.rows(operation, parent)
            if number == 0:
                yield from _longer(family, len(rows))
                rows = yield from family.rows(operation, parent)
            if number < 2:
                yield writer.written(family.at(operation, parent=parent), method="HEAD")
                yield from lists(writer, family.at(operation, parent=parent), rows)
                for size in _SMALL if operation.behavior.cursor else ():
                    yield from family.rows(operation, parent, size)
        return
    for parent in parents:
        for lister in family.of("list"):
            rows = yield from family.rows(lister, parent)
            known += family.named(rows)[:_FEW]
    for parent in parents:
        for item in known:
            request = family.at(operation, item, parent)
            yield writer.written(request)
            yield writer.written(request, method="HEAD")


def _writes(family: Family) -> Tour:
    """Send every body to an operation that changes something, and look at what it has changed."""
    operation, writer = family.operation, family.writer
    is_create = operation in family.of("create")
    places = yield from _places(family)
    item, parent = places[min(1, len(places) - 1)]
    request = replace(writer.default(operation), path=family.at(operation, item, parent).path)
    yield from parameters(writer, request)
    looked = 0
    for each in bodies(writer, request):
        response = yield each
        if response.is_success:
            looked += 1
            seen = family.created(operation, response) if is_create else item
            reads = family.of("read")
            if looked <= _FEW or not reads:
                yield from family.observed(seen, parent)
            else:
                yield from (writer.written(family.at(read, seen, parent)) for read in reads[:1])
    for stranger in (yield from family.parents())[1:]:
        yield writer.written(family.at(operation, places[-1][0], stranger))
        yield from family.observed(*places[-1])
    for other in (each for each in family.of("set") if each is not operation):
        yield from (writer.written(family.at(other, one, owner)) for one, owner in places[1:_FEW])
    for one, owner in places[2 : 2 + _FEW]:
        for _ in range(2):
            yield writer.written(family.at(operation, one, owner))
            yield from family.observed(one, owner)
            if not family.lister:
                yield from family.observed(*places[1])


def _lives(family: Family) -> Tour:
    """Create items under two parents, change them in every way, and remove them; look at them after each step."""
    parents = yield from family.parents()
    for number, parent in enumerate(parents[:2]):
        yield from family.observed(family.documented_item(), parent)
        items = [] if number else [family.documented_item()]
        for create in family.of("create"):
            for _ in range(2):
                response = yield family.writer.written(family.at(create, parent=parent))
                item = family.created(create, response)
                yield from family.observed(item, parent)
            items.append(item)
        for lister in family.lister:
            rows = yield from family.rows(lister, parent)
            items += family.named(rows[1:])[:1]
        for item in items:
            yield from _life(family, item, parent)


def _life(family: Family, item: Any, parent: Any) -> Tour:
    writer = family.writer
    yield from family.observed(item, parent)
    for operation in family.of("update", "set", "add", "remove", "add"):
        request = family.at(operation, item, parent)
        documented = [
            replace(each, path=request.path, query={**each.query, **request.query})
            for each in writer.documented(operation)
        ]
        for each in (*documented[:2], *documented[:1]):
            yield writer.written(each)
            yield from family.observed(item, parent)
        yield from _members(family, documented[0], item, parent)
    for operation in family.of("delete"):
        request = family.at(operation, item, parent)
        for _ in range(2):
            yield writer.written(request)
            yield from family.observed(item, parent)


def _members(family: Family, request: DocumentedRequest, item: Any, parent: Any) -> Tour:
    """Add or remove members that the item has, and others, all at once."""
    declared = request.operation.behavior.resource
    if declared is None or declared.named is None or declared.members is None:
        return
    known = list[Any]()
    for operation in family.of("read")[:1]:
        response = yield family.writer.written(family.at(operation, item, parent))
        seen = operation.behavior.resource
        shown = get(json_of(response), (seen.item if seen else "") or "")
        known += [get(each, declared.member_id or "") for each in get(shown, declared.members) or ()]
    sent = get(request.body, declared.named) or []
    for named in (known[:2], [*known[:1], *sent], [*sent, *sent], known[::-1][:3]):
        if named:
            yield family.writer.with_json(request, put(copy.deepcopy(request.body), declared.named, named))
            yield from family.observed(item, parent)
