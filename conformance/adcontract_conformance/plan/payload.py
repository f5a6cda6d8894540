"""Payloads that a double fills in: the numbers and links of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import put

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
        start = query.get(pagination.start) or 0
        self._first = (max(start, 1) - 1) * self._size if pagination.style == "page" else start
        self._total = len(rows)
        self.rows = rows[self._first : self._first + self._size]

    def written(self, payload: Any) -> Any:
        """Return a payload with what it says of the page; the rows stay."""
        number, last = self._first // self._size + 1, max(1, -(-self._total // self._size))
        is_more = self._first + self._size < self._total
        values = {
            "total": self._total,
            "current": number,
            "last": last,
            "from": self._first + 1 if self.rows else None,
            "to": self._first + len(self.rows) if self.rows else None,
            "per_page": self._size,
            "more": is_more,
            "next": self._following(number + 1) if is_more else None,
            "prev": self._link(number - 1) if number > 1 else None,
            "first_link": self._link(1),
            "last_link": self._link(last),
        }
        for role, pointer in self._pagination.envelope.items():
            if role in values:
                payload = put(payload, pointer, values[role])
        return payload

    def _following(self, number: int) -> Any:
        """Return the link to the next page: of offsets, it is an object with both parameters."""
        pagination = self._pagination
        if pagination.style == "page":
            return self._link(number)
        size = {pagination.size: self._size} if pagination.size else {}
        return {pagination.start: (number - 1) * self._size, **size}

    def _link(self, number: int) -> str:
        pagination = self._pagination
        start = number if pagination.style == "page" else (number - 1) * self._size
        return f"?{'&'.join([*self._others, f'{pagination.start}={start}'])}"
