"""What `make soak` takes for a fault: memory that grows, times that get longer, responses that are not as expected."""

import importlib
from array import array
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("soak")


def measured(soak: ModuleType, memory: list[float], slowest: float = 0.1) -> Any:
    """A soak in which every request was sent, and the slowest of the end took so many seconds."""
    result = soak.Soak(server=None, requests=100_000, seed=1)
    result.memory = memory
    result.sent.update(each["name"] for each in soak.REQUESTS)
    result.first, result.last = array("d", [0.01] * 95 + [0.1] * 5), array("d", [0.01] * 95 + [slowest] * 5)
    return result


def test_a_mock_that_stays_as_it_is_has_no_fault(soak: ModuleType) -> None:
    # it grows until it keeps as much as it may
    assert measured(soak, [100.0, 190.0, 195.0, *[192.0] * 7]).faults() == []


@pytest.mark.parametrize("memory", [[100.0, 150.0, *[160.5] * 8], [100.0, 150.0, 150.0, 170.0, *[150.0] * 6]])
def test_memory_that_grows_is_a_fault(soak: ModuleType, memory: list[float]) -> None:
    assert "has grown by" in " ".join(measured(soak, memory).faults())


def test_times_that_get_longer_are_a_fault(soak: ModuleType) -> None:
    assert measured(soak, [100.0] * 10, slowest=0.14).faults() == []
    assert "1.60 times" in " ".join(measured(soak, [100.0] * 10, slowest=0.16).faults())


def test_an_unexpected_response_and_a_request_that_was_never_sent_are_faults(soak: ModuleType) -> None:
    result = measured(soak, [100.0] * 10)
    result.errors["read: 500 and not 200"] += 3
    del result.sent[soak.REQUESTS[0]["name"]]
    assert result.faults() == ["3 times read: 500 and not 200", f"Never sent: {soak.REQUESTS[0]['name']}."]
