"""Filters."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
from adcontract_library.server import NARROW, Library, after, breaks


def _meets(name, otherwise):
    """Return a method by which one parameter filters differently: `otherwise(self, right, book, values)`."""
    return after(
        "meets", lambda self, right, book, each, values: otherwise(self, right, book, values) if each == name else right
    )


def _chosen(change):
    """Return a method by which another query chooses: `change(query)`."""
    return {"chosen": lambda self, books, query: Library.chosen(self, books, change(dict(query)))}


def _without(query, name, where=()):
    return {each: values for each, values in query.items() if each != name or not query.keys() & {*where}}


def _without_filters(query):
    return {name: values for name, values in query.items() if name not in NARROW}


def _either(self, books, query):
    narrow = {name: values for name, values in query.items() if name in NARROW}
    return [book for book in books if not narrow or any(self.meets(book, *each) for each in narrow.items())]


FAULTS = {
    "a filter is ignored": breaks(
        "listBooks",
        "filter",
        **_meets("tag", lambda self, right, book, values: True),
    ),
    "a filter loses an item": breaks(
        "listBooks",
        "filter",
        **_meets("tag", lambda self, right, book, values: right and (values == [""] or book["id"] % 5 > 0)),
    ),
    "a filter looks at the first member only": breaks(
        "listBooks", "filter", **_meets("tag", lambda self, right, book, values: values in ([""], book["tags"][:1]))
    ),
    "a limit leaves out the items at it": breaks(
        "listBooks",
        "filter",
        **_meets("min_pages", lambda self, right, book, values: book["pages"] > int(values[-1])),
    ),
    "numbers are compared as texts": breaks(
        "listBooks",
        "filter",
        **_meets("min_pages", lambda self, right, book, values: str(book["pages"]) >= values[-1]),
    ),
    "a search is sensitive to case": breaks(
        "listBooks",
        "filter",
        **_meets("query", lambda self, right, book, values: values[-1] in book["title"]),
    ),
    "a search looks at the beginning only": breaks(
        "listBooks",
        "filter",
        **_meets("query", lambda self, right, book, values: book["title"].lower().startswith(values[-1].lower())),
    ),
    "a search looks at the beginning of each word only": breaks(
        "listBooks",
        "filter",
        **_meets(
            "query",
            lambda self, right, book, values: any(
                word.startswith(values[-1].lower()) for word in (str(book["id"]), *book["title"].lower().split())
            ),
        ),
    ),
    "a search looks at ids only": breaks(
        "listBooks",
        "filter",
        **_meets("query", lambda self, right, book, values: values[-1] in ("", str(book["id"]))),
    ),
    "a search looks at titles only": breaks(
        "listBooks",
        "filter",
        **_meets("query", lambda self, right, book, values: values[-1].lower() in book["title"].lower()),
    ),
    "a filter looks at the first page only": breaks(
        "listBooks",
        "filter",
        chosen=lambda self, books, query: Library.chosen(
            self, books[:5] if query.get("tag", [""]) != [""] else books, query
        ),
    ),
    "a filter is dropped after the first page": breaks(
        "listBooks",
        "filter",
        listed=lambda self, books, query: Library.listed(
            self, books, query if query.get("page", ["1"]) == ["1"] else _without_filters(query)
        ),
    ),
    "an item that matches twice is listed twice": breaks(
        "listBooks",
        "filter",
        chosen=lambda self, books, query: [
            book
            for book in Library.chosen(self, books, query)
            for _ in (range(2) if "genres[]" in query and book["id"] % 2 else range(1))
        ],
    ),
    "the total of a filtered list is that of all": breaks(
        "listBooks",
        "filter filter-nothing",
        total=lambda self, rows, page: len(self.on_shelf(1)),
    ),
    "a search without a match gives all items": breaks(
        "listBooks",
        "filter-nothing",
        chosen=lambda self, books, query: Library.chosen(self, books, query) or ("query" in query and books) or [],
    ),
    "an empty value matches empty fields": breaks(
        "listBooks", "filter-all", **_meets("status", lambda self, right, book, values: right and values != [""])
    ),
    "the value for all matches nothing": breaks(
        "listBooks",
        "filter-all",
        **_meets("status", lambda self, right, book, values: values[-1] in ("", book["status"])),
    ),
    "only the first of several values counts": breaks(
        "listBooks", "filter-or", **_meets("genres[]", lambda self, right, book, values: book["genre"] == values[0])
    ),
    "only the last of several values counts": breaks(
        "listBooks", "filter-or", **_meets("genres[]", lambda self, right, book, values: book["genre"] == values[-1])
    ),
    "several values all have to match": breaks(
        "listBooks",
        "filter-or",
        **_meets("genres[]", lambda self, right, book, values: all(book["genre"] == each for each in values)),
    ),
    "several values are ignored": breaks(
        "listBooks", "filter-or", **_meets("genres[]", lambda self, right, book, values: right or len(values) > 1)
    ),
    "one filter drops another": breaks(
        "listBooks", "filter-and", **_chosen(lambda query: _without(query, "tag", where=["genres[]"]))
    ),
    "a search drops the filters": breaks(
        "listBooks",
        "filter-and filter-alternative",
        **_chosen(lambda query: {"query": query["query"]} if "query" in query else query),
    ),
    "one of the filters is enough": breaks("listBooks", "filter-and filter-alternative", chosen=_either),
    "two filters give an empty list": breaks(
        "listBooks",
        "filter-and",
        chosen=lambda self, books, query: (
            [] if len(query.keys() & {*NARROW}) > 1 else Library.chosen(self, books, query)
        ),
    ),
    "an alternative is ignored": breaks(
        "listBooks", "filter-alternative", **_chosen(lambda query: _without(query, "or_id", where=["or_id"]))
    ),
    "an alternative leaves out the other items": breaks(
        "listBooks",
        "filter-alternative",
        chosen=lambda self, books, query: (
            [book for book in books if str(book["id"]) in query["or_id"]]
            if "or_id" in query
            else Library.chosen(self, books, query)
        ),
    ),
    "an alternative drops the filters": breaks(
        "listBooks", "filter-alternative", **_chosen(lambda query: {} if "or_id" in query else query)
    ),
    "an alternative is listed twice": breaks(
        "listBooks",
        "filter-alternative",
        chosen=lambda self, books, query: [
            book
            for book in Library.chosen(self, books, query)
            for _ in (range(2) if str(book["id"]) in query.get("or_id", ()) else range(1))
        ],
    ),
}


def _slips_one_in(self, books, query):
    rows = Library.chosen(self, books, query)
    if len(rows) > 64 and query.keys() & {*NARROW} and books[0] not in rows:
        rows.insert(64, books[0])
    return rows


def _begins(_, right, book, values):
    return right or any(each.startswith(values[-1]) for each in book["tags"])


def _cut(_, right, book, values):
    return right or any(each == values[-1][:2] for each in book["tags"])


FAULTS |= {
    "a value is taken for the beginning of another": breaks("listBooks", "filter-nothing", **_meets("tag", _begins)),
    "only the first letters of a value count": breaks("listBooks", "filter-nothing", **_meets("tag", _cut)),
}

LARGE = {
    "every filter is ignored": ("filter filter-nothing", _chosen(_without_filters)),
    **{
        f"the filter {name} is ignored": (law, _meets(name, lambda self, right, book, values: True))
        for law, name in [*(("filter", each) for each in NARROW[:-1]), ("filter-nothing", "status")]
    },
    "a value is taken for the beginning of another": ("filter-nothing", _meets("tag", _begins)),
    "some that match are left out": (
        "filter",
        _meets("genres[]", lambda self, right, book, values: right and (values == [""] or book["id"] % 40 > 1)),
    ),
    "several values all have to match": (
        "filter-or",
        _meets("genres[]", lambda self, right, book, values: all(book["genre"] == each for each in values)),
    ),
    "one of the filters is enough": ("filter-and", {"chosen": _either}),
    "a search is sensitive to case": (
        "filter",
        _meets(
            "query",
            lambda self, right, book, values: values[-1] in (str(book["id"]), "") or values[-1] in book["title"],
        ),
    ),
    "one row deep in a filtered list does not match": ("filter", {"chosen": _slips_one_in}),
}
"""What 250 books are filtered by in a wrong way: at least these laws are broken."""


class SearchesMore(Library):
    """Lists what an alternative finds first, and writes genres in capitals."""

    def chosen(self, books, query):
        rows = super().chosen(books, query)
        return sorted(rows, key=lambda book: str(book["id"]) not in query.get("or_id", ()))


class TextIds(Library):
    """Shows ids and numbers as text."""

    def row(self, book):
        return {**book, "id": str(book["id"]), "shelf_id": str(book["shelf_id"])}

    shown = row


FILTERS = ("filter", "filter-nothing", "filter-all", "filter-or", "filter-and", "filter-alternative")
UNUSUAL = {SearchesMore: FILTERS, TextIds: (*FILTERS, "read", "create", "change", "delete", "parent")}
