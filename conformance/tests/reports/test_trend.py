"""The history of a target: what came, what went, and what no report has looked at again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adcontract.cli import main


def wrong(**fields):
    def fault(sent, reply):
        if sent.path == "/items/7" and reply.status == 200:
            return reply.with_json({**reply.json(), **fields})
        return reply

    return fault


@pytest.fixture
def history(command, spec, shop, server_of, tmp_path):
    """Write a report for each fault of one shop, an hour apart, and show their trend."""

    def run(*faults, options=(), groups=()):
        server = server_of(shop, None)
        with server.up() as url:
            for number, fault in enumerate(faults):
                server.fault = fault
                file = tmp_path / f"{number}.json"
                chosen = groups[number] if groups else "examples"
                command(url, "--spec", spec, "--groups", chosen, "--only", "getItem", "--json", str(file))
                report = json.loads(file.read_text())
                file.write_text(json.dumps({**report, "date": f"2026-11-0{number + 1}T03:00:00Z"}))
        # in any order
        files = sorted(map(str, tmp_path.glob("*.json")), reverse=True)
        return CliRunner().invoke(main, ["trend", *files, *options])

    return run


def test_what_came_and_went_is_told_by_day(history):
    result = history(None, wrong(price="free"), wrong(price="free", name=5), wrong(name=5))
    assert result.exit_code == 0, result.output
    head, *rows = result.output.split("\n\n")[0].splitlines()
    assert head.split() == ["date", "fail", "warn", "flaky", "waived", "requests", "came", "went", "verdict"]
    counts = [(row.split()[2], row.split()[7], row.split()[8]) for row in rows]
    assert counts == [("0", "+0", "-0"), ("1", "+1", "-0"), ("2", "+1", "-0"), ("1", "+0", "-1")]
    assert rows[0].endswith("conforms")
    assert rows[3].endswith("does not conform")
    assert "2026-11-04 03:00\n\n  went: fail getItem: The field price does not fit: " in result.output
    assert "There at the end: 1 finding.\n\n  since 2026-11-03: fail getItem: The field name " in result.output


def test_what_was_not_looked_at_has_not_gone(history):
    result = history(wrong(price="free"), None, groups=("examples", "security"))
    assert "went:" not in result.output
    assert "since 2026-11-01: fail getItem: The field price " in result.output


def test_markdown_and_json_have_the_same_history(history):
    faults = (wrong(price="free"), wrong(name=5))
    text = history(*faults, options=("--format", "markdown")).output
    assert text.count("\n| ") == 4
    assert "- came: fail getItem: The field name does not fit" in text
    found = json.loads(history(*faults, options=("--format", "json")).output)
    assert [(len(each["came"]), len(each["went"])) for each in found["reports"]] == [(1, 0), (1, 1)]
    assert [each["since"] for each in found["present"]] == ["2026-11-02"]
    assert set(found["findings"]) == {name for each in found["reports"] for name in each["came"]}


def test_reports_of_two_targets_are_no_history(history, tmp_path):
    history(None)
    report = json.loads((tmp_path / "0.json").read_text())
    (tmp_path / "other.json").write_text(json.dumps({**report, "target": "https://other.example.com"}))
    result = CliRunner().invoke(main, ["trend", str(tmp_path / "0.json"), str(tmp_path / "other.json")])
    assert result.exit_code == 2
    assert "other.json: this is a report of https://other.example.com, and " in result.output
    assert len(result.output.splitlines()) == 1


def test_a_file_that_is_no_report_is_named(tmp_path):
    file = Path(tmp_path / "x.json")
    file.write_text("[]")
    result = CliRunner().invoke(main, ["trend", str(file)])
    assert result.exit_code == 2
    assert f"{file}:1:1: this is not a report" in result.output
