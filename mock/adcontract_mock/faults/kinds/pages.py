"""Pages of lists that are not as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.narrowing import narrowing
from adcontract.contract.pages import LINKS
from adcontract.openapi.pointer import get, put
from adcontract.openapi.web_links import link_header, web_links
from adcontract_mock.faults.listing import numbered, paged, several_pages, without
from adcontract_mock.faults.registry import Kinds
from adcontract_mock.state.payload_pointers import drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Pagination
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("lists")


def _sized(place: Place) -> bool:
    return paged(place) and place.behavior.pagination is not None and place.behavior.pagination.size is not None


@_kinds.acts("size-ignored", "The size of a page is ignored.", _sized)
def _size_ignored(acting: Acting) -> Any:
    pagination = acting.behavior.pagination
    return acting.run(query=without(acting.query, pagination.size if pagination else None))


@_kinds.acts(
    "size-clamped",
    "A page has at most two rows, whatever size is asked for.",
    lambda place: _sized(place) and numbered(place),
)
def _size_clamped(acting: Acting) -> Any:
    pagination = acting.behavior.pagination
    size = pagination.size if pagination else None
    asked = acting.query.get(size or "")
    return acting.run(query={**acting.query, str(size): min(asked, 2)} if asked else None)


@_kinds.acts("page-ignored", "Every page is the first.", several_pages)
def _page_ignored(acting: Acting) -> Any:
    pagination = acting.behavior.pagination
    return acting.run(query=without(acting.query, pagination.start if pagination else None))


@_kinds.acts("page-skipped", "Every page is the one after it.", lambda place: several_pages(place) and numbered(place))
def _page_skipped(acting: Acting) -> Any:
    pagination = acting.behavior.pagination
    if pagination is None or pagination.start not in acting.query:
        return acting.run()
    step = 1 if pagination.style == "page" else acting.query.get(pagination.size or "") or pagination.default or 1
    return acting.run(query={**acting.query, pagination.start: acting.query[pagination.start] + step})


def _shifted(acting: Acting, start: int, end: int, *, first_page: bool = True) -> Any:
    """Return the page with the beginning and the end of its rows moved by so many."""
    body = acting.run()
    rows, whole = acting.items(body), acting.whole()
    first = next((index for index, row in enumerate(whole) if rows and row == rows[0]), None)
    if first is None or (first == 0 and not first_page):
        return body
    return acting.with_items(body, whole[max(first + start, 0) : first + len(rows) + end])


@_kinds.acts("one-row-more", "A page has one row more than its size.", several_pages)
def _one_more(acting: Acting) -> Any:
    return _shifted(acting, 0, 1)


@_kinds.acts("one-row-less", "A page lacks its last row.", lambda place: numbered(place) or _sized(place))
def _one_less(acting: Acting) -> Any:
    return _shifted(acting, 0, -1)


@_kinds.acts("pages-overlap", "Each page begins with the last row of the one before.", several_pages)
def _overlap(acting: Acting) -> Any:
    return _shifted(acting, -1, -1, first_page=False)


@_kinds.acts(
    "single-pages-overlap",
    "A page of one row has the row of the page before.",
    lambda place: _sized(place) and several_pages(place),
)
def _single_overlap(acting: Acting) -> Any:
    pagination = acting.behavior.pagination
    is_single = pagination is not None and acting.query.get(pagination.size or "") == 1
    return _shifted(acting, -1, -1, first_page=False) if is_single else acting.run()


@_kinds.acts("row-between-pages", "The row after each page is on none.", several_pages)
def _between(acting: Acting) -> Any:
    return _shifted(acting, 1, 1, first_page=False)


def _is_created_into(place: Place) -> bool:
    """Return whether a client knows of the last item, because it has created it: a list need not have others."""
    if place.resource is None or place.resource_type is None or not place.action("list"):
        return False
    if narrowing(place.resource_type, place.operation):
        return False
    parent = place.resource.parent
    creates = [each.declared for each in place.resource_type.of("create", "add")]
    own = [each for each in creates if parent is None or (each.parent and each.parent.name == parent.name)]
    return any(each.action == "create" or each.makes for each in own)


@_kinds.acts("last-item-missing", "The last item of a list is missing, and not counted.", _is_created_into)
def _last_missing(acting: Acting) -> Any:
    return acting.run(rows=lambda rows: rows[:-1])


def _is_seen_otherwise(place: Place) -> bool:
    """Return whether a list shows elsewhere that it lacks an item: in its total, in another order, or filtered."""
    behavior = place.behavior
    roles = behavior.pagination.roles if behavior.pagination else frozenset()
    counts = roles & ({"total"} if behavior.cursor else {"total", "last", "more", "next"})
    filters = any(not each.hidden and not each.alternative for each in behavior.filters)
    return place.action("list") and bool(counts or filters or behavior.sorts)


@_kinds.acts("first-item-missing", "The first item of a list is counted, and on no page.", _is_seen_otherwise)
def _first_missing(acting: Acting) -> Any:
    return _shifted(acting, 1, 1)


@_kinds.acts("row-twice", "The last row of a page is its first one again.", lambda place: place.action("list"))
def _twice(acting: Acting) -> Any:
    body = acting.run()
    rows = acting.items(body)
    return acting.with_items(body, [*rows[:-1], rows[0]]) if len(rows) > 1 else body


@_kinds.acts("last-page-repeated", "A page beyond the last has the rows of the last.", numbered)
def _beyond(acting: Acting) -> Any:
    body = acting.run()
    whole = [] if acting.items(body) else acting.whole()
    return acting.with_items(body, whole[-1:]) if whole else body


_OF_SEVERAL = (
    *("total-of-page", "last-page-is-current", "current-page-is-first", "more-never"),
    *("next-missing", "prev-missing", "next-is-current"),
)
"""What is true of a list with a single page."""


def _enveloped(role: str, name: str, description: str, change: Callable[[Acting, Any, Any], Any]) -> None:
    """Register a kind that changes what the response says of its page: `change` gets the body and the value."""

    def applies(place: Place) -> bool:
        pagination = place.behavior.pagination
        is_divided = several_pages(place) if name in _OF_SEVERAL else paged(place)
        return is_divided and pagination is not None and role in pagination.roles

    @_kinds.acts(name, description, applies)
    def _(acting: Acting) -> Any:
        body, pagination = acting.run(), acting.behavior.pagination
        if pagination is None:
            return body
        if role not in pagination.envelope:
            _change_header(acting, pagination, role, lambda value: change(acting, body, value))
            return body
        pointer = pagination.envelope[role]
        value = get(body, pointer)
        if value is None:
            return body  # the last page names no next one
        other = change(acting, body, value)
        if other is None and isinstance(value, dict):
            drop(body, pointer)
            return body
        return put(body, pointer, other)


def _change_header(acting: Acting, pagination: Pagination, role: str, change: Callable[[Any], Any]) -> None:
    """Change what a header of the response says of its page; a link that is None is left out."""
    headers, name = acting.context.headers, pagination.headers[role]
    if name not in headers:
        return
    if role not in LINKS:
        headers[name] = str(change(int(headers[name]) if headers[name].isdecimal() else headers[name]))
        return
    links = web_links(headers[name])
    if LINKS[role] in links:
        links[LINKS[role]] = change(links[LINKS[role]])
        headers[name] = link_header({relation: link for relation, link in links.items() if link})


_enveloped("total", "total-too-high", "The total is one too high.", lambda _a, _b, value: value + 1)
_enveloped("total", "total-of-page", "The total is that of the page.", lambda acting, body, _: len(acting.items(body)))
_enveloped(
    "last", "last-page-too-high", "The number of the last page is one too high.", lambda _a, _b, value: value + 1
)
_enveloped(
    "last",
    "last-page-is-current",
    "The last page is always the current one.",
    lambda acting, _b, value: _page(acting, value),
)
_enveloped("current", "current-page-is-first", "The current page is always the first.", lambda _a, _b, _c: 1)
_enveloped("current", "current-page-from-zero", "Pages are counted from 0.", lambda _a, _b, value: value - 1)
_enveloped(
    "from", "from-too-low", "The number of the first row is one too low.", lambda _a, _b, value: value and value - 1
)
_enveloped(
    "to", "to-too-high", "The number of the last row is one too high.", lambda _a, _b, value: value and value + 1
)
_enveloped("per_page", "per-page-wrong", "The size of the page is one too high.", lambda _a, _b, value: value + 1)
_enveloped(
    "more", "more-inverted", "The response says the opposite of whether there is more.", lambda _a, _b, value: not value
)
_enveloped("more", "more-always", "The response always says that there is more.", lambda _a, _b, _c: True)
_enveloped("more", "more-never", "The response never says that there is more.", lambda _a, _b, _c: False)
_enveloped("next", "next-missing", "The next page is never named.", lambda _a, _b, _c: None)
_enveloped("prev", "prev-missing", "The page before is never named.", lambda _a, _b, _c: None)
_enveloped(
    "next",
    "next-is-current",
    "The next page that is named is the current one.",
    lambda acting, _b, value: _current(acting, value),
)


def _page(acting: Acting, last: Any) -> Any:
    pagination = acting.behavior.pagination
    asked = acting.query.get(pagination.start) if pagination and pagination.style == "page" else None
    return asked or (1 if pagination and pagination.style == "page" else last)


def _current(acting: Acting, link: Any) -> Any:
    pagination = acting.behavior.pagination
    if link is None or pagination is None:
        return link
    start = acting.query.get(pagination.start) or (1 if pagination.style == "page" else 0)
    if not start and pagination.style == "cursor":
        return link  # the first page has no cursor
    if isinstance(link, dict):
        return {**link, pagination.start: start}
    return str(link).rpartition(f"{pagination.start}=")[0] + f"{pagination.start}={start}"
