"""How values compare, for both readers of a contract."""

from __future__ import annotations

from typing import Any

import pytest

from adcontract.openapi.ordering import moment, natural, not_below


@pytest.mark.parametrize(
    "rising",
    [
        [9, 10.5, 100],
        ["9", "10.5", "100"],
        ["-2", 1, "3"],
        ["2026-11-21T01:00:00+02:00", "2026-11-21", "2026-11-21 00:30:00", "2026-11-21T01:00:00Z"],
        ["2026-11-21T00:30:00.5Z", "2026-11-20T23:30:01-01:00"],
    ],
)
def test_numbers_are_ordered_as_numbers_and_dates_as_dates(rising: list[Any]) -> None:
    key = natural(rising)
    assert key
    falling = rising[::-1]
    assert sorted(falling, key=key) == rising


@pytest.mark.parametrize("values", [["1", "one"], ["2026-11-21", "soon"], ["2026-11-21", 5], [{}], ["20261121", "x"]])
def test_all_else_is_text(values: list[Any]) -> None:
    assert natural(values) is None


@pytest.mark.parametrize("text", ["20261121", "2026-13-01", "2026-11-21Tea", "0001-01-01T00:00:00+02:00", "", "now"])
def test_what_is_no_time_that_can_be_told_in_utc_is_none(text: str) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("greater", "less"),
    [("10", 9), ("2026-11-21", "2026-11-21 10:00:00"), ("2026-11-21 10:00:00", "2026-11-21"), ("b", "a"), (2, 2)],
)
def test_a_day_is_not_below_any_of_its_times(greater: Any, less: Any) -> None:
    assert not_below(greater, less)


def test_what_is_below_is_below() -> None:
    assert not not_below(9, "10")
    assert not not_below(-(10**400), 10**400)
    assert not not_below("2026-11-20", "2026-11-21 00:00:00")
    assert not not_below("2026-11-21T12:00:00+02:00", "2026-11-21T10:30:00Z")
