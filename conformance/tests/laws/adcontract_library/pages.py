"""Pages."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from adcontract_library.server import NARROW, Fault, Library, after, breaks

SHELVES = "/shelves"


def _says(**changes):
    """Return a method by which pages say something else of themselves."""

    def meta(self, total, page, size, shown):
        said = Library.meta(self, total, page, size, shown)
        return {**said, **{name: change(said, total, page, size) for name, change in changes.items()}}

    return {"meta": meta}


def _cut(start):
    """Return a method by which pages start elsewhere."""
    return {"cut": lambda self, rows, page, size: rows[max(0, start(rows, page, size)) :][:size]}


def _loses(names):
    """Return a method by which links do not keep some parameters; none if no names are given."""
    return {
        "linked": lambda self, meta, query: (
            Library.linked(self, meta, {name: values for name, values in query.items() if name not in names})
            if names
            else meta
        )
    }


ENVELOPE = {
    "the last page is one too far at a boundary": {"last": lambda said, total, page, size: total // size + 1},
    "the last page is rounded down": {"last": lambda said, total, page, size: max(1, total // size)},
    "the last page has a next one": {"next": lambda said, total, page, size: f"/books?page={page + 1}"},
    "a page before the last has no next one": {"next": lambda said, total, page, size: None},
    "next leads to this page": {
        "next": lambda said, total, page, size: said["next"] and f"/books?page={page}",
    },
    "the first page has a previous one": {"prev": lambda said, total, page, size: f"/books?page={page - 1}"},
    "pages are counted from 0": {"current": lambda said, total, page, size: page - 1},
    "the current page is always the first": {"current": lambda said, total, page, size: 1},
    "the first item is counted from 0": {"from": lambda said, total, page, size: (page - 1) * size},
    "the last item is beyond the end": {"to": lambda said, total, page, size: page * size},
}


class LinksWithCursors(Library):
    """Links with a text that only it can read, in place of a page; it has everything but what is `forgotten`."""

    forgotten = ()

    def linked(self, meta, query):
        kept = {name: values for name, values in query.items() if name not in self.forgotten}

        def link(page):
            return f"/books?cursor={urlsafe_b64encode(json.dumps({**kept, 'page': [str(page)]}).encode()).decode()}"

        steps = {"next": 1, "prev": -1}
        return {**meta, **{name: meta[name] and link(meta["current"] + step) for name, step in steps.items()}}

    def list_books(self, shelf, query):
        if "cursor" in query:
            query = json.loads(urlsafe_b64decode(query["cursor"][0]))
        return super().list_books(shelf, query)


FAULTS = {
    "the size is ignored": breaks("listBooks", "page-size", size=lambda self, asked: 5),
    "a page has one too many": breaks(
        "listBooks",
        "page-size page-default page-walk page-total",
        cut=lambda self, rows, page, size: rows[(page - 1) * size : page * size + 1],
    ),
    "the last item of the last page is lost": breaks(
        "listBooks",
        "page-total filter filter-and filter-alternative sort-all",
        cut=lambda self, rows, page, size: rows[: max(1, len(rows) - (page > 1))][(page - 1) * size : page * size],
    ),
    "the default size is different": breaks("listBooks", "page-default", default_size=lambda self: 7),
    "a page may be larger than the maximum": breaks("listBooks", "page-maximum", size=lambda self, asked: asked),
    "the maximum is smaller than it should be": breaks(
        "listVisits", "page-maximum page-default page-walk", limit=lambda self, asked: min(asked, 7)
    ),
    "the maximum is smaller, and nothing says that there are more": breaks(
        "listVisits",
        "page-maximum page-walk page-beyond",
        limit=lambda self, asked: min(asked, 5),
        more=lambda self, offset, limit, total: False,
    ),
    "a page may be larger than the maximum, with an offset": breaks(
        "listVisits", "page-maximum", limit=lambda self, asked: asked
    ),
    "the last page is repeated": breaks(
        "listBooks",
        "page-beyond",
        **_cut(lambda rows, page, size: (min(page, max(1, -(-len(rows) // size))) - 1) * size),
    ),
    "a page beyond the last is the first": breaks(
        "listBooks",
        "page-beyond",
        **_cut(lambda rows, page, size: (page - 1) % -(-max(1, len(rows)) // size) * size),
    ),
    "pages overlap": breaks(
        "listBooks", "page-walk page-total", **_cut(lambda rows, page, size: (page - 1) * size - 1)
    ),
    "pages of one item overlap": breaks(
        "listBooks", "page-walk", **_cut(lambda rows, page, size: (page - 1) * size - (size == 1))
    ),
    "an item of a list without pages is there twice": breaks(
        "listShelves",
        "page-walk",
        **after(
            "answer", lambda self, told, method, path, *_: (200, [*told[1], {"id": 1}]) if path == SHELVES else told
        ),
    ),
    "pages leave an item out": breaks(
        "listBooks", "page-walk page-total", **_cut(lambda rows, page, size: (page - 1) * (size + 1))
    ),
    "the page is an offset": breaks(
        "listBooks", "page-walk page-beyond page-total", **_cut(lambda rows, page, size: page - 1)
    ),
    "every page is the first": breaks(
        "listBooks", "page-walk page-beyond page-total", **_cut(lambda rows, page, size: 0)
    ),
    "the total is that of the page": breaks(
        "listBooks", "page-total page-envelope", total=lambda self, rows, page: len(page)
    ),
    "the total is one too many": breaks(
        "listBooks", "page-total page-envelope", total=lambda self, rows, page: len(rows) + 1
    ),
    "there is more at a boundary": breaks(
        "listVisits", "page-envelope", more=lambda self, offset, limit, total: offset + limit <= total
    ),
    "the next page is asked for in the largest size": breaks(
        "listVisits", "page-envelope", following=lambda self, offset, limit: {"offset": offset, "limit": 8}
    ),
    **{
        f"the links lose the {what}": breaks("listBooks", "page-links", **_loses(names))
        for what, names in (("size", ("size",)), ("order", ("sort_by",)), ("filters", NARROW), ("rest", ()))
    },
    "the cursors lose the order": Fault(
        "listBooks", {"page-links"}, type("Faulty", (LinksWithCursors,), {"forgotten": ("sort_by",)})
    ),
    "the link back loses the order": breaks(
        "listBooks",
        "page-links",
        linked=lambda self, meta, query: {
            **Library.linked(self, meta, query),
            "prev": _loses(("sort_by",))["linked"](self, meta, query)["prev"],
        },
    ),
    "sorted pages overlap": breaks(
        "listBooks",
        "sort-all",
        sorted_page=lambda self, rows, query: rows,
        ordered=lambda self, books, query: Library.ordered(self, books, query),
        cut=lambda self, rows, page, size: rows[max(0, (page - 1) * size - self.is_sorted) :][:size],
        listed=lambda self, books, query: (
            setattr(self, "is_sorted", int("sort_by" in query)) or Library.listed(self, books, query)
        ),
    ),
    "filtered pages lose an item": breaks(
        "listBooks",
        "filter",
        cut=lambda self, rows, page, size: rows[(page - 1) * (size + self.is_filtered) :][:size],
        listed=lambda self, books, query: (
            setattr(self, "is_filtered", int("min_pages" in query)) or Library.listed(self, books, query)
        ),
    ),
    "there is never more": breaks("listVisits", "page-envelope", more=lambda self, offset, limit, total: False),
    **{name: breaks("listBooks", "page-envelope", **_says(**says)) for name, says in ENVELOPE.items()},
}


class Caps(Library):
    """Gives the largest page where a larger one is asked for, and counts in text."""

    def size(self, asked):
        return min(asked, 10)

    def meta(self, total, page, *_):
        return {"total": str(total), "current": page}


class Links(Library):
    """Links to all pages with whole URLs, and says "" where there is none; counts an empty page from 0."""

    def meta(self, total, page, size, shown):
        said = super().meta(total, page, size, shown)
        links = {
            name: f"https://library.example.com{said[name]}&size={size}" if said[name] else ""
            for name in ("next", "prev")
        }
        return {**said, **links, "last": str(said["last"])}


class LinksInItsOwnWay(Library):
    """Links with another host and path, the page last, and a list of values written with numbers."""

    def linked(self, meta, query):
        linked = super().linked(meta, query)
        return {**linked, **{name: linked[name] and self.own(linked[name]) for name in ("next", "prev")}}

    def own(self, link):
        _, page, *rest = link.replace("genres%5B%5D", "genres%5B0%5D").replace("?", "&").split("&")
        return f"https://elsewhere.example.com/v2/shelf?{'&'.join([*rest, page])}"

    def list_books(self, shelf, query):
        return super().list_books(shelf, {name.replace("[0]", "[]"): values for name, values in query.items()})


class LinksWithPaths(Library):
    """Links with the page in the path."""

    def linked(self, meta, query):  # noqa: ARG002
        steps = {"next": 1, "prev": -1}
        return {
            **meta,
            **{name: meta[name] and f"/books/pages/{meta['current'] + step}" for name, step in steps.items()},
        }


class CachesTotals(Library):
    """Counts a list anew after a while only."""

    def __init__(self):
        super().__init__()
        self.totals = {}

    def list_books(self, shelf, query):
        asked = {name: values for name, values in query.items() if name not in ("page", "size", "sort_by")}
        self.asked = json.dumps([shelf, asked])
        return super().list_books(shelf, query)

    def total(self, rows, page):  # noqa: ARG002
        counted, number = self.totals.get(self.asked, (0.0, 0))
        if time.monotonic() - counted > 0.05:
            number = len(rows)
            self.totals[self.asked] = time.monotonic(), number
        return number


class ShelvesWithoutId(Library):
    """Has shelves that nothing names."""

    def answer(self, method, path, *rest):
        status, body = super().answer(method, path, *rest)
        return status, [*body, {}, {}] if path == SHELVES else body


class NewestFirst(Library):
    """Lists what was created last first."""

    def on_shelf(self, shelf):
        return super().on_shelf(shelf)[::-1]


class Grows(Library):
    """Others create books all the time; a book is added whenever a list is asked for."""

    def list_books(self, shelf, query):
        self.add_book(shelf, {"title": "Another one", "genre": "novel", "pages": 5, "tags": ["t1", "t4"]})
        return super().list_books(shelf, query)


PAGES = ("page-size", "page-default", "page-maximum", "page-beyond", "page-walk", "page-total", "page-envelope")
UNUSUAL = {
    Caps: PAGES,
    Links: ("page-envelope", "page-links"),
    LinksInItsOwnWay: ("page-links",),
    LinksWithCursors: ("page-envelope", "page-links"),
    LinksWithPaths: ("page-envelope",),
    CachesTotals: PAGES,
    ShelvesWithoutId: ("page-walk",),
    NewestFirst: (*PAGES, "create"),
    Grows: ("page-size",),
}
