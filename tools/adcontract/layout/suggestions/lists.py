"""What the parameters of a list suggest of its pages: x-pagination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.layout.suggestions.headers import said_in_headers
from adcontract.openapi.pointer import get, join
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operation_parts import Parameter
    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shapes, Shown

_PAGE = ("page", "pagenumber")
_OFFSET = ("offset", "skip")
_SIZE = ("perpage", "pagesize", "limit", "size")
_CURSOR = ("cursor", "pagetoken", "nextpagetoken", "nexttoken", "after", "startingafter")
_NEXT_CURSOR = ("nextcursor", "nextpagetoken", "nexttoken")
_PLACES = ("", "meta", "pagination", "paging", "page_info", "pageInfo")
_ROLES = {
    "total": ("total", "totalcount", "totalitems"),
    "current": ("currentpage",),
    "last": ("lastpage", "totalpages", "pagecount"),
    "per_page": ("perpage", "pagesize"),
}
_MORE = ("hasmore", "hasnext", "hasnextpage")


def paginate(operation: Operation, rows: Shown, shapes: Shapes) -> tuple[dict[str, Any] | None, str]:
    """Return the x-pagination of a list, or None; and a remark, empty where there is nothing to say."""
    query = {letters(each.name): each for each in operation.parameters if each.location == "query"}
    size = next((query[name] for name in _SIZE if name in query), None)
    styles = [("page", name) for name in _PAGE] + [("offset", name) for name in _OFFSET]
    style, start = next(((style, query[name]) for style, name in styles if name in query), ("", None))
    if start is None:
        return _by_cursor(query, size, rows, said_in_headers(operation, "cursor", shapes), shapes)
    if size is None:
        return None, f"{start.name} looks like a pagination, but no parameter looks like the size of a page."
    kinds = {shapes.asked(each).get("type") for each in (start, size)}
    first = shapes.asked(start)
    if kinds != {"integer"}:
        return None, f"{start.name} and {size.name} look like a pagination, but are not both integers."
    if style == "page" and 0 in (first.get("minimum"), first.get("default")):
        return None, f"{start.name} counts from 0; x-pagination counts pages from 1."
    declared: dict[str, Any] = {"style": style, style: start.name, "size": size.name, "items": rows.pointer}
    declared |= _envelope(rows, shapes, style)
    declared |= _in_headers(said_in_headers(operation, style, shapes), declared)
    what = "the number of a page, from 1" if style == "page" else "the number of rows to skip"
    declared["x-inferred"] = f"By their names, {start.name} is {what}, and {size.name} the most rows of a page."
    return declared, ""


def _by_cursor(
    query: dict[str, Parameter], size: Parameter | None, rows: Shown, headers: dict[str, str], shapes: Shapes
) -> tuple[dict[str, Any] | None, str]:
    cursor = next((query[name] for name in _CURSOR if name in query), None)
    if cursor is None:
        return None, ""
    found = [
        (join(place, name), name)
        for place, name, schema in _around(rows, shapes)
        if letters(name) in _NEXT_CURSOR and follow(shapes.document, schema).get("type") == "string"
    ]
    shown = [get(payload, pointer) for pointer, _ in found for payload in rows.payloads]
    is_known = len(found) == 1 or (not found and "next" in headers)
    if not is_known or size is None or not all(value is None or isinstance(value, str) for value in shown):
        return None, f"{cursor.name} looks like a cursor, but which part of a page has the next one is not certain."
    if shapes.asked(cursor).get("type") != "string" or shapes.asked(size).get("type") != "integer":
        return None, f"{cursor.name} and {size.name} look like a pagination, but are not a string and an integer."
    pointer, name = found[0] if found else ("", headers["next"])
    declared: dict[str, Any] = {"style": "cursor", "cursor": cursor.name, "size": size.name, "items": rows.pointer}
    declared |= {"next_cursor": pointer} if found else {}
    declared |= _in_headers(headers, declared)
    declared["x-inferred"] = f"By their names, {cursor.name} takes what {name} of the page before has."
    return declared, ""


def _in_headers(headers: dict[str, str], declared: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the parts of an x-pagination that stand in headers, apart from those that are declared already."""
    others = {role: name for role, name in headers.items() if role not in declared}
    return {"headers": others} if others else {}


def _around(rows: Shown, shapes: Shapes) -> Iterator[tuple[str, str, Any]]:
    """Yield the parts of a response beside its rows: the pointer of their object, their name, and their schema."""
    for place in _PLACES if rows.pointer else ():
        shape = shapes.of(rows.around.properties.get(place, {})) if place else rows.around
        for name, schema in shape.properties.items() if shape else ():
            yield join("", place) if place else "", name, schema


def _envelope(rows: Shown, shapes: Shapes, style: str) -> dict[str, str]:
    """Return the pointers of the parts of a response that say where its page is."""
    found: dict[str, str] = {}
    for place, name, schema in _around(rows, shapes):
        pointer, inner = join(place, name), shapes.of(schema)
        type_ = inner.type if inner else ""
        for role, names in _ROLES.items():
            if letters(name) in names and type_ == "integer" and (style == "page" or role == "total"):
                found.setdefault(role, pointer)
        if letters(name) in _MORE and type_ == "boolean":
            found.setdefault("more", pointer)
    return {role: pointer for role, pointer in found.items() if _holds(role, pointer, rows)}


def _holds(role: str, pointer: str, rows: Shown) -> bool:
    """Return whether every payload agrees with a role."""
    for payload in rows.payloads:
        value = get(payload, pointer)
        least = len(get(payload, rows.pointer) or ()) if role in ("total", "per_page") else 0
        if role != "more" and (not isinstance(value, int) or value < least):
            return False
    return True


def takes_required(operation: Operation) -> Iterator[str]:
    """Yield the parameters without which a list cannot be asked for, besides those of its path."""
    yield from (each.name for each in operation.parameters if each.required and each.location == "query")
