"""Lists are filtered and sorted by what was computed once: as one item at a time would be."""

from __future__ import annotations

import itertools
from typing import Any

import orjson
import pytest

from adcontract import Order, Sort
from adcontract.contract.behavior import Condition, Filter
from adcontract.contract.filters import selection
from adcontract_mock.state.rows import Row, Rows
from adcontract_mock.state.sorting import sorted_rows

HELD = ["2", 10, "1.5", None, "2026-11-21", "2026-11-20T23:00:00-05:00", "b", "B", ["b", 2], {"b": 2}, True, 1, "1"]
"""Values of which some are numbers, some dates, and all together neither."""

FILTERS = [
    Filter("op", (Condition("/held", "equals"), Condition("/other", "contains")), False, False, None, None),
    Filter("from", (Condition("/held", "gte"),), False, False, None, None),
    Filter("not", (Condition("/held", "equals", negated=True), Condition("/other", "gt")), False, False, None, None),
    Filter("or", (Condition("/number", "in"),), True, False, None, None),
]
SORTS = [
    Sort("by", {"up": Order("/held", False), "down": Order("/held", True)}, None),
    Sort("then", {"other": Order("/other", True)}, None),
    Sort("keys", {"other": Order("/other", False), "-number": Order("/number", True)}, None, ","),
]


@pytest.fixture(scope="module")
def rows() -> Rows:
    items = [{"number": n, "held": held, "other": "xyz"[n % 3]} for n, held in enumerate(HELD * 2)]
    return Rows(Row(str(n), "", n, orjson.dumps(item)) for n, item in enumerate(items))


@pytest.mark.parametrize(
    "sort", [{}, {"by": "up"}, {"by": "down"}, {"by": "up", "then": "other"}, {"keys": "other,-number"}]
)
def test_a_list_has_the_rows_and_the_order_of_each_item_looked_at_alone(rows: Rows, sort: dict[str, str]) -> None:
    values: list[tuple[Any, Any, Any]] = list(
        itertools.product((None, "1", 1, "x", ["b", "2"]), (None, "2", "2026-11-21"), (None, 3, [0, 1]))
    )
    for op, start, also in values * 2:
        asked = (("op", op), ("from", start), ("not", start and "1"), ("or", also))
        query = {name: value for name, value in asked if value is not None} | sort
        is_kept = selection(FILTERS, query)
        expected = sorted_rows([row for row in rows if is_kept(row.item)], SORTS, query)
        assert [rows[each].id for each in rows.listed(FILTERS, SORTS, query)] == [row.id for row in expected], query


def test_the_first_of_several_keys_decides_and_the_next_where_items_are_equal(rows: Rows) -> None:
    found = [rows[each].item for each in rows.listed((), SORTS, {"keys": "other,-number"})]
    assert found == sorted((row.item for row in rows), key=lambda item: (item["other"], -item["number"]))
