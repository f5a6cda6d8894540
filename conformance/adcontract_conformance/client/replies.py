"""Responses of the target as data: a status, and the JSON of the body, in which pointers lead to values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.pages import next_cursor, said
from adcontract.openapi.pointer import lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.contract.behavior import Pagination
    from adcontract_conformance.model.exchange import Exchange


class _Missing:
    def __repr__(self) -> str:
        return "none"


MISSING: Any = _Missing()
"""Stands for a value that is not there; `None` is a value of JSON."""


class NotTestable(Exception):  # noqa: N818 - it is not an error
    """A law cannot be tried on this target; the message says why."""


@dataclass(frozen=True)
class Reply:
    """A response that came; `value` is its JSON body, or `MISSING`."""

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

    @property
    def is_gone(self) -> bool:
        """Whether it was refused because there is no such item."""
        return self.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

    def at(self, pointer: str | None) -> Any:
        """Return the value at `pointer` in the body, or `MISSING`."""
        return MISSING if pointer is None else at(self.value, pointer)

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, by names in lower case."""
        return getattr(self.exchange.response, "headers", {})

    def said(self, pagination: Pagination | None, role: str) -> Any:
        """Return what it says of its page in a role of `x-pagination`, or `MISSING`."""
        try:
            return said(pagination, role, self.value, self.headers) if pagination else MISSING
        except LookupError:
            return MISSING

    def next_cursor(self, pagination: Pagination) -> str | None:
        """Return the cursor of the next page, None on the last."""
        return next_cursor(pagination, self.value, self.headers)


def at(value: Any, pointer: str) -> Any:
    """Return the value at `pointer`, or `MISSING`."""
    try:
        return lookup(value, pointer)
    except LookupError:
        return MISSING


def canonical(value: Any) -> bytes:
    """Return `value` as text that is the same for the same value; `MISSING` as none."""
    return b"" if value is MISSING else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def json_of(body: bytes) -> Any:
    """Return the value of a JSON body, or `MISSING`."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return MISSING


def text_of(value: Any) -> str:
    """Return a value as it stands in JSON, for a person to read."""
    return "missing" if value is MISSING else json.dumps(value, ensure_ascii=False)
