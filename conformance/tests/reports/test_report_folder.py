"""`--report DIR`: one folder with the report in every format, each as its readers want it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
import xmlschema

from adcontract import load
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


SCHEMES = {
    "bearer": ("type: http\nscheme: bearer\n", "s{3}'cr\"t&"),
    "basic": ("type: http\nscheme: basic\n", "bob:s{3}'cr\"t"),
    "query": ("type: apiKey\nin: query\nname: key\n", "s{3}'cr\"t&="),
    "cookie": ("type: apiKey\nin: cookie\nname: key\n", "s3cret"),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_the_python_code_of_a_finding_sends_the_request_of_the_run(
    command, spec, server_of, tmp_path, monkeypatch, name
):
    scheme, token = SCHEMES[name]
    shutil.copytree(f"{spec}/shop", tmp_path / "spec" / "shop")
    (tmp_path / "spec/shop/components/securitySchemes/bearerToken.yaml").write_text(scheme)
    contract = load("shop", spec=tmp_path / "spec")
    options = ["--spec", str(tmp_path / "spec"), "--groups", "examples,state", "--token", token]
    server = server_of(contract, lambda _, reply: replace(reply, status=418))
    with server.up() as url:
        command(url, *options, "--json", str(tmp_path / "report.json"))
    report = read_report(tmp_path / "report.json")
    monkeypatch.setenv("ADCONTRACT_TOKEN", token)
    again = server_of(contract)
    with again.up() as other:
        for finding in report.apis[0].findings:
            code = python_code(finding.requests).replace(url, other)
            exec(compile(code, "again.py", "exec"), {})
            assert essence(again.log[-1]) in [essence(sent) for sent in server.log], code
    assert any(sent.body for sent in again.log)
    assert any(server.credential(sent) for sent in again.log)


def essence(sent):
    """Return what the contract reads of a request."""
    return (*sent.target, *(sent.headers.get(name) for name in ("authorization", "cookie", "content-type")))
