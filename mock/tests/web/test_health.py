"""What operates a mock asks it: whether it lives, whether it is ready, and what it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

import adcontract_mock

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_mock.serve.in_thread import Running

BOOKS = "/library/v1/v1/books"


def _numbers(mock: Running, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a metric by its labels, in alphabetical order, without the worker."""
    response = httpx.get(f"{mock.url}/_mock/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    samples = [each for family in text_string_to_metric_families(response.text) for each in family.samples]
    found = [each for each in samples if each.name == name]
    assert all(int(each.labels["worker"]) > 0 for each in found if "worker" in each.labels)
    return {tuple(value for label, value in each.labels.items() if label != "worker"): each.value for each in found}


def test_requests_are_counted_by_operation_and_status_and_timed(pytestconfig: pytest.Config) -> None:
    with adcontract_mock.running(spec=pytestconfig.rootpath / "mock/tests/spec", stateful=True) as mock:
        with httpx.Client(base_url=mock.url, headers={"Authorization": "Bearer any"}) as client:
            for _ in range(3):
                client.get(BOOKS)
            client.get(f"{BOOKS}?size=500&page=0")
            client.get("/nowhere")
            client.get(BOOKS, headers={"Prefer": "delay=60"})
            client.post("/_mock/state", json={"do": "snapshot"})
        requests = _numbers(mock, "adcontract_mock_requests_total")
        assert requests == {
            ("library-v1", "GET", "listBooks", "200"): 4,
            ("library-v1", "GET", "listBooks", "422"): 1,
            ("", "GET", "", "404"): 1,
        }
        assert _numbers(mock, "adcontract_mock_violations_total")["library-v1", "listBooks"] >= 1
        buckets = _numbers(mock, "adcontract_mock_seconds_bucket")
        assert buckets["library-v1", "0.05", "listBooks"] < buckets["library-v1", "+Inf", "listBooks"] == 5
        assert _numbers(mock, "adcontract_mock_seconds_sum")["library-v1", "listBooks"] > 0.06
        assert _numbers(mock, "adcontract_mock_journal_requests") == {(): 6}
        assert _numbers(mock, "adcontract_mock_state_sessions") == {(): 1}
        assert _numbers(mock, "adcontract_mock_state_bytes")[()] > 0
        assert _numbers(mock, "process_resident_memory_bytes")[()] > 1_000_000


def test_a_mock_whose_state_cannot_be_used_lives_and_is_not_ready(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    spec = pytestconfig.rootpath / "mock/tests/spec"
    with adcontract_mock.running(spec=spec, stateful=True, state=tmp_path / "state.db") as mock:
        assert httpx.get(f"{mock.url}/_mock/health/ready").json() == {"ready": True}
        mock.mock.runtime.state.store.close()
        response = httpx.get(f"{mock.url}/_mock/health/ready")
        assert (response.status_code, response.json()["ready"]) == (503, False)
        assert "The state cannot be used" in response.json()["message"]
        assert httpx.get(f"{mock.url}/_mock/health").json()["status"] == "up"
