"""Order."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
import random

from adcontract_library.server import Library, breaks


def _sorts(key=lambda self, book, field: Library.sort_key(self, book, field), change=lambda books, rows, down: rows):
    """Return a method by which a list is sorted in another way."""

    def ordered(self, books, query):
        if "sort_by" not in query:
            return books
        field, _, direction = query["sort_by"][-1].partition(":")
        rows = sorted(books, key=lambda book: key(self, book, field), reverse=direction == "desc")
        return change(books, rows, direction == "desc")

    return {"ordered": ordered}


def _shuffled(rows):
    random.shuffle(rows)
    return rows


FAULTS = {
    "a sorted list loses an item": breaks("listBooks", "sort-all", **_sorts(change=lambda books, rows, down: rows[1:])),
    "a sorted list has an item twice": breaks(
        "listBooks", "sort-all", **_sorts(change=lambda books, rows, down: rows[:1] + rows)
    ),
    "a sorted list leaves out items with the same value": breaks(
        "listBooks",
        "sort-all sort-order",
        **_sorts(change=lambda books, rows, down: [*{book["pages"]: book for book in rows}.values()]),
    ),
    "only the first page is sorted": breaks(
        "listBooks",
        "sort-all sort-order",
        listed=lambda self, books, query: Library.listed(
            self,
            books,
            query if query.get("page", ["1"]) == ["1"] else {n: v for n, v in query.items() if n != "sort_by"},
        ),
    ),
    "equal values have another order on each page": breaks(
        "listBooks",
        "sort-all",
        ordered=lambda self, books, query: Library.ordered(
            self, books[::-1] if "sort_by" in query and query.get("page") == ["2"] else books, query
        ),
    ),
    "the order is different each time": breaks(
        "listBooks",
        "sort-all sort-order",
        **_sorts(change=lambda books, rows, down: _shuffled(rows)),
    ),
    "the order is ignored": breaks(
        "listBooks", "sort-order sort-reverse", **_sorts(change=lambda books, rows, down: books)
    ),
    "the direction is ignored": breaks(
        "listBooks", "sort-order sort-reverse", **_sorts(change=lambda books, rows, down: rows[::-1] if down else rows)
    ),
    "the directions are exchanged": breaks(
        "listBooks", "sort-order", **_sorts(change=lambda books, rows, down: rows[::-1])
    ),
    "numbers are ordered as texts": breaks(
        "listBooks", "sort-order", **_sorts(key=lambda self, book, field: str(Library.sort_key(self, book, field)))
    ),
    "dates are ordered by their day": breaks(
        "listVisits",
        "sort-order sort-reverse",
        ordered_visits=lambda self, down: sorted(self.visits, key=lambda v: v["day"][-2:], reverse=down),
    ),
    "another field is sorted by": breaks("listBooks", "sort-order", **_sorts(key=lambda self, book, field: book["id"])),
    "each page is sorted alone": breaks(
        "listBooks",
        "sort-order sort-reverse",
        listed=lambda self, books, query: self.chosen(books, query),
        sorted_page=lambda self, rows, query: Library.ordered(self, rows, query),
    ),
    "two filters too many for an order": breaks(
        "listBooks",
        "sort-filtered",
        listed=lambda self, books, query: (
            self.chosen(books, query) if query.keys() & {"tag", "query"} else Library.listed(self, books, query)
        ),
    ),
    "an order drops the filters": breaks(
        "listBooks",
        "sort-filtered",
        listed=lambda self, books, query: (
            self.ordered(books, query) if "sort_by" in query else self.chosen(books, query)
        ),
    ),
}


class Shuffled(Library):
    """Lists in an order of its own that is no order of any field, and sorts titles without their case."""

    def on_shelf(self, shelf):
        return sorted(super().on_shelf(shelf), key=lambda book: (book["id"] * 7919) % 31)

    def sort_key(self, book, field):
        value = super().sort_key(book, field)
        return value.casefold() if field == "title" else value


class SomeUndated(Library):
    """Has books without a date, which stand last in both directions, and equal ones in the same order in both."""

    def __init__(self):
        super().__init__()
        for book in list(self.books.values())[::4]:
            book["added_at"] = None

    def ordered(self, books, query):
        if "sort_by" not in query:
            return books
        field, _, direction = query["sort_by"][-1].partition(":")
        known = [book for book in books if self.sort_key(book, field) is not None]
        rows = sorted(known, key=lambda book: self.sort_key(book, field), reverse=direction == "desc")
        return rows + [book for book in books if book not in known]


class WritesNumbersAsText(Library):
    """Shows numbers as text, and times with the offset of a zone."""

    def row(self, book):
        return {**book, "pages": str(book["pages"]), "added_at": book["added_at"].replace("Z", "+00:00")}

    shown = row


ORDER = ("sort-all", "sort-order", "sort-reverse", "sort-filtered")
UNUSUAL = {Shuffled: ORDER, SomeUndated: ORDER, WritesNumbersAsText: (*ORDER, "read", "create", "change")}
