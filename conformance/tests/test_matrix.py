"""`--snapshot all`: which date a target speaks, and what keeps it from the others."""

import json
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from adcontract import names, spec_folder

API = next(name.api for name in names(spec_folder()) if not name.newest)
DATES = [name.snapshot for name in names(spec_folder(), API)]


@pytest.fixture(scope="module", params=DATES)
def served(request, tmp_path_factory):
    """A mock that speaks one date: the date and its URL."""
    log = tmp_path_factory.mktemp("mock") / "mock.log"
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock", "--port", "0"]
    line += ["--api", API, "--snapshot", request.param]
    with log.open("w") as output, subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(600):
                if found := re.search(r"The mock is at (http://\S+)\n", log.read_text()):
                    break
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield request.param, found[1]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def matrix(served, tmp_path_factory):
    """The date served, what the command printed, its exit status and its report."""
    date, url = served
    report = tmp_path_factory.mktemp("report") / "report.json"
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "check", url]
    line += ["--api", API, "--snapshot", "all", "--json", str(report)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    return date, done.stdout, done.returncode, json.loads(report.read_text())


def test_the_date_that_a_target_speaks_is_told(matrix):
    date, printed, status, report = matrix
    assert f"{API}: the target speaks {date}." in printed
    assert status == 0
    assert report["verdicts"][0]["speaks"] == date


def test_what_keeps_a_target_from_the_other_dates_is_told(matrix):
    date, printed, _, _ = matrix
    for other in DATES:
        assert (f"\n{other} is kept back by" in printed) is (other != date)


def test_the_matrix_has_a_row_for_each_operation_of_any_date(matrix):
    _, printed, _, _ = matrix
    assert re.search(r"^ *· +· +(pass|FAIL) +GET /v2/tags/\{id\} *$", printed, re.MULTILINE)
    assert re.search(r"^ *(pass|FAIL) +· +· +GET /v2/health *$", printed, re.MULTILINE)


def test_a_run_on_all_dates_can_be_repeated(matrix):
    assert f"--api {API} --snapshot all" in matrix[3]["again"]


def test_a_target_that_speaks_no_date_does_not_conform(check):
    right = check("--snapshot", "all")
    assert (right.code, right.report["verdicts"][0]["speaks"]) == (0, "v1")
    wrong = check("--snapshot", "all", fault=lambda _, reply: replace(reply, status=418))
    assert (wrong.code, wrong.report["verdicts"][0]["speaks"]) == (1, None)
    assert "shop: the target speaks no known snapshot; nearest is v1." in wrong.output
