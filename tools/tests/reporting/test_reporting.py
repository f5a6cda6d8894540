"""Reports: every format of the model, and the files that they are written to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import xmlschema
from click.testing import CliRunner, Result

from adcontract.cli import main
from adcontract.errors import Location, UsageError
from adcontract.reporting.github import as_github
from adcontract.reporting.junit import as_junit
from adcontract.reporting.markdown import as_markdown
from adcontract.reporting.model import Case, Entry, Level, Report, Rule, Suite
from adcontract.reporting.output import Output, output_of
from adcontract.reporting.sarif import as_sarif
from adcontract.wording import plural

HERE = Path(__file__).resolve().parents[1]
JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd")
SARIF = jsonschema_rs.validator_for(json.loads((Path(__file__).parent / "sarif.schema.json").read_text()))
"""The objects of SARIF 2.1.0 that reports have, each closed: a misspelled member is an error."""

ERROR = Entry(
    "shape",
    Level.ERROR,
    "50% of <b>\n`x`",
    Location(Path("/spec/a b,c:d.yaml"), 3, 5),
    "Correct it.",
    "getItem",
    (Location(Path("/spec/old.yaml"), 7),),
    "abc123",
    ("request: curl ```x```", "response: 200 \x00"),
)
WARNING = Entry("shape", Level.WARNING, "It is odd.", Location(Path("/spec/b.yaml")))
REPORT = Report(
    "adcontract lint",
    "A *title*",
    ("2 findings",),
    (Rule("other", "Others are so."), Rule("shape", "A shape is so.")),
    (ERROR, WARNING),
    ("The run, ended\nearly.",),
    (
        Suite(
            "shop",
            (
                Case("shop.a", "fails", (ERROR, WARNING)),
                Case("shop.a", "warns", (WARNING,)),
                Case("shop.a", "skipped", skipped="no request"),
                Case("shop.a", "broken", error="a bug"),
            ),
            "2025-01-01T00:00:00+00:00",
            1.25,
            {"seed": "1"},
        ),
    ),
)


def lint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["lint", *map(str, arguments)])


def break_it(spec: Path) -> None:
    shutil.copytree(HERE / "faulty/tag-used", spec / "shop", dirs_exist_ok=True)
    (spec / "shop/expect.txt").unlink()


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 findings"), (1, "1 finding"), (2, "2 findings"), (1200, "1,200 findings")]
)
def test_a_noun_follows_its_number(number: int, text: str) -> None:
    assert plural(number, "finding") == text


def test_github_gets_one_line_an_entry_whatever_the_texts_hold() -> None:
    assert as_github(REPORT).split("\n") == [
        "::error file=/spec/a b%2Cc%3Ad.yaml,line=3,col=5,title=shape::"
        "getItem: 50%25 of <b>%0A`x` Correct it.%0Arequest: curl ```x```%0Aresponse: 200 \x00",
        "::warning file=/spec/b.yaml,line=1,col=1,title=shape::It is odd.",
        "::error title=adcontract lint::The run, ended%0Aearly.",
        "2 findings",
    ]


def test_sarif_has_a_result_for_each_entry_and_a_notification_for_each_problem() -> None:
    log = json.loads(as_sarif(REPORT))
    SARIF.validate(log)
    (run,) = log["runs"]
    first, second = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("shape", 1, "error")
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///spec/a%20b%2Cc%3Ad.yaml"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert run["tool"]["driver"]["rules"][1]["help"]["text"].endswith(" `adcontract lint --rules` lists all rules.")
    assert first["partialFingerprints"] == {"adcontract/v1": "abc123"}
    assert second["level"] == "warning"
    assert second.keys().isdisjoint(("relatedLocations", "partialFingerprints"))
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == ["The run, ended\nearly."]


def test_a_file_below_the_current_folder_is_relative_in_sarif(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    (run,) = json.loads(as_sarif(REPORT))["runs"]
    artifact = run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "spec/b.yaml", "uriBaseId": "%SRCROOT%"}


def test_junit_has_counts_failures_and_warnings_and_is_xml_whatever_the_texts_hold() -> None:
    text = as_junit(REPORT)
    JUNIT.validate(text)
    root = ElementTree.fromstring(text)
    suite, ended = root
    assert ended.get("errors") == "1"
    assert [each.get("message") for each in ended.iter("error")] == ["The run, ended\nearly."]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "1.2"}
    assert [(each.get("name"), each.get("value")) for each in suite.iter("property")] == [("seed", "1")]
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert [child.tag for child in cases["fails"]] == ["failure", "system-out"]
    failure = cases["fails"].find("failure")
    assert failure is not None
    assert failure.get("type") == "shape"
    assert (failure.text or "").splitlines() == [
        "error: getItem: 50% of <b>",
        "`x` Correct it. [abc123]",
        "/spec/a b,c:d.yaml:3:5",
        "request: curl ```x```",
        "response: 200 \ufffd",
    ]
    assert [child.tag for child in cases["warns"]] == ["system-out"]
    assert [child.attrib for child in cases["skipped"]] == [{"message": "no request"}]
    assert [(child.tag, child.get("message")) for child in cases["broken"]] == [("error", "a bug")]


def test_markdown_shows_texts_as_they_are_and_details_in_a_fence_that_holds_them() -> None:
    text = as_markdown(REPORT)
    assert text.startswith("## A \\*title\\*\n\n2 findings\n\n**The run, ended early.**\n\n### 1 error\n\n")
    assert "- getItem: 50% of \\<b\\> \\`x\\` Correct it.  \n" in text
    assert "  `/spec/a b,c:d.yaml:3:5` · `shape`\n" in text
    assert "\n  ````text\n  request: curl ```x```\n  response: 200 \x00\n  ````\n" in text
    assert text.endswith("### 1 warning\n\n- It is odd.  \n  `/spec/b.yaml:1:1` · `shape`")


FORMATS = ("text", "json", "github", "sarif", "markdown", "junit")


@pytest.mark.parametrize(
    ("value", "format_", "file"),
    [
        ("a.json", "json", "a.json"),
        ("reports/a.sarif", "sarif", "reports/a.sarif"),
        ("a.sarif.json", "sarif", "a.sarif.json"),
        ("A.XML", "junit", "A.XML"),
        ("a.md", "markdown", "a.md"),
        ("a.txt", "text", "a.txt"),
        ("github:a.log", "github", "a.log"),
        ("json:a.xml", "json", "a.xml"),
        ("./other:a.json", "json", "other:a.json"),
        ("12:00.json", "json", "12:00.json"),
    ],
)
def test_the_format_of_a_file_is_named_or_follows_from_its_ending(value: str, format_: str, file: str) -> None:
    assert output_of(value, FORMATS) == Output(format_, Path(file))


@pytest.mark.parametrize("value", ["a.pdf", "a", "json:", "./html:a.x", ""])
def test_an_ending_that_names_no_format_is_refused_with_those_that_do(value: str) -> None:
    with pytest.raises(UsageError) as error:
        output_of(value, ("text", "json"))
    assert error.value.lines() == [
        f"{value}: its ending names no format. Use one of .txt, .json, or write FORMAT:FILE with text, json."
    ]


@pytest.mark.parametrize("value", ["a.xml", "junit:a.x"])
def test_a_format_that_a_command_does_not_have_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="this command has no junit report"):
        output_of(value, ("text", "json"))


def refusal(*outputs: str) -> str:
    """Return the one line with which `adcontract lint` refuses these outputs before it starts."""
    result = lint("--api", "none", *(argument for output in outputs for argument in ("--output", output)))
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Error: ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    assert refusal("jsno:a.json") == (
        "jsno:a.json: there is no format jsno. Did you mean json? Known: text, json, github, sarif, markdown, junit. "
        "Write a file of this name as ./jsno:a.json."
    )


def test_a_usage_error_leaves_files_links_and_folders_as_they_were(folder: Path) -> None:
    (folder / "old.json").write_text("old")
    (folder / "link.json").symlink_to("new.json")
    named = ("old.json", "link.json", "text:sub/folder/new.txt")
    assert refusal(*named).startswith("There is no API none.")
    assert (folder / "old.json").read_text() == "old"
    assert sorted(each.name for each in folder.iterdir()) == ["link.json", "old.json"]


def test_a_link_to_a_new_file_is_written_through(folder: Path, spec: Path) -> None:
    (folder / "link.json").symlink_to("sub/new.json")
    assert lint("--spec", spec, "--output", "link.json").exit_code == 0
    assert json.loads((folder / "sub/new.json").read_text())["findings"] == []
    assert (folder / "link.json").is_symlink()


@pytest.mark.parametrize("second", ["a.json", "text:sub/../a.json", "text:link", "text:hard"])
@pytest.mark.parametrize("exists", [True, False])
def test_two_reports_do_not_go_to_one_file_however_it_is_named(folder: Path, second: str, exists: bool) -> None:
    (folder / "sub").mkdir()
    (folder / "link").symlink_to("a.json")
    if exists:
        (folder / "a.json").write_text("old")
        (folder / "hard").hardlink_to(folder / "a.json")
    elif second == "text:hard":
        return
    assert "two reports cannot go to one file" in refusal("a.json", second)


def test_what_is_not_a_file_is_refused_without_a_wait(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert refusal("json:pipe") == "pipe: this is not a regular file. Name another file."
    assert refusal("json:-").startswith("-: this is not a file. ")
    assert re.search(r"the report cannot be written: .+\. Name another file\.", refusal(f"json:{folder}"))


@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_a_report_is_not_written_to_where_another_is_printed(folder: Path, kind: str) -> None:
    program = "from adcontract.cli import main; main()"
    line = [sys.executable, "-c", program, "lint", "--api", "none", "--output", "json:/dev/stdout"]
    with (folder / "printed").open("w+") as file:
        stdout = subprocess.PIPE if kind == "pipe" else file
        done = subprocess.run(line, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == ("Error: /dev/stdout: the report is printed there. Name a file, or leave --output out.\n")


def test_the_null_device_takes_any_report(spec: Path) -> None:
    assert lint("--spec", spec, "--output", "json:/dev/null").exit_code == 0


def test_a_command_prints_one_format_and_writes_others(spec: Path, tmp_path: Path) -> None:
    break_it(spec)
    files = {name: tmp_path / "out" / f"lint.{name}" for name in ("json", "xml", "sarif", "md", "txt")}
    outputs = [argument for file in files.values() for argument in ("--output", file)]
    result = lint("--spec", spec, "--format", "github", *outputs)
    assert result.exit_code == 1
    assert result.stdout.startswith("::error ")
    assert json.loads(files["json"].read_text())["findings"][0]["rule"] == "tag-used"
    assert ElementTree.fromstring(files["xml"].read_text()).find(".//failure[@type='tag-used']") is not None
    SARIF.validate(json.loads(files["sarif"].read_text()))
    JUNIT.validate(files["xml"].read_text())
    assert files["md"].read_text().startswith("## adcontract lint\n\n2 contracts, ")
    assert files["txt"].read_text().splitlines()[-1].endswith(": 1 finding")


@pytest.mark.parametrize("command", [["lint"], ["diff", "metapic@2025-04-03", "metapic"]])
def test_a_bad_output_is_one_line_and_status_2(command: list[str], tmp_path: Path) -> None:
    for file in (tmp_path / "a.html", tmp_path / "taken.txt" / "a.json"):
        (tmp_path / "taken.txt").write_text("")
        result = CliRunner().invoke(main, [*command, "--output", str(file)])
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith(f"Error: {file}: ")


def test_a_diff_in_sarif_has_the_new_place_and_the_old_one() -> None:
    operands = ["diff", "metapic@2025-04-03", "metapic@2025-08-08"]
    changes = json.loads(CliRunner().invoke(main, [*operands, "--format", "json"]).stdout)["changes"]
    log: Any = json.loads(CliRunner().invoke(main, [*operands, "--format", "sarif"]).stdout)
    SARIF.validate(log)
    results = log["runs"][0]["results"]
    levels = {"breaking": "error", "risky": "warning", "safe": "note"}
    assert [(each["ruleId"], each["level"]) for each in results] == [
        (each["rule"], levels[each["class"]]) for each in changes
    ]
    for change, result in zip(changes, results, strict=True):
        new = change["after"] or change["before"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == new["line"]
        assert ("relatedLocations" in result) is bool(change["before"] and change["after"])
