"""What `make fuzz` counts as a finding, and what it leaves out for a reason."""

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from adcontract import Contract, load_named, names

ROOT = Path(__file__).resolve().parents[2]
LIST, REMOVE = "GET /v1/books", "DELETE /v1/books/{book_id}"


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    return importlib.import_module("fuzz")


@pytest.fixture(scope="module")
def library() -> Contract:
    spec = ROOT / "mock" / "tests" / "spec"
    return load_named(next(name for name in names(spec) if name.api == "library"), spec)


def outcome(fuzz: ModuleType, library: Contract, check: str, operation: str, query: str, status: int, says: str) -> Any:
    """What comes of a report in which one request fails a check."""
    method, _, path = operation.partition(" ")
    recorder = {
        "label": operation,
        "cases": {"c": {"value": {"method": method, "path": path}}},
        "interactions": {
            "c": {
                "request": {"method": method, "uri": f"http://localhost{path}?{query}"},
                "response": {"status_code": status},
            }
        },
        "checks": {
            "c": [
                {"name": "content_type_conformance", "status": "success"},
                {
                    "name": check,
                    "status": "failure",
                    "failure_info": {"failure": {"operation": operation, "message": says}},
                },
            ]
        },
    }
    result = fuzz.Outcome("library@v1", "documented", (LIST, REMOVE))
    result.read([json.dumps({"ScenarioFinished": {"recorder": recorder}}).encode()], library)
    return result


@pytest.mark.parametrize(
    ("check", "query", "status"),
    [
        ("not_a_server_error", "__proto__=1", 500),
        ("status_code_conformance", "", 418),
        ("status_code_conformance", "a=1", 400),
        ("negative_data_rejection", "filter[a]=1", 200),
        ("positive_data_acceptance", "size=3", 422),
        ("use_after_free", "", 200),
    ],
)
def test_a_check_that_fails_is_a_finding(
    fuzz: ModuleType, library: Contract, check: str, query: str, status: int
) -> None:
    result = outcome(fuzz, library, check, LIST, query, status, "parameter `filter` in query - violates `type`")
    assert len(result.found) == 1
    assert not result.known
    assert result.tried == {LIST}


@pytest.mark.parametrize(
    ("check", "query", "status"),
    [
        ("status_code_conformance", "__proto__=1", 400),
        ("negative_data_rejection", "filter[]=1", 200),
        ("negative_data_rejection", "filter[a]=1&filter[a]=2", 200),
        ("positive_data_acceptance", "size=Fh6Q", 422),
    ],
)
def test_what_says_nothing_about_the_mock_is_counted_by_its_reason(
    fuzz: ModuleType, library: Contract, check: str, query: str, status: int
) -> None:
    result = outcome(fuzz, library, check, LIST, query, status, "parameter `filter` in query - violates `type`")
    assert not result.found
    assert result.known.total() == 1


def test_what_an_operation_creates_need_not_be_there_unless_the_contract_says_so(
    fuzz: ModuleType, library: Contract
) -> None:
    says = "just created. Created with : `POST /v1/books` Not available with: `GET /v1/books/{book_id}`"
    result = outcome(fuzz, library, "ensure_resource_availability", LIST, "", 404, says)
    assert not result.found
    elsewhere = outcome(fuzz, library, "ensure_resource_availability", LIST, "", 404, "`POST /v1/nowhere` Not there")
    assert len(elsewhere.found) == 1


def test_an_error_of_schemathesis_is_a_finding(fuzz: ModuleType, library: Contract) -> None:
    result = fuzz.Outcome("library@v1", "documented", (LIST,))
    result.read(
        [json.dumps({"NonFatalError": {"label": LIST, "value": {"type": "ConnectionError"}}}).encode()], library
    )
    assert len(result.found) == 1
    assert not result.tried


def test_operations_without_links_that_were_drawn_have_no_sequences(fuzz: ModuleType, library: Contract) -> None:
    event = json.dumps({"NonFatalError": {"label": "Stateful tests", "value": {"type": "NoLinksFound"}}}).encode()
    every = tuple(f"{each.method} {each.path}" for each in library.operations)
    for operations, findings in ((every[:1], 0), (every, 1)):
        result = fuzz.Outcome("library@v1", "documented", operations)
        result.read([event], library)
        assert len(result.found) == findings
