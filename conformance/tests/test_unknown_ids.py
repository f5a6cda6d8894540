"""Ids that no item has, for the entries of a batch."""

import uuid

import pytest

from adcontract_conformance.client.unknown_ids import unknown_ids


@pytest.mark.parametrize("known", [7, "7", "a7", str(uuid.uuid4())], ids=["number", "digits", "text", "UUID"])
def test_each_entry_of_a_long_batch_names_another_unknown_id(known):
    found = unknown_ids([known] * 40)
    assert len({*found, known}) == 41
    assert {type(each) for each in found} == {type(known)}
