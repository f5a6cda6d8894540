"""The entity tags that conditions name."""

from __future__ import annotations

import pytest

from adcontract.openapi.entity_tags import names_tag


@pytest.mark.parametrize(
    ("condition", "tag", "strongly", "weakly"),
    [
        ('"a"', '"a"', True, True),
        ('"b", "a"', '"a"', True, True),
        ('"b"', '"a"', False, False),
        (" * ", '"a"', True, True),
        ('W/"a"', '"a"', False, True),
        ('"a"', 'W/"a"', False, True),
        ('W/"a"', 'W/"a"', False, True),
        ("a", '"a"', False, False),
        ("", '"a"', False, False),
    ],
)
def test_a_tag_is_compared_as_rfc_9110_says(condition: str, tag: str, *, strongly: bool, weakly: bool) -> None:
    assert names_tag(condition, tag, weakly=False) is strongly
    assert names_tag(condition, tag, weakly=True) is weakly
