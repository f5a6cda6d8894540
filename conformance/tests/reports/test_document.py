"""The JSON report is the whole report: read back, it gives every other format again; and it has a schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from msgspec.structs import replace as replace_all

from adcontract import AdcontractError
from adcontract_conformance.reports import json_file
from adcontract_conformance.reports.document import with_causes
from adcontract_conformance.reports.formats import FORMATS
from adcontract_conformance.reports.json_file import as_json, read_report, report_schema

SCHEMA = Path(json_file.__file__).with_name("report.schema.json")


def three_faults(sent, reply):
    """Answer with a wrong price, with a page that is no text, and not at all."""
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "fr\N{SNOWMAN}e <b>` " + "x" * 5000})
    if sent.path == "/stats":
        return replace(reply, headers={"Content-Type": "text/html", "X-Odd": "\xe9"}, body=b"\xff\x00<html>")
    return replace(reply, status=0) if sent.method == "DELETE" and reply.status < 300 else reply


@pytest.fixture
def written(check, tmp_path):
    """Run the command against a shop with three faults; give its files by format, and what it gave."""

    def run(*options, fault=three_faults):
        files = {name: tmp_path / f"all.{name}" for name in FORMATS}
        done = check(*options, *(f"--output={name}:{file}" for name, file in files.items()), fault=fault)
        return files, done

    return run


@pytest.mark.parametrize(
    "options",
    [
        ["--groups", "examples,security"],
        ["--snapshot", "all"],
        [
            "--groups",
            "examples,schema",
            "--max-failures",
            "1",
            "--for",
            "own",
            "--only",
            "getItem",
            "--only",
            "getStats",
        ],
    ],
    ids=["causes", "snapshots", "ended"],
)
def test_a_report_that_is_read_from_json_gives_every_format_byte_for_byte(written, options):
    files, done = written(*options)
    assert done.code == 1
    assert done.findings
    report = read_report(files["json"])
    for name, file in files.items():
        assert f"{FORMATS[name](report)}\n" == file.read_text(), name


def test_the_causes_of_a_report_are_those_of_its_findings(written):
    files, _ = written("--groups", "examples,security")
    (contract,) = read_report(files["json"]).apis
    assert len(contract.causes) > 2
    alone = (replace_all(finding, cause="") for finding in contract.findings)
    assert with_causes(contract.api, alone) == (contract.findings, contract.causes)


def test_the_requests_of_a_finding_are_data_and_a_line_for_the_shell(written):
    _, done = written("--groups", "examples")
    finding = next(each for each in done.findings if each["operation"] == "getItem")
    (request,) = finding["requests"]
    assert (request["method"], request["headers"]["Authorization"]) == ("GET", "Bearer $ADCONTRACT_TOKEN")
    assert request["url"] in finding["curl"]
    answer = finding["answer"]
    assert answer["headers"]["content-type"] == "application/json"
    assert len(answer["body"].encode()) <= 4000 < answer["length"]


def test_the_schema_of_the_report_is_the_committed_one():
    assert SCHEMA.read_text() == report_schema(), (
        f"python -c \"from adcontract_conformance.reports.json_file import report_schema as s; print(s(), end='')\" "
        f"> {SCHEMA.name} renews it"
    )


@pytest.mark.parametrize("fault", [three_faults, None], ids=["faults", "none"])
def test_a_report_fits_its_schema(written, fault):
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    _, done = written("--groups", "examples,security", fault=fault)
    validator.validate(done.report)
    assert not validator.is_valid({**done.report, "version": 1})
    assert not validator.is_valid({**done.report, "seed": "1"})


@pytest.mark.parametrize(
    ("damage", "place", "message"),
    [
        (lambda text: text[: len(text) // 2], None, "this is not JSON: input data was truncated"),
        (lambda text: text.replace('"seed": 1,', '"seed": 1 1,'), "1,", "this is not JSON: "),
        (lambda text: text.replace('"seed": 1,', '"seed": "1",'), '"seed"', "expected int, got str"),
        (
            lambda text: text.replace('"outcome": "fail"', '"outcome": "bad"', 1),
            '"outcome"',
            "invalid enum value",
        ),
        (lambda text: text.replace('"cause": "', '"cause_": "', 1), "{", "missing required field cause"),
        (lambda text: text.replace('"version": 2', '"version": 3'), '"version"', "this report has version 3, and "),
        (lambda text: text.replace('"version": 2,', ""), None, "this report names no version, and "),
        (lambda text: text.replace('"fingerprint": "', '"fingerprint": "x', 1), "{", "there is no "),
        (
            lambda text: text.replace(
                '"check": "examples.body",\n          "promise"', '"check": "x",\n          "promise"'
            ),
            "{",
            "there is no check x",
        ),
        (lambda _: "[]", None, "expected object, got array"),
        (lambda _: "", None, "this is not JSON: input data was truncated"),
        (lambda _: "[" * 100_000, None, "this is not a report: it is nested too deeply."),
        (lambda text: text.encode("utf-16"), None, "this is not JSON: it is not UTF-8"),
    ],
)
def test_a_damaged_report_is_refused_with_the_place_and_the_cause(written, damage, place, message):
    files, _ = written("--groups", "examples", "--only", "getItem")
    file = files["json"]
    damaged = damage(file.read_text())
    file.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    with pytest.raises(AdcontractError) as error:
        read_report(file)
    (line,) = error.value.lines()
    assert message in line
    _, number, column = line.removeprefix(str(file)).split(":")[:3]
    if place:
        assert place in damaged.splitlines()[int(number) - 1][int(column) - 1 :]


def test_a_report_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(AdcontractError, match=r"gone\.json: the report cannot be read: No such file or directory\."):
        read_report(tmp_path / "gone.json")


def test_a_report_is_written_as_it_was_read(written):
    files, _ = written("--groups", "examples")
    text = files["json"].read_text()
    assert as_json(read_report(files["json"])) == text.rstrip("\n")
    # a shell of Windows writes a mark before it
    files["json"].write_text(text, encoding="utf-8-sig")
    assert as_json(read_report(files["json"])) == text.rstrip("\n")
