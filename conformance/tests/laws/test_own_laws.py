"""Laws that a team writes: ten lines over several requests of their own."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from adcontract_library import Library, RefusedError

HERE = Path(__file__).parent
LENT = """
    from adcontract_conformance import law

    @law("lent", "a book that is lent is not listed as in", "listBooks")
    def lent(client):
        book = client.create("createBook")
        client.send("lendBook", book)
        listed = client.list("listBooks", book, query={"status": "in"})
        if book.id in [row["id"] for row in listed]:
            yield f"The book {book.id} is lent, and listed as in."
    """


@pytest.fixture
def own(tmp_path, monkeypatch, held):
    """Hold a library to the laws of a file, and to no other."""
    monkeypatch.chdir(tmp_path)

    def run(server, text, *options):
        (tmp_path / "my_laws.py").write_text(dedent(text))
        _, report, result = held(server, "--checks", "my_laws.py", "--groups", "own", *options)
        return report["apis"][0], result

    return run


class Forgetful(Library):
    def lend(self, book):
        pass


def test_a_law_of_ten_lines_fails_where_it_is_not_kept(own):
    report, result = own(Forgetful(), LENT)
    assert result.exit_code == 1
    (finding,) = report["findings"]
    assert (finding["check"], finding["operation"], finding["outcome"]) == ("own.lent", "listBooks", "fail")
    assert re.fullmatch(r"The book \d+ is lent, and listed as in.", finding["sentence"])
    # what led to it can be sent again
    assert [re.search("-X ([A-Z]+)", curl)[1] for curl in (*finding["before"], finding["curl"])] == [
        "POST",
        "POST",
        "GET",
    ]


def test_it_passes_where_it_is_kept_and_leaves_nothing(own):
    server = Library()
    before = dict(server.books)
    report, result = own(server, LENT)
    assert (result.exit_code, report["findings"]) == (0, [])
    assert [each["outcome"] for each in report["results"] if each["check"] == "own.lent"] == ["pass"]
    assert server.books == before


def test_the_fingerprint_is_the_same_for_every_seed(own):
    reports = [own(Forgetful(), LENT, "--seed", seed)[0] for seed in ("1", "5")]
    assert len({each["fingerprint"] for report in reports for each in report["findings"]}) == 1


ALL = """
    from adcontract_conformance import Client, Item, law

    @law("life", "a book lives as long as it should", "createBook", "deleteBook")
    def life(client: Client) -> None:
        book: Item = client.create("createBook", body={"title": "Ours", "genre": "novel", "pages": 12})
        assert client.get("getBook", book)["title"] == "Ours" == book["title"]
        again = client.send("updateBook", book, body={"title": "Yours"}, headers={"X-Reason": "test"})
        assert again.ok and again.request.headers["X-Reason"] == "test"
        assert client.send("listBooks", path={"shelf_id": book["shelf_id"]}, query={"query": "Yours"}).ok
        assert client.delete("deleteBook", book).status == 204
        assert client.get("getBook", book) is None
        assert client.operation.id in ("createBook", "deleteBook")
    """


def test_the_client_sends_creates_lists_gets_and_deletes(own):
    report, result = own(Library(), ALL)
    assert (result.exit_code, report["findings"], report["errors"]) == (0, [], [])
    outcomes = {each["operation"]: each["outcome"] for each in report["results"] if each["check"] == "own.life"}
    assert outcomes == {"createBook": "pass", "deleteBook": "pass"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('client.send("listBook")', "LookupError: There is no operation listBook. Did you mean listBooks?"),
        ('client.send("listBooks", query={"statuss": 1})', "LookupError: listBooks has no parameter statuss in its qu"),
        ('client.create("listBooks")', "LookupError: The contract declares no action create of listBooks. Use send."),
        ('client.send("listVisits", client.create("createBook"))', "LookupError: listVisits is about a visit, and not"),
        ('client.list("listBooks")[0]["nome"]', "KeyError: 'nome'"),
        ('yield "Too early."', "own.mine reports a breach before it has sent a request."),
    ],
)
def test_what_is_wrong_in_a_law_is_an_error_at_its_line(own, line, message):
    text = f"""
        from adcontract_conformance import law

        @law("mine", "all is well", "listBooks")
        def mine(client):
            {line}
        """
    server = Library()
    before = dict(server.books)
    report, result = own(server, text)
    assert result.exit_code == 2
    assert report["findings"] == []
    (error,) = report["errors"]
    assert re.match(
        rf"my_laws.py:[46]: {'own.mine: ' * ('own.mine' not in message)}{re.escape(message)}", error["message"]
    )
    # what it has created is removed all the same
    assert server.books == before


def test_a_law_that_sends_nothing_is_skipped(own):
    text = """
        from adcontract_conformance import law

        @law("idle", "all is well", "listBooks")
        def idle(client):
            pass
        """
    report, result = own(Library(), text)
    assert result.exit_code == 2
    (each,) = [each for each in report["results"] if each["check"] == "own.idle"]
    assert (each["outcome"], each["reason"]) == ("skipped", "it has sent no request")


def test_a_law_that_writes_is_left_out_of_a_read_only_run(own):
    report, result = own(Library(), LENT, "--read-only")
    (each,) = [each for each in report["results"] if each["check"] == "own.lent"]
    assert each["outcome"] == "skipped"
    assert "own.lent" not in result.output
    assert report["errors"] == []


def test_a_plan_counts_its_requests_though_it_fails_at_values_that_no_target_has(command, tmp_path):
    law = dedent(LENT).replace("listed = ", 'client.send("getBook", book).json["no such field"]; listed = ')
    (tmp_path / "my_laws.py").write_text(law)
    options = ("--checks", str(tmp_path / "my_laws.py"), "--groups", "own", "--spec", str(HERE / "spec"))
    result = command("http://127.0.0.1:1", *options, "--plan")
    assert result.exit_code == 0, result.output
    assert re.search(r"POST lendBook +· +[1-9]", result.output)


def test_a_refused_create_skips_the_law_and_a_5xx_fails(own):
    class Closed(Library):
        def add_book(self, shelf, body):
            if self.log:
                raise RefusedError(403)
            return super().add_book(shelf, body)

    report, _ = own(Closed(), LENT)
    (each,) = [each for each in report["results"] if each["check"] == "own.lent"]
    assert (each["outcome"], each["reason"]) == ("skipped", "createBook answers 403 to the documented request")

    class Broken(Library):
        def lend(self, _):
            raise RefusedError(500)

    report, result = own(Broken(), LENT)
    assert result.exit_code == 1
    assert [(each["check"], each["operation"]) for each in report["findings"]] == [("own.answered", "lendBook")]
