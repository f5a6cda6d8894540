"""A server that breaks one law of declared behavior is reported by that law only; one that keeps it oddly is not."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import adcontract_depot
import pytest
from adcontract_library import FAULTS, LARGE, UNUSUAL, Library, RefusedError
from adcontract_library.unusual_lives import ListsLate, Replicas
from judged import assert_conforms, assert_kept, assert_reported
from lanes import lanes

import adcontract_conformance.run.suite  # noqa: F401 - fills the registry
from adcontract_conformance.model.promises import CHECKS

LAWS = {name.removeprefix("behavior.") for name, check in CHECKS.items() if check.group == "behavior"}


def test_every_law_has_a_server_that_breaks_it_and_one_that_keeps_it_in_an_unusual_way():
    faults = (*FAULTS.values(), *adcontract_depot.FAULTS.values())
    assert {law for fault in faults for law in fault.laws} == LAWS
    assert {law for laws in (*UNUSUAL.values(), *adcontract_depot.UNUSUAL.values()) for law in laws} == LAWS


MORE_CAUSES = {
    "the last item of the last page is lost": 6,
    "nothing is required": 3,
    "the response shows a value that is not kept": 3,
}
"""Faults with more than two causes: each filter of a list, each required field and each way to see a field has one."""


@pytest.mark.parametrize("name", lanes(FAULTS))
def test_a_broken_law_is_reported_and_no_other_in_at_most_two_causes(held, name):
    assert_reported(held, FAULTS[name], MORE_CAUSES.get(name, 2))


@pytest.mark.slow
@pytest.mark.parametrize("server", UNUSUAL)
def test_a_law_that_is_kept_in_an_unusual_way_is_kept(held, server):
    assert_kept(held, server, UNUSUAL[server])


def test_a_server_that_keeps_every_law_conforms_and_every_law_is_tried(held):
    assert_conforms(held, Library())


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_wrong_filter_is_reported_in_a_long_list(held, name):
    laws, methods = LARGE[name]
    server = type("Faulty", (Library,), methods)
    found, _, result = held(server(books=500), "--only", "listBooks")
    assert {*laws.split()} <= {law for law, _ in found}, result.output
    assert {law.partition("-")[0] for law, _ in found} <= {"filter", "sort"}, result.output


@pytest.mark.slow
def test_a_long_list_is_filtered_by_everything_that_can_be_tried(held):
    found, report, result = held(Library(books=500), "--only", "listBooks")
    assert (found, result.exit_code) == (set(), 0), result.output
    outcomes = {each["check"]: each["outcome"] for each in report["apis"][0]["results"]}
    assert {each for each, outcome in outcomes.items() if outcome != "pass"} <= {"behavior.read"}, outcomes


def test_a_law_whose_values_leave_no_item_out_is_not_tried(held):
    class Alike(Library):
        def __init__(self):
            super().__init__()
            for book in self.books.values():
                book.update(genre="novel", tags=["t1"], pages=7, title="The Lamp")

    found, report, _ = held(Alike(), "--only", "listBooks")
    assert found == set()
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert reasons["behavior.filter-or"].endswith("that leave an item out"), reasons


@pytest.mark.parametrize(("ignored", "laws"), [(False, set()), (True, {("filter-nothing", "listBooks")})])
def test_a_filter_that_also_looks_at_hidden_fields_is_tried_only_with_a_text_that_nothing_has(
    held, tmp_path, ignored, laws
):
    class Searches(Library):
        def meets(self, book, name, values):
            return ignored or super().meets(book, name, values) or (name == "query" and book["id"] % 2 == 0)

    shutil.copytree(Path(__file__).parent / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
    before, _, rest = path.read_text().partition("  x-filter:\n")
    hidden = "    query: {any: [{field: /id, op: equals}, {field: /title, op: contains}], hidden: true}\n"
    path.write_text(f"{before}  x-filter:\n{hidden}  x-sort:{rest.partition('  x-sort:')[2]}")
    found, report, result = held(Searches(), "--only", "listBooks", "--spec", str(tmp_path / "spec"))
    assert found == laws, result.output
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert reasons["behavior.filter"].startswith("its filters also look at fields that no response shows"), reasons


@pytest.mark.parametrize(
    ("op", "meets", "code"),
    [
        ("equals", lambda title, text: text.lower() in title.lower(), 0),
        ("contains", lambda title, text: text == title, 0),
        ("equals", lambda *_: True, 1),
        ("contains", lambda *_: True, 1),
    ],
)
def test_a_filter_whose_comparison_is_a_guess_fails_only_where_no_comparison_explains_it(
    held, tmp_path, op, meets, code
):
    class Searches(Library):
        def meets(self, book, name, values):
            if name == "query":
                return values == [""] or meets(book["title"], values[-1])
            return super().meets(book, name, values)

    shutil.copytree(Path(__file__).parent / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
    declared = "    query: {any: [{field: /id, op: equals}, {field: /title, op: contains}]}\n"
    guessed = (
        f"    query: {{field: /title, op: {op}, x-inferred: {{op: The page does not say whether a part is enough.}}}}\n"
    )
    path.write_text(path.read_text().replace(declared, guessed))
    options = ("--only", "listBooks", "--for", "vendor", "--spec", str(tmp_path / "spec"))
    found, _, result = held(Searches(), *options)
    assert result.exit_code == code, result.output
    assert {law.partition("-")[0] for law, _ in found} == {"filter"}, result.output


def test_members_are_not_tried_with_ids_that_the_target_does_not_take(held):
    class HasNoReaders(Library):
        def add_readers(self, _, ids):
            return {"done": [], "ignored": ids}

    found, report, result = held(HasNoReaders(), "--only", "addReaders", "--only", "removeReaders")
    assert found == set(), result.output
    results = {each["check"]: each for each in report["apis"][0]["results"] if each["check"][-3:] in ("add", "ove")}
    assert {each["outcome"] for each in results.values()} == {"skipped"}
    assert all("the target takes none of the known ids" in each["reason"] for each in results.values()), results


class ComesAndGoes(Library):
    """Shows another title in some of the reads of the books that it has from the start: `wrong(number of the read)`."""

    def __init__(self, wrong):
        super().__init__()
        self.wrong, self.reads = wrong, 0

    def shown(self, book):
        self.reads += book["id"] <= 23
        return {**book, "title": "Another"} if book["id"] <= 23 and self.wrong(self.reads) else book


def test_a_breach_that_does_not_come_again_is_flaky_and_fails_no_run(held, tmp_path):
    files = ("--junit", str(tmp_path / "junit.xml"), "--output", f"sarif:{tmp_path / 'run.sarif'}")
    # the first read recognizes the target, and the first try comes shortly after a write: the three others are evidence
    found, report, result = held(ComesAndGoes(lambda read: read in (2, 9)), "--only", "getBook", *files)
    assert (found, result.exit_code) == ({("read", "getBook")}, 0), result.output
    (finding,) = report["apis"][0]["findings"]
    assert (finding["outcome"], finding["seen"], finding["tries"]) == ("flaky", 1, 3)
    assert (report["apis"][0]["outcome"], finding["sentence"][-28:]) == ("flaky", "It was seen in 1 of 3 tries.")
    assert "1 flaky" in result.output
    assert "conforms, with breaches that come and go" in result.output
    assert "<failure" not in (tmp_path / "junit.xml").read_text()
    for file in ("junit.xml", "run.sarif"):
        assert "seen in 1 of 3 tries" in (tmp_path / file).read_text()


def test_a_fault_in_one_of_three_answers_is_shown(held):
    found, _, result = held(ComesAndGoes(lambda read: read % 3 == 0), "--only", "getBook")
    assert ("read", "getBook") in found, result.output


@pytest.mark.slow
@pytest.mark.parametrize("library", [ListsLate, Replicas])
def test_some_reads_may_come_late(held, library):
    found, _, result = held(library(), "--only", "createBook", "--only", "deleteBook")
    assert (found, result.exit_code) == (set(), 0), result.output


def test_a_page_beyond_the_last_may_be_refused(held):
    class RefusesBeyond(Library):
        def cut(self, rows, page, size):
            if page > 1 and (page - 1) * size >= len(rows):
                raise RefusedError(404)
            return super().cut(rows, page, size)

    found, report, result = held(RefusesBeyond(), "--only", "listBooks", "--for", "own")
    assert (found, result.exit_code) == ({("page-beyond", "listBooks")}, 0), result.output
    assert [each["outcome"] for each in report["apis"][0]["findings"]] == ["warn"]


def test_a_filter_that_was_not_tried_is_named_beside_those_that_were(held):
    class OneStatus(Library):
        def add_book(self, shelf, body):
            return super().add_book(shelf, {**body, "pages": 7})

    _, report, _ = held(OneStatus(), "--only", "listBooks")
    untried = {each["check"]: each.get("untried") for each in report["apis"][0]["results"]}
    assert untried["behavior.filter"] == "not tried with min_pages, status"
    assert untried["behavior.filter-or"] is None


def test_a_law_without_data_is_skipped_with_the_reason(held):
    found, report, _ = held(Library(books=0), "--only", "listBooks")
    assert found == set()
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert reasons["behavior.sort-all"] == "the list has 0 items"


@pytest.mark.slow
def test_the_same_seed_makes_the_same_choices(held):
    logs = {}
    for seed in ("1", "1", "2", "3"):
        server = Library()
        held(server, "--seed", seed)
        assert logs.setdefault(seed, server.log) == server.log
    assert len(logs["1"]) > 100
    assert logs["1"] != logs["2"] != logs["3"] != logs["1"]


def test_every_request_of_the_laws_has_a_key_that_the_query_carries(command, tmp_path):
    class Keyed(Library):
        def respond(self, method, path, *rest):
            keys.append(parse_qs(urlsplit(path).query).get("api_key"))
            return super().respond(method, path, *rest)

    keys, server = [], Keyed()
    shutil.copytree(Path(__file__).parent / "spec", tmp_path / "spec")
    scheme = tmp_path / "spec" / "library" / "components" / "securitySchemes" / "bearerToken.yaml"
    scheme.write_text("type: apiKey\nin: query\nname: api_key\n")
    with server.up() as url:
        result = command(url, "--spec", str(tmp_path / "spec"), "--groups", "behavior", "--token", "s3cr3t")
    assert result.exit_code == 0, result.output
    assert len(keys) > 100
    assert {tuple(each or ()) for each in keys} == {("s3cr3t",)}


def test_a_server_that_creates_the_same_item_each_time_is_one_finding_and_its_items_are_not_tried(held):
    class Static(Library):
        """Answers every create with one book that it has anyway, as a server of examples does."""

        def __init__(self):
            self.example = None
            super().__init__()
            self.example = self.books[1]

        def add_book(self, shelf, body):
            return self.example or super().add_book(shelf, body)

        def remove(self, book):
            pass

    found, report, result = held(Static())
    assert found == {("create", "createBook")}, result.output
    reasons = {(each["check"], each["operation"]): each.get("reason") for each in report["apis"][0]["results"]}
    for check, operation in (("change", "updateBook"), ("delete", "deleteBook"), ("add", "addReaders")):
        assert reasons[f"behavior.{check}", operation] == (
            "the target does not keep an item of its own for each createBook: see behavior.create"
        )


def test_a_faulty_request_that_is_accepted_is_reported_without_waiting_for_late_reads(held, monkeypatch):
    asked = []
    monkeypatch.setattr("adcontract_conformance.client.client.Client.reads_late", lambda *_: asked.append(1))
    operation, laws, server = next(fault for fault in FAULTS.values() if fault.laws == {"refusal-body"})
    found, _, _ = held(server(), "--only", operation, "--for", "own")
    assert ({law for law, _ in found}, asked) == (laws, [])
