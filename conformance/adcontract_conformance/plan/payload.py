"""Payloads that a double fills in: the numbers and links of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.pages import LINKS
from adcontract.openapi.pointer import put
from adcontract.openapi.web_links import link_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.contract.behavior import Pagination


class Page:
    """The part of some rows that a query asks for: `rows`. `text` is the query as it was sent, for links."""

    def __init__(self, pagination: Pagination, query: Mapping[str, Any], rows: list[Any], text: str = "") -> None:
        self._pagination = pagination
        pairs = (pair for pair in text.split("&") if pair)
        self._others = [pair for pair in pairs if pair.partition("=")[0] != pagination.start]
        asked = query.get(pagination.size) if pagination.size else None
        self._size = asked or pagination.default or len(rows) or 1
        first = str(query.get(pagination.start) or 0)
        start = int(first) if first.isdecimal() else 0  # an unknown cursor
        self._first = (max(start, 1) - 1) * self._size if pagination.style == "page" else start
        self._total = len(rows)
        self.rows = rows[self._first : self._first + self._size]

    def written(self, payload: Any) -> Any:
        """Return a payload with what it says of the page; the rows stay."""
        values = self._values()
        for role, pointer in self._pagination.envelope.items():
            if role in values:
                payload = put(payload, pointer, values[role])
        return payload

    def headers(self) -> dict[str, str]:
        """Return the headers that say something of the page."""
        values, named = self._values(), self._pagination.headers
        links = {LINKS[role]: values[role] for role in named if role in LINKS and values[role]}
        numbers = {name: str(values[role]) for role, name in named.items() if role not in LINKS and values[role]}
        return numbers | ({"Link": link_header(links)} if links else {})

    def _values(self) -> dict[str, Any]:
        number, last = self._first // self._size + 1, max(1, -(-self._total // self._size))
        is_more = self._first + self._size < self._total
        return {
            "total": self._total,
            "current": number,
            "last": last,
            "from": self._first + 1 if self.rows else None,
            "to": self._first + len(self.rows) if self.rows else None,
            "per_page": self._size,
            "more": is_more,
            "next": self._following(number + 1) if is_more else None,
            "next_cursor": str(self._first + self._size) if is_more else None,
            "prev": self._link(number - 1) if number > 1 else None,
            "first_link": self._link(1),
            "last_link": self._link(last),
        }

    def _following(self, number: int) -> Any:
        """Return the link to the next page: of offsets in a body, it is an object with both parameters."""
        pagination = self._pagination
        if pagination.style != "offset" or "next" in pagination.headers:
            return self._link(number)
        size = {pagination.size: self._size} if pagination.size else {}
        return {pagination.start: (number - 1) * self._size, **size}

    def _link(self, number: int) -> str:
        pagination = self._pagination
        start = number if pagination.style == "page" else (number - 1) * self._size
        return f"?{'&'.join([*self._others, f'{pagination.start}={start}'])}"
