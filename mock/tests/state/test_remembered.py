"""What is remembered of the collections with which sessions begin does not grow with the number of their parents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from adcontract_mock.state import initial_items


def _collection(count: int) -> Any:
    return SimpleNamespace(items=SimpleNamespace(count=count))


@pytest.mark.parametrize(("count", "kept"), [(0, 10), (4, 2), (100, 1)])
def test_collections_are_forgotten_also_where_they_have_no_items(
    monkeypatch: pytest.MonkeyPatch, count: int, kept: int
) -> None:
    monkeypatch.setattr(initial_items, "_REMEMBERED", 10)
    factory: Any = SimpleNamespace(resources={})
    initial = initial_items.InitialItems(factory)
    for parent in range(50):
        for _ in range(2):
            initial.remember(parent, _collection(count))
    assert list(initial.seeded) == list(range(50))[-kept:]
