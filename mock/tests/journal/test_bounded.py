"""What is kept of requests does not grow for ever, in memory or in a file."""

from __future__ import annotations

import gc
import json
import weakref
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

import adcontract_mock
from adcontract import load_named, names
from adcontract_mock.journal import journal, recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract_mock.serve.in_thread import Running


@pytest.fixture
def mock(pytestconfig: pytest.Config) -> Iterator[Running]:
    """A mock with an empty journal."""
    with adcontract_mock.running(spec=pytestconfig.rootpath / "mock/tests/spec") as served:
        yield served


def test_the_journal_forgets_the_oldest_when_the_bodies_are_long(
    mock: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_BYTES", 10_000)
    for number in range(10):
        httpx.post(f"{mock.url}/v1/books?n={number}", content=b"x" * 3000)
    assert 2 <= len(mock.journal) <= 3
    assert [exchange.query for _, exchange in mock.journal.newest()][:2] == [b"n=9", b"n=8"]
    httpx.post(f"{mock.url}/v1/books?n=last", content=b"x" * 30_000)
    assert [exchange.query for _, exchange in mock.journal.newest()] == [b"n=last"]


def test_contracts_that_were_read_anew_are_not_kept_for_the_requests_before(
    mock: Running, pytestconfig: pytest.Config
) -> None:
    folder = pytestconfig.rootpath / "mock/tests/spec"
    before = []
    for number in range(3):
        httpx.get(f"{mock.url}/v1/books?size={number + 1}", headers={"Authorization": "Bearer any"})
        before += [weakref.ref(document.contract) for document in mock.mock.runtime.documents]
        mock.mock.serve([load_named(name, folder) for name in names(folder)])
    asked = {"operation": "listBooks", "with": {"query": {"size": 2}}}
    assert httpx.post(f"{mock.url}/_mock/verify", json=asked).json()["matched"] == 1
    gc.collect()
    assert [each for each in before if each()] == []


def test_a_full_record_is_kept_beside_a_new_one(mock: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "mock.har"
    runtime = mock.mock.runtime
    monkeypatch.setattr(recording, "MOST_BYTES", 5000)
    with closing(recording.Record(file, runtime.journal, lambda: runtime.redaction, mock.url)):
        for number in range(12):
            httpx.get(f"{mock.url}/v1/books?n={number}")
    kept = [*_asked(tmp_path / "mock.1.har"), *_asked(file)]
    assert kept == [f"{mock.url}/v1/books?n={number}" for number in range(12 - len(kept), 12)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mock.1.har", "mock.har"]
    assert all(each.stat().st_size <= 5000 for each in tmp_path.iterdir())


def _asked(file: Path) -> list[str]:
    return [entry["request"]["url"] for entry in json.loads(file.read_text())["log"]["entries"]]
