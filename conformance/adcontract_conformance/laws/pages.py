"""Pages: a page has the size that is asked for, and says rightly which one it is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.lists import DEFAULT_SIZE, largest, pages_of
from adcontract_conformance.client.replies import MISSING, NotTestable
from adcontract_conformance.laws.envelope import envelope
from adcontract_conformance.laws.law import law, require_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Pagination
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-pagination"

UNSAID = "No page says whether a page beyond the last is empty or refused."

UNCOUNTED = "No page says which number a page beyond the last has, and what it counts."

STEPS = 6
"""The number of pages in which a list is walked to see that they fit together."""


def _paged(operation: Operation) -> bool:
    return operation.behavior.pagination is not None


def _numbered(operation: Operation) -> bool:
    return _paged(operation) and _pagination(operation).style != "cursor"


def by_cursor(operation: Operation) -> bool:
    """Return whether it is a list that is divided into pages by cursor."""
    return _paged(operation) and _pagination(operation).style == "cursor"


def _sized(operation: Operation) -> bool:
    return operation.behavior.pagination is not None and operation.behavior.pagination.size is not None


def _counted(operation: Operation) -> bool:
    pagination = operation.behavior.pagination
    return pagination is not None and "total" in pagination.roles


def _fills(operation: Operation) -> bool:
    """Return whether a page has as many items as it may while others follow: of one by cursor it is the most."""
    return not by_cursor(operation)


def _pagination(operation: Operation) -> Pagination:
    pagination = operation.behavior.pagination
    if pagination is None:
        raise TypeError(operation.id)
    return pagination


@law("page-size", "a page has as many items as are asked for", _sized)
def page_size(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask for pages of one, two and three items."""
    total = len(client.lists.walk(operation).rows)
    if total < 2:
        raise NotTestable(f"the list has {total} items")
    for size in (1, 2, 3):
        reply = client.good(operation, query=client.lists.page(operation, 0, size))
        got, wanted = len(client.lists.rows(operation, reply)), min(size, total)
        if got > wanted or (got < wanted and _fills(operation)):
            yield broken(operation, KEYWORD, reply, f"A page of {size} has {got} of the {total} items.", part="size")


@law("page-default", "a page has the default number of items where no size is asked for", _paged)
def page_default(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask without a size."""
    pagination = _pagination(operation)
    if pagination.default is None:
        raise NotTestable("the contract names no default size")
    total = len(client.lists.walk(operation).rows)
    reply = client.good(operation)
    got, wanted = len(client.lists.rows(operation, reply)), min(total, pagination.default)
    if got > wanted or (got < wanted and _fills(operation)):
        listed = f", and the pages of the list have {total}" if total < pagination.default else ""
        sentence = f"A page has {got} items where no size is asked for; the default is {pagination.default}{listed}."
        yield broken(operation, KEYWORD, reply, sentence, part="default")
    elif total <= pagination.default:
        raise NotTestable(f"the list has {total} items, and the default size is {pagination.default}")


@law("page-maximum", "a page never has more items than the maximum", _sized, needs=("page-size",))
def page_maximum(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask for the maximum, which has to be given, and for one item more, which may be refused."""
    pagination = _pagination(operation)
    if pagination.max is None:
        raise NotTestable("the contract names no largest size")
    first = client.lists.walk(operation).replies[0]
    if _fills(operation) and (more := _following(client, operation, first, pagination.max)):
        got = len(client.lists.rows(operation, first))
        sentence = f"A page of {pagination.max}, the maximum, has {got} items, and {more} follow in the next of {got}."
        yield broken(operation, KEYWORD, first, sentence, part="max")
        return
    total = len(client.lists.walk(operation).rows)
    if total <= pagination.max:
        raise NotTestable(f"the list has {total} items, and the largest page has {pagination.max}")
    reply = client.ask(operation, query=client.lists.page(operation, 0, pagination.max + 1))
    if reply.ok and (got := len(client.lists.rows(operation, reply))) > pagination.max:
        sentence = f"A page has {got} items; the maximum is {pagination.max}."
        yield broken(operation, KEYWORD, reply, sentence, part="max")
    full = client.good(operation, query=client.lists.page(operation, 0, pagination.max))
    if _fills(operation) and (got := len(client.lists.rows(operation, full))) != pagination.max:
        sentence = f"A page of {pagination.max}, the maximum, has {got} of the {total} items."
        yield broken(operation, KEYWORD, full, sentence, part="max")


def _following(client: Client, operation: Operation, reply: Reply, most: int) -> int:
    """Return how many items follow a page that has fewer than the `most` that were asked for."""
    keys = {client.lists.key(operation, row) for row in client.lists.rows(operation, reply)}
    if not 0 < len(keys) < most:
        return 0
    after = client.ask(operation, query=client.lists.page(operation, 1, len(keys)))
    rows = client.lists.rows(operation, after) if after.ok else []
    return len({client.lists.key(operation, row) for row in rows} - keys)


@law("page-beyond", "a page beyond the last is empty", _numbered, needs=("page-size",))
def page_beyond(client: Client, operation: Operation) -> Iterator[Found]:
    """Ask for the page after the last, and for one far beyond it."""
    pagination = _pagination(operation)
    walk = client.lists.whole(operation)
    size = largest(pagination) if pagination.size else _own_size(client, operation)
    after = pages_of(len(walk.rows), size)
    for number in (after, after + 7):
        reply = client.ask(operation, query=client.lists.page(operation, number, size))
        if reply.ok and client.lists.rows(operation, reply):
            count = len(client.lists.rows(operation, reply))
            sentence = f"A page beyond the last of {len(walk.rows)} items has {count}."
            yield broken(operation, KEYWORD, reply, sentence, part="beyond", of="page")
        elif not reply.ok and not client.says_nothing(operation, reply):
            sentence = f"A page beyond the last is answered with {reply.status}."
            found = broken(operation, KEYWORD, reply, sentence, part="beyond")
            yield replace(found, breach=replace(found.breach, inferred=found.breach.inferred or UNSAID, is_open=True))
        require_told(client, operation, [reply], lambda: None)
    _require_items(len(walk.rows))


@law("page-total", "the total of a list is the number of its items", _counted, needs=("page-cursor",))
def page_total(client: Client, operation: Operation) -> Iterator[Found]:
    """Compare the total that each page says with the number of items."""
    walk = client.lists.walk(operation)
    pagination, seen = _pagination(operation), len(set(client.lists.keys(operation, walk)))
    for reply in walk.replies:
        total = reply.said(pagination, "total")
        if total is MISSING or (walk.whole and str(total) == str(len(walk.rows))):
            continue
        if walk.whole or (str(total).isdecimal() and int(total) < seen):
            sentence = f"The list says that it has {total} items; its pages have {len(walk.rows)}."
            yield broken(operation, KEYWORD, reply, sentence, part="total")
            return
    if not walk.whole:
        raise client.lists.too_long(walk)
    if all(reply.said(pagination, "total") is MISSING for reply in walk.replies):
        raise NotTestable("no response has the total")
    _require_items(seen)


@law(
    "page-envelope",
    "the numbers and links of a page, and of the pages around it, are right",
    _numbered,
    needs=("page-walk", "page-size"),
)
def page_envelope(client: Client, operation: Operation) -> Iterator[Found]:
    """Look at the first pages of a list and at the last two, also in a size by which the last page is full.

    A list that has a single page shows which page it is only beyond it.
    """
    pagination = _pagination(operation)
    total = len(client.lists.whole(operation).rows)
    tried, said = set[str](), set[str]()
    for size in sizes(client, operation, total):
        count = pages_of(total, size)
        for number in sorted({*range(min(count, STEPS)), *range(max(0, count - 2), count)}):
            query = client.lists.page(operation, number, size)
            reply = client.good(operation, query=query)
            shown = len(client.lists.rows(operation, reply))
            said |= {part for part in pagination.roles if reply.said(pagination, part) is not MISSING}
            for part, sentence in envelope(operation, reply, number, size, total, shown):
                if part not in tried:
                    tried.add(part)
                    # whoever believes such a page never reads the items that follow
                    loses = part in ("more", "next") and (number + 1) * size < total
                    is_end = reply.said(pagination, part) in (None, "", False)
                    yield broken(operation, KEYWORD, reply, sentence, part=part, grave=loses and is_end)
    if "current" in said - tried and total and pagination.size is None:
        yield from _beyond_the_only_one(client, operation, total)
    if not said - {"total"}:
        raise NotTestable("no response has a number or a link of a page")
    client.untried += sorted(pagination.roles - said)
    _require_items(total)


def _beyond_the_only_one(client: Client, operation: Operation, count: int) -> Iterator[Found]:
    """Yield a breach if an empty page far beyond the only one says that it is that, or counts other than its items."""
    pagination = _pagination(operation)
    if len(client.lists.walk(operation).replies) > 1:
        return
    reply = client.ask(operation, query=client.lists.page(operation, STEPS, _own_size(client, operation)))
    if not reply.ok or client.lists.rows(operation, reply):
        return
    said, total = (reply.said(pagination, part) for part in ("current", "total"))
    wrong = {}
    if str(said) == "1":
        wrong["current"] = f"Page {STEPS + 1} is empty, and says that it is the first, which has items."
    if total is not MISSING and str(total) != str(count) and not client.was_broken("page-total", operation):
        wrong["total"] = f"Page {STEPS + 1} is empty, and says total {json.dumps(total)}; the list has {count} items."
    for part, sentence in wrong.items():
        found = broken(operation, KEYWORD, reply, sentence, part=part)
        yield replace(found, breach=replace(found.breach, inferred=found.breach.inferred or UNCOUNTED))


def _require_items(count: int) -> None:
    """Check that a list has items.

    Raises:
        NotTestable: if it has none, so that it may be empty for another reason.
    """
    if not count:
        raise NotTestable("the list has 0 items")


def _own_size(client: Client, operation: Operation) -> int:
    """Return the size of the pages of a list where no request can name one: that of the first of several.

    Where the list has a single page, it is as the contract has it, else as the page says.
    """
    pagination, walk = _pagination(operation), client.lists.walk(operation)
    if len(walk.replies) > 1:
        return max(1, len(client.lists.rows(operation, walk.replies[0])))
    said = walk.replies[0].said(pagination, "per_page")
    return pagination.default or (said if isinstance(said, int) and said > 0 else DEFAULT_SIZE)


def sizes(client: Client, operation: Operation, total: int) -> list[int]:
    """Return sizes of pages: one that does not fill the last page, and one that does."""
    pagination = _pagination(operation)
    if pagination.size is None:
        return [_own_size(client, operation)]
    most = largest(pagination)
    least = max(1, -(-total // STEPS))
    span = range(min(least, most), min(most, total or 1) + 1)
    rest = [size for size in span if total % size]
    even = [size for size in span if total % size == 0 and size <= total]
    return [client.rng.choice(sizes) for sizes in (rest, even) if sizes]
