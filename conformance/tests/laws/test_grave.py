"""A law that a contract only infers: its breach warns for a vendor's server, but fails if it loses or mixes data."""

import re
import shutil

import pytest
from adcontract_library import FAULTS, Library
from conftest import HERE

pytestmark = pytest.mark.slow

MARK = "x-inferred: No page explains it."
WHERE = {
    "  x-resource: {": f"  x-resource: {{{MARK}, ",
    "    prev: /meta/prev\n": f"    prev: /meta/prev\n    {MARK}\n",
}
UNKNOWN = {
    "      schema: {type: integer, minimum: 1}\n": f"      schema: {{type: integer, minimum: 1}}\n      {MARK}\n"
}
"""The first parameter of a list, the number of the page."""

FAIL = (
    "pages overlap",
    "pages leave an item out",
    "a created item is not listed",
    "a created item cannot be read",
    "all created items have the same id",
    "a created item shares its state with another",
    "a read item has another id",
    "an unknown id is found",
    "a change is not kept",
    "a change makes another item",
    "a change changes another item",
    "an action changes another item",
    "a deleted item is still there",
    "a deleted item is still listed",
    "another item is deleted",
    "an item of another parent is read",
    "an item of another parent is listed",
    "an item of another parent is changed, and the change refused",
    "nothing is added",
    "an added member replaces the others",
    "a member is added to all collections",
    "a removal removes nothing",
    "a removal removes all",
)
WARN = (
    "the total is one too many",
    "the size is ignored",
    "the current page is always the first",
    "a created item has another value",
    "a change is kept in part",
    "a change changes another field",
    "an action has another effect",
    "a second delete is accepted",
    "ignored members are reported as added",
)


@pytest.fixture
def library_with(tmp_path):
    """Copy the contract of the library, with texts in place of others where they first stand; give the folder."""

    def copy(texts):
        shutil.copytree(HERE / "spec", tmp_path / "spec")
        for path in (tmp_path / "spec" / "library" / "paths").iterdir():
            text = path.read_text()
            for old, new in texts.items():
                text = text.replace(old, new, 1 if old in UNKNOWN else -1)
            path.write_text(text)
        return str(tmp_path / "spec")

    return copy


@pytest.mark.parametrize(
    ("name", "outcome", "status"),
    [
        pytest.param(name, outcome, status, marks=[] if place % 4 == 0 else [pytest.mark.slow])
        for names, outcome, status in ((FAIL, "fail", 1), (WARN, "warn", 0))
        for place, name in enumerate(names)
    ],
)
def test_what_is_lost_or_mixed_fails_and_the_rest_warns(held, library_with, name, outcome, status):
    operation, laws, server = FAULTS[name]
    _, report, result = held(server(), "--only", operation, "--spec", library_with(WHERE))
    found = report["apis"][0]["findings"]
    assert outcome in {each["outcome"] for each in found}, result.output
    assert {each["check"].removeprefix("behavior.") for each in found} <= laws | {"invariants"}
    assert result.exit_code == status, result.output


def test_a_parameter_that_no_page_shows_proves_no_loss(held, library_with):
    operation, _, server = FAULTS["every page is the first"]
    _, report, result = held(server(), "--only", operation, "--spec", library_with({**WHERE, **UNKNOWN}))
    assert {each["outcome"] for each in report["apis"][0]["findings"]} == {"warn"}, result.output
    assert result.exit_code == 0


class OtherBooksEachTime(Library):
    """Does not know the parameter of a page, and gives other books of the list each time."""

    def cut(self, rows, _, size):
        self.next_id += 7
        return (rows[self.next_id % len(rows) :] + rows)[:size] if rows else []


@pytest.mark.parametrize(("fault", "status"), [("pages overlap", 1), ("pages leave an item out", 1), (None, 0)])
def test_a_parameter_that_the_target_is_seen_to_know_proves_a_loss(held, library_with, fault, status):
    server = FAULTS[fault].server if fault else OtherBooksEachTime
    _, _, result = held(server(), "--only", "listBooks", "--spec", library_with({**WHERE, **UNKNOWN}))
    assert result.exit_code == status, result.output


class OfAnotherShelf(Library):
    """Answers to the read of a book of another shelf that it is not there, and shows no book."""

    def respond(self, method, target, headers, content):
        status, body, allow = super().respond(method, target, headers, content)
        book = re.search(r"/books/([0-9]+)$", target)
        is_elsewhere = method == "GET" and status == 404 and book and int(book[1]) in self.books
        return (200, {"there": False}, allow) if is_elsewhere else (status, body, allow)


def test_an_answer_that_shows_no_item_mixes_none(held, library_with):
    found, _, result = held(OfAnotherShelf(), "--only", "getBook", "--spec", library_with(WHERE))
    assert (found, result.exit_code) == ({("parent", "getBook")}, 0), result.output


class ReadsNoTitle(Library):
    """Shows the title of a book in the list only."""

    def respond(self, method, target, headers, content):
        status, body, allow = super().respond(method, target, headers, content)
        if method == "GET" and re.search(r"/books/[0-9]+$", target) and status == 200:
            body = {name: value for name, value in body.items() if name != "title"}
        return status, body, allow


def test_a_field_that_only_the_list_shows_breaks_the_target_and_not_the_suite(held):
    found, _, result = held(ReadsNoTitle(), "--only", "updateBook")
    assert found == {("change", "updateBook")}, result.output
    assert "adcontract failed here" not in result.output


def test_a_list_that_hides_that_more_follows_fails_and_one_that_says_too_much_warns(held, library_with):
    more = {"    next: /next\n": f"    next: /next\n    {MARK}\n"}
    spec = library_with(more)
    for name, status in (("there is never more", 1), ("there is more at a boundary", 0)):
        operation, _, server = FAULTS[name]
        _, _, result = held(server(), "--only", operation, "--spec", spec)
        assert result.exit_code == status, result.output


def test_that_each_id_is_reported_is_documented_although_the_reason_is_inferred(held, library_with):
    ignored = {"ignored: /ignored": "ignored: /ignored, x-inferred: {ignored: No page says why.}"}
    operation, _, server = FAULTS["ignored members are not reported"]
    _, report, result = held(server(), "--only", operation, "--spec", library_with(ignored))
    assert ("fail", "documented") in {(each["outcome"], each["basis"]) for each in report["apis"][0]["findings"]}
    assert result.exit_code == 1


@pytest.mark.parametrize(("ignored", "status"), [("title", 0), ("", 1)])
def test_a_field_that_is_inferred_may_be_no_order_but_the_parameter_is_documented(held, library_with, ignored, status):
    class Sorts(Library):
        def ordered(self, books, query):
            return books if query.get("sort_by", [""])[-1].startswith(ignored) else super().ordered(books, query)

    fields = "fields: {title: /title, pages: /pages, added: /added_at}"
    marked = {fields: f"{fields}\n      x-inferred: {{fields: No page names them.}}"}
    found, _, result = held(Sorts(), "--only", "listBooks", "--spec", library_with(marked))
    assert {law for law, _ in found} == {"sort-order", "sort-reverse"}, result.output
    assert result.exit_code == status, result.output
