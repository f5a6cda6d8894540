"""--only sends writes through what it names, and through no other operation but to remove what was created."""

import json
import re

import pytest
from adcontract_library import Library

ALL = ("--groups", "examples,security,behavior,state,schema,rejection")
WRITES = {
    "createBook": ("POST", r"/shelves/[^/]+/books"),
    "updateBook": ("PATCH", r"/shelves/[^/]+/books/[^/]+"),
    "deleteBook": ("DELETE", r"/shelves/[^/]+/books/[^/]+"),
    "lendBook": ("POST", r"/shelves/[^/]+/books/[^/]+/lend"),
    "returnBook": ("POST", r"/shelves/[^/]+/books/[^/]+/return"),
    "addReaders": ("POST", r"/shelves/[^/]+/books/[^/]+/readers"),
    "removeReaders": ("DELETE", r"/shelves/[^/]+/books/[^/]+/readers"),
    "addWords": ("POST", r"/shelves/[^/]+/books/[^/]+/words"),
}
"""The operations of the library that write, with their methods and paths."""


@pytest.fixture(autouse=True)
def helped():
    """Take --only as a user does."""


def written(server):
    """Return the operations through which something was written, or tried to be."""
    return {
        operation
        for method, target, _ in server.log
        for operation, (own, path) in WRITES.items()
        if method == own and re.fullmatch(path, target.partition("?")[0])
    }


def only(*operations):
    return [part for operation in operations for part in ("--only", operation)]


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["listBooks", "getBook", "listVisits"])
def test_what_reads_writes_nothing(held, operation):
    server = Library()
    before = json.dumps(server.books)
    _, _, result = held(server, *ALL, *only(operation))
    assert written(server) == set(), result.output
    assert json.dumps(server.books) == before


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["updateBook", "removeReaders", "deleteBook"])
def test_what_writes_writes_through_no_other_operation(held, operation):
    server = Library()
    before = json.dumps(server.books)
    held(server, *ALL, *only(operation))
    assert written(server) <= {operation}
    assert json.dumps(server.books) == before


def test_what_needs_an_operation_that_is_not_named_says_so(held):
    _, report, result = held(Library(), "--groups", "examples,behavior,state", *only("updateBook"))
    reasons = [each.get("reason") for each in report["apis"][0]["results"]]
    assert reasons.count("not tried: createBook was not named (--only)") > 5, reasons
    assert re.search(r"never succeeded, .* updateBook \(.*; createBook was not named \(--only\)\)", result.output)
    assert result.exit_code == 2


def test_what_is_created_is_removed_by_an_operation_that_was_not_named(held):
    server = Library()
    before = json.dumps(server.books)
    found, _, result = held(server, *only("createBook"))
    assert written(server) == {"createBook", "deleteBook"}
    assert (found, result.exit_code, json.dumps(server.books)) == (set(), 0, before)


def test_an_operation_is_tried_with_those_that_it_needs(held):
    server = Library()
    found, report, result = held(server, *only("lendBook", "createBook"))
    assert written(server) == {"lendBook", "createBook", "deleteBook"}
    assert (found, result.exit_code) == (set(), 0), result.output
    outcomes = {(each["check"], each["operation"]): each["outcome"] for each in report["apis"][0]["results"]}
    assert outcomes["behavior.change", "lendBook"] == "pass"


@pytest.mark.slow
def test_what_pytest_has_selected_may_need_others_unless_only_forbids_it(held):
    for also, writes in ((), {"createBook", "updateBook", "deleteBook"}), (only("updateBook"), {"updateBook"}):
        server = Library()
        _, report, _ = held(server, "--groups", "examples,security", "--focus", "updateBook", *also)
        assert {each["operation"] for each in report["apis"][0]["results"]} == {"updateBook"}
        assert written(server) == writes
