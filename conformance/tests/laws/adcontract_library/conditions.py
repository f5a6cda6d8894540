"""Conditions of requests, and the places of new books."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
from adcontract_library.server import Library, breaks


def _heeds(method, heeded):
    """Return a method by which the conditions of the requests of a method are met in another way."""
    return {
        "meets_conditions": lambda self, asked, verb, book: (
            heeded(self, book) if asked == method else Library.meets_conditions(self, asked, verb, book)
        )
    }


FAULTS = {
    "the tag of a book stays the same": breaks("getBook", "etag", tag=lambda self, book: f'"{book["id"]}"'),
    "an If-None-Match is ignored": breaks("getBook", "etag", **_heeds("GET", lambda self, book: True)),
    "every If-None-Match is a 304": breaks(
        "getBook", "etag", **_heeds("GET", lambda self, book: "if-none-match" not in self.asked)
    ),
    "a 304 has a body": breaks("getBook", "etag", empty=b"null"),
    "an If-Match is ignored": breaks("updateBook", "if-match", **_heeds("PATCH", lambda self, book: True)),
    "an If-Match is ignored by a delete": breaks("deleteBook", "if-match", **_heeds("DELETE", lambda self, book: True)),
    "no If-Match is right": breaks(
        "updateBook", "if-match", **_heeds("PATCH", lambda self, book: "if-match" not in self.asked)
    ),
    "a write that is refused is done": breaks(
        "updateBook",
        "if-match",
        **_heeds("PATCH", lambda self, book: book.update(pages=99) if "if-match" in self.asked else True),
    ),
    "the location is that of another book": breaks(
        "createBook", "location", location=lambda self, book: "/shelves/1/books/1"
    ),
    "the location leads nowhere": breaks("createBook", "location", location=lambda self, book: f"/books/{book['id']}"),
}


class WeakTags(Library):
    """Has weak tags, which no If-Match names."""

    def tag(self, book):
        return f"W/{super().tag(book)}"

    def is_named(self, tag, asked):
        return super().is_named(tag, asked) and (asked == "*" or "if-none-match" in self.asked)


class NewTags(Library):
    """Has another tag for a book each time it is read, and whole URLs as locations, with another path."""

    tags = 0

    def tag(self, book):  # noqa: ARG002
        self.tags += 1
        return f'"{self.tags}"'

    def location(self, book):
        return f"https://elsewhere.example.com/v2{super().location(book)}"


class NearLocations(Library):
    """Has locations that are relative to the request, and refuses a wrong If-Match only."""

    def location(self, book):
        return f"books/{book['id']}?fields=all"


class ListLocations(Library):
    """Names the list that has a new book as its location, which shows no id of its own."""

    def location(self, book):
        return f"/shelves/{book['shelf_id']}/books"


class CountedTags(Library):
    """Has the length of the 200 in a 304, as it may (RFC 9110, section 8.6)."""

    def respond(self, *asked):
        answer = super().respond(*asked)
        if answer[0] == 304:
            self.headers["Content-Length"] = "99"
        return answer


UNUSUAL = {
    CountedTags: ("etag",),
    WeakTags: ("etag", "location"),
    NewTags: ("location",),
    NearLocations: ("etag", "if-match", "location"),
    ListLocations: ("etag", "if-match"),
}
