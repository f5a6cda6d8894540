"""`--report DIR`: one folder with the report in every format, each as its readers want it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
import requests
import xmlschema

from adcontract_conformance.reports import json_file
from adcontract_conformance.reports.json_file import read_report
from adcontract_conformance.reports.python_code import python_code

SCHEMAS = Path(__file__).parents[3] / "tools/tests/reporting"
FILES = {"report.html", "report.json", "junit.xml", "report.sarif", "summary.md"}


def three_faults(sent, reply):
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free\x00\ud83d\ude00"})
    if sent.path == "/stats":
        return replace(reply, status=503)
    return replace(reply, headers={}) if reply.status == 401 else reply


@pytest.fixture
def folder(check, tmp_path):
    """Write the report on a shop with three faults to a folder; give it."""

    def run(*options, fault=three_faults):
        check("--report", str(tmp_path / "out" / "run"), *options, fault=fault)
        return tmp_path / "out" / "run"

    return run


def test_one_folder_has_the_report_in_every_format(folder):
    written = folder("--groups", "examples,security")
    assert {file.name for file in written.iterdir()} == FILES
    assert (written / "summary.md").read_text().startswith("## adcontract check http://")


@pytest.mark.parametrize("fault", [three_faults, None], ids=["faults", "none"])
def test_the_files_fit_the_schemas_of_their_readers(folder, fault):
    written = folder("--groups", "examples,security", "--max-time", "60", fault=fault)
    xmlschema.XMLSchema(SCHEMAS / "junit.xsd").validate((written / "junit.xml").read_text())
    sarif, report = (json.loads((written / name).read_text()) for name in ("report.sarif", "report.json"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "sarif.schema.json").read_text())).validate(sarif)
    schema = Path(json_file.__file__).with_name("report.schema.json")
    jsonschema_rs.validator_for(json.loads(schema.read_text())).validate(report)


def test_code_scanning_finds_the_line_the_level_and_the_fingerprint(folder, monkeypatch, spec):
    # as in a checkout, whose contracts are below the current folder
    monkeypatch.chdir(Path(spec).parent)
    (run,) = json.loads((folder("--groups", "examples,security") / "report.sarif").read_text())["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert len(run["results"]) >= 3
    for each in run["results"]:
        assert each["ruleId"] in rules
        assert each["level"] in ("error", "warning")
        assert each["partialFingerprints"]["adcontract/v1"]
        for place in (*each["locations"], *each.get("relatedLocations", [])):
            artifact = place["physicalLocation"]["artifactLocation"]
            lines = (Path(spec).parent / artifact["uri"]).read_text().splitlines()
            assert 1 <= place["physicalLocation"]["region"]["startLine"] <= len(lines)
            assert not artifact["uri"].startswith(("/", "file:"))


def test_a_folder_that_cannot_be_written_is_one_line_before_a_request_is_sent(command, spec, shop, server_of, tmp_path):
    server = server_of(shop)
    (tmp_path / "taken").write_text("")
    with server.up() as url:
        result = command(url, "--spec", spec, "--report", str(tmp_path / "taken"))
        twice = command(url, "--spec", spec, "--report", str(tmp_path), "--json", str(tmp_path / "report.json"))
    assert (result.exit_code, twice.exit_code) == (2, 2)
    assert result.output.startswith(f"Error: {tmp_path}/taken/report.json: the report cannot be written: ")
    assert "two reports cannot go to one file" in twice.output
    assert len(result.output.splitlines()) == len(twice.output.splitlines()) == 1
    assert server.log == []


def test_a_report_that_cannot_be_written_loses_none_of_the_others(folder, tmp_path):
    def breaks(sent, reply):
        (tmp_path / "out" / "run" / "report.json").mkdir(parents=True, exist_ok=True)
        return three_faults(sent, reply)

    written = folder("--groups", "examples", fault=breaks)
    assert {file.name for file in written.iterdir() if file.is_file()} == FILES - {"report.json"}


def test_the_python_code_of_a_finding_sends_the_request_of_the_run(check, tmp_path, monkeypatch):
    file = tmp_path / "report.json"
    done = check(
        "--groups", "examples,schema,rejection", "--only", "createItem", "--only", "getItem", "--token", "s{3}'cr\"t",
        "--output", str(file.with_name("again.json")), fault=lambda _, reply: replace(reply, status=418),
    )  # fmt: skip
    (contract,) = read_report(file.with_name("again.json")).apis
    known = {(sent.method, sent.target, sent.body, sent.headers.get("authorization")) for sent in done.server.log}
    monkeypatch.setenv("ADCONTRACT_TOKEN", "s{3}'cr\"t")
    assert any(finding.requests[-1].body for finding in contract.findings)
    again = type(done.server)(done.server.contract)
    with again.up() as url:
        for finding in contract.findings:
            code = python_code(finding.requests).replace(done.report["target"], url)
            exec(compile(code, "again.py", "exec"), {"requests": requests})
            sent = again.log[-1]
            assert (sent.method, sent.target, sent.body, sent.headers.get("authorization")) in known, code
