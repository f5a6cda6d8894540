"""Neither an expression of a contract nor a value that it is about keeps a process busy."""

from __future__ import annotations

import pytest

from adcontract.contract.expressions import LONGEST, Expression

WITHIN = "self.bought.all(each, each in self.sold)"


def test_an_expression_over_a_usual_list_has_a_value() -> None:
    rows = [f"a{number}" for number in range(250)]
    assert Expression(WITHIN).value({"self": {"bought": rows, "sold": rows}}) is True


@pytest.mark.parametrize("text", [WITHIN, WITHIN.replace(".all(", " . all ("), "self.sold.map(a, self.sold.map(b, a))"])
def test_a_loop_within_a_loop_is_not_run_over_long_lists(text: str) -> None:
    rows = [f"a{number}" for number in range(10_000)]
    with pytest.raises(ValueError, match="2 loops over a list of 10,000 take too many steps"):
        Expression(text).value({"self": {"bought": rows, "sold": rows}})
    one_loop = Expression("self.sold.exists(each, each == 'a9999')")
    assert one_loop.value({"self": {"sold": rows}}) is True


def test_a_list_in_an_expression_counts_as_well() -> None:
    text = "[1,2,3,4,5,6,7,8,9]"
    with pytest.raises(ValueError, match="8 loops over a list of "):
        Expression(f"{text}.all(a, " * 8 + "true" + ")" * 8).value({})


def test_an_expression_has_a_length() -> None:
    with pytest.raises(ValueError, match="it has 100,001 characters, the most is 1,000"):
        Expression("(" * 50_000 + "1" + ")" * 50_000)
    assert Expression("1" + "+1" * ((LONGEST - 1) // 2)).value({}) == 500
