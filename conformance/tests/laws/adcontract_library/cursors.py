"""Pages by cursor, and what headers say of a page."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
from adcontract_library.server import Library, after, breaks


def _says(name, value):
    """Return a method by which the pages of loans say something else of themselves."""
    return after("said_of_loans", lambda self, said, *_: {**said, name: value(said[name])})


def _cut(change):
    """Return a method by which a page of loans has other rows or leads elsewhere."""
    return {"page_of_loans": lambda self, rows, first, size: change(rows, first, size)}


def _next(first, size, rows):
    return first + size if first + size < len(rows) else None


def _links(**changes):
    """Return a method by which some links of a page of visits are others."""
    return after("links_of_visits", lambda self, links, *_: {**links, **changes})


FAULTS = {
    "a page by cursor is larger than asked for": breaks(
        "listLoans",
        "page-size page-default page-walk page-total",
        **_cut(lambda rows, at, size: (rows[at : at + size + 1], _next(at, size, rows))),
    ),
    "a page by cursor is larger than the default": breaks(
        "listRenewals",
        "page-default",
        list_renewals=lambda self, query: Library.list_renewals(self, {"limit": ["7"], **query}),
    ),
    "pages by cursor overlap": breaks(
        "listLoans",
        "page-walk page-total",
        **_cut(lambda rows, at, size: (rows[max(0, at - 1) :][:size], _next(at, size, rows))),
    ),
    "pages by cursor leave an item out": breaks(
        "listLoans",
        "page-walk page-total",
        **_cut(lambda rows, at, size: (rows[at : at + size], _next(at, size + 1, rows))),
    ),
    "the cursor is ignored": breaks(
        "listLoans", "page-cursor", **_cut(lambda rows, at, size: (rows[:size], _next(0, size, rows)))
    ),
    "the cursor is ignored in a link": breaks("listRenewals", "page-cursor", row_at=lambda self, cursor: 0),
    "the last page leads to itself": breaks(
        "listLoans", "page-cursor", **_cut(lambda rows, at, size: (rows[at : at + size], _next(at, size, rows) or at))
    ),
    "no cursor leads on": breaks("listLoans", "page-cursor", **_says("next", lambda _: None)),
    "the cursor that leads on is refused": breaks(
        "listLoans", "page-cursor", **_says("next", lambda cursor: cursor and cursor[::-1])
    ),
    "an unknown cursor is the first page": breaks("listLoans", "cursor-unknown", unknown_cursor=lambda self: 0),
    "an unknown cursor is refused with another status": breaks(
        "listLoans", "cursor-unknown", unknown_cursor=lambda self: self.refuse("invalid")
    ),
    "the link to the next page has no cursor": breaks(
        "listRenewals", "page-cursor", link=lambda self, row, size: f"/renewals?limit={size}"
    ),
    "the pages of a filtered list by cursor lose the filter": breaks(
        "listLoans",
        "filter",
        list_loans=lambda self, query: Library.list_loans(
            self, {**query, "reader": [""]} if query.get("after") else query
        ),
    ),
    "the total in the header is one too many": breaks(
        "listLoans",
        "page-total",
        **after(
            "said_of_loans",
            lambda self, said, rows, _: self.headers.update({"X-Total-Count": str(len(rows) + 1)}) or said,
        ),
    ),
    "a range leaves its first day out": breaks("listLoans", "filter", is_since=lambda self, day, first: day > first),
    "a range leaves its last day out": breaks("listLoans", "filter", is_until=lambda self, day, last: day < last),
    "a range has every day": breaks("listLoans", "filter", is_since=lambda self, day, first: True),
    "a minus before an order is ignored": breaks(
        "listLoans",
        "sort-order sort-reverse",
        in_order=lambda self, rows, sort: Library.in_order(self, rows, sort and sort.removeprefix("-")),
    ),
    "the link to the first page in the header leads elsewhere": breaks(
        "listVisits", "page-envelope", **_links(first="/visits?offset=1")
    ),
    "the link to the last page in the header leads elsewhere": breaks(
        "listVisits", "page-envelope", **_links(last="/visits?offset=0")
    ),
    "the first page has a link to one before": breaks("listVisits", "page-envelope", **_links(prev="/visits?offset=0")),
}


class OwnCursors(Library):
    """Gives short pages, empty ones, and a cursor that leads to an empty last page; counts in no page."""

    def page_of_loans(self, rows, first, size):
        if first % 2 == 0 and first:
            return [], first + 1
        shown = rows[first // 2 :][: max(1, size - 1)] if first else rows[: max(1, size - 1)]
        end = first // 2 + len(shown)
        return shown, 2 * end if shown else None


class QuietCursors(Library):
    """Leaves the cursor out on the last page, and writes links in its own way."""

    def said_of_loans(self, rows, following):
        said = super().said_of_loans(rows, following)
        self.headers["x-total-count"] = self.headers.pop("X-Total-Count")
        return {name: value for name, value in said.items() if value}

    def link_header(self, links):
        own = {"self": "/here?a=1,2;b=3", **links}
        return ", ".join(
            f'<https://elsewhere.example.com{link}>; title="a, <b>"; REL={name}' for name, link in own.items()
        )


class AlwaysCursors(Library):
    """Has a cursor on the last page, too, and says there that nothing follows."""

    def said_of_loans(self, rows, following):
        said = super().said_of_loans(rows, following)
        return {**said, "next": said["next"] or "the-end"}


UNUSUAL = {
    OwnCursors: ("page-walk", "page-cursor"),
    QuietCursors: ("page-walk", "page-cursor", "cursor-unknown", "page-total", "page-envelope"),
    AlwaysCursors: ("page-walk", "page-cursor"),
}
