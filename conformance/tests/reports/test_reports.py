"""The reports of a run: every format, where each is written, and that bad outputs are found before the run."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest


def wrong_price(sent, reply):
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    return reply


@pytest.fixture
def report(command, spec, shop, server_of):
    """Run the command against a shop with a wrong price; give its result and the URL."""

    def run(*options, fault=wrong_price):
        with server_of(shop, fault).up() as url:
            return command(url, "--spec", spec, "--groups", "examples", "--only", "getItem", *options), url

    return run


def test_sarif_points_at_the_line_of_the_contract_that_the_target_breaks(report, spec):
    result, _ = report("--format", "sarif")
    assert result.exit_code == 1
    (run,) = json.loads(result.stdout)["runs"]
    (found,) = run["results"]
    rule = run["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert (found["ruleId"], found["level"], rule["id"]) == ("examples.body", "error", "examples.body")
    place = found["locations"][0]["physicalLocation"]
    file = Path(spec) / "shop/components/schemas/Item.yaml"
    assert place["artifactLocation"]["uri"].endswith("shop/components/schemas/Item.yaml")
    assert file.read_text().splitlines()[place["region"]["startLine"] - 1].strip().startswith("type: number")
    assert re.fullmatch("[0-9a-f]{12}", found["partialFingerprints"]["adcontract/v1"])
    assert found["message"]["text"].startswith("getItem: The field price does not fit: ")
    assert "\nrequest: curl -i -X GET " in found["message"]["text"]
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_github_gets_an_annotation_of_the_contract_and_the_verdict(report):
    result, _ = report("--format", "github")
    annotation, *rest = result.stdout.splitlines()
    assert re.match(
        r"::error file=\S+/Item\.yaml,line=\d+,col=\d+,title=examples\.body::getItem: The field", annotation
    )
    assert rest[0].startswith("shop v1: does not conform (1 operation, ")
    assert rest[-1].startswith("Again: adcontract check ")


def test_markdown_has_the_verdict_and_the_request_that_shows_a_finding(report):
    result, url = report("--format", "markdown")
    assert result.stdout.startswith(f"## adcontract check {url}\n\n- shop v1: does not conform")
    assert "\n### 1 error\n\n- getItem: The field price does not fit: " in result.stdout
    assert f"\n  request: curl -i -X GET {url}/items/7 -H " in result.stdout


def test_a_breach_of_what_is_inferred_is_a_warning_in_every_report(report, tmp_path):
    def fault(sent, reply):
        return reply.with_json({**reply.json(), "sold": "many"}) if sent.path == "/stats" else reply

    file = tmp_path / "junit.xml"
    result, _ = report("--only", "getStats", "--format", "sarif", "--output", str(file), fault=fault)
    assert result.exit_code == 0
    assert [each["level"] for each in json.loads(result.stdout)["runs"][0]["results"]] == ["warning"]
    root = ElementTree.fromstring(file.read_text())
    assert root.find(".//failure") is None
    assert "warning: getStats: " in root.find(".//system-out").text


def test_progress_is_not_mixed_with_a_report_for_programs(report):
    result, _ = report("--format", "json")
    assert json.loads(result.stdout)["apis"][0]["outcome"] == "fail"
    assert "shop v1 examples: " in result.stderr


def test_one_run_writes_all_reports_and_the_short_options_are_the_long_ones(report, tmp_path):
    names = ("a.json", "a.xml", "a.sarif", "a.md", "a.txt")
    outputs = [argument for name in names for argument in ("--output", str(tmp_path / "new" / name))]
    short = ["--json", str(tmp_path / "short-json"), "--junit", str(tmp_path / "short-junit")]
    result, _ = report(*outputs, *short, "--verbose")
    text = {file.name: file.read_text() for file in (*(tmp_path / "new").iterdir(), *tmp_path.glob("short-*"))}
    assert set(text) == {*names, "short-json", "short-junit"}
    assert text["short-json"] == text["a.json"]
    assert text["short-junit"] == text["a.xml"]
    assert json.loads(text["a.sarif"])["version"] == "2.1.0"
    assert text["a.md"].startswith("## adcontract check ")
    assert text["a.txt"].strip() in result.stdout


@pytest.mark.parametrize("option", ["--output", "--junit", "--json"])
def test_a_file_that_cannot_be_written_is_found_before_a_request_is_sent(
    command, spec, shop, server_of, tmp_path, option
):
    server = server_of(shop)
    (tmp_path / "taken").write_text("")
    with server.up() as url:
        result = command(url, "--spec", spec, option, str(tmp_path / "taken" / "report.json"))
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {tmp_path}/taken/report.json: the report cannot be written: ")
    assert len(result.output.splitlines()) == 1
    assert server.log == []


def test_an_unknown_ending_is_found_before_a_request_is_sent(command, spec, shop, server_of):
    server = server_of(shop)
    with server.up() as url:
        result = command(url, "--spec", spec, "--output", "report.pdf")
    assert result.exit_code == 2
    assert result.output.startswith("Error: report.pdf: its ending names no format. Use one of .txt, ")
    assert len(result.output.splitlines()) == 1
    assert server.log == []


def test_a_target_that_is_down_leaves_no_empty_report(command, spec, tmp_path):
    result = command("http://127.0.0.1:9", "--spec", spec, "--output", str(tmp_path / "report.xml"))
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_early_says_so_in_every_report(report, tmp_path, monkeypatch):
    from adcontract_conformance.client.target import Target, TargetDownError

    send, left = Target.send, iter(range(2))

    def dying(target, request, *more):
        if next(left, None) is None:
            raise TargetDownError(target.url, "connection refused")
        return send(target, request, *more)

    monkeypatch.setattr(Target, "send", dying)
    result, _ = report("--format", "sarif", "--output", str(tmp_path / "a.md"))
    # the failures that were found before decide
    assert result.exit_code == 1
    (invocation,) = json.loads(result.stdout)["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert "does not answer" in notification["message"]["text"]
    assert "does not answer" in (tmp_path / "a.md").read_text()


def test_every_snapshot_is_concluded_in_a_sentence_in_every_report(report):
    result, _ = report("--snapshot", "all", "--format", "markdown")
    assert "\n\n- shop: the target serves no known snapshot; the nearest is v1.\n" in result.stdout
    assert " --snapshot all " in result.stdout
    assert "\n### 1 error: obstacles to shop v1\n\n- shop v1 getItem: The field price does not fit: " in result.stdout


def test_the_promises_are_listed_by_group(command):
    from adcontract_conformance.model.promises import CHECKS, GROUPS

    result = command("--rules")
    assert result.exit_code == 0
    rows = [re.fullmatch(r"(\S+) +([A-Z].*\.)", line).groups() for line in result.output.splitlines()]
    assert {id_ for id_, _ in rows} == set(CHECKS)
    assert list(dict.fromkeys(id_.partition(".")[0] for id_, _ in rows)) == list(GROUPS)
