"""Coverage: every part that a contract documents counts, and a run says which of them it has not seen."""

import json
import shutil
from xml.etree import ElementTree

import pytest

from adcontract import load

QUICK = ("--groups", "examples,security,rejection")


def parts(done, operation, kind):
    """Return what was seen of the parts of a kind, by name; None for one that does not count."""
    (api,) = done.report["apis"]
    (row,) = (each for each in api["coverage"] if each["operation"] == operation)
    return {
        each.get("name", ""): None if each.get("excused") else each.get("seen", False)
        for each in row["parts"]
        if each["kind"] == kind
    }


def test_every_documented_part_is_in_the_report_with_whether_it_was_seen(check):
    done = check(*QUICK)
    assert done.code == 0, done.output
    assert parts(done, "createItem", "status") == {"201": True, "400": True, "401": True, "422": True}
    assert parts(done, "createItem", "request") == {"application/json": True}
    assert parts(done, "createItem", "response")["201 application/json"] is True
    assert parts(done, "createItem", "parameter") == {"body": True}
    assert parts(done, "createItem", "invalid") == {"body": True}
    assert parts(done, "listItems", "parameter") == {"query page": True, "query ids": True}
    assert parts(done, "listItems", "invalid") == {"query page": True, "query ids": True}
    # nothing was asked for that shows it, and the law is one of a group that was left out
    assert parts(done, "deleteItem", "status") == {"204": True, "401": True, "404": True}
    assert parts(done, "getItem", "law") == {"behavior.refusal-method": False}


def test_a_group_that_is_left_out_is_missing_in_the_coverage(check):
    done = check("--groups", "examples")
    assert parts(done, "createItem", "status") == {"201": True, "400": True, "401": True, "422": True}
    assert parts(done, "createItem", "invalid") == {"body": False}
    assert "shop v1: covered: operations 100 % (6 of 6), statuses " in done.output
    assert "parameters 50 % (5 of 10), laws 0 % (0 of 5)\n" in done.output


def test_a_parameter_is_covered_by_a_request_that_was_carried_out_and_by_no_other(check):
    def refuses_ids(sent, reply):
        return sent_error(reply) if "ids" in sent.query and reply.status == 200 else reply

    def sent_error(reply):
        return type(reply)(403, {"Content-Type": "application/json"}).with_json({"message": "No."})

    done = check("--groups", "examples", "--only", "listItems", fault=refuses_ids)
    assert parts(done, "listItems", "parameter") == {"query page": True, "query ids": False}


def test_what_no_client_can_bring_about_does_not_count_and_is_named(command, spec, server_of, tmp_path):
    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    file = tmp_path / "shop/paths/health.yaml"
    file.write_text(
        file.read_text().replace("  security: []", "    '503': {description: It is closed.}\n  security: []")
    )
    with server_of(load("shop", spec=tmp_path)).up() as url:
        least = ("--spec", str(tmp_path), "--groups", "examples", "--only", "getHealth")
        result = command(url, *least, "--verbose", "--min-coverage", "statuses=100,operations=100")
    assert result.exit_code == 0, result.output
    assert "statuses 100 % (1 of 1)" in result.output
    assert "shop v1: not counted, because no request of a client brings it about: getHealth 503\n" in result.output


def test_less_than_is_demanded_fails_in_every_report_with_what_is_missing(check, tmp_path):
    done = check(
        *("--groups", "examples", "--only", "getItem", "--min-coverage", "operations=100,parameters=60,laws=10"),
        *("--report", str(tmp_path / "out")),
    )
    assert done.code == 1
    missing = "are covered, less than the"
    laws = f"shop v1: laws 0 % (0 of 1) {missing} 10 % of --min-coverage: getItem behavior.refusal-method ("
    parameters = f"shop v1: parameters 50 % (1 of 2) {missing} 60 % of --min-coverage: getItem path item_id (invalid)."
    printed = [line for line in done.output.splitlines() if line.startswith("fail  ")]
    assert [line.startswith(f"fail  {start}") for line, start in zip(printed, (parameters, laws), strict=True)]
    assert "\nshop v1: conforms, but less is covered than --min-coverage demands (1 operation, " in done.output
    assert done.report["options"]["min_coverage"] == {"operations": 100, "parameters": 60, "laws": 10}
    assert parameters in (tmp_path / "out/summary.md").read_text().replace("\\", "")
    page = (tmp_path / "out/report.html").read_text()
    assert "<h1>Less is covered than --min-coverage demands</h1>" in page
    assert f'<p class="notice">{parameters}</p>' in page
    assert '<span class="hidden">not tried:</span> path item_id (invalid)</span>' in page
    suites = {suite.get("name"): suite for suite in ElementTree.parse(tmp_path / "out/junit.xml").getroot()}
    assert suites["coverage"].get("failures") == "1"
    properties = {each.get("name"): each.get("value") for each in suites["shop v1 examples"].iter("property")}
    assert properties["coverage.parameters"] == "50 % (1 of 2)"
    sarif = json.loads((tmp_path / "out/report.sarif").read_text())
    assert {each["ruleId"] for each in sarif["runs"][0]["results"]} == {"coverage"}


@pytest.mark.parametrize("bound", [("--max-requests", "20"), ("--max-requests-per-operation", "2"), ("--shard", "1/2")])
def test_a_run_that_was_not_finished_is_not_held_to_a_coverage(check, tmp_path, bound):
    junit = tmp_path / "out.xml"
    done = check("--groups", "examples,security", *bound, "--min-coverage", "laws=100", "--junit", str(junit))
    assert done.code == (0 if bound[0] == "--shard" else 2)
    assert "less than" not in done.output
    (suite,) = (each for each in ElementTree.parse(junit).getroot() if each.get("name") == "coverage")
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("1", "0", "1")


def test_a_profile_has_a_coverage_as_a_text_or_a_table(command, spec, shop, server_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in ('"laws=10"', "{ laws = 10 }"):
        (tmp_path / "adcontract.toml").write_text(f"[profiles.gate]\nmin-coverage = {value}\n")
        with server_of(shop).up() as url:
            least = ("--spec", spec, "--groups", "examples", "--only", "getItem", "--profile", "gate")
            result = command(url, *least)
            other = command(url, *least, "--min-coverage", "laws=0")
        assert result.exit_code == 1
        assert "less than the 10 % of --min-coverage" in result.output
        assert other.exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("operation=90", "There is no dimension operation of coverage. Did you mean operations? Known: operations, "),
        ("laws=101", "laws=101: this is not a percentage. Write it as in laws=90."),
        ("laws", "laws=: this is not a percentage."),
        ("laws=1,laws=2", "laws is there twice."),
    ],
)
def test_a_wrong_coverage_is_one_line(command, text, message):
    result = command("http://127.0.0.1:9", "--min-coverage", text)
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("value", ['"lows=3"', "{ lows = 3 }", "{ laws = 101 }", '"laws=101"'])
def test_a_wrong_coverage_in_the_settings_has_its_place(command, tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "adcontract.toml").write_text(f"[profiles.gate]\nmin-coverage = {value}\n")
    result = command("http://127.0.0.1:9", "--profile", "gate")
    assert result.exit_code == 2
    assert "adcontract.toml:2:" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.slow
def test_several_processes_cover_the_same(check):
    one, two = (check("--groups", "schema,rejection", *more) for more in ((), ("--workers", "2")))
    assert one.report["apis"][0]["coverage"] == two.report["apis"][0]["coverage"]
