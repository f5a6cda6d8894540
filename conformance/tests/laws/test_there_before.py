"""An item that was there before the run is somebody's: it is never removed, whatever a create is answered with."""

import copy
import shutil

import pytest
from adcontract_library import Library
from conftest import HERE


class AnswersWithAnother(Library):
    """Answers a create with a book that is there already, and creates none."""

    def add_book(self, shelf, body):
        return self.books.get(3) or super().add_book(shelf, body)


class AnswersWithTheLast(Library):
    """Creates a book, and answers with one of another reader that is there already."""

    def created(self, book):
        return 201, self.shown(next(each for each in self.on_shelf(book["shelf_id"]) if each["id"] <= 23))


@pytest.mark.parametrize("options", [("--groups", "behavior,state"), ("--only", "deleteBook"), ("--groups", "schema")])
@pytest.mark.parametrize(
    "library",
    [AnswersWithAnother, pytest.param(AnswersWithTheLast, marks=pytest.mark.slow)],
)
def test_an_item_that_was_there_before_is_never_removed(held, library, options):
    server = library()
    before = copy.deepcopy(server.books)
    held(server, *options)
    assert {number: server.books.get(number) for number in before} == before


@pytest.mark.parametrize("library", [AnswersWithAnother, AnswersWithTheLast])
def test_a_create_that_is_answered_with_an_item_that_was_there_before_is_grave(held, tmp_path, library):
    shutil.copytree(HERE / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
    path.write_text(path.read_text().replace("  x-resource: {", "  x-resource: {x-inferred: No page says it., "))
    found, _, result = held(library(), "--only", "createBook", "--spec", str(tmp_path / "spec"))
    assert ("create", "createBook") in found
    assert "createBook is answered with the item" in result.output
    assert ", which was there before" in result.output
    assert result.exit_code == 1


class OneOfEachTitle(Library):
    """Answers 200 and the book of a title where there is one, and creates it otherwise."""

    def __init__(self):
        super().__init__()
        self.add_book(1, {"title": "The new book", "genre": "poetry", "pages": 77, "price": 12.5, "tags": ["thin"]})

    def add_book(self, shelf, body):
        known = next((each for each in self.books.values() if each["title"] == body["title"]), None)
        self.is_new = known is None
        return known or super().add_book(shelf, body)

    def created(self, book):
        return 201 if self.is_new else 200, self.shown(book)


def test_a_create_may_answer_with_what_was_there_where_the_contract_has_a_success_for_it(held, tmp_path):
    shutil.copytree(HERE / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
    new, _, rest = path.read_text().rpartition("    '201':\n")
    there = "    '200':\n      description: There was one.\n      content:\n        application/json:\n"
    there += "          schema:\n            $ref: ../components/schemas/Book.yaml\n"
    path.write_text(f"{new}    '201':\n{rest}".replace("    '404':", f"{there}    '404':").replace(there, "", 1))
    server = OneOfEachTitle()
    before = copy.deepcopy(server.books)
    found, report, result = held(server, "--only", "createBook", "--spec", str(tmp_path / "spec"), "--allow-untried")
    assert (found, server.books) == (set(), before), result.output
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert reasons["behavior.create"] == "createBook is answered with the item 24, which was there before"


@pytest.mark.parametrize("is_known", [True, False])
def test_a_target_that_knows_what_it_has_created_by_its_values_is_no_failure(held, is_known):
    class OneOfAll(OneOfEachTitle):
        """Creates a book of a title once; or once for all titles."""

        def __init__(self):
            Library.__init__(self)
            self.new = None

        def add_book(self, shelf, body):
            if len(self.books) < 23:
                return Library.add_book(self, shelf, body)
            if not is_known and self.new and self.new["id"] in self.books:
                return self.new
            self.new = super().add_book(shelf, body)
            return self.new

        def created(self, book):
            return 201, self.shown(book)

    found, report, result = held(OneOfAll(), "--only", "createBook", "--allow-untried")
    assert found == {("create", "createBook")}
    (finding,) = report["apis"][0]["findings"]
    assert finding["outcome"] == ("warn" if is_known else "fail")
    assert finding["sentence"].startswith("Two requests created the same id")
    assert result.exit_code == (0 if is_known else 1), result.output
