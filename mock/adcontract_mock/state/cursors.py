"""Cursors of the pages of a list (`x-pagination`): text that only the mock reads, and the end of a list without one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join, lookup, put, split
from adcontract_mock.state.payload_pointers import drop
from adcontract_mock.state.schema_properties import required

if TYPE_CHECKING:
    from adcontract import MediaType
    from adcontract.contract.behavior import Pagination

_MARK = "row:"


class UnknownCursor(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A request names a cursor that no page has given; the message says which."""


def cursor_of(row: int) -> str:
    """Return the cursor of the page that begins with a row."""
    return urlsafe_b64encode(f"{_MARK}{row}".encode()).decode().rstrip("=")


def row_of(cursor: str, pagination: Pagination) -> int:
    """Return the row with which the page of a cursor begins.

    Raises:
        UnknownCursor: if no page has given it. Where the contract does not say that it is refused, it begins a list.
    """
    try:
        mark, _, row = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").rpartition(":")
    except ValueError:
        mark, row = "", ""
    if f"{mark}:" == _MARK and row.isdecimal() and cursor_of(int(row)) == cursor:
        return int(row)
    if pagination.refused is not None:
        raise UnknownCursor(cursor)
    return 0


@dataclass(frozen=True)
class BodySchema:
    """The schema of the body of a list, which decides how its last page says that no other follows."""

    document: dict[str, Any]
    pointer: str

    @classmethod
    def of(cls, document: dict[str, Any], media: MediaType | None) -> BodySchema | None:
        """Return the schema of a media type of a response, None where it has none."""
        return cls(document, f"{media.pointer}/schema") if media and "schema" in media.data else None

    def without(self, payload: Any, pointer: str) -> Any:
        """Return a body without a value at `pointer`: null where the schema allows it, else absent, else empty."""
        *outer, name = split(pointer)
        holders = reach(self.document, self.pointer, join("", *outer))
        found = [
            lookup(self.document, each) for each in reach(self.document, self.pointer, pointer) if each not in holders
        ]
        if all(each.get("nullable") or "type" not in each for each in found):
            return put(payload, pointer, None)
        if any(name in required(self.document, each) for each in holders):
            return put(payload, pointer, "")
        drop(payload, pointer)
        return payload
