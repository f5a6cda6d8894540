"""What the comparison with other tools counts as caught."""

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from rich.console import Console

from adcontract_proof.fault import Fault

BENCH = Path(__file__).resolve().parents[2] / "bench"
SCHEMA = ("response_schema_conformance", "Response violates schema")
ERROR = ("not_a_server_error", "Server error")


def report(*failed: tuple[str, str, str]) -> list[bytes]:
    """The lines of a report of Schemathesis, in which operations fail checks with a title, among others that pass."""
    checks = {
        f"case {index}": [
            {"name": "status_code_conformance", "status": "success"},
            {
                "name": name,
                "status": "failure",
                "failure_info": {"failure": {"type": "Any", "operation": operation, "title": title, "message": "…"}},
            },
        ]
        for index, (operation, name, title) in enumerate(failed)
    }
    events = [
        {"EngineStarted": {"id": "1"}},
        {"ScenarioFinished": {"phase": "coverage", "recorder": {"label": "GET /pens", "cases": {}}}},
        {"ScenarioFinished": {"phase": "stateful", "recorder": {"label": "Stateful tests", "checks": checks}}},
        {"NonFatalError": {"value": {"type": "ConnectionError", "message": "…"}, "label": "GET /books"}},
        {"EngineFinished": {"stop_reason": "completed"}},
    ]
    return [json.dumps(each).encode() for each in events]


PLANTED = report(("GET /books", *SCHEMA), ("GET /books/{id}", *SCHEMA), ("GET /books", *ERROR))


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("peers")


def trial(peers: ModuleType, kind: str, group: str, schemathesis: tuple[str, ...], *prism: str) -> Any:
    fault = Fault("library", "v1", kind, group, "getBook")
    return peers.Trial(fault, peers.Verdict(schemathesis, 2.5), peers.Verdict(prism, 0.1))


def test_a_report_of_schemathesis_gives_each_failed_check_of_an_operation_and_each_error(peers: ModuleType) -> None:
    assert peers.by_schemathesis.failures(PLANTED) == {
        "GET /books: response_schema_conformance: Response violates schema",
        "GET /books/{id}: response_schema_conformance: Response violates schema",
        "GET /books: not_a_server_error: Server error",
        "GET /books: ConnectionError",
    }


def test_what_is_reported_of_the_clean_mock_too_is_not_caught(peers: ModuleType) -> None:
    planted, clean = (
        frozenset(peers.by_schemathesis.failures(each)) for each in (PLANTED, report(("GET /books", *SCHEMA)))
    )
    assert peers.by_fault(planted, clean) == (
        "GET /books/{id}: response_schema_conformance: Response violates schema",
        "GET /books: not_a_server_error: Server error",
    )
    assert peers.by_fault(planted, frozenset(planted)) == ()


def test_a_record_whose_last_line_was_cut_off_is_read_without_that_line(peers: ModuleType, tmp_path: Path) -> None:
    first, second = (trial(peers, kind, "state", ()) for kind in ("not-stored", "not-deleted"))
    record = tmp_path / "peers.jsonl"
    record.write_bytes(msgspec.json.encode(first) + b"\n" + msgspec.json.encode(second)[:-20])
    assert peers.read(record) == {first.fault: first}
    assert peers.read(tmp_path / "none.jsonl") == {}


def test_the_table_counts_by_class_and_says_of_how_many_ours_is_known(peers: ModuleType) -> None:
    found, missed, unknown = (
        trial(peers, "missing-field", "schema", ("GET /books: Response violates schema",), "violation"),
        trial(peers, "not-stored", "state", ()),
        trial(peers, "not-deleted", "state", ("GET /books/{id}: Deleted resource still available",)),
    )
    console = Console(width=80)
    with console.capture() as capture:
        console.print(peers.table([found, missed, unknown], {found.fault: True, missed.fault: False}))
    rows = [line.strip(" │").split("│") for line in capture.get().splitlines() if "│" in line]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["schema", "1", "1", "1", "1"],
        ["state", "2", "0 of 1", "1", "0"],
        ["all", "3", "1 of 2", "2", "1"],
    ]


def test_a_fault_that_no_request_shows_is_not_compared(peers: ModuleType, tmp_path: Path) -> None:
    found, missed, unseen = (Fault("library", "v1", kind, "state", "getBook") for kind in ("one", "two", "three"))
    lines = [
        {"version": "1", "seed": 1},
        {"fault": found, "checks": ["behavior.read"]},
        {"document": "library@v1", "alarms": []},
        {"fault": missed},
        {"fault": unseen, "unseen": 40},
    ]
    proof = tmp_path / "record.jsonl"
    proof.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
    assert peers.caught(proof) == {found: True, missed: False}


@pytest.mark.usefixtures("peers")
def test_prism_gets_patterns_that_it_can_read() -> None:
    schema = {"pattern": r"^[\w\"\-\\]\/\d+$", "properties": {"pattern": {"pattern": r"\'\{", "enum": [r"\""]}}}
    assert sys.modules["prism"].readable({"schemas": [schema]}) == {
        "schemas": [{"pattern": r'^[\w"\-\\]\/\d+$', "properties": {"pattern": {"pattern": r"'\{", "enum": [r"\""]}}}]
    }


def test_the_table_is_a_section_of_the_page_of_a_proof(peers: ModuleType) -> None:
    trials = [trial(peers, "a", "schema", ("GET /books: x",)), trial(peers, "b", "lists", ())]
    section = peers.section(trials, {each.fault: True for each in trials}, 7)
    assert "2 of these faults, chosen by seed 7" in section
    rows = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert cells[0] == ["class", "planted", "ours", "Schemathesis", "Prism"]
    assert cells[2:] == [["schema", "1", "1", "1", "0"], ["lists", "1", "1", "0", "0"], ["all", "2", "2", "1", "0"]]
