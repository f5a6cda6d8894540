"""What `adcontract lint` says of the states through which an item goes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adcontract.lint.run import lint

if TYPE_CHECKING:
    from pathlib import Path

RESOURCE = "  x-resource: {name: order, action: read, key: {path: order_id}, id: /id}\n"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("{field: /status, follows: {open: [packed, lost], packed: [sent], sent: [packed, lost]}, within: 2.5}", {}),
        (
            "{field: /status, follows: {open: [lost], sent: [packed], packed: [lost, sent]}}",
            {"sent: [packed]": "states", "packed: [lost": "states"},
        ),
        (
            "{field: /status, follows: {open: [sent, lost], sent: [packed], packed: [sent]}}",
            {"sent: [packed]": "states", "packed: [sent]": "states"},
        ),
        ("{field: /status, follows: {open: [sent], sent: [open]}}", {"follows:": "states"}),
        ("{field: /status, follows: {open: [sent, lots]}}", {"lots": "states"}),
        ("{field: /stat, follows: {open: [sent]}}", {"field:": "behavior-pointer"}),
        ("{field: /status, follows: {open: []}}", {"open:": "x-value"}),
        ("{field: /status, follows: {open: [sent, sent]}}", {"open:": "x-value"}),
        ("{field: /status, follows: {open: [sent]}, within: 0}", {"within:": "x-value"}),
        ("{field: /status, follows: {open: [sent]}, then: 5}", {"then:": "x-value"}),
    ],
)
def test_a_fault_in_the_states_is_reported_at_its_place(declared: str, expected: dict[str, str], spec: Path) -> None:
    field = spec / "shop/components/schemas/Order.yaml"
    field.write_text(field.read_text().replace("[open, paid]", "[open, paid, packed, sent, lost]"))
    path = spec / "shop/paths/orders_order_id.yaml"
    path.write_text(path.read_text().replace(RESOURCE, f"{RESOURCE}  x-states: {declared}\n"))
    found = [each for each in lint(spec).findings if each.where.file == path]
    begin = len("  x-states: ") + 1
    assert {each.where.column: each.rule for each in found} == {
        declared.index(text) + begin: rule for text, rule in expected.items()
    }, found


def test_states_stand_beside_the_operation_that_reads_the_item(spec: Path) -> None:
    path = spec / "shop/paths/orders.yaml"
    listed = "  x-resource: {name: order, action: list, id: /id}\n"
    states = "  x-states: {field: /status, follows: {open: [paid]}}\n"
    path.write_text(path.read_text().replace(listed, listed + states))
    (found,) = lint(spec).findings
    assert (found.rule, found.fix) == ("behavior-list", "Add x-resource with action: read.")
