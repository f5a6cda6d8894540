"""The envelope of a page: its number, its first and last item, the total, and links to the other pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from adcontract_conformance.client.lists import pages_of
from adcontract_conformance.client.replies import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Pagination
    from adcontract_conformance.client.replies import Reply


def envelope(
    operation: Operation, reply: Reply, number: int, size: int, total: int, shown: int
) -> Iterator[tuple[str, str]]:
    """Yield each part that is wrong, and how, on the page `number`, from 0, of `size` items: `shown` of the `total`."""
    pagination = operation.behavior.pagination
    if pagination is None:
        return
    last = pages_of(total, size)
    start = number * size
    numbers: dict[str, Any] = {
        "current": number + 1,
        "last": last,
        "per_page": size,
        "from": start + 1 if shown else None,
        "to": start + shown if shown else None,
    }
    for part, expected in numbers.items():
        said = reply.said(pagination, part)
        if said is not MISSING and said != expected and str(said) != str(expected):
            yield part, f"Page {number + 1} of {last} says {part} {json.dumps(said)}, not {json.dumps(expected)}."
    more = reply.said(pagination, "more")
    if more is not MISSING and bool(more) is not (start + shown < total):
        said = json.dumps(more)
        yield "more", f"After {start + shown} of {total} items the page says {said} of whether there are more."
    neighbors = {
        "next": number + 1 if start + shown < total else None,
        "prev": number - 1 if number else None,
        "first_link": 0,
        "last_link": last - 1,
    }
    for part, expected in neighbors.items():
        said = reply.said(pagination, part)
        if said is not MISSING and (fault := _link(pagination, said, expected, size, operation)):
            yield part, f"On page {number + 1} of {last}, {part} is {json.dumps(said)}: {fault}."


def _link(pagination: Pagination, said: Any, expected: int | None, size: int, operation: Operation) -> str | None:
    """Return the fault of a link (a URL, a query or a number) to the page `expected`, from 0; None if it is right."""
    if expected is None:
        return None if said in (None, "", False) else "there is no such page"
    if said in (None, ""):
        return "there is such a page"
    want = expected + 1 if pagination.style == "page" else expected * size
    if isinstance(said, dict):
        named = {name: str(value) for name, value in said.items()}
    elif isinstance(said, str) and not said.isdecimal():
        named = {name: values[0] for name, values in parse_qs(urlsplit(said).query).items()}
    else:
        named = {pagination.start: str(said)}
    known = {each.name for each in operation.parameters if each.location == "query"}
    if pagination.start not in named and (named.keys() - known or _is_elsewhere(said, operation.path)):
        return None  # a place in words of the target's own; a link with a query is followed by a law of its own
    given, sized = named.get(pagination.start, ""), named.get(pagination.size or "", "")
    if given != str(want) and (given or want not in (0, 1)):
        return f"it should lead to {want}"
    return f"it asks for pages of {sized}, not of {size}" if sized not in ("", str(size)) else None


def _is_elsewhere(link: Any, path: str) -> bool:
    """Return whether a link without a query leads to another path than that of the list, or is no URL."""
    url = urlsplit(str(link))
    return not isinstance(link, dict) and not url.query and url.path.rpartition("/")[2] != path.rpartition("/")[2]
