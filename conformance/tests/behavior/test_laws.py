"""A server that breaks one law of declared behaviour is found out by that law; one that keeps it oddly is not."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _library():
    place = importlib.util.spec_from_file_location("adcontract_test_library", HERE / "library.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


library = _library()
Library, RefusedError = library.Library, library.RefusedError


@pytest.fixture
def held(command, tmp_path):
    """Hold a library to its contract; give the findings as (law, operation), the report and the command's result."""

    def run(server, *options):
        file = tmp_path / "report.json"
        with server.up() as url:
            options = ("--groups", "behavior", "--spec", str(HERE / "spec"), "--json", str(file), *options)
            result = command(url, *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        report = json.loads(file.read_text())
        found = {(each["check"].removeprefix("behavior."), each["operation"]) for each in report["apis"][0]["findings"]}
        return found, report, result

    return run


def test_a_server_that_keeps_every_law_conforms_and_every_law_is_tried(held):
    server = Library()
    found, report, result = held(server)
    assert (found, result.exit_code) == (set(), 0)
    outcomes = {}
    for each in report["apis"][0]["results"]:
        outcomes.setdefault(each["check"], set()).add(each["outcome"])
    assert all("pass" in each for each in outcomes.values()), outcomes


def test_nothing_that_was_created_is_left_behind(held):
    server = Library()
    before = json.dumps(server.books)
    held(server)
    assert json.dumps(server.books) == before


def test_nothing_is_left_behind_when_the_run_is_interrupted(held, monkeypatch):
    server = Library()
    before, seen = json.dumps(server.books), []

    def interrupt(*_):
        seen.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr("adcontract_conformance.behavior.lifecycle._listed", interrupt)
    _, report, result = held(server)
    assert result.exit_code == 2
    assert "interrupted" in report["stopped"]
    assert seen
    assert json.dumps(server.books) == before


def test_what_cannot_be_removed_is_told(held):
    class Keeps(Library):
        def removed(self):
            raise RefusedError(403)

        def remove(self, book):
            pass

    _, _, result = held(Keeps(), "--only", "createBook")
    assert result.exit_code == 2
    assert "and could not be removed" in result.output


def test_the_same_seed_sends_the_same_requests(held):
    logs = []
    for _ in range(2):
        server = Library()
        held(server)
        logs.append(server.log)
    assert logs[0] == logs[1]
    assert len(logs[0]) > 100


def test_a_law_without_data_is_skipped_with_the_reason(held):
    found, report, _ = held(Library(books=0), "--only", "listBooks")
    assert found == set()
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert reasons["behavior.sort-all"] == "the list has 0 items"


def breaks(**methods):
    """Return a library in which some methods are others."""
    return type("Faulty", (Library,), methods)


def after(name, change):
    """Return a method that does what the library does, and then `change(self, result, *arguments)`."""

    def method(self, *arguments):
        return change(self, getattr(Library, name)(self, *arguments), *arguments)

    return {name: method}


def envelope(**changes):
    """Return a library whose pages say something else of themselves."""

    def meta(self, total, page, size, shown):
        said = Library.meta(self, total, page, size, shown)
        return {**said, **{name: change(said, total, page, size) for name, change in changes.items()}}

    return breaks(meta=meta)


def touch_neighbour(self, result, book, *_):
    for other in self.books.values():
        if other is not book:
            other["title"] = "taken along"
    return result


FAULTS = {
    "the size is ignored": (breaks(size=lambda self, asked: 5), "page-size", "listBooks"),
    "a page has one too many": (
        breaks(cut=lambda self, rows, page, size: rows[(page - 1) * size : page * size + 1]),
        "page-size",
        "listBooks",
    ),
    "another size is the usual one": (breaks(default_size=lambda self: 7), "page-default", "listBooks"),
    "a page may be larger than the most": (breaks(size=lambda self, asked: asked), "page-maximum", "listBooks"),
    "a page may be larger than the most, with an offset": (
        breaks(limit=lambda self, asked: asked),
        "page-maximum",
        "listVisits",
    ),
    "the last page comes again and again": (
        breaks(cut=lambda self, rows, page, size: rows[(min(page, max(1, -(-len(rows) // size))) - 1) * size :][:size]),
        "page-beyond",
        "listBooks",
    ),
    "pages overlap": (
        breaks(cut=lambda self, rows, page, size: rows[max(0, (page - 1) * size - 1) :][:size]),
        "page-walk",
        "listBooks",
    ),
    "pages leave something out": (
        breaks(cut=lambda self, rows, page, size: rows[(page - 1) * (size + 1) :][:size]),
        "page-walk",
        "listBooks",
    ),
    "the total is that of the page": (breaks(total=lambda self, rows, page: len(page)), "page-walk", "listBooks"),
    "the last page is one too far at a boundary": (
        envelope(last=lambda said, total, page, size: total // size + 1),
        "page-envelope",
        "listBooks",
    ),
    "the last page has a next one": (
        envelope(next=lambda said, total, page, size: f"/books?page={page + 1}"),
        "page-envelope",
        "listBooks",
    ),
    "next leads to this page": (
        envelope(next=lambda said, total, page, size: said["next"] and f"/books?page={page}"),
        "page-envelope",
        "listBooks",
    ),
    "the first item is counted from 0": (
        envelope(**{"from": lambda said, total, page, size: (page - 1) * size}),
        "page-envelope",
        "listBooks",
    ),
    "the last item is beyond the end": (
        envelope(to=lambda said, total, page, size: page * size),
        "page-envelope",
        "listBooks",
    ),
    "there is more at a boundary": (
        breaks(more=lambda self, offset, limit, total: offset + limit <= total),
        "page-envelope",
        "listVisits",
    ),
    "a filter is ignored": (
        breaks(**after("meets", lambda self, result, book, name, values: result or name == "tag")),
        "filter",
        "listBooks",
    ),
    "a filter loses something": (
        breaks(**after("meets", lambda self, r, book, name, values: r and not (name == "tag" and book["id"] % 5 == 0))),
        "filter",
        "listBooks",
    ),
    "a search looks at one field only": (
        breaks(**after("meets", lambda self, r, book, name, v: str(book["id"]) == v[-1] if name == "query" else r)),
        "filter",
        "listBooks",
    ),
    "a filter looks at the first page only": (
        breaks(chosen=lambda self, books, query: Library.chosen(self, books[:5] if "tag" in query else books, query)),
        "filter",
        "listBooks",
    ),
    "a search without a hit gives all": (
        breaks(
            chosen=lambda self, books, query: Library.chosen(self, books, query) or ("query" in query and books) or []
        ),
        "filter-nothing",
        "listBooks",
    ),
    "only the last of several values counts": (
        breaks(
            meets=lambda self, book, name, values: Library.meets(
                self, book, name, values[-1:] if name == "genres[]" else values
            )
        ),
        "filter-or",
        "listBooks",
    ),
    "one filter drops another": (
        breaks(
            meets=lambda self, book, name, values: Library.meets(self, book, name, values),
            chosen=lambda self, books, query: Library.chosen(
                self, books, {k: v for k, v in query.items() if k != "tag" or "genres[]" not in query}
            ),
        ),
        "filter-and",
        "listBooks",
    ),
    "an alternative is ignored": (
        breaks(
            chosen=lambda self, books, query: Library.chosen(
                self, books, {k: v for k, v in query.items() if k != "or_id"}
            )
        ),
        "filter-alternative",
        "listBooks",
    ),
    "an alternative leaves nothing else": (
        breaks(
            chosen=lambda self, books, query: (
                [book for book in books if str(book["id"]) in query["or_id"]]
                if "or_id" in query
                else Library.chosen(self, books, query)
            )
        ),
        "filter-alternative",
        "listBooks",
    ),
    "a sorted list loses something": (
        breaks(**after("ordered", lambda self, rows, books, query: rows[1:] if "sort_by" in query else rows)),
        "sort-all",
        "listBooks",
    ),
    "the order is ignored": (breaks(ordered=lambda self, books, query: books), "sort-order", "listBooks"),
    "numbers are ordered as texts": (
        breaks(sort_key=lambda self, book, field: str(Library.sort_key(self, book, field))),
        "sort-order",
        "listBooks",
    ),
    "each page is sorted alone": (
        breaks(
            ordered=lambda self, books, query: books,
            cut=lambda self, rows, page, size: sorted(Library.cut(self, rows, page, size), key=lambda b: b["title"]),
        ),
        "sort-order",
        "listBooks",
    ),
    "the direction is ignored": (
        breaks(
            ordered=lambda self, books, query: Library.ordered(
                self, books, {name: [value.replace("desc", "asc") for value in query[name]] for name in query}
            )
        ),
        "sort-reverse",
        "listBooks",
    ),
    "another thing is read": (
        breaks(shown=lambda self, book: {**book, "title": "Something else"}),
        "read",
        "getBook",
    ),
    "what is read has another id": (breaks(shown=lambda self, book: {**book, "id": 1}), "read", "getBook"),
    "an unknown id gives something": (
        breaks(book=lambda self, shelf, number: self.books.get(number) or self.books[1]),
        "unknown",
        "getBook",
    ),
    "what is created is not kept as it was sent": (
        breaks(**after("stored", lambda self, result, body: {**result, "genre": "novel"})),
        "create",
        "createBook",
    ),
    "what is created is not listed": (
        breaks(on_shelf=lambda self, shelf: [book for book in Library.on_shelf(self, shelf) if book["id"] <= 23]),
        "create",
        "createBook",
    ),
    "all that is created has one id": (breaks(new_id=lambda self: 7), "create", "createBook"),
    "a change is not kept": (breaks(change=lambda self, book, body: None), "change", "updateBook"),
    "a change changes something else": (
        breaks(**after("change", lambda self, result, book, body: book.update(genre="essay"))),
        "change",
        "updateBook",
    ),
    "a change changes others": (breaks(**after("change", touch_neighbour)), "change", "updateBook"),
    "a change adds to itself when repeated": (
        breaks(**after("change", lambda self, result, book, body: book.update(tags=[*book["tags"], "again"]))),
        "change",
        "updateBook",
    ),
    "an action has no effect": (breaks(lend=lambda self, book: None), "change", "lendBook"),
    "an action changes others": (breaks(**after("lend", touch_neighbour)), "change", "lendBook"),
    "what is deleted is still there": (breaks(remove=lambda self, book: None), "delete", "deleteBook"),
    "what is deleted takes another with it": (
        breaks(
            remove=lambda self, book: [self.books.pop(each) for each in list(self.books) if each >= book["id"]] and None
        ),
        "delete",
        "deleteBook",
    ),
    "what is added twice is a member twice": (
        breaks(
            add_readers=lambda self, book, ids: (
                book["readers"].extend({"id": each} for each in ids) or self.count(book) or {"done": ids, "ignored": []}
            )
        ),
        "add",
        "addReaders",
    ),
    "what is ignored is not told": (
        breaks(**after("add_readers", lambda self, result, book, ids: {**result, "ignored": []})),
        "add",
        "addReaders",
    ),
    "the number of members is not that of the members": (
        breaks(count=lambda self, book: book.update(readers_count=0)),
        "add",
        "addReaders",
    ),
    "a removal removes all": (
        breaks(**after("remove_readers", lambda self, result, book, ids: book["readers"].clear() or result)),
        "remove",
        "removeReaders",
    ),
    "a removal removes nothing": (
        breaks(remove_readers=lambda self, book, ids: {"done": ids, "ignored": []}),
        "remove",
        "removeReaders",
    ),
    "another's child is shown": (breaks(belongs=lambda self, book, shelf: True), "parent", "getBook"),
    "another's child is listed": (breaks(on_shelf=lambda self, shelf: [*self.books.values()]), "parent", "listBooks"),
    "a refused creation creates": (
        breaks(
            refuse=lambda self, kind: (
                Library.add_book(self, 1, {"title": "x", "genre": "y", "pages": 1}) and Library.refuse(self, kind)
            )
        ),
        "refusal",
        "createBook",
    ),
    "a faulty creation is accepted": (
        breaks(checked=lambda self, body, required, kinds: body if isinstance(body, dict) else {}),
        "refusal",
        "createBook",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_law_is_found_out(held, name):
    server, law, operation = FAULTS[name]
    found, _, result = held(server(), "--only", operation)
    assert (law, operation) in found, result.output
    assert result.exit_code >= 1


def test_a_rule_for_values_is_held_to_every_answer(held):
    found, _, result = held(breaks(count=lambda self, book: book.update(readers_count=0))())
    assert ("invariants", "getBook") in found, result.output


class SoftlyDeleted(Library):
    """Keeps what is deleted, and answers 410 for it."""

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
    """Shows fields that no contract has, and short rows."""

    def row(self, book):
        row = {**book, "views": 3}
        del row["tags"], row["readers"]
        return row

    def shown(self, book):
        return {**book, "links": {"self": f"/books/{book['id']}"}}


class Shuffled(Library):
    """Lists in an order of its own, the newest first, and searches without one."""

    def on_shelf(self, shelf):
        return sorted(super().on_shelf(shelf), key=lambda book: (book["id"] * 7919) % 31)

    def sort_key(self, book, field):
        value = super().sort_key(book, field)
        return value.casefold() if field == "title" else value


class Caps(Library):
    """Gives the largest page where a larger one is asked for, and numbers without a first and last item."""

    def size(self, asked):
        return min(asked, 10)

    def meta(self, total, page, *_):
        return {"total": str(total), "current": page}


class Stamps(Library):
    """Notes the time of every change."""

    def change(self, book, body):
        super().change(book, body)
        self.next_id += 1
        book["updated_at"] = f"2026-11-21T00:00:{self.next_id % 60:02}Z"


@pytest.mark.parametrize("kind", [SoftlyDeleted, SaysMore, Shuffled, Caps, Stamps])
def test_a_law_that_is_kept_in_an_unusual_way_is_kept(held, kind):
    found, _, result = held(kind())
    assert found == set(), result.output
