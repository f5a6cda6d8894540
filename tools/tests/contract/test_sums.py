"""Sums are added with all of their digits, however long the numbers are."""

from decimal import Decimal

from adcontract.contract.behavior import Sum
from adcontract.contract.sums import added_up


def test_a_sum_has_every_digit_of_numbers_and_of_texts() -> None:
    items = [{"a": value} for value in ("9" * 40, 0.1, "0.02", None, 1e-30, -3)]
    assert added_up(Sum("line", "/a"), items) == Decimal("9" * 39 + "6." + "12" + "0" * 27 + "1")
    assert added_up(Sum("line", "/a"), [*items, {"a": "12 EUR"}]) is None
