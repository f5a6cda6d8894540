"""The pages of a list, and the properties of a response that describe them (`x-pagination`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.pages import LINKS
from adcontract.openapi.pointer import get, put
from adcontract.openapi.web_links import link_header
from adcontract_mock.state.cursors import cursor_of, row_of
from adcontract_mock.state.payload_pointers import HIGHEST, drop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract.contract.behavior import Pagination
    from adcontract_mock.state.cursors import BodySchema


class Page:
    """One page of a list: `rows` are those on it, `first` is the index of the first, `size` how many a page holds."""

    def __init__(
        self,
        pagination: Pagination,
        query: Mapping[str, Any],
        rows: Sequence[Any],
        path: str = "/",
        raw_query: str = "",
        *,
        schema: BodySchema | None = None,
    ) -> None:
        """Take the values of the query, all rows, and the path and the query as they were sent, for links.

        `schema` is that of the body, where that decides how the last page names no next one.

        Raises:
            UnknownCursor: if the query has a cursor that no page has given, and the contract says that it is refused.
        """
        self.path = path
        self._schema = schema
        others = [pair for pair in raw_query.split("&") if pair and pair.partition("=")[0] != pagination.start]
        self._link = f"{path}?{''.join(f'{pair}&' for pair in others)}{pagination.start}="
        asked = query.get(pagination.size) if pagination.size else None
        start = query.get(pagination.start) or 0
        if pagination.style == "cursor":
            start = row_of(str(start), pagination) if start else 0
        start = min(start, HIGHEST)  # a page beyond the last is empty, however far
        self.pagination = pagination
        self.size = min(asked or pagination.default or len(rows) or 1, HIGHEST)
        self.total = len(rows)
        self.last = max(1, -(-self.total // self.size))
        if pagination.style == "page":
            self.current = start or 1
            self.first = (self.current - 1) * self.size
        else:
            self.first = start
            self.current = self.first // self.size + 1
        self.rows = rows[self.first : self.first + self.size]
        self.more = self.first + self.size < self.total

    def written(self, payload: Any) -> Any:
        """Return a documented response with everything that it says of its page corrected; the rows stay."""
        for role, pointer in self.pagination.envelope.items():
            if role == "next" and self.pagination.style == "offset":
                payload = self._with_next(payload, pointer)
            elif role in ("next", "next_cursor") and self._schema is not None and not self.more:
                payload = self._schema.without(payload, pointer)
            elif role == "links":
                payload = put(payload, pointer, self._row_of_links(get(payload, pointer) or []))
            else:
                payload = put(payload, pointer, _VALUES[role](self))
        return payload

    def headers(self) -> dict[str, str]:
        """Return the headers of the response that say something of the page, by name; without those that say nothing.

        The links are in one header.
        """
        values = {role: _VALUES[role](self) for role in self.pagination.headers}
        links = {LINKS[role]: link for role, link in values.items() if role in LINKS and link}
        named = {
            self.pagination.headers[role]: str(value)
            for role, value in values.items()
            if role not in LINKS and value is not None
        }
        return named | ({"Link": link_header(links)} if links else {})

    @property
    def next(self) -> str | None:
        """The link to the next page, None on the last."""
        if not self.more:
            return None
        if self.pagination.style == "page":
            return self.link(self.current + 1)
        return f"{self._link}{self.next_cursor if self.pagination.style == 'cursor' else self.first + self.size}"

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page, None on the last."""
        return cursor_of(self.first + self.size) if self.more else None

    @property
    def previous(self) -> str | None:
        """The link to the page before, None on the first."""
        if self.pagination.style == "offset":
            return f"{self._link}{max(0, self.first - self.size)}" if self.first else None
        return self.link(self.current - 1) if self.current > 1 else None

    def _with_next(self, payload: Any, pointer: str) -> Any:
        """Return a response with the parameters of the next page; without them on the last."""
        if not self.more:
            drop(payload, pointer)
            return payload
        start = {self.pagination.start: self.first + self.size}
        return put(payload, pointer, start | ({self.pagination.size: self.size} if self.pagination.size else {}))

    def _row_of_links(self, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the row of links below a list: to the previous page, to each page, to the next page."""
        numbers = [
            {"url": self.link(number), "label": str(number), "active": number == self.current}
            for number in range(1, self.last + 1)
        ]
        before, after = (shown[0]["label"], shown[-1]["label"]) if shown else ("Previous", "Next")
        return [
            {"url": self.previous, "label": before, "active": False},
            *numbers,
            {"url": self.next, "label": after, "active": False},
        ]

    def link(self, number: int) -> str:
        """Return a relative reference to a page of the same list (RFC 3986, section 4.2)."""
        return f"{self._link}{self.start_of(number)}"

    def start_of(self, number: int) -> int | str:
        """Return the value of the parameter that asks for a page."""
        if self.pagination.style == "page":
            return number
        first = (number - 1) * self.size
        return cursor_of(first) if self.pagination.style == "cursor" else first


_VALUES: dict[str, Callable[[Page], Any]] = {
    "total": lambda page: page.total,
    "current": lambda page: page.current,
    "last": lambda page: page.last,
    "from": lambda page: page.first + 1 if page.rows else None,
    "to": lambda page: page.first + len(page.rows) if page.rows else None,
    "per_page": lambda page: page.size,
    "path": lambda page: page.path,
    "more": lambda page: page.more,
    "next": lambda page: page.next,
    "next_cursor": lambda page: page.next_cursor,
    "prev": lambda page: page.previous,
    "first_link": lambda page: page.link(1),
    "last_link": lambda page: page.link(page.last),
}
"""What a response says of its page, by the roles of `x-pagination`."""
