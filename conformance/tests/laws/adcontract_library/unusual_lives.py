"""Libraries that read, create, update and delete in unusual ways, and keep every law."""

import copy
import re
import time
from datetime import datetime, timedelta, timezone

from adcontract_library.server import Library, RefusedError


class SoftlyDeleted(Library):
    """Keeps what is deleted, answers 410 for it, and tells what was deleted in place of 204."""

    def __init__(self):
        super().__init__()
        self.gone = set()

    def remove(self, book):
        self.gone.add(book["id"])

    def removed(self):
        return 200, {"message": "gone"}

    def book(self, shelf, number):
        if number in self.gone:
            raise RefusedError(410)
        return super().book(shelf, number)

    def on_shelf(self, shelf):
        return [book for book in super().on_shelf(shelf) if book["id"] not in self.gone]


class SaysMore(Library):
    """Shows fields that no contract has, counts looks and changes, and shows short rows."""

    def row(self, book):
        row = {**book, "views": 3}
        del row["tags"], row["readers"]
        return row

    def shown(self, book):
        book["looks"] = book.get("looks", 0) + 1
        return {**book, "links": {"self": f"/books/{book['id']}"}}

    def change(self, book, body):
        super().change(book, body)
        book["version"] = book.get("version", 1) + 1


class Created200(Library):
    """Answers 200 to a create, with the id and a few fields only, and hands out ids with gaps."""

    def created(self, book):
        return 200, {name: book[name] for name in ("id", "title")}

    def new_id(self):
        self.next_id += 7
        return self.next_id


class Stamps(Library):
    """Notes the time of every change, and tidies what is sent."""

    def change(self, book, body):
        super().change(book, body)
        self.next_id += 1
        book["updated_at"] = f"2026-11-21T00:00:{self.next_id % 60:02}Z"

    def stored(self, body):
        return {**super().stored(body), "tags": body.get("tags", [])}


class Forbids(Library):
    """Answers 403 for items of another parent, and for unknown ones."""

    def book(self, shelf, number):
        try:
            return super().book(shelf, number)
        except RefusedError:
            raise RefusedError(403) from None


class RefusesTheSame(Library):
    """Refuses an action that would change nothing."""

    def lend(self, book):
        if book["status"] == "lent":
            raise RefusedError(409)
        super().lend(book)

    def give_back(self, book):
        if book["status"] == "in":
            raise RefusedError(409)
        super().give_back(book)


class CountsByShelf(Library):
    """Each shelf counts its books from 1."""

    def __init__(self):
        self.counts = {1: 0, 2: 0}
        super().__init__()

    def add_book(self, shelf, body):
        self.counts[shelf] += 1
        book = super().add_book(shelf, body)
        self.books[(shelf, self.counts[shelf])] = self.books.pop(book["id"])
        book["id"] = self.counts[shelf]
        return book

    def book(self, shelf, number):
        return super().book(shelf, (shelf, number))

    def remove(self, book):
        del self.books[(book["shelf_id"], book["id"])]


class MakesCompanions(Library):
    """Makes a second book with each new one, which has another title."""

    def add_book(self, shelf, body):
        if len(self.books) >= 23 and not body["title"].startswith("About "):
            self.add_book(shelf, {**body, "title": f"About {body['title']}"[:40]})
        return super().add_book(shelf, body)


TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
"""A tag of HTML, as most cleaners know it: without a letter after it, < is only a sign."""


class Normalizes(Library):
    """Stores genres in upper case, titles with single blanks and no tags, prices in cents, times of another zone."""

    def stored(self, body):
        return {**super().stored(body), **self.tidy(body)}

    def change(self, book, body):
        super().change(book, {**body, **self.tidy(body)})

    def tidy(self, body):
        tidy = {"title": " ".join(TAG.sub("", body["title"]).split())} if "title" in body else {}
        tidy |= {"genre": body["genre"].upper()} if "genre" in body else {}
        return tidy | ({"price": round(body["price"], 2)} if "price" in body else {})

    def row(self, book):
        moment = datetime.fromisoformat(book["added_at"]).astimezone(timezone(timedelta(hours=5)))
        return dict(sorted({**book, "added_at": moment.isoformat()}.items()))

    shown = row


class UsesIdsAgain(Library):
    """Gives the id of the last book to the next one when it is deleted, and has a clock that is years behind."""

    def new_id(self):
        return max(self.books, default=0) + 1

    def add_book(self, shelf, body):
        book = super().add_book(shelf, body)
        book["added_at"] = book["added_at"].replace("2026", "1999")
        return book


class LastChangedFirst(Library):
    """Lists the book that was changed last first."""

    def change(self, book, body):
        super().change(book, body)
        self.lend(book) if book["status"] == "lent" else self.give_back(book)

    def lend(self, book):
        super().lend(book)
        self.books = {book["id"]: book, **self.books}

    def give_back(self, book):
        super().give_back(book)
        self.books = {book["id"]: book, **self.books}


class ReadsLate(Library):
    """Shows what was written a little later: reads come from a copy."""

    def __init__(self):
        super().__init__()
        self.copies = [(0.0, copy.deepcopy((self.books, self.words)))]

    def respond(self, method, *rest):
        if method != "GET":
            answer = super().respond(method, *rest)
            self.copies.append((time.monotonic(), copy.deepcopy((self.books, self.words))))
            return answer
        while len(self.copies) > 1 and self.copies[1][0] < time.monotonic() - 0.05:
            del self.copies[0]
        now = self.books, self.words
        self.books, self.words = self.copies[0][1]
        try:
            return super().respond(method, *rest)
        finally:
            self.books, self.words = now


class ListsLate(ReadsLate):
    """Shows an item as it is, and lists what was written a little later: lists come from an index."""

    def respond(self, method, target, *rest):
        if method == "GET" and not target.partition("?")[0].endswith("/books"):
            return Library.respond(self, method, target, *rest)
        return super().respond(method, target, *rest)


class Replicas(ReadsLate):
    """Answers every other read from a replica that is a little behind."""

    def __init__(self):
        super().__init__()
        self.reads = 0

    def respond(self, method, *rest):
        self.reads += method == "GET"
        return (
            Library.respond(self, method, *rest)
            if method == "GET" and self.reads % 2
            else super().respond(method, *rest)
        )


class OthersWrite(Library):
    """Others change and delete the books that were there from the start, and create some, now and then."""

    def respond(self, method, *rest):
        turn, known = len(self.log), [number for number in self.books if number <= 23]
        if turn % 11 == 3:
            self.add_book(
                1 + turn % 2, {"title": f"Written meanwhile {turn}", "genre": "novel", "pages": 5, "tags": ["t1"]}
            )
        elif turn % 11 == 7 and len(known) > 12:
            del self.books[known[turn % len(known)]]
        elif turn % 11 == 9:
            self.books[known[turn % len(known)]].update(title=f"Changed meanwhile {turn}", pages=3 + turn % 90)
        return super().respond(method, *rest)


class KeepsSets(Library):
    """Keeps tags as a set, in an order of its own, and genres in lower case; its clock is years ahead."""

    def stored(self, body):
        stored = super().stored(body)
        if "genre" in stored:
            stored["genre"] = stored["genre"].strip().lower()
        return {**stored, **({"tags": sorted(set(stored["tags"]), reverse=True)} if "tags" in stored else {})}

    def add_book(self, shelf, body):
        book = super().add_book(shelf, body)
        book["added_at"] = book["added_at"].replace("2026", "2041")
        return book


class LeavesNullOut(Library):
    """Shows no field that is null, and does not change a book that is lent."""

    def row(self, book):
        return {name: value for name, value in book.items() if value is not None}

    shown = row

    def change(self, book, body):
        if book["status"] == "lent":
            raise RefusedError(409)
        super().change(book, body)


class NullIsDefault(Library):
    """Gives a field that is set to null the value that it has by default."""

    def change(self, book, body):
        super().change(book, {**body, "rating": 0} if body.get("rating", 0) is None else body)


WRITES = ("create", "change", "delete")


class RatesLater(Library):
    """Takes no rating with a new book, and none of 0 at all."""

    def add_book(self, shelf, body):
        return self.refuse("invalid") if "rating" in body else super().add_book(shelf, body)

    def change(self, book, body):
        return self.refuse("invalid") if body.get("rating") == 0 else super().change(book, body)


class NamesShelves(Library):
    """Shows the name of a shelf in place of its id."""

    def shown(self, book):
        return {**super().shown(book), "shelf_id": f"shelf {book['shelf_id']}"}

    def row(self, book):
        return {**super().row(book), "shelf_id": f"shelf {book['shelf_id']}"}


UNUSUAL = {
    NamesShelves: WRITES,
    RatesLater: WRITES,
    LeavesNullOut: ("read", *WRITES),
    SoftlyDeleted: ("delete", "unknown", "parent"),
    SaysMore: ("read", *WRITES),
    Created200: WRITES,
    Stamps: WRITES,
    Forbids: ("unknown", "delete", "parent"),
    RefusesTheSame: ("change",),
    CountsByShelf: ("read", *WRITES),
    MakesCompanions: ("create", "change"),
    Normalizes: ("read", *WRITES, "sort-order", "filter"),
    UsesIdsAgain: ("read", *WRITES),
    LastChangedFirst: ("page-walk", *WRITES),
    ReadsLate: (*WRITES, "add", "remove", "again"),
    OthersWrite: ("change", "unknown"),
    KeepsSets: ("read", *WRITES),
    NullIsDefault: WRITES,
}
