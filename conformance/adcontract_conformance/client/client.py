"""What the laws work with: the target's answers as data, walks over lists, and clearing away what was created."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from adcontract import AdcontractError
from adcontract.openapi.pointer import lookup
from adcontract_conformance.model.exchange import Breach, Exchange, HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract import Operation
    from adcontract.contract.behavior import Behavior, Pagination
    from adcontract_conformance.client.documented import Documented
    from adcontract_conformance.groups.sources import Sources
    from adcontract_conformance.model.exchange import Request

Values: TypeAlias = "Mapping[str, Any] | None"

PAGES = 60
"""How many pages a walk goes at most; what a list has beyond them is not looked at."""

DEFAULT_SIZE = 20
"""The size of a page where the contract names neither the usual nor the largest one."""

MISSING: Any = object()
"""Stands for a value that is not there; `None` is a value of JSON."""


class NotTestable(Exception):  # noqa: N818 - it is no error
    """A law cannot be tried on this target; the message says why."""


@dataclass(frozen=True)
class Found:
    """A breach, and the exchange that shows it."""

    breach: Breach
    exchange: Exchange


@dataclass(frozen=True)
class Reply:
    """An answer that came; `value` is its JSON body, or `MISSING`."""

    exchange: Exchange
    status: int
    value: Any

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it was refused for what it says."""
        return 400 <= self.status < 500

    def at(self, pointer: str | None) -> Any:
        """Return what stands at `pointer` in the body, or `MISSING`."""
        return MISSING if pointer is None else at(self.value, pointer)


def at(value: Any, pointer: str) -> Any:
    """Return what stands at `pointer`, or `MISSING`."""
    try:
        return lookup(value, pointer)
    except LookupError:
        return MISSING


def canonical(value: Any) -> bytes:
    """Return `value` as text that is the same for the same value; `MISSING` as none."""
    return b"" if value is MISSING else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True)
class Walk:
    """The rows of a list over all of its pages, in order, with the replies; not `whole` if cut off at `PAGES`."""

    replies: tuple[Reply, ...]
    rows: tuple[Any, ...]
    whole: bool

    @property
    def last(self) -> Exchange:
        """The exchange of the last page."""
        return self.replies[-1].exchange


@dataclass
class Client:
    """One target as the laws of one contract see it. What they send is kept in `sent` until the runner takes it.

    `left` names what was created and could not be removed, `broken` the laws that were, on which operations, and in
    which parts. `dice` choose the rows, values and pages that a law tries; see `law.try_law`.
    """

    sources: Sources
    seed: int = 1
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    sent: list[Exchange] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    broken: set[tuple[str, str, str]] = field(default_factory=set)
    _undo: list[tuple[str, Callable[[], bool]]] = field(default_factory=list)
    _walks: dict[bytes, Walk] = field(default_factory=dict)
    _behaviors: dict[str, Behavior] = field(default_factory=dict)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of the contract, whichever of them are held to the laws."""
        return self.sources.checked.contract.operations

    def behavior(self, operation: Operation) -> Behavior:
        """Return what the contract declares of an operation."""
        if operation.id not in self._behaviors:
            self._behaviors[operation.id] = operation.behavior
        return self._behaviors[operation.id]

    def documented(self, operation: Operation, path: Values = None, query: Values = None) -> Documented:
        """Return the documented request without what is optional in its query, and with other values of the two."""
        first = self.sources.documented(operation)[0]
        needed = {each.name for each in operation.parameters if each.required}
        required = {name: value for name, value in first.query.items() if name in needed}
        return replace(first, path={**first.path, **(path or {})}, query={**required, **(query or {})})

    def ask(self, operation: Operation, path: Values = None, query: Values = None, body: Any = MISSING) -> Reply:
        """Send the documented request of an operation with other values of the path and the query, or another body.

        Raises:
            Untried: if no answer comes, or a 5xx, which a check of its own tells.
        """
        documented = self.documented(operation, path, query)
        if body is not MISSING:
            documented = replace(documented, media=operation.body[0], body=body)
        return self.send(operation, documented.request(self.sources.checked, self.sources.target.url))

    def send(self, operation: Operation, request: Request) -> Reply:
        """Send a request as it is. See `ask`."""
        if request.method != "GET":
            self._walks.clear()
        exchange = self.sources.exchange(Purpose.LAW, operation, request)
        self.sent.append(exchange)
        answer = exchange.answer
        if not isinstance(answer, HttpResponse) or answer.status >= 500:
            raise NotTestable("the target fails on a request that it takes")
        try:
            value = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            value = MISSING
        return Reply(exchange, answer.status, value)

    def good(self, operation: Operation, path: Values = None, query: Values = None, body: Any = MISSING) -> Reply:
        """Send a request that has to be carried out before a law can be tried.

        Raises:
            Untried: if it is refused.
        """
        reply = self.ask(operation, path, query, body)
        if not reply.ok:
            raise NotTestable(f"{operation.id} answers {reply.status} to what the law starts from")
        return reply

    def was_broken(self, law: str, operation: Operation, part: str | None = None) -> bool:
        """Return whether a law was broken on an operation, or a part of it."""
        return any(each[:2] == (law, operation.id) and part in (None, each[2]) for each in self.broken)

    # lists

    def rows(self, operation: Operation, reply: Reply) -> list[Any]:
        """Return the items of one answer of a list.

        Raises:
            Untried: if they are not where the contract says; the schema's checks tell that.
        """
        behavior = self.behavior(operation)
        rows = reply.at(behavior.pagination.items if behavior.pagination else items_of(behavior))
        if not isinstance(rows, list):
            raise NotTestable("the answer has no list where the contract has one")
        return rows

    def walk(self, operation: Operation, path: Values = None, query: Values = None, *, size: int | None = None) -> Walk:
        """Ask for all pages of a list, the largest that there are unless `size` says otherwise. Answers are remembered.

        Raises:
            Untried: if a page is refused.
        """
        key = _walk_key(operation, path, query, size)
        if key not in self._walks:
            replies, rows, whole, known = list[Reply](), list[Any](), False, set[bytes]()
            for reply in self._pages(operation, size, path, query):
                page = self.rows(operation, reply)
                keys = {self.key(operation, row) for row in page}
                if rows and keys <= known:
                    # the last page again, or the first
                    whole = True
                    break
                replies.append(reply)
                rows += page
                known |= keys
                whole = self._ends(operation, reply, page, size, len(rows))
                if whole:
                    break
            self._walks[key] = Walk(tuple(replies), tuple(rows), whole)
        return self._walks[key]

    def _ends(self, operation: Operation, reply: Reply, page: list[Any], size: int | None, seen: int) -> bool:
        """Return whether no page follows: after one that is not full, unless the list says that it has more items."""
        pagination = self.behavior(operation).pagination
        if pagination is None or not page:
            return True
        total, more = (reply.at(pagination.envelope.get(role)) for role in ("total", "more"))
        told = (isinstance(total, int) and seen < total) or more is True
        return len(page) < (size or largest(pagination)) and not told

    def _pages(self, operation: Operation, size: int | None, path: Values, query: Values) -> Iterator[Reply]:
        pagination = self.behavior(operation).pagination
        for number in range(PAGES):
            paged = self.page(operation, number, size or largest(pagination)) if pagination else {}
            yield self.good(operation, path, {**(query or {}), **paged})

    def page(self, operation: Operation, number: int, size: int) -> dict[str, int]:
        """Return the query for the page `number`, from 0, of `size` items."""
        pagination = self.behavior(operation).pagination
        if pagination is None:
            return {}
        named = {pagination.size: size} if pagination.size else {}
        return named | {pagination.start: number + 1 if pagination.style == "page" else number * size}

    def whole(
        self, operation: Operation, path: Values = None, query: Values = None, *, size: int | None = None
    ) -> Walk:
        """Return a walk over a list that came to its end. See `walk`.

        Raises:
            Untried: if it did not.
        """
        walk = self.walk(operation, path, query, size=size)
        if not walk.whole:
            raise NotTestable(f"the list is longer than the {len(walk.rows)} items that a walk goes")
        return walk

    def part(self, operation: Operation, count: int, pages: int) -> int | None:
        """Return the size of page that cuts `count` items into so many, or more; None where no request can say it."""
        pagination = self.behavior(operation).pagination
        if pagination is None or pagination.size is None:
            return None
        return max(1, min(largest(pagination), math.ceil(count / pages)))

    def total(self, operation: Operation, walk: Walk) -> int | None:
        """Return how many items a list says that it has; None where it does not say."""
        pagination = self.behavior(operation).pagination
        said = walk.replies[-1].at(pagination.envelope.get("total")) if pagination else MISSING
        return int(said) if str(said).isdecimal() else None

    def key(self, operation: Operation, row: Any) -> bytes:
        """Return what tells a row from the others: its id, or all of it where the contract names none."""
        resource = self.behavior(operation).resource
        found = at(row, resource.id) if resource and resource.id is not None else None
        return canonical(row if found in (MISSING, None) else found)

    def keys(self, operation: Operation, walk: Walk) -> list[bytes]:
        """Return the keys of all rows of a walk, in order."""
        return [self.key(operation, row) for row in walk.rows]

    # others

    def known_keys(self, operation: Operation) -> set[bytes] | None:
        """Return the keys of all rows of a list as it was walked last; None if it was not."""
        walk = self._walks.get(_walk_key(operation))
        return None if walk is None else set(self.keys(operation, walk))

    def has_moved(self, operation: Operation, before: set[bytes]) -> bool:
        """Return whether others have written to a list since it had the keys `before`.

        What they removed does not come again; what a walk has lost does.
        """
        self.look_anew()
        now = set(self.keys(operation, self.walk(operation)))
        self.look_anew()
        again = set(self.keys(operation, self.walk(operation)))
        return now != before and not (before - now) & again

    def look_anew(self) -> None:
        """Forget the walks: others may have written since."""
        self._walks.clear()

    def start_again(self) -> None:
        """Forget all that was seen, and remove what was created.

        Raises:
            KeyboardInterrupt: if one came meanwhile.
        """
        self.look_anew()
        if stop := self.clear():
            raise stop

    # clearing away

    def later(self, what: str, undo: Callable[[], bool]) -> None:
        """Keep in mind how to remove what was created, which says whether it is gone; `what` names it to the user."""
        self._undo.append((what, undo))

    def clear(self) -> KeyboardInterrupt | None:
        """Remove what was created, the latest first; `left` has what is left behind all the same.

        Return the interrupt that came meanwhile, None for none. It is heard afterwards; at a second one, what is not
        removed yet is left.
        """
        stop: KeyboardInterrupt | None = None
        while self._undo:
            what, undo = self._undo[-1]
            try:
                done = undo()
            except KeyboardInterrupt as error:
                if stop is None:
                    stop = error
                    continue
                self.left += [each for each, _ in self._undo]
                self._undo.clear()
                break
            except (NotTestable, AdcontractError):
                done = False
            self._undo.pop()
            if not done:
                self.left.append(what)
        return stop


def _walk_key(operation: Operation, path: Values = None, query: Values = None, size: int | None = None) -> bytes:
    return canonical([operation.id, size, dict(path or {}), dict(query or {})])


def items_of(behavior: Behavior) -> str | None:
    """Return where the items of an unpaged list are, or None."""
    return behavior.resource.items if behavior.resource else None


def largest(pagination: Pagination) -> int:
    """Return the largest size of a page that the contract names."""
    return pagination.max or pagination.default or DEFAULT_SIZE


def pages_of(total: int, size: int) -> int:
    """Return how many pages of `size` items hold `total`; an empty list has one."""
    return max(1, math.ceil(total / size))
