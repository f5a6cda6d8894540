"""A library in memory that keeps every law of its contract; a test replaces one of its methods to break one."""

import json
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from serving import Handler, serving

from adcontract_library.loans import Loans, RefusedError
from adcontract_library.tags import Tags

PATHS = {
    r"/shelves": ("GET",),
    r"/visits": ("GET",),
    r"/loans": ("GET",),
    r"/renewals": ("GET",),
    r"/shelves/(?P<shelf>\d+)/books": ("GET", "POST"),
    r"/shelves/(?P<shelf>\d+)/books/(?P<book>\d+)": ("GET", "PATCH", "DELETE"),
    r"/shelves/(?P<shelf>\d+)/books/(?P<book>\d+)/(?P<verb>lend|return)": ("POST",),
    r"/shelves/(?P<shelf>\d+)/books/(?P<book>\d+)/(?P<verb>readers)": ("POST", "DELETE"),
    r"/shelves/(?P<shelf>\d+)/books/(?P<book>\d+)/(?P<verb>words)": ("GET", "POST"),
}
SORTS = {f"{field}:{direction}" for field in ("title", "pages", "added") for direction in ("asc", "desc")}
TYPES = {"title": str, "genre": str, "pages": int, "price": (int, float), "tags": list, "cover": str, "rating": int}
ENUMS = {
    "sort_by": SORTS,
    "by_day": ("asc", "desc"),
    "cover": ("hard", "soft"),
    "sort": ("day", "-day", "reader", "-reader"),
}
NARROW = ("query", "genres[]", "tag", "min_pages", "status")

GENRES = ("novel", "poetry", "essay")
TITLES = ("The Lamp", "a small house", "Rivers of Ash", "Bread", "the long Winter", "Quiet", "Stone and Water")


class Fault(NamedTuple):
    """A library that breaks a law on an operation, and the laws that find it out there: these, and no other."""

    operation: str
    laws: set[str]
    server: type


def breaks(operation, laws, **methods):
    """Return the fault of a library in which some methods are others; `laws` are words."""
    return Fault(operation, set(laws.split()), type("Faulty", (Library,), methods))


def after(name, change):
    """Return a method that does what the library does, and then gives `change(self, result, *arguments)`."""
    return {name: lambda self, *arguments: change(self, getattr(Library, name)(self, *arguments), *arguments)}


class Library(Loans, Tags):
    retry_after = None
    empty = b""

    def __init__(self, books=23):
        super().__init__()
        self.log = []
        self.next_id = 1
        self.books = {}
        self.words = {}
        for index in range(books):
            new = {
                "title": f"{TITLES[index % 7]} {index}",
                "genre": GENRES[index % 3],
                "pages": 7 + (index + 2) // 4 * 53 % 120,
            }
            self.add_book(1 + index % 2, {**new, "tags": [f"t{index % 4}", f"t{4 + index % 3}"]})
        self.visits = [
            {"id": 100 + index, "day": f"2026-{1 + index % 3:02}-{1 + index * 7 % 28:02}"} for index in range(16)
        ]

    # what a test replaces

    def new_id(self):
        self.next_id += 1
        return self.next_id - 1

    def stored(self, body):
        return {name: body[name] for name in ("title", "genre", "pages", "price", "tags", "rating") if name in body}

    def add_book(self, shelf, body):
        added = f"2026-0{1 + self.next_id % 9}-11T1{self.next_id % 7}:00:00Z"
        book = {"id": self.new_id(), "shelf_id": shelf, "tags": [], "status": "in", "added_at": added}
        book |= {"readers": [], "readers_count": 0, **self.stored(body)}
        self.books[book["id"]] = book
        return book

    def change(self, book, body):
        book.update({name: body[name] for name in ("title", "pages", "rating") if name in body})

    def lend(self, book):
        book["status"] = "lent"

    def give_back(self, book):
        book["status"] = "in"

    def remove(self, book):
        del self.books[book["id"]]

    def removed(self):
        return 204, None

    def add_readers(self, book, ids):
        have = [each["id"] for each in book["readers"]]
        done = [each for each in dict.fromkeys(ids) if each not in have]
        book["readers"] += [{"id": each} for each in done]
        self.count(book)
        return {"done": done, "ignored": [each for each in ids if each in have]}

    def remove_readers(self, book, ids):
        have = [each["id"] for each in book["readers"]]
        book["readers"] = [each for each in book["readers"] if each["id"] not in ids]
        self.count(book)
        return {"done": [each for each in ids if each in have], "ignored": [each for each in ids if each not in have]}

    def add_words(self, number, words):
        have = self.words.setdefault(number, [])
        have += [each for each in dict.fromkeys(words) if each not in have]

    def count(self, book):
        book["readers_count"] = len(book["readers"])

    def book(self, shelf, number):
        book = self.books.get(number)
        if book is None or not self.belongs(book, shelf):
            raise RefusedError(404)
        return book

    def belongs(self, book, shelf):
        return book["shelf_id"] == shelf

    def on_shelf(self, shelf):
        return [book for book in self.books.values() if self.belongs(book, shelf)]

    def row(self, book):
        return book

    def shown(self, book):
        return book

    def meets(self, book, name, values):
        if values == [""]:
            return True
        match name:
            case "query":
                return str(book["id"]) == values[-1] or values[-1].lower() in book["title"].lower()
            case "genres[]":
                return book.get("genre") in values
            case "tag":
                return values[-1] in book["tags"]
            case "min_pages":
                return book["pages"] >= int(values[-1])
            case "status":
                return values[-1] in ("any", book["status"])
            case _:
                return True

    def chosen(self, books, query):
        kept = [book for book in books if all(self.meets(book, name, values) for name, values in query.items())]
        extra = [book for book in books if str(book["id"]) in query.get("or_id", ()) and book not in kept]
        return kept + (extra if len(query.keys() & {*NARROW}) else [])

    def sort_key(self, book, field):
        return book[{"title": "title", "pages": "pages", "added": "added_at"}[field]]

    def ordered(self, books, query):
        if "sort_by" not in query:
            return books
        field, _, direction = query["sort_by"][-1].partition(":")
        return sorted(books, key=lambda book: self.sort_key(book, field), reverse=direction == "desc")

    def size(self, asked):
        if asked > 10:
            self.refuse("invalid")
        return asked

    def limit(self, asked):
        return min(asked, 8)

    def default_size(self):
        return 5

    def cut(self, rows, page, size):
        return rows[(page - 1) * size : page * size]

    def total(self, rows, page):  # noqa: ARG002
        return len(rows)

    def meta(self, total, page, size, shown):
        last = max(1, -(-total // size))
        start = (page - 1) * size
        return {
            "total": total,
            "current": page,
            "last": last,
            "from": start + 1 if shown else None,
            "to": start + shown if shown else None,
            "next": f"/books?page={page + 1}" if page < last else None,
            "prev": f"/books?page={page - 1}" if page > 1 else None,
        }

    def linked(self, meta, query):
        """What a page says of itself, with links that keep what was asked for."""
        rest = urlencode([(name, value) for name, values in query.items() if name != "page" for value in values])
        return {**meta, **{name: meta[name] and f"{meta[name]}&{rest}" for name in ("next", "prev") if name in meta}}

    def more(self, offset, limit, total):
        return offset + limit < total

    def following(self, offset, limit):
        """What asks for the visits from a place on."""
        return {"offset": offset, "limit": limit}

    def refuse(self, fault):
        raise RefusedError({"malformed": 400, "invalid": 422}[fault])

    def refuse_method(self, method, allowed):  # noqa: ARG002
        raise RefusedError(405, ", ".join(allowed))

    def bounded(self, name, value):
        """Whether a value of the query or the body is within its limits."""
        match name:
            case "rating":
                return value is None or 0 <= value <= 9
            case "pages" | "price":
                return value >= (1 if name == "pages" else 0)
            case "page" | "size" | "limit":
                return value.isdecimal() and int(value) >= 1
            case "words" | "tags":
                return all(isinstance(each, str) for each in value) and (name == "words" or len(value) <= 5)
            case "reader_ids":
                return all(isinstance(each, int) for each in value)
            case "query" | "title":
                return len(value) <= 40 and (name == "query" or bool(value))
            case "since" | "until":
                return re.fullmatch(r"\d{4}-\d\d-\d\d|", value) is not None
            case "sort_by" | "by_day" | "cover" | "sort":
                return value in ENUMS[name]
            case "offset" | "min_pages" | "or_id":
                return value.isdecimal()
            case _:
                return True

    def unknown(self, body):
        """The fields of a new book that no book has."""
        return body.keys() - TYPES.keys()

    def ordered_visits(self, down):
        return sorted(self.visits, key=lambda visit: visit["day"], reverse=down)

    def sorted_page(self, rows, query):  # noqa: ARG002
        return rows

    def listed(self, books, query):
        """The rows of a list, and how many there are."""
        return self.ordered(self.chosen(books, query), query)

    def created(self, book):
        self.headers["Location"] = self.location(book)
        return 201, self.shown(book)

    # the rest

    def list_books(self, shelf, query):
        rows = self.listed(self.on_shelf(shelf), query)
        page = int(query.get("page", ["1"])[-1])
        size = self.size(int(query["size"][-1])) if "size" in query else self.default_size()
        cut = self.cut(rows, page, size)
        total = self.total(rows, cut)
        return 200, {
            "data": [self.row(book) for book in self.sorted_page(cut, query)],
            "meta": self.linked(self.meta(total, page, size, len(cut)), query),
        }

    def list_visits(self, query):
        offset, limit = int(query.get("offset", ["0"])[-1]), self.limit(int(query.get("limit", ["8"])[-1]))
        rows = self.visits
        if "by_day" in query:
            rows = self.ordered_visits(query["by_day"][-1] == "desc")
        more = self.more(offset, limit, len(rows))
        following = self.following(offset + limit, limit) if more else None
        self.with_headers(offset, limit, query)
        return 200, {"visits": rows[offset : offset + limit], "hasMore": more, "next": following}

    def checked(self, body, required, types):
        if not isinstance(body, dict) or any(name not in body for name in required):
            self.refuse("invalid")
        if types is TYPES and self.unknown(body):
            self.refuse("invalid")
        for name, type_ in types.items():
            if name in body and not (isinstance(body[name], type_) and self.bounded(name, body[name])):
                self.refuse("invalid")
        return body

    def answer(self, method, path, query, body):
        matches = ((re.fullmatch(pattern, path), methods) for pattern, methods in PATHS.items())
        match, methods = next(((match, methods) for match, methods in matches if match), (None, ()))
        if match is None or match.groupdict().get("shelf", "1") not in "12":
            raise RefusedError(404)
        if method not in methods:
            self.refuse_method(method, methods)
        if not all(self.bounded(name, value) for name, values in query.items() for value in values):
            self.refuse("invalid")
        if path == "/shelves":
            return 200, [{"id": 1}, {"id": 2}]
        if path == "/visits":
            return self.list_visits(query)
        if path in ("/loans", "/renewals"):
            return self.list_loans(query) if path == "/loans" else self.list_renewals(query)
        shelf, number, verb = int(match["shelf"]), match.groupdict().get("book"), match.groupdict().get("verb")
        if number is not None:
            return self.on_book(method, verb, self.book(shelf, int(number)), body)
        if method == "GET":
            return self.list_books(shelf, query)
        return self.created(self.add_book(shelf, self.checked(body, ("title", "genre", "pages"), TYPES)))

    def on_book(self, method, verb, book, body):
        if not self.meets_conditions(method, verb, book):
            return (304, None) if method == "GET" else (412, {"code": "no", "message": "no"})
        if verb == "lend":
            self.lend(book)
        elif verb == "return":
            self.give_back(book)
        elif verb == "words":
            if method == "GET":
                return 200, {"words": self.words.get(book["id"], [])}
            self.add_words(book["id"], self.checked(body, ("words",), {"words": list})["words"])
            return 204, None
        elif verb == "readers":
            ids = self.checked(body, ("reader_ids",), {"reader_ids": list})["reader_ids"]
            return 200, self.add_readers(book, ids) if method == "POST" else self.remove_readers(book, ids)
        elif method == "DELETE":
            self.remove(book)
            return self.removed()
        elif method == "PATCH":
            self.change(book, self.checked(body, (), {"title": str, "pages": int, "rating": (int, type(None))}))
        self.headers["ETag"] = self.tag(book)
        return 200, self.shown(book)

    def respond(self, method, target, headers, content):
        """Give the status, the body and the header Allow of the answer; 0 is no answer, -1 the server's death."""
        url = urlsplit(target)
        self.log.append((method, target, content))
        self.headers, self.asked = {}, headers
        query = {}
        for name, value in parse_qsl(url.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        try:
            body = None
            if method in ("POST", "PATCH") or content:
                body = self.read(headers, content)
            return *self.answer(method, url.path, query, body), None
        except RefusedError as refused:
            return refused.status, {"code": "no", "message": "no"}, refused.allow

    def read(self, headers, content):
        if not content:
            # lending takes no body; what does take one misses it
            return None
        if "json" not in headers.get("content-type", ""):
            self.refuse("malformed")
        try:
            return json.loads(content)
        except json.JSONDecodeError:
            self.refuse("malformed")

    def up(self, port=0):
        """Serve on a port, a free one unless it is named; give the URL."""
        return serving(_handler(self), port)


def _handler(library):
    class Answers(Handler):
        def respond(self):
            try:
                status, value, allow = library.respond(self.command, self.path, self.fields(), self.content())
            except ArithmeticError:
                status, value, allow = 500, None, None
            if status <= 0:
                self.close_connection = True
                if status < 0:
                    self.server.socket.close()
                return
            content = library.empty if status in (204, 304) else json.dumps(value).encode()
            self.send_response(status)
            if status == 429 and library.retry_after is not None:
                self.send_header("Retry-After", library.retry_after)
            if allow is not None:
                self.send_header("Allow", allow)
            for name, value in library.headers.items() if status < 400 else ():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Answers
