"""What a response says of its page, in its body and in its headers (`x-pagination`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from adcontract.openapi.pointer import lookup
from adcontract.openapi.text import as_text
from adcontract.openapi.web_links import web_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.contract.behavior import Pagination

LINKS = {"next": "next", "prev": "prev", "first_link": "first", "last_link": "last"}
"""The roles that are links, each with the relation that it has in a `Link` header (RFC 8288)."""


def said(pagination: Pagination, role: str, body: Any, headers: Mapping[str, str]) -> Any:
    """Return the part of the envelope with a role; from a header it is text.

    Args:
        pagination: how the list is divided.
        role: a role of `x-pagination`.
        body: the JSON body of the response.
        headers: its headers, by names in lower case.

    Raises:
        LookupError: if the response has no such part, or the contract declares none.
    """
    if role in pagination.envelope:
        return lookup(body, pagination.envelope[role])
    value = headers[pagination.headers[role].lower()]
    return web_links(value)[LINKS[role]] if role in LINKS else value.strip()


def next_cursor(pagination: Pagination, body: Any, headers: Mapping[str, str]) -> str | None:
    """Return the cursor of the next page, None on the last one. See `said`.

    On the last page the cursor, or the link that has it in its query, is absent, null, false or empty, or the response
    says that there are no more items.
    """
    try:
        if said(pagination, "more", body, headers) is False:
            return None
    except LookupError:
        pass
    for role in ("next_cursor", "next"):
        try:
            value = said(pagination, role, body, headers)
        except LookupError:
            continue
        if role == "next" and isinstance(value, str):
            value = dict(parse_qsl(urlsplit(value).query)).get(pagination.start)
        if value not in (None, "", False):
            return as_text(value)
    return None
