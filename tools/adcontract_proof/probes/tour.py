"""The tour of an operation: every probe of it, each sent when the responses to those before it are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from adcontract_proof.probes.conditional import conditional, keyed
from adcontract_proof.probes.family import Family
from adcontract_proof.probes.lists import filters, lists
from adcontract_proof.probes.lives import lives
from adcontract_proof.probes.single import bodies, credentials, methods, parameters

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from adcontract import Operation
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request, Response, Tour
    from adcontract_proof.probes.writer import Writer

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
    yield from lives(family)
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
    if operation in family.of("list"):
        for number, parent in enumerate(parents):
            yield from _listed(family, parent, is_first=number == 0, whole=number < 2)
        return
    known = list[Any]()
    for parent in parents:
        for lister in family.of("list"):
            rows = yield from family.rows(lister, parent)
            known += family.named(rows)[:_FEW]
    for parent in parents:
        for item in known:
            request = family.at(operation, item, parent)
            yield writer.written(request)
            yield writer.written(request, method="HEAD")
        yield from conditional(family, known[0] if known else None, parent)


def _listed(family: Family, parent: Any, *, is_first: bool, whole: bool) -> Tour:
    """Ask for the list of a parent: for the first one until it has several pages, and if `whole` in every way."""
    operation, writer = family.operation, family.writer
    rows = yield from family.rows(operation, parent)
    if is_first:
        yield from _longer(family, len(rows))
        rows = yield from family.rows(operation, parent)
    if not whole:
        return
    request = family.at(operation, parent=parent)
    yield writer.written(request, method="HEAD")
    yield from lists(writer, request, rows)
    for size in _SMALL if operation.behavior.cursor else ():
        for query in ({}, *islice(filters(writer, operation, rows), _FEW)):
            yield from family.rows(operation, parent, size, query)


def _writes(family: Family) -> Tour:
    """Send every body to an operation that changes something, and look at what it has changed."""
    operation, writer = family.operation, family.writer
    is_create = operation in family.of("create")
    places = yield from _places(family)
    item, parent = places[min(1, len(places) - 1)]
    request = replace(writer.default(operation), path=family.at(operation, item, parent).path)
    yield from parameters(writer, request)
    yield from keyed(writer, request)
    yield from conditional(family, item, parent)
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
