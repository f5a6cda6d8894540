"""What a patch may be refused for, and what it may remove, is no finding of the groups that send many of them."""

import pytest
from adcontract_depot.bins import Choosy


@pytest.mark.slow
def test_a_json_patch_that_an_item_cannot_take_may_be_refused_and_null_may_remove_anything(held):
    found, report, result = held(Choosy(), "--groups", "schema,rejection", "--only", "patchBin", "--for", "own")
    assert found == set(), result.output
    (accepted,) = (each for each in report["apis"][0]["results"] if each["check"] == "schema.accepted")
    assert accepted["outcome"] == "pass"
