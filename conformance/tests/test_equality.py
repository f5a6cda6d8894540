"""What a target may store otherwise than it was sent, and what it may not."""

import pytest

from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.replies import MISSING

DIGITS = "1234567890123456789"


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("A  Title ", "a title"),
        (12.375, "12.38"),
        (12.5, 12.50),
        (77, "77"),
        ("77", 77),
        ("12.50", 12.5),
        (DIGITS, int(DIGITS)),
        ("2026-01-01", "2026-01-01T00:00:00Z"),
        ("2026-01-01T10:00:00+05:00", "2026-01-01T05:00:00+00:00"),
        ("", None),
        (None, MISSING),
        ({"b": "1", "a": 2}, {"a": 2, "b": "1", "c": None}),
        (True, 1),
        ("007", "007"),
        ("NaN", "nan"),
        (1e300, 1e300),
        (10**400, str(10**400)),
    ],
)
def test_a_value_may_be_tidied(sent, held):
    assert kept(sent, held)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("A title, at last", "A title, at"),
        ("A title!", "A title"),
        ("Tom & Jerry", "Tom &amp; Jerry"),
        ("Käse", "K?se"),
        ("Käse", "Kase"),
        (12.37, 12.4),
        (12.5, 12),
        (77, 77.004),
        (DIGITS, "1234567890123456800"),
        (DIGITS, float(DIGITS)),
        ("007", 7),
        ("007", "7"),
        ("1e5", 100000),
        ("2026-01-01T10:30:00Z", "2026-01-01"),
        ("2026-01-01T10:00:00+05:00", "2026-01-01T10:00:00Z"),
        ("x", None),
        ("", MISSING),
        ({"a": "1", "b": "2"}, {"a": "1"}),
        (["a", "b"], ["a"]),
        (1e300, 1e299),
        (0, None),
        (False, None),
    ],
)
def test_a_value_may_not_lose_anything(sent, held):
    assert not kept(sent, held)
