"""What a declared filter leaves of a list: one meaning for the mock and the suite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adcontract import Condition, Filter
from adcontract.contract.filters import is_about, matches, meets, selection
from adcontract.contract.leeway import is_open

ITEM = {
    "id": 7,
    "state": "open",
    "title": "Blue Chair",
    "day": "2026-01-31T10:00:00Z",
    "tags": ["a", "b", None],
    "labels": {"size": "xl", "none": None},
    "nothing": None,
    "on": True,
}


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("/state", "equals", "open", True),
        ("/state", "equals", "Open", False),
        ("/id", "equals", "7", True),
        ("/on", "equals", True, True),
        ("/nothing", "equals", "", False),
        ("/missing", "equals", "", False),
        ("/state", "in", ["shut", "open"], True),
        ("/state", "in", ["shut"], False),
        ("/title", "contains", "bLUE", True),
        ("/title", "contains", "red", False),
        ("/day", "gte", "2026-01-31", True),
        ("/day", "lte", "2026-01-30", False),
        ("/id", "gte", "10", False),
        ("/id", "gt", "6", True),
        ("/id", "gt", "7", False),
        ("/id", "lt", "10", True),
        ("/day", "lt", "2026-02-01", True),
        ("/day", "gt", "2026-01-31", False),
        ("/title", "words", "chair BLUE", True),
        ("/title", "words", "blu", False),
        ("/title", "words", "blue, red", False),
        ("/tags", "words", "b a", True),
        ("/missing", "words", "a", False),
        ("/tags", "has", "b", True),
        ("/tags", "has", ["x", "a"], True),
        ("/tags", "has", "", False),
        ("/state", "has", "open", False),
        ("/labels", "pairs", {"size": "xl", "color": "red"}, True),
        ("/labels", "pairs", {"size": "s"}, False),
        ("/labels", "pairs", {"none": ""}, False),
        ("/labels", "pairs", "size", False),
    ],
)
def test_an_item_meets_a_condition(field: str, op: Any, value: Any, expected: bool) -> None:
    assert meets(Condition(field, op), ITEM, value) is expected


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("/state", "equals", "open", False),
        ("/state", "in", ["shut", "open"], False),
        ("/state", "in", ["shut", "ajar"], True),
        ("/title", "contains", "red", True),
        ("/missing", "equals", "open", True),
    ],
)
def test_a_negated_condition_is_met_by_what_does_not_meet_it_otherwise(
    field: str, op: Any, value: Any, expected: bool
) -> None:
    assert meets(Condition(field, op, negated=True), ITEM, value) is expected


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        (Condition("/missing", "gt"), 3, True),
        (Condition("/id", "gt"), 7, False),
        (Condition("/missing", "equals"), "open", False),
        (Condition("/missing", "equals", negated=True), "open", True),
        (Condition("/state", "equals", negated=True), "OPEN", True),
        (Condition("/state", "equals", negated=True), "open", False),
        (Condition("/day", "gt"), "2026-01-31T10:00:00Z", True),
        (Condition("/day", "gt"), "2026-01-31T10:00:02Z", False),
        (Condition("/day", "lte"), "2026-02-01", True),
        (Condition("/day", "lte"), "2026-02-02", False),
        (Condition("/state", "gt"), "PAID", True),
        (Condition("/state", "gt"), "closed", False),
        (Condition("/state", "lt"), "été", True),
        (Condition("/title", "words"), "blue", False),
    ],
)
def test_a_page_leaves_open_whether_some_items_are_kept(condition: Condition, value: Any, expected: bool) -> None:
    filter_ = Filter("q", (condition,), alternative=False, hidden=False, all=None, inferred=None)
    assert is_open(filter_, ITEM, value) is expected
    # an item that another condition keeps for certain is not in doubt
    sure = replace(filter_, conditions=(condition, Condition("/id", "equals")))
    assert is_open(sure, {**ITEM, "id": value}, value) is False


@pytest.mark.parametrize(("op", "value"), [("equals", "open"), ("contains", "pe"), ("gte", "open"), ("lte", "open")])
def test_of_a_parameter_with_several_values_any_may_be_met(op: Any, value: str) -> None:
    """They are not compared as one text with commas."""
    assert meets(Condition("/state", op), ITEM, ["~" if op == "gte" else "!", value])
    assert not meets(Condition("/state", op), {"state": "!,open" if op == "equals" else None}, ["!", value])
    assert not meets(Condition("/state", op), ITEM, [])


def a_filter(parameter: str, *fields: str, alternative: bool = False, every: Any = None) -> Filter:
    conditions = tuple(Condition(field, "equals") for field in fields)
    return Filter(parameter, conditions, alternative, hidden=False, all=every, inferred=None)


def test_a_filter_matches_by_one_of_its_conditions() -> None:
    either = a_filter("q", "/title", "/state")
    assert matches(either, ITEM, "open")
    assert not matches(either, ITEM, "7")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, True),
        ({"state": "open"}, True),
        ({"state": "shut"}, False),
        ({"state": "any"}, True),
        ({"state": ""}, True),
        ({"state": []}, True),
        ({"state": "open", "title": "x"}, False),
        ({"state": "shut", "id": "7"}, True),
        ({"state": "shut", "id": "8"}, False),
    ],
)
def test_filters_narrow_together_and_an_alternative_one_adds(query: dict[str, Any], expected: bool) -> None:
    filters = [
        a_filter("state", "/state", every="any"),
        a_filter("title", "/title"),
        a_filter("id", "/id", alternative=True),
    ]
    assert selection(filters, query)(ITEM) is expected


@pytest.mark.parametrize(("item", "is_sure"), [({"kind": "banner"}, True), ({"kind": "listing"}, False), ({}, False)])
def test_a_page_may_speak_of_some_items_only(item: dict[str, str], is_sure: bool) -> None:
    reviewed = Filter(
        "status", (), alternative=False, hidden=False, all=None, inferred=None, about=(("/kind", "banner"),)
    )
    assert is_about(reviewed, item) is is_sure
    assert is_about(replace(reviewed, about=()), item)
