"""The group state follows the links of a contract; and no group changes or deletes what the suite has not created."""

import json
import os
import signal

import pytest
from adcontract_library import Library, RefusedError
from adcontract_library.unusual_lives import ReadsLate, Replicas, SoftlyDeleted

STATE = ("--groups", "state")
LINKED = ("createBook", "getBook", "updateBook", "lendBook", "addReaders", "removeReaders", "deleteBook")
ALL = ("--groups", "examples,security,behavior,state,schema,rejection")


class KeepsDeleted(Library):
    """Says that a book is deleted, and has it still."""

    def remove(self, book):
        pass


class LosesCreated(Library):
    """Does not find what was created when it is to be lent."""

    def on_book(self, method, verb, book, body):
        if verb == "lend" and book["id"] > 23:
            raise RefusedError(404)
        return super().on_book(method, verb, book, body)


class ShowsAnother(Library):
    """Shows what was created without its title."""

    def on_book(self, method, verb, book, body):
        status, shown = super().on_book(method, verb, book, body)
        if method == "GET" and book["id"] > 23:
            shown = {name: value for name, value in shown.items() if name != "title"}
        return status, shown


class Breaks(Library):
    """Fails when what was created is read."""

    def on_book(self, method, verb, book, body):
        if method == "GET" and book["id"] > 23:
            return 503, {"code": "no", "message": "no"}
        return super().on_book(method, verb, book, body)


def findings(report):
    return {(each["check"], each["operation"]): each for each in report["apis"][0]["findings"]}


def outcomes(report):
    return {(each["check"], each["operation"]): each["outcome"] for each in report["apis"][0]["results"]}


def reason(report, check, operation):
    results = report["apis"][0]["results"]
    return next(each.get("reason") for each in results if (each["check"], each["operation"]) == (check, operation))


def test_every_link_is_followed_on_a_conforming_server(held):
    server = Library()
    before = json.dumps(server.books)
    only = [part for operation in LINKED for part in ("--only", operation)]
    _, report, result = held(server, *STATE, *only)
    assert (findings(report), result.exit_code) == ({}, 0), result.output
    # a create begins a sequence, and no link leads to it
    begins = {("state.there", "createBook"), ("state.gone", "createBook")}
    assert {key for key, outcome in outcomes(report).items() if outcome != "pass"} == begins
    assert json.dumps(server.books) == before


@pytest.mark.parametrize(
    ("server", "check", "operation"),
    [
        (KeepsDeleted, "state.gone", "getBook"),
        (LosesCreated, "state.there", "lendBook"),
        (ShowsAnother, "state.answer", "getBook"),
        (Breaks, "state.answered", "getBook"),
    ],
)
def test_a_finding_has_the_requests_that_led_to_it(held, server, check, operation):
    _, report, result = held(server(), *STATE, "--only", operation, "--only", "deleteBook")
    found = findings(report)
    assert {name for name, _ in found} == {check}, result.output
    finding = found[check, operation]
    assert finding["before"][0].startswith("curl -i -X POST http")
    assert (len(finding["before"]) > 1) is (check == "state.gone")
    assert "\n".join(f"      {curl}" for curl in (*finding["before"], finding["curl"])) in result.output


def test_a_contract_without_links_is_skipped_for_that_reason(check):
    done = check("--groups", "state")
    assert done.code == 2
    assert {each["reason"] for each in done.report["apis"][0]["results"]} == {"the contract has no links"}


class SaysNothing(Library):
    """Answers 200 and an empty object to every request that writes."""

    def respond(self, method, *rest):
        return super().respond(method, *rest) if method == "GET" else (200, {}, None)


def test_where_no_link_can_be_followed_no_item_is_there_or_gone(held):
    _, report, result = held(SaysNothing(), *STATE)
    outcome = outcomes(report)
    for check in ("state.there", "state.gone"):
        passed = {operation for name, operation in outcome if name == check and outcome[name, operation] == "pass"}
        assert passed <= {"getBook"}, result.output


class TakesNoMore(Library):
    """Creates nothing, so that nothing is there for the suite to write to."""

    def add_book(self, shelf, body):
        if len(self.books) == 23:
            raise RefusedError(403)
        return super().add_book(shelf, body)


@pytest.mark.slow
@pytest.mark.parametrize("library", [Library, TakesNoMore])
def test_no_request_of_any_group_changes_what_was_there_before(held, library):
    server = library()
    before = json.dumps(server.books)
    held(server, *ALL)
    assert {"POST", "PATCH", "DELETE"} <= {method for method, _, _ in server.log}
    assert json.dumps(server.books) == before


@pytest.mark.parametrize("group", ["examples", "state", "schema"])
def test_created_items_are_removed_once(held, group):
    server = Library()
    held(server, "--groups", group, "--only", "createBook", "--only", "getBook")
    removed = [path for method, path, _ in server.log if method == "DELETE"]
    assert removed
    assert len(removed) == len(set(removed))


@pytest.mark.slow
@pytest.mark.parametrize("library", [ReadsLate, Replicas, SoftlyDeleted])
def test_reads_that_come_late_and_410_for_what_is_deleted_are_no_breach(held, library):
    _, report, result = held(library(), *STATE, "--only", "createBook", "--only", "getBook", "--only", "deleteBook")
    failed = {key for key, each in findings(report).items() if each["outcome"] == "fail"}
    assert failed == set(), result.output


class Interrupts(Library):
    """Is where a run is interrupted, once it has created some books."""

    def add_book(self, shelf, body):
        book = super().add_book(shelf, body)
        if self.next_id == 29:
            os.kill(os.getpid(), signal.SIGINT)
        return book


@pytest.mark.parametrize("group", ["examples", "state", "schema"])
def test_created_items_are_removed_when_the_run_is_interrupted(held, group):
    server = Interrupts()
    before = json.dumps(server.books)
    _, report, _ = held(server, "--groups", group)
    assert "interrupted" in report["stopped"]
    assert json.dumps(server.books) == before


class Elsewhere(Library):
    """Has other ids than the page documents."""

    def __init__(self, books=23):
        self.offset = 0
        super().__init__(books)

    def new_id(self):
        return 500 + super().new_id()


def test_a_documented_id_that_the_target_does_not_have_is_not_a_breach(held):
    _, report, result = held(Elsewhere(), "--groups", "examples")
    assert findings(report) == {}, result.output
    assert {outcomes(report)["examples.accepted", each] for each in LINKED} == {"pass"}


def test_a_documented_read_without_any_item_is_skipped_and_names_the_missing_id(held):
    _, report, _ = held(Elsewhere(books=0), "--groups", "examples", "--only", "getBook")
    skipped = reason(report, "examples.accepted", "getBook")
    assert "the target does not have the documented book 1" in skipped
    assert "the group behavior tries the operation on items that it creates" in skipped


class Hides(Library):
    """Lists its first book, and does not find it."""

    def book(self, shelf, number):
        if number == 1:
            raise RefusedError(404)
        return super().book(shelf, number)


def test_a_documented_id_that_the_target_lists_and_does_not_find_is_a_breach(held):
    _, report, result = held(Hides(), "--groups", "examples")
    assert ("examples.accepted", "getBook") in findings(report), result.output
