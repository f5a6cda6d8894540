"""Members."""

# ruff: noqa: ARG001, ARG005 - what replaces a method takes its arguments
from adcontract_library.server import Library, RefusedError, after, breaks


def _adds_again(self, book, ids):
    book["readers"] += [{"id": each} for each in ids]
    self.count(book)
    return {"done": ids, "ignored": []}


def _replaces(self, book, ids):
    book["readers"] = [{"id": each} for each in dict.fromkeys(ids)]
    self.count(book)
    return {"done": ids, "ignored": []}


def _keeps_one(self, book, ids):
    last = book["readers"][-1:]
    result = Library.remove_readers(self, book, ids)
    book["readers"] = book["readers"] or last
    self.count(book)
    return result


def _removes_the_first(self, book, ids):
    members = [each["id"] for each in book["readers"]]
    return Library.remove_readers(self, book, ids[:1] if set(ids) <= set(members) else ids)


def _to_all(self, result, book, ids):
    for other in self.books.values():
        other["readers"], other["readers_count"] = list(book["readers"]), book["readers_count"]
    return result


def _to_the_first(self, result, book, ids):
    first = self.books.get(1, book)
    if first is not book:
        first["readers"] += [{"id": 100 + book["id"]}]
        self.count(first)
    return result


FAULTS = {
    "words that are added replace those before": breaks(
        "addWords", "add", add_words=lambda self, number, words: self.words.__setitem__(number, [*words])
    ),
    "a member is added to an item that was there before": breaks(
        "addReaders", "add", **after("add_readers", _to_the_first)
    ),
    "adding a member resets a field that is seldom sent": breaks(
        "addReaders", "add", **after("add_readers", lambda self, result, book, ids: book.update(rating=None) or result)
    ),
    "adding a member changes another field": breaks(
        "addReaders", "add", **after("add_readers", lambda self, result, book, ids: book.update(title="Read") or result)
    ),
    "removing a member changes another field": breaks(
        "removeReaders",
        "remove",
        **after("remove_readers", lambda self, result, book, ids: book.update(title="Read") or result),
    ),
    "a member is removed from other collections that have it": breaks(
        "removeReaders",
        "remove",
        **after(
            "remove_readers",
            lambda self, result, book, ids: (
                [Library.remove_readers(self, each, ids) for each in self.books.values()] and result
            ),
        ),
    ),
    "an entry changes an item that was there before": breaks(
        "addWords",
        "add",
        **after("add_words", lambda self, result, number, words: self.books[1].update(pages=100 + number)),
    ),
    "nothing is added": breaks("addReaders", "add", add_readers=lambda self, book, ids: {"done": ids, "ignored": []}),
    "a member that is added twice is there twice": breaks("addReaders", "add", add_readers=_adds_again),
    "an added member replaces the others": breaks("addReaders", "add", add_readers=_replaces),
    "only the first is added": breaks(
        "addReaders", "add", add_readers=lambda self, book, ids: Library.add_readers(self, book, ids[:1])
    ),
    "ignored members are not reported": breaks(
        "addReaders", "add", **after("add_readers", lambda self, result, book, ids: {**result, "ignored": []})
    ),
    "ignored members are reported as added": breaks(
        "addReaders", "add", **after("add_readers", lambda self, result, book, ids: {**result, "done": ids})
    ),
    "added members are not reported": breaks(
        "addReaders", "add", **after("add_readers", lambda self, result, book, ids: {**result, "done": []})
    ),
    "the number of members is stale": breaks(
        "addReaders", "add invariants", count=lambda self, book: book.setdefault("readers_count", 0)
    ),
    "a member is added to all collections": breaks("addReaders", "add", **after("add_readers", _to_all)),
    "an entry is added to a list twice": breaks(
        "addWords",
        "add",
        add_words=lambda self, number, words: self.words.__setitem__(number, [*self.words.get(number, []), *words]),
    ),
    "only the last entry is added to a list": breaks(
        "addWords", "add", add_words=lambda self, number, words: Library.add_words(self, number, words[-1:])
    ),
    "an entry is added to the lists of all items": breaks(
        "addWords",
        "add",
        add_words=lambda self, number, words: [Library.add_words(self, each, words) for each in [*self.books]] and None,
    ),
    "a removal removes all": breaks(
        "removeReaders",
        "remove invariants",
        **after("remove_readers", lambda self, result, book, ids: book["readers"].clear() or result),
    ),
    "an empty list of new members removes all": breaks(
        "addReaders",
        "add",
        add_readers=lambda self, book, ids: Library.add_readers(self, book, ids) if ids else _replaces(self, book, ids),
    ),
    "an empty list of members to remove removes all": breaks(
        "removeReaders",
        "remove",
        remove_readers=lambda self, book, ids: (
            Library.remove_readers(self, book, ids) if ids else _replaces(self, book, ids)
        ),
    ),
    "the last member is never removed": breaks("removeReaders", "remove", remove_readers=_keeps_one),
    "a removal removes nothing": breaks(
        "removeReaders", "remove", remove_readers=lambda self, book, ids: {"done": ids, "ignored": []}
    ),
    "a removal removes by position": breaks(
        "removeReaders",
        "remove invariants",
        **after(
            "remove_readers",
            lambda self, result, book, ids: (book["readers"] and book["readers"].pop() and result) or result,
        ),
    ),
    "a removal does not count": breaks(
        "removeReaders",
        "remove invariants",
        remove_readers=lambda self, book, ids: (
            book.update(readers=[each for each in book["readers"] if each["id"] not in ids]) or {}
        ),
    ),
    "the first of several members alone is removed": breaks(
        "removeReaders",
        "remove",
        remove_readers=_removes_the_first,
        **after("add_book", lambda self, book, *_: self.add_readers(book, [5]) and book),
    ),
    "a member is removed from all collections": breaks("removeReaders", "remove", **after("remove_readers", _to_all)),
    "an id that is not a member is reported as removed": breaks(
        "removeReaders",
        "remove",
        **after("remove_readers", lambda self, result, book, ids: {"done": ids, "ignored": []}),
    ),
}


class TellsNothing(Library):
    """Does not report what was done, and refuses an id that is named twice."""

    def add_readers(self, book, ids):
        if len(set(ids)) < len(ids):
            raise RefusedError(422)
        super().add_readers(book, ids)
        return {}

    def remove_readers(self, book, ids):
        super().remove_readers(book, ids)
        return {}


class ListsBackwards(Library):
    """Has the newest member first, with a name, and ids in text; refuses to remove what is none."""

    def count(self, book):
        super().count(book)
        book["readers"] = [{"id": str(each["id"]), "name": f"No. {each['id']}"} for each in book["readers"][::-1]]

    def add_readers(self, book, ids):
        return super().add_readers(book, [str(each) for each in ids])

    def remove_readers(self, book, ids):
        return super().remove_readers(book, [str(each) for each in ids])


class HasReaders(Library):
    """Gives each book readers of its own, and knows no others."""

    def __init__(self):
        super().__init__()
        for book in self.books.values():
            book["readers"], book["readers_count"] = [{"id": 40 + book["id"]}], 1

    def add_readers(self, book, ids):
        known = [each for each in ids if 40 < each < 70]
        return {**super().add_readers(book, known), "unknown": [each for each in ids if each not in known]}


class Catalog(Library):
    """Knows readers of which the page names one, and ignores the others."""

    known = (5, 41, 42, 43, 44, 45)

    def add_readers(self, book, ids):
        said = super().add_readers(book, [each for each in ids if each in self.known])
        return {**said, "ignored": said["ignored"] + [each for each in ids if each not in self.known]}


class ShortCatalog(Catalog):
    """Knows one reader, that one of its books has, and does not report what was done."""

    known = (41,)

    def __init__(self):
        super().__init__()
        for book in self.books.values():
            book["readers"], book["readers_count"] = [{"id": 41}], 1

    def row(self, book):
        return {name: value for name, value in book.items() if name != "readers"}

    def add_readers(self, book, ids):
        super().add_readers(book, ids)
        return {}

    def remove_readers(self, book, ids):
        super().remove_readers(book, ids)
        return {}


class KeepsTheLast(Library):
    """Gives each new book a reader, and keeps the last one: it reports that as ignored."""

    def add_book(self, shelf, body):
        book = super().add_book(shelf, body)
        self.add_readers(book, [5])
        return book

    def remove_readers(self, book, ids):
        kept = {each["id"] for each in book["readers"]} <= set(ids)
        said = super().remove_readers(book, ids[:-1] if kept else ids)
        return {**said, "ignored": said["ignored"] + ids[-1:]} if kept else said


UNUSUAL = {
    KeepsTheLast: ("remove",),
    Catalog: ("add", "remove"),
    ShortCatalog: ("add", "remove"),
    TellsNothing: ("add", "remove"),
    ListsBackwards: ("add", "remove", "invariants"),
    HasReaders: ("add", "remove"),
}
