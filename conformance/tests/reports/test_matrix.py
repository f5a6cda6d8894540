"""`--snapshot all`: the date that a target serves, and its differences from the others."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from adcontract import load, names, spec_folder

pytestmark = pytest.mark.slow

API = next(name.api for name in names(spec_folder()) if not name.newest)
DATES = [name.snapshot for name in names(spec_folder(), API)]


@pytest.fixture(scope="module", params=DATES)
def matrix(request, command, stateless_mock, tmp_path_factory):
    """The date that a target serves, what the command printed, its exit status and its report."""
    date, report = request.param, tmp_path_factory.mktemp("report") / "report.json"
    done = command(f"{stateless_mock}/{API}/{date}", "--api", API, "--snapshot", "all", "--json", str(report))
    return date, done.stdout, done.exit_code, json.loads(report.read_text())


def test_the_date_that_a_target_serves_is_reported(matrix):
    date, printed, status, report = matrix
    assert f"{API}: the target serves {date}." in printed
    assert status == 0
    assert report["verdicts"][0]["speaks"] == date
    assert report["options"]["groups"] == ["examples"]


def test_the_differences_from_the_other_dates_are_reported(matrix):
    date, printed, _, _ = matrix
    for other in DATES:
        assert (f"\n{other}: the target differs in " in printed) is (other != date)


def test_no_line_of_the_table_is_folded(matrix):
    _, printed, _, _ = matrix
    rows = re.findall("^.*(?:pass|FAIL|warn|·).* (?:GET|PUT|POST|PATCH|DELETE) /.*$", printed, re.MULTILINE)
    assert max(map(len, rows)) > 80
    assert {row.split()[-1] for row in rows} == {each.path for name in DATES for each in load(API, name).operations}


def test_findings_on_other_dates_are_notes_that_name_their_date(command, stateless_mock, tmp_path):
    served, *others = DATES
    files = {name: tmp_path / f"report.{name}" for name in ("md", "sarif", "xml")}
    outputs = [argument for file in files.values() for argument in ("--output", str(file))]
    done = command(f"{stateless_mock}/{API}/{served}", "--api", API, "--snapshot", "all", *outputs)
    assert done.exit_code == 0
    headings = re.findall("^### (.+)$", files["md"].read_text(), re.MULTILINE)
    assert [re.sub(r"\d+ notes?", "notes", heading) for heading in headings] == [
        f"notes: obstacles to {API} {date}" for date in others
    ]
    results = json.loads(files["sarif"].read_text())["runs"][0]["results"]
    assert {each["level"] for each in results} == {"note"}
    assert all(each["message"]["text"].startswith(tuple(f"{API} {date} " for date in others)) for each in results)
    assert ElementTree.fromstring(files["xml"].read_text()).find(".//failure") is None


def test_the_matrix_has_a_row_for_each_operation_of_any_date(matrix):
    _, printed, _, _ = matrix
    assert re.search(r"^ *· +· +(pass|FAIL) +GET /v2/tags/\{id\} *$", printed, re.MULTILINE)
    assert re.search(r"^ *(pass|FAIL) +· +· +GET /v2/health *$", printed, re.MULTILINE)


def test_a_run_on_all_dates_can_be_repeated(matrix):
    assert f"--api {API} --snapshot all" in matrix[3]["again"]


def test_a_target_that_serves_no_date_does_not_conform(check):
    right = check("--snapshot", "all")
    assert (right.code, right.report["verdicts"][0]["speaks"]) == (0, "v1")
    wrong = check("--snapshot", "all", fault=lambda _, reply: replace(reply, status=418))
    assert (wrong.code, wrong.report["verdicts"][0]["speaks"]) == (1, None)
    assert "shop: the target serves no known snapshot; the nearest is v1." in wrong.output
