"""An item whose id no response shows is found in the list of its new parent, where it is the only one."""

import shutil
import time

import pytest
from adcontract_library import Library
from conftest import HERE

NOTES = """
parameters:
  - {name: shelf_id, in: path, required: true, schema: {type: integer}}
  - {name: book_id, in: path, required: true, schema: {type: integer}}

get:
  operationId: listNotes
  summary: listNotes
  tags: [Books]
  responses:
    '200':
      description: As asked.
      content:
        application/json:
          schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}
    '404':
      $ref: ../components/responses/NotFound.yaml
  x-resource: {name: note, action: list, id: /id, parent: {name: book, key: {path: book_id}}}
  x-source: Notes

post:
  operationId: createNote
  summary: createNote
  tags: [Books]
  responses:
    '204':
      description: It is there.
    '404':
      $ref: ../components/responses/NotFound.yaml
  x-resource: {name: note, action: create, id: /id, parent: {name: book, key: {path: book_id}}}
  x-source: Notes
"""


class Notes(Library):
    """Keeps notes about each book in place of its words, and answers a new one with nothing."""

    lateness = 0.0

    def on_book(self, method, verb, book, body):
        if verb != "words":
            return super().on_book(method, verb, book, body)
        notes = self.words.setdefault(book["id"], {})
        if method == "GET":
            return 200, [{"id": number} for number, due in notes.items() if due < time.monotonic()]
        self.write(notes)
        return 204, None

    def write(self, notes):
        notes[self.new_id()] = time.monotonic() + self.lateness


class Loses(Notes):
    """Writes no note."""

    def write(self, notes):
        pass


class Late(Notes):
    """Lists a note a little later."""

    lateness = 0.05


@pytest.fixture
def noted(held, tmp_path):
    """Hold a library with notes in place of words to its contract."""

    def run(server):
        shutil.copytree(HERE / "spec", tmp_path / "spec")
        library = tmp_path / "spec" / "library"
        (library / "paths" / "shelves_shelf_id_books_book_id_words.yaml").write_text(NOTES)
        payloads = library / "examples" / "v1"
        (payloads / "addWords.request.json").unlink()
        for old, new in (("addWords", "createNote"), ("getWords", "listNotes")):
            (payloads / f"{old}.parameters.json").rename(payloads / f"{new}.parameters.json")
        return held(server, "--only", "createNote", "--for", "own", "--spec", str(tmp_path / "spec"))

    return run


def test_a_created_item_that_the_list_of_its_new_parent_lacks_is_reported(noted):
    found, _, result = noted(Loses())
    assert (found, result.exit_code) == ({("create", "createNote")}, 1), result.output
    assert "The created note is not listed by listNotes, which lists none of its new parent." in result.output


@pytest.mark.parametrize("library", [Notes, pytest.param(Late, marks=pytest.mark.slow)])
def test_a_created_item_whose_id_no_response_shows_may_be_listed_late(noted, library):
    found, report, result = noted(library())
    assert (found, result.exit_code) == (set(), 0), result.output
    outcomes = {each["check"]: each["outcome"] for each in report["apis"][0]["results"]}
    assert outcomes["behavior.create"] == "pass", result.output
