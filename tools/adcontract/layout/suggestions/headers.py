"""What the headers of a list suggest: the parts of `x-pagination` that stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.pages import LINKS
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters
from adcontract.openapi.web_links import web_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shapes

_TOTAL = ("xtotalcount", "xtotal", "totalcount", "xtotalitems")
_ONLY_NEXT = ("next",)
"""The role of a link in pages by cursor, which lead nowhere else."""


def said_in_headers(operation: Operation, style: str, shapes: Shapes) -> dict[str, str]:
    """Return the headers of a list that say something of its pages, by their roles in `x-pagination`.

    `Link` leads to the next page, and to others that its example names.
    """
    headers = operation.success.data.get("headers", {}) if operation.success else {}
    found: dict[str, str] = {}
    for name, node in headers.items():
        header = follow(shapes.document, node)
        if name.lower() == "link":
            found |= dict.fromkeys(_roles(header, style), name)
        elif letters(name) in _TOTAL and follow(shapes.document, header.get("schema", {})).get("type") == "integer":
            found["total"] = name
    return found


def _roles(header: dict[str, Any], style: str) -> list[str]:
    """Return the roles of the links in a header `Link`, none where its example shows that it leads to no page."""
    shown = [web_links(text) for text in _examples(header)]
    relations = {relation for links in shown for relation in links}
    if shown and "next" not in relations and not relations & {"prev", "last"}:
        return []
    known = [role for role, relation in LINKS.items() if relation in relations]
    return [role for role in dict.fromkeys((*_ONLY_NEXT, *known)) if style != "cursor" or role in _ONLY_NEXT]


def _examples(header: dict[str, Any]) -> Iterator[str]:
    values = [header.get("example"), header.get("schema", {}).get("example")]
    values += [each.get("value") for each in header.get("examples", {}).values() if isinstance(each, dict)]
    yield from (each for each in values if isinstance(each, str))
