"""Reads, creates, updates, actions, deletes and parents."""

# ruff: noqa: ARG001, ARG005 - what replaces a method takes its arguments
import copy
import html
import re

from adcontract_library.server import Library, after, breaks


def _neighbours(self, result, book, *_):
    for other in self.books.values():
        if other is not book:
            other["title"] = "taken along"
    return result


def _first(self, *_, **values):
    """Change the first book of the library; give nothing."""
    next(iter(self.books.values())).update(values)


def _next_too(self, result, book, body):
    """Make a change to the last book of the shelf as well, or to the one before; give nothing."""
    others = [each for each in self.on_shelf(book["shelf_id"]) if each is not book]
    others[-1].update({name: body[name] for name in ("title", "pages") if name in body})
    return result


def _alike(self, book, *, cleared):
    """Change or remove the books of the same rating; give nothing."""
    for other in [each for each in self.books.values() if each.get("rating") is not None]:
        if other is not book and other["rating"] == book.get("rating"):
            other.update(rating=None) if cleared else self.books.pop(other["id"])


def _all_lent(self, book):
    for each in self.books.values():
        each["status"] = "lent"


def _keeps(**values):
    """Return a method by which a new book has other values than were sent."""
    return after("stored", lambda self, result, body: {**result, **values})


def _stores(name, change):
    """Return a method by which a value of a new book is stored otherwise."""
    return after(
        "stored", lambda self, result, body: {**result, **({name: change(body[name])} if name in body else {})}
    )


def _changes(name, change):
    """Return a method by which a changed value of a book is stored otherwise."""
    return after(
        "change", lambda self, result, book, body: book.update({name: change(body[name])} if name in body else {})
    )


def _forgets_every_second_time(self, method, target, *rest):
    """Answer every second request to a list without the books that were added."""
    self.pages = getattr(self, "pages", 0) + (method == "GET" and target.partition("?")[0].endswith("/books"))
    if method != "GET" or not target.partition("?")[0].endswith("/books") or self.pages % 2:
        return Library.respond(self, method, target, *rest)
    books, self.books = self.books, {number: book for number, book in self.books.items() if number <= 23}
    try:
        return Library.respond(self, method, target, *rest)
    finally:
        self.books = books


def _resets(**values):
    """Return a method by which a change also writes other values."""
    return after("change", lambda self, result, book, body: book.update(values))


def _stale(name):
    """Return methods by which lists show a book as it was when it was added."""
    return {
        **after(
            "add_book",
            lambda self, book, *_: (self.__dict__.setdefault("old", {}).update({book["id"]: dict(book)}), book)[1],
        ),
        "row": lambda self, book: {**book, name: self.old[book["id"]][name]},
    }


def _unmarked(self):
    return 204, None


def _caches(stale, ending):
    """Return a method by which addresses with an `ending` are read from a cache, not cleared by the method `stale`."""

    def respond(self, method, target, headers, content):
        cache, (path, _, _) = self.__dict__.setdefault("cache", {}), target.partition("?")
        if method == "GET" and target in cache:
            return cache[target]
        if method != "GET" and (method != stale or not (method != "POST" or path.endswith("/books"))):
            cache.clear()
        answer = copy.deepcopy(Library.respond(self, method, target, headers, content))
        if method == "GET" and answer[0] == 200 and re.search(ending, path):
            cache[target] = answer
        return answer

    return {"respond": respond}


ITEM, LIST = r"/books/\d+$", r"/books$"

FAULTS = {
    # what was read before
    "an item is read from a cache after a change": breaks("updateBook", "change", **_caches("PATCH", ITEM)),
    "an item is read from a cache after a delete": breaks("deleteBook", "delete", **_caches("DELETE", ITEM)),
    "a list is read from a cache after a create": breaks("createBook", "create", **_caches("POST", LIST)),
    "a list is read from a cache after a change": breaks("updateBook", "change", **_caches("PATCH", LIST)),
    "a list is read from a cache after a delete": breaks("deleteBook", "delete", **_caches("DELETE", LIST)),
    # reads
    "another item is read": breaks("getBook", "read", shown=lambda self, book: {**book, "title": "Something else"}),
    "a read item has another id": breaks("getBook", "read", shown=lambda self, book: {**book, "id": 1}),
    "an item is read by the beginning of its id": breaks(
        "getBook",
        "read",
        new_id=lambda self: 100 + Library.new_id(self),
        book=lambda self, shelf, number: Library.book(
            self, shelf, next((each for each in self.books if str(each).startswith(str(number))), number)
        ),
    ),
    "a listed item cannot be read": breaks(
        "getBook",
        "read",
        book=lambda self, shelf, number: Library.book(self, shelf, number) if number % 3 else self.refuse("invalid"),
    ),
    "every second page is one of before the last book": breaks(
        "listBooks",
        "again",
        respond=_forgets_every_second_time,
    ),
    "an unknown id is found": breaks(
        "getBook",
        "unknown",
        book=lambda self, shelf, number: Library.book(self, shelf, number) if number in self.books else self.books[1],
    ),
    "a change of an unknown id is accepted": breaks(
        "updateBook",
        "unknown",
        book=lambda self, shelf, number: Library.book(self, shelf, number) if number in self.books else {"id": 0},
        shown=lambda self, book: book,
    ),
    # creates
    "the documented request is refused": breaks(
        "createBook", "create", bounded=lambda self, name, value: Library.bounded(self, name, value) and value != 77
    ),
    "a created item loses a field": breaks("createBook", "create", **_keeps(tags=[])),
    "a created item has another value": breaks("createBook", "create", **_keeps(genre="novel")),
    "a created item shows another parent": breaks(
        "createBook",
        "create",
        shown=lambda self, book: {**book, "shelf_id": book["shelf_id"] + (book["id"] > 23)},
    ),
    "a created item is not listed": breaks(
        "createBook",
        "create",
        on_shelf=lambda self, shelf: [book for book in Library.on_shelf(self, shelf) if book["id"] <= 23],
    ),
    "a created item cannot be read": breaks(
        "createBook",
        "create",
        on_book=lambda self, method, *rest: (
            self.refuse("invalid") if method == "GET" else Library.on_book(self, method, *rest)
        ),
    ),
    "all created items have the same id": breaks("createBook", "create", new_id=lambda self: 700),
    "a created item shares its state with another": breaks(
        "createBook",
        "create",
        **after("add_book", lambda self, book, *_: [each["tags"].append("x") for each in self.books.values()] and book),
    ),
    "a created item is stored twice": breaks(
        "createBook",
        "create",
        add_book=lambda self, shelf, body: (
            Library.add_book(self, shelf, body),
            Library.add_book(self, shelf, body) if len(self.books) > 23 else None,
        )[0],
    ),
    "a change is made to the next item as well": breaks("updateBook", "change", **after("change", _next_too)),
    "the response shows a value that is not kept": breaks(
        "createBook",
        "create",
        created=lambda self, book: (
            (201, {**book}) if book.update(genre="essay") else (201, {**book, "genre": "poetry"})
        ),
    ),
    "a long text is cut off": breaks("createBook", "create", **_stores("title", lambda title: title[:30])),
    "a text is escaped": breaks("createBook", "create", **_stores("title", html.escape)),
    "a text loses its unusual characters": breaks(
        "createBook", "create", **_stores("title", lambda title: title.encode("ascii", "replace").decode())
    ),
    "a text loses what looks like a tag": breaks(
        "createBook", "create", **_stores("title", lambda title: re.sub("<[^>]*>", "", title))
    ),
    "a text loses its backslashes": breaks(
        "createBook", "create", **_stores("title", lambda title: title.replace("\\", ""))
    ),
    "a changed text loses its plus signs": breaks(
        "updateBook", "change", **_changes("title", lambda title: title.replace("+", " "))
    ),
    "a price loses a cent": breaks("createBook", "create", **_stores("price", lambda price: int(price * 100) / 100)),
    "a text loses its emoji": breaks(
        "createBook", "create", **_stores("title", lambda title: "".join(each for each in title if ord(each) < 0x10000))
    ),
    "a text loses its case": breaks("createBook", "create", **_stores("title", str.lower)),
    "a changed text is escaped": breaks("updateBook", "change", **_changes("title", html.escape)),
    "a changed text is cut off": breaks("updateBook", "change", **_changes("title", lambda title: title[:30])),
    "a changed text loses its case": breaks("updateBook", "change", **_changes("title", str.lower)),
    "a field that is seldom sent is lost": breaks(
        "createBook", "create", **after("stored", lambda self, result, body: result | {"rating": None})
    ),
    "a field that is seldom sent is lost where others are not sent": breaks(
        "createBook",
        "create",
        **after("stored", lambda self, result, body: result | ({} if "tags" in body else {"rating": None})),
    ),
    "a created item takes 0 for nothing": breaks(
        "createBook",
        "create",
        **_stores("rating", lambda rating: rating or None),
    ),
    "a change takes 0 for nothing": breaks(
        "updateBook",
        "change",
        change=lambda self, book, body: Library.change(
            self, book, {name: value for name, value in body.items() if value}
        ),
    ),
    "a change takes null for nothing": breaks(
        "updateBook",
        "change",
        change=lambda self, book, body: Library.change(
            self, book, {name: value for name, value in body.items() if value is not None}
        ),
    ),
    "a change takes back what an action has set": breaks("updateBook", "change", **_resets(status="in")),
    "a change removes the members": breaks(
        "updateBook",
        "change",
        **after("change", lambda self, result, book, body: book.update(readers=[], readers_count=0)),
    ),
    "a change resets a field that is seldom sent": breaks(
        "updateBook",
        "change",
        change=lambda self, book, body: Library.change(self, book, {"rating": None, **body}),
    ),
    "a number is rounded": breaks("createBook", "create", **_stores("price", int)),
    # updates
    "a change is answered with the item as it was": breaks(
        "updateBook",
        "change",
        on_book=lambda self, method, verb, book, body: (
            (Library.on_book(self, method, verb, book, body)[0], old)
            if method == "PATCH" and (old := dict(book))
            else Library.on_book(self, method, verb, book, body)
        ),
    ),
    "a change makes another item": breaks(
        "updateBook",
        "change",
        **after("change", lambda self, result, book, body: self.add_book(book["shelf_id"], {**book, **body})),
    ),
    "a change is not kept": breaks("updateBook", "change", change=lambda self, book, body: None),
    "a change is kept in part": breaks(
        "updateBook", "change", change=lambda self, book, body: book.update(title=body.get("title", book["title"]))
    ),
    "a change resets fields that are not sent": breaks(
        "updateBook",
        "change",
        change=lambda self, book, body: book.update(title=body.get("title", ""), pages=body.get("pages", 0)),
    ),
    "a change changes another field": breaks("updateBook", "change", **_resets(genre="essay")),
    "a change resets the state": breaks("updateBook", "change", lend=Library.lend, **_resets(status="new")),
    "a change changes another item": breaks("updateBook", "change", **after("change", _neighbours)),
    "a repeated change adds to the first": breaks(
        "updateBook",
        "change",
        **after("change", lambda self, result, book, body: book.update(tags=[*book["tags"], "again"])),
    ),
    "a change is not seen in the list": breaks("updateBook", "change", **_stale("title")),
    "a change replaces the item by a new one": breaks(
        "updateBook", "change", **after("change", lambda self, result, book, body: self.books.pop(book["id"]))
    ),
    "words of an unknown book are read": breaks(
        "getWords",
        "unknown",
        on_book=lambda self, method, verb, book, body: (
            (200, {"words": []}) if book["id"] == 0 else Library.on_book(self, method, verb, book, body)
        ),
        book=lambda self, shelf, number: Library.book(self, shelf, number) if number in self.books else {"id": 0},
    ),
    "the list does not count an added member": breaks("addReaders", "add invariants", **_stale("readers_count")),
    # actions
    "an action has no effect": breaks("lendBook", "change", lend=lambda self, book: None),
    "an action has no effect on a new item": breaks("returnBook", "change", give_back=lambda self, book: None),
    "an action has another effect": breaks("lendBook", "change", lend=lambda self, book: book.update(status="gone")),
    "a repeated action is undone": breaks(
        "lendBook", "change", lend=lambda self, book: book.update(status="in" if book["status"] == "lent" else "lent")
    ),
    "an action changes another item": breaks("lendBook", "change", **after("lend", _neighbours)),
    "an action is done to all items": breaks("lendBook", "change", lend=_all_lent),
    "an action changes another field": breaks(
        "lendBook", "change", **after("lend", lambda self, result, book: book.update(title="Lent"))
    ),
    # deletes
    "a deleted item is still there": breaks("deleteBook", "delete", remove=lambda self, book: None),
    "a deleted item is still listed": breaks(
        "deleteBook",
        "delete",
        remove=lambda self, book: self.__dict__.setdefault("gone", set()).add(book["id"]),
        book=lambda self, shelf, number: Library.book(
            self, shelf, 0 if number in self.__dict__.get("gone", ()) else number
        ),
    ),
    "a deleted item can still be read": breaks(
        "deleteBook",
        "delete",
        remove=lambda self, book: book.update(shelf_id=3),
        book=lambda self, shelf, number: (
            book if (book := self.books.get(number)) and book["shelf_id"] == 3 else Library.book(self, shelf, number)
        ),
    ),
    "another item is deleted": breaks(
        "deleteBook", "delete", remove=lambda self, book: self.books.pop(max(self.books)) and None
    ),
    "a delete changes an item that was there before": breaks(
        "deleteBook",
        "delete",
        **after("remove", lambda self, result, book: _first(self, title=f"Not {book['id']}")),
    ),
    "a delete removes an item that was there before": breaks(
        "deleteBook", "delete", **after("remove", lambda self, result, book: self.books.pop(min(self.books)) and None)
    ),
    "a delete removes the items with the same value": breaks(
        "deleteBook", "delete", **after("remove", lambda self, result, book: _alike(self, book, cleared=False))
    ),
    "a delete resets a field of the items with the same value": breaks(
        "deleteBook", "delete", **after("remove", lambda self, result, book: _alike(self, book, cleared=True))
    ),
    "a delete resets the state of the others": breaks(
        "deleteBook",
        "delete",
        **after(
            "remove", lambda self, result, book: [each.update(status="in") for each in self.books.values()] and None
        ),
    ),
    "a change changes an item that was there before": breaks(
        "updateBook",
        "change",
        **after("change", lambda self, result, book, body: _first(self, pages=book["pages"] + book["id"])),
    ),
    "a change resets the state of the others": breaks(
        "updateBook",
        "change",
        **after(
            "change",
            lambda self, result, book, body: [each.update(status="in") for each in self.books.values()] and None,
        ),
    ),
    "an action resets a field that is seldom sent": breaks(
        "lendBook", "change", **after("lend", lambda self, result, book: book.update(rating=None))
    ),
    "a create resets a field of the others that is seldom sent": breaks(
        "createBook",
        "create",
        **after(
            "add_book",
            lambda self, book, *_: (
                (
                    [each.update(rating=None) for each in self.books.values() if each is not book and "rating" in each]
                    and 0
                )
                or book
            ),
        ),
    ),
    "a create resets the state of the others": breaks(
        "createBook",
        "create",
        **after(
            "add_book",
            lambda self, book, *_: [each.update(status="in") for each in self.books.values()] and book,
        ),
    ),
    "a change changes an item of another parent that was there before": breaks(
        "updateBook",
        "change",
        **after("change", lambda self, result, book, body: self.books[2].update(pages=book["pages"] + book["id"])),
    ),
    "an action is done to the first item as well": breaks(
        "lendBook", "change", **after("lend", lambda self, result, book: _first(self, pages=book["id"]))
    ),
    "a create changes an item that was there before": breaks(
        "createBook",
        "create",
        **after(
            "add_book", lambda self, book, *_: _first(self, rating=book["id"] % 9 if book["id"] > 23 else None) or book
        ),
    ),
    "a delete removes other items as well": breaks(
        "deleteBook",
        "delete",
        remove=lambda self, book: [self.books.pop(each) for each in list(self.books) if each >= book["id"]] and None,
    ),
    "a second delete is accepted": breaks(
        "deleteBook",
        "delete",
        respond=lambda self, method, *rest: (
            answer
            if (answer := Library.respond(self, method, *rest))[0] != 404 or method != "DELETE"
            else (204, None, None)
        ),
    ),
    "an existing item cannot be deleted": breaks(
        "deleteBook", "delete", removed=lambda self: self.refuse("invalid"), remove=lambda self, book: None
    ),
    # parents
    "an item of another parent is read": breaks(
        "getBook",
        "parent",
        book=lambda self, shelf, number: self.books.get(number) or Library.book(self, shelf, number),
    ),
    "an item of another parent is listed": breaks(
        "listBooks", "parent", on_shelf=lambda self, shelf: [*self.books.values()]
    ),
    **{
        f"{operation} accepts an item of another parent": breaks(
            operation,
            "parent",
            book=lambda self, shelf, number: self.books.get(number) or Library.book(self, shelf, number),
        )
        for operation in ("updateBook", "lendBook", "deleteBook", "addReaders", "removeReaders")
    },
    "an item of another parent is changed, and the change refused": breaks(
        "updateBook",
        "parent",
        answer=lambda self, method, path, query, body: (
            self.sneak(method, path, body) or Library.answer(self, method, path, query, body)
        ),
        sneak=lambda self, method, path, body: (
            method == "PATCH"
            and path.split("/")[2] != str(self.books.get(int(path.split("/")[4]), {}).get("shelf_id"))
            and int(path.split("/")[4]) in self.books
            and isinstance(body, dict)
            and isinstance(body.get("title"), str)
            and 0 < len(body["title"]) <= 40
            and self.books[int(path.split("/")[4])].update(title=body["title"])
        ),
    ),
}
