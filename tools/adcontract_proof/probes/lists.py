"""Probes of a list: its pages, orders and filters, with values that its rows show."""

from __future__ import annotations

from itertools import combinations, islice, permutations
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS
from adcontract.openapi.pointer import get
from adcontract_proof.probes.unusual_values import alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Condition, Filter, Operation
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request
    from adcontract_proof.probes.writer import Writer

_VALUES = 6
_PAIRS = 60
_NO_CURSOR = "no-such-cursor"


def lists(writer: Writer, request: DocumentedRequest, rows: Sequence[Any]) -> Iterator[Request]:
    """Yield requests for a list of which some rows are known."""
    operation = request.operation
    for query in (*pages(operation, len(rows)), *_orders(operation, len(rows)), *filters(writer, operation, rows)):
        yield writer.with_query(request, **query)


def pages(operation: Operation, count: int) -> Iterator[dict[str, Any]]:
    """Yield queries for pages of a list with so many rows, of several sizes, also beyond the last."""
    pagination = operation.behavior.pagination
    if pagination is None:
        yield {}
        return
    most = pagination.max or 100
    sizes: list[int | None] = [None]
    if pagination.size is not None:
        sizes += [size for size in (1, 2, 3, 5, count - 1, count, most) if 0 < size <= most]
    if pagination.style == "cursor":
        # the pages that follow are asked for with the cursors that these give
        yield from ({pagination.size: size} if pagination.size and size else {} for size in dict.fromkeys(sizes))
        yield {pagination.start: _NO_CURSOR}
        return
    for size in dict.fromkeys(sizes):
        length = size or pagination.default or 10
        for number in (0, 1, 2, max((count - 1) // length, 0), count // length + 1, 5000):
            start = number + 1 if pagination.style == "page" else number * length
            query = {pagination.start: start} if number or size is None else {}
            yield query | ({pagination.size: size} if pagination.size and size else {})


def _orders(operation: Operation, count: int) -> Iterator[dict[str, Any]]:
    for sort in operation.behavior.sorts:
        pairs = islice(permutations(sort.orders, 2), _PAIRS) if sort.separator else ()
        for keys in (*((key,) for key in sort.orders), *pairs):
            yield from ({**query, sort.parameter: sort.value(*keys)} for query in _few_pages(operation, count))


def _few_pages(operation: Operation, count: int) -> Iterator[dict[str, Any]]:
    pagination = operation.behavior.pagination
    yield {}
    if pagination is not None and pagination.size is not None:
        yield {pagination.size: min(pagination.max or 100, 100)}
        for number in (0, 1, 2) if pagination.style != "cursor" else ():
            start = number + 1 if pagination.style == "page" else 3 * number
            yield {pagination.size: 3, pagination.start: start}
        yield {pagination.size: max(min(count // 2, pagination.max or 100), 1)}


def filters(writer: Writer, operation: Operation, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield queries for every filter with values that the rows show, alone, in pages and in pairs."""
    tried = {each.parameter: _values(writer, operation, each, rows) for each in operation.behavior.filters}
    for name, values in tried.items():
        for value in values:
            yield from ({**page, name: value} for page in list(_few_pages(operation, len(rows)))[:3])
    pairs = [
        {one: ours, other: theirs}
        for one, other in combinations(tried, 2)
        for ours in tried[one][:4]
        for theirs in tried[other][:4]
    ]
    yield from pairs[:: max(len(pairs) // _PAIRS, 1)]


def _values(writer: Writer, operation: Operation, each: Filter, rows: Sequence[Any]) -> list[Any]:
    parameter = next(one for one in operation.parameters if (one.location, one.name) == ("query", each.parameter))
    schema = writer.schema(f"{parameter.pointer}/schema") if "schema" in parameter.data else {}
    found = [value for condition in each.conditions for value in _shown(condition, rows)]
    found += [*schema.get("enum", ()), *(() if each.all is None else (each.all,))]
    values = list({repr(value): value for value in found}.values())
    if schema.get("type") != "array":
        return values
    known = writer.schema(f"{parameter.pointer}/schema/items").get("enum", ()) if "items" in schema else ()
    allowed = [value for value in values if value in known] if known else values
    others = [*known[-2:], *(() if known else (other for value in values[:1] for other in alike(value, 1)))]
    several = [allowed[start : start + 3] for start in range(0, len(allowed), 2)]
    several += [pair for value in allowed[:2] for other in others for pair in ([value, other], [other, value])]
    return [*([value] for value in values), *several]


def _shown(condition: Condition, rows: Sequence[Any]) -> Iterator[Any]:
    seen: dict[str, Any] = {}
    for row in rows:
        held = get(row, condition.field)
        for value in _parts(condition, held):
            seen.setdefault(repr(value), value)
    values = list(seen.values())
    chosen = [*values[: _VALUES // 2], *values[-_VALUES // 2 :]]
    ranked = sorted((each for each in values if isinstance(each, int | float)), key=float)
    chosen += [ranked[0], ranked[len(ranked) // 2], ranked[-1]] if ranked else []
    for value in chosen:
        yield value
        if isinstance(value, str) and value and condition.op not in BOUNDS:
            yield from (value[:-1] or value, value[1:] or value, value.swapcase(), value[1:-1].upper() or value)
            yield from value.split()[:3]
            yield " ".join(reversed(value.split()[:2]))
        elif isinstance(value, int) and not isinstance(value, bool) and condition.op in ("equals", "in", "has"):
            yield from (value // 10, value % 10)


def _parts(condition: Condition, held: Any) -> Iterator[Any]:
    if condition.op == "has":
        yield from (one for one in held if not isinstance(one, dict | list)) if isinstance(held, list) else ()
    elif condition.op == "pairs":
        yield from ({name: one} for name, one in held.items()) if isinstance(held, dict) else ()
    elif held is not None and not isinstance(held, dict | list):
        yield held
