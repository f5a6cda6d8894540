"""Lists of the target: their pages, and walks over all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text
from adcontract_conformance.client.bounds import PAGES
from adcontract_conformance.client.replies import MISSING, NotTestable, Reply, at, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Behavior, Pagination
    from adcontract_conformance.client.requester import Parameters, Requester
    from adcontract_conformance.model.exchange import Exchange

DEFAULT_SIZE = 20
"""The size of a page where the contract names neither the usual nor the largest one."""


@dataclass(frozen=True)
class Walk:
    """The rows of a list over all of its pages, in order, with the replies; not `whole` if it was cut off.

    It has `ended` after a row that is not right.
    Rows in hand are judged in any case. Only what is missing cannot be judged where a walk is not whole.
    """

    replies: tuple[Reply, ...]
    rows: tuple[Any, ...]
    whole: bool
    ended: bool = False

    @property
    def last(self) -> Exchange:
        """The exchange of the last page."""
        return self.replies[-1].exchange


class Lists:
    """The lists of one target, of each at most so many `pages`. Walks are remembered until `forget`."""

    def __init__(self, requester: Requester, pages: int = PAGES) -> None:
        self._requester = requester
        self._most = pages
        self._walks: dict[bytes, Walk] = {}

    def forget(self) -> None:
        """Forget the walks: the lists may have changed."""
        self._walks.clear()

    def rows(self, operation: Operation, reply: Reply) -> list[Any]:
        """Return the items of one page of a list.

        Raises:
            NotTestable: if they are not where the contract says; the schema's checks report that.
        """
        behavior = operation.behavior
        rows = reply.at(behavior.pagination.items if behavior.pagination else _items_of(behavior))
        if not isinstance(rows, list):
            raise NotTestable("the response has no list where the contract has one")
        return rows

    def walk(
        self,
        operation: Operation,
        path: Parameters = None,
        query: Parameters = None,
        *,
        size: int | None = None,
        right: Callable[[Any], bool] | None = None,
    ) -> Walk:
        """Ask for all pages of a list, of the largest size that there is unless `size` says otherwise.

        The walk ends, and is not whole, after a page with a row that is not `right`.

        Raises:
            NotTestable: if a page is refused.
        """
        key = _walk_key(operation, path, query, size)
        known_walk = self._walks.get(key)
        if known_walk is None or (known_walk.ended and (right is None or all(map(right, known_walk.rows)))):
            replies, rows, whole, known, ended = list[Reply](), list[Any](), False, set[bytes](), False
            cursors = set[str | None]()
            for reply in self.pages(operation, path, query, size=size):
                page = self.rows(operation, reply)
                keys = {self.key(operation, row) for row in page}
                if rows and keys <= known and not self.has_cursors(operation):
                    # the last page again, or the first
                    whole = True
                    break
                replies.append(reply)
                rows += page
                known |= keys
                if right is not None and not all(map(right, page)):
                    ended = True
                    break
                cursor = self.next_cursor(operation, reply)
                # a cursor that came before leads round in a circle
                whole = self._ends(operation, reply, page, size, len(rows)) or cursor in cursors
                if whole:
                    break
                cursors |= {cursor} - {None}
            self._walks[key] = Walk(tuple(replies), tuple(rows), whole, ended)
        return self._walks[key]

    def whole(
        self, operation: Operation, path: Parameters = None, query: Parameters = None, *, size: int | None = None
    ) -> Walk:
        """Return a walk over a list that came to its end. See `walk`.

        Raises:
            NotTestable: if it did not.
        """
        walk = self.walk(operation, path, query, size=size)
        if not walk.whole:
            raise self.too_long(walk)
        return walk

    def too_long(self, walk: Walk) -> NotTestable:
        """Return the reason for which a law cannot judge what a walk lacks."""
        return NotTestable(f"the list is longer than the {len(walk.rows)} items that the suite reads")

    def _ends(self, operation: Operation, reply: Reply, page: list[Any], size: int | None, seen: int) -> bool:
        """Return whether no page follows: after one that is not full, unless the list says that it has more items.

        Of pages by cursor the last one has no next cursor.
        """
        pagination = operation.behavior.pagination
        if self.has_cursors(operation):
            return self.next_cursor(operation, reply) is None
        if pagination is None or not page:
            return True
        total, more = (reply.said(pagination, role) for role in ("total", "more"))
        says_more = (str(total).isdecimal() and seen < int(total)) or more is True
        return len(page) < (size or largest(pagination)) and not says_more

    def has_cursors(self, operation: Operation) -> bool:
        """Return whether a list is divided into pages by cursor."""
        return operation.behavior.pagination is not None and operation.behavior.pagination.style == "cursor"

    def next_cursor(self, operation: Operation, reply: Reply) -> str | None:
        """Return the cursor of the page after one; None after the last, and where pages are not asked for by cursor."""
        pagination = operation.behavior.pagination
        return reply.next_cursor(pagination) if pagination and pagination.style == "cursor" else None

    def pages(
        self,
        operation: Operation,
        path: Parameters = None,
        query: Parameters = None,
        *,
        size: int | None = None,
        most: int | None = None,
    ) -> Iterator[Reply]:
        """Ask for the pages of a list one after another, at most so many; those by cursor until one leads no further.

        Raises:
            NotTestable: if one is refused.
        """
        pagination, reply = operation.behavior.pagination, None
        for number in range(most or self._most):
            paged = self.page(operation, number, size or largest(pagination)) if pagination else {}
            asked = {**(query or {}), **paged}
            if reply is None or not self.has_cursors(operation):
                reply = self._requester.ask(operation, path, asked)
            else:
                reply = self.following(operation, reply, path, asked)
            if reply is None:
                return
            yield self._requester.accepted(operation, reply)

    def following(
        self, operation: Operation, reply: Reply, path: Parameters = None, query: Parameters = None
    ) -> Reply | None:
        """Ask for the page to which the cursor of another one leads; None after the last.

        A link is asked for with its own query, a bare cursor with the `query` of the list.
        """
        pagination, cursor = operation.behavior.pagination, self.next_cursor(operation, reply)
        if pagination is None or cursor is None:
            return None
        link = MISSING if "next_cursor" in pagination.roles else reply.said(pagination, "next")
        if isinstance(link, str):
            return self._requester.follow(operation, link, path)
        return self._requester.ask(operation, path, {**(query or {}), pagination.start: cursor})

    def page(self, operation: Operation, number: int, size: int) -> dict[str, int]:
        """Return the query for the page `number`, from 0, of `size` items; of pages by cursor that for any of them."""
        pagination = operation.behavior.pagination
        if pagination is None:
            return {}
        named = {pagination.size: size} if pagination.size else {}
        if pagination.style == "cursor":
            return named
        return named | {pagination.start: number + 1 if pagination.style == "page" else number * size}

    def part(self, operation: Operation, count: int, pages: int) -> int | None:
        """Return the page size that gives `count` items so many pages; None where no request can ask for one."""
        pagination = operation.behavior.pagination
        if pagination is None or pagination.size is None:
            return None
        return max(1, min(largest(pagination), math.ceil(count / pages)))

    def total(self, operation: Operation, walk: Walk) -> int | None:
        """Return how many items a list says that it has; None where it does not say."""
        pagination = operation.behavior.pagination
        said = walk.replies[-1].said(pagination, "total")
        return int(said) if str(said).isdecimal() else None

    def oddities(self, operation: Operation, walk: Walk, size: int) -> Iterator[tuple[str, Reply]]:
        """Yield what is odd in how a whole list is cut into pages of a size, and the page that shows it.

        A page is not full although items follow, or an empty list says that some do. Pages by cursor may be both.
        """
        if self.has_cursors(operation):
            return
        counts = [len(self.rows(operation, reply)) for reply in walk.replies]
        last = max((place for place, count in enumerate(counts) if count), default=0)
        for place in [each for each in range(last) if counts[each] < size][:1]:
            yield f"has {counts[place]} of {size} items on a page, and more on the next.", walk.replies[place]
        pagination = operation.behavior.pagination
        if pagination and not walk.rows and walk.replies[-1].said(pagination, "more") is True:
            yield "lists nothing, and says that there are more.", walk.replies[-1]

    def key(self, operation: Operation, row: Any) -> bytes:
        """Return the key of a row: its id, or all of it where the contract names none."""
        resource = operation.behavior.resource
        found = at(row, resource.id) if resource and resource.id is not None else None
        return canonical(row if found in (MISSING, None) else found)

    def keys(self, operation: Operation, walk: Walk) -> list[bytes]:
        """Return the keys of all rows of a walk, in order."""
        return [self.key(operation, row) for row in walk.rows]

    def known_keys(self, operation: Operation) -> set[bytes] | None:
        """Return the keys of the rows of others in a list as it was walked last; None if it was not."""
        walk = self._walks.get(_walk_key(operation))
        return None if walk is None else self._others(operation, walk)

    def _others(self, operation: Operation, walk: Walk) -> set[bytes]:
        """Return the keys of the rows of a walk that the run has not created."""
        resource, sender = operation.behavior.resource, self._requester.sender
        own = sender.book.own(sender.checked, resource.name) if resource else set()
        ids = (at(row, (resource.id if resource else None) or "/id") for row in walk.rows)
        rows = zip(self.keys(operation, walk), ids, strict=True)
        return {key for key, id_ in rows if id_ is MISSING or as_text(id_) not in own}

    def have_moved(self, operation: Operation, before: set[bytes]) -> bool:
        """Return whether others have written to a list since it had the keys `before`.

        What they removed does not come again; what a walk has lost does.
        """
        self.forget()
        now = self._others(operation, self.walk(operation))
        self.forget()
        again = self._others(operation, self.walk(operation))
        return now != before and not (before - now) & again


def _walk_key(
    operation: Operation, path: Parameters = None, query: Parameters = None, size: int | None = None
) -> bytes:
    return canonical([operation.id, size, dict(path or {}), dict(query or {})])


def _items_of(behavior: Behavior) -> str | None:
    """Return where the items of an unpaged list are, or None."""
    return behavior.resource.items if behavior.resource else None


def largest(pagination: Pagination) -> int:
    """Return the largest size of a page that the contract names."""
    return pagination.max or pagination.default or DEFAULT_SIZE


def pages_of(total: int, size: int) -> int:
    """Return how many pages of `size` items hold `total`; an empty list has one."""
    return max(1, math.ceil(total / size))
