"""The library, the depot and their contracts, for the tests of the laws."""

import json
import sys
from pathlib import Path

import pytest

from adcontract_conformance.model.checked_contract import CheckedContract

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Give late reads, deletes that are tried again and others who write less time than a real target needs."""
    monkeypatch.setattr("adcontract_conformance.laws.watching.QUIET", 0.15)
    monkeypatch.setattr("adcontract_conformance.laws.watching.PAUSE", 0.005)
    monkeypatch.setattr("adcontract_conformance.client.client.LATE", 0.1)
    monkeypatch.setattr("adcontract_conformance.client.cleanup.LATE", 0.1)
    monkeypatch.setattr("adcontract_conformance.client.cleanup.PAUSE", 0.05)


@pytest.fixture(autouse=True)
def helped(monkeypatch):
    """Let what a test names with --only write through what it needs: to name that, too, would take its time."""
    monkeypatch.setattr(CheckedContract, "may_write", lambda *_: True)


@pytest.fixture
def held(command, tmp_path):
    """Hold a library or a depot to its contract; give the findings as (law, operation), the report and the result."""

    def run(server, *options):
        file = tmp_path / "report.json"
        with server.up() as url:
            spec = getattr(server, "spec", HERE / "spec")
            options = ("--groups", "behavior", "--spec", str(spec), "--json", str(file), *options)
            result = command(url, *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        report = json.loads(file.read_text())
        found = {(each["check"].removeprefix("behavior."), each["operation"]) for each in report["apis"][0]["findings"]}
        return found, report, result

    return run
