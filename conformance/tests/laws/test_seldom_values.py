"""A filter that no item of a list can show is tried all the same: with a created item, or a value that none has."""

import shutil
import time

import pytest
from adcontract_library import Library
from adcontract_library.server import NARROW
from conftest import HERE


class Untagged(Library):
    """Has no tags at its start."""

    def __init__(self):
        super().__init__()
        for book in self.books.values():
            book["tags"] = []


class Loses(Untagged):
    """Finds no book by its tag."""

    def meets(self, book, name, values):
        return super().meets(book, name, values) and (name != "tag" or values == [""])


class FindsAnyPart(Untagged):
    """Finds a book by a part of its tag."""

    def meets(self, book, name, values):
        return super().meets(book, name, values) or (name == "tag" and any(values[-1] in each for each in book["tags"]))


class FindsLate(Untagged):
    """Finds a book by its tag a little after it was created: an index is filled in the background."""

    def add_book(self, shelf, body):
        return {**super().add_book(shelf, body)} | {"due": time.monotonic() + 0.05}

    def created(self, book):
        self.books[book["id"]]["due"] = book.pop("due")
        return super().created(book)

    def row(self, book):
        return {name: value for name, value in book.items() if name != "due"}

    shown = row

    def meets(self, book, name, values):
        is_late = name == "tag" and values != [""] and book.get("due", 0.0) > time.monotonic()
        return super().meets(book, name, values) and not is_late


FOUND = {Untagged: set(), FindsLate: set(), Loses: {"filter"}, FindsAnyPart: {"filter-nothing"}}


SLOW = [pytest.param(each, marks=pytest.mark.slow) for each in FOUND if each is not Loses]


@pytest.mark.parametrize("library", [Loses, *SLOW])
def test_a_filter_by_what_no_item_has_is_tried_with_a_created_one(held, library):
    server = library()
    before = set(server.books)
    found, report, result = held(server, "--only", "listBooks", "--for", "own")
    assert {law for law, _ in found} == FOUND[library], result.output
    untried = {each["check"]: each.get("untried") for each in report["apis"][0]["results"]}
    assert "tag" not in (untried["behavior.filter"] or ""), untried
    assert set(server.books) == before


def test_nothing_is_created_to_filter_by_where_nothing_may_be_written(held):
    server = Loses()
    found, report, result = held(server, "--only", "listBooks", "--read-only")
    assert found == set(), result.output
    assert {method for method, _, _ in server.log} == {"GET"}
    untried = {each["check"]: each.get("untried") for each in report["apis"][0]["results"]}
    assert "tag" in untried["behavior.filter"], untried


class AllIn(Library):
    """Lends no book."""

    def lend(self, book):
        pass


class IgnoresStatus(AllIn):
    """Lists books of all states."""

    def meets(self, book, name, values):
        return name == "status" or super().meets(book, name, values)


class ListsLentWhereAsked(AllIn):
    """Has lent books, and lists them where they are asked for."""

    def __init__(self):
        super().__init__()
        self.books[3]["status"] = "lent"

    def chosen(self, books, query):
        asked = query.get("status")
        return super().chosen([book for book in books if book["status"] == "in" or asked == ["lent"]], query)


class RefusesLent(AllIn):
    """Takes no state that no book has."""

    def chosen(self, books, query):
        if query.get("status") == ["lent"]:
            self.refuse("invalid")
        return super().chosen(books, query)


@pytest.mark.parametrize(
    ("library", "laws"),
    [(IgnoresStatus, {"filter-nothing"}), (ListsLentWhereAsked, set()), (RefusesLent, set())],
)
def test_a_filter_of_a_state_that_all_items_have_is_tried_with_another_documented_one(held, tmp_path, library, laws):
    shutil.copytree(HERE / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
    before, _, rest = path.read_text().partition("    - name: status\n")
    rest = rest.replace("schema: {type: string}", "schema: {type: string, x-extensible-enum: [in, lent, any]}", 1)
    path.write_text(f"{before}    - name: status\n{rest}")
    found, _, result = held(library(), "--only", "listBooks", "--for", "own", "--spec", str(tmp_path / "spec"))
    assert {law for law, _ in found} == laws, result.output


class CutsFilteredPages(Library):
    """Has at most three items on a page of a filtered list."""

    def list_books(self, shelf, query):
        self.is_filtered = not query.keys().isdisjoint(NARROW)
        return super().list_books(shelf, query)

    def size(self, asked):
        return min(super().size(asked), 3 if self.is_filtered else asked)


@pytest.mark.parametrize(("kind", "code"), [("own", 1), pytest.param("vendor", 0, marks=pytest.mark.slow)])
def test_the_pages_of_a_filtered_list_are_full_which_no_page_says(held, kind, code):
    found, _, result = held(CutsFilteredPages(), "--only", "listBooks", "--for", kind)
    assert "items on a page, and more on the next." in result.output
    assert result.exit_code == code, result.output
    assert {law.partition("-")[0] for law, _ in found} == {"filter"}, result.output


class FiltersVisits(Library):
    """Filters each page of the visits, all of one day, which may leave none, and more to follow."""

    def __init__(self):
        super().__init__()
        self.visits = [{**each, "day": "2026-01-01"} for each in self.visits]

    def list_visits(self, query):
        status, body = super().list_visits(query)
        day = query.get("day", [""])[-1]
        return status, {**body, "visits": [each for each in body["visits"] if day in ("", each["day"])]}


def test_an_empty_list_does_not_say_that_there_are_more(held, tmp_path):
    shutil.copytree(HERE / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "visits.yaml"
    text = path.read_text()
    text = text.replace("  parameters:\n", "  parameters:\n    - {name: day, in: query, schema: {type: string}}\n", 1)
    path.write_text(text.replace("  x-resource:", "  x-filter: {day: {field: /day, op: equals}}\n  x-resource:", 1))
    options = ("--only", "listVisits", "--for", "own", "--spec", str(tmp_path / "spec"))
    found, _, result = held(FiltersVisits(), *options)
    assert found == {("filter-nothing", "listVisits")}, result.output
    assert "lists nothing, and says that there are more." in result.output
