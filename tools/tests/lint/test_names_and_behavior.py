"""What `adcontract lint` says of names, and of declared behavior: the place, the words, and what is no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import jsonschema_rs
import pytest

from adcontract.contract.behavior import Op
from adcontract.errors import Location
from adcontract.lint.run import lint
from adcontract.openapi.breaches import message_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("dateTime", "date-time"),
        ("Date", "date"),
        ("e-mail", "email"),
        ("datetim", "date-time"),
        ("hostnam", "hostname"),
        ("uuid4", None),
        ("unix-time", None),
        ("uint", None),
        ("ulid", None),
        ("int128", None),
        ("card-number", None),
        ("ipv4network", None),
    ],
)
def test_a_format_is_a_misspelling_only_if_it_resembles_a_known_one(name: str, meant: str | None, spec: Path) -> None:
    file = spec / "shop/components/schemas/NewOrder.yaml"
    file.write_text(file.read_text().replace("    type: integer\n", f"    type: integer\n    format: {name}\n"))
    found = [finding for finding in lint(spec, "shop").findings if finding.rule == "format-name"]
    assert [finding.fix for finding in found] == ([f"Did you mean {meant}?"] if meant else [])


@pytest.mark.parametrize(
    ("name", "summary", "found"),
    [
        ("laminateOrder", "Laminate an order", []),
        ("laminateOrder", "Order lamination", ["operation-verb"]),
        ("orderLamination", "Order lamination", ["operation-verb"]),
    ],
)
def test_a_rare_verb_is_one_that_begins_the_summary(name: str, summary: str, found: list[str], spec: Path) -> None:
    file = spec / "shop/paths/orders_order_id.yaml"
    text = file.read_text().replace("operationId: cancelOrder", f"operationId: {name}")
    file.write_text(text.replace("summary: Cancel an order", f"summary: {summary}"))
    reported = lint(spec, "shop").findings
    assert [each.rule for each in reported] == found


def test_an_upsert_makes_what_it_does_not_find_and_needs_no_404(spec: Path) -> None:
    file = spec / "shop/paths/orders_order_id.yaml"
    file.write_text(file.read_text().replace("delete:\n", UPSERT + "\ndelete:\n"))
    assert [each for each in lint(spec, "shop").findings if each.rule == "error-status"] == []
    file.write_text(file.read_text().replace("action: upsert", "action: update"))
    assert [each.rule for each in lint(spec, "shop").findings if each.rule == "error-status"] == ["error-status"]


UPSERT = """\
put:
  operationId: replaceOrder
  responses:
    '200': {description: The order.}
    '401': {$ref: ../components/responses/Unauthenticated.yaml}
  x-resource: {name: order, action: upsert, key: {path: order_id}, id: /id}
"""


def test_a_key_that_a_list_lacks_is_to_be_moved_to_the_operations_that_have_it(spec: Path) -> None:
    file = spec / "shop/paths/orders.yaml"
    file.write_text(file.read_text().replace("action: list,", "action: list, key: {path: order_id},"))
    (found,) = lint(spec, "shop").findings
    assert found.rule == "behavior-parameter"
    assert found.fix.endswith(", or give each operation that has it its own key.")


def test_a_wrong_word_is_reported_with_all_that_could_stand_there(spec: Path) -> None:
    file = spec / "shop/paths/orders.yaml"
    file.write_text(file.read_text().replace("op: equals", "op: like"))
    (found,) = lint(spec, "shop").findings
    assert found.rule == "x-value"
    assert all(f'"{op}"' in found.message for op in get_args(Op)), found.message


@pytest.mark.parametrize(
    ("declared", "rule"),
    [
        ("{field: /status, ^op: like}", "x-value"),
        ("{field: /status, op: equals, ^not: false}", "x-value"),
        ("{^fields: [/status], op: equals}", "x-value"),
        ("{fields: [/status], op: words, ^not: true}", "x-value"),
        ("{^field: /id, fields: [/status], op: words}", "x-value"),
        ("{fields: [/status, ^/nowhere], op: words}", "behavior-pointer"),
        ("{any: [{field: /id, op: gt}, {fields: [^/nowhere], op: words}]}", "behavior-pointer"),
        ("{any: [{field: /id, op: gt}, {field: /id, ^op: has}]}", "behavior-op"),
    ],
)
def test_a_wrong_part_of_a_filter_is_reported_at_its_place(declared: str, rule: str, spec: Path) -> None:
    """The sign ^ stands before the part."""
    file = spec / "shop/paths/orders.yaml"
    text = file.read_text().replace("{field: /status, op: equals}", declared)
    file.write_text(text.replace("^", ""))
    before = text.partition("^")[0].splitlines()
    (found,) = lint(spec, "shop").findings
    assert (found.rule, found.where) == (rule, Location(file, len(before), len(before[-1]) + 1))


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        (["a", "b"], '"a" or "b"'),
        (["a", "b", 1, None], '"a", "b", 1 or null'),
        ([f"value-{number}" for number in range(90)], '"value-8", "value-89", "value-88" or 87 others'),
    ],
)
def test_of_many_words_the_nearest_are_named(options: list[Any], listed: str) -> None:
    (error,) = jsonschema_rs.validator_for({"enum": options}).iter_errors("value-8x")
    assert message_of(error) == f'"value-8x" is not one of {listed}'


@pytest.mark.parametrize(
    ("schema", "found"), [("{type: string, enum: [a, b]}", ["idempotency-key"]), ("{type: string}", [])]
)
def test_a_key_with_few_values_is_reported(schema: str, found: list[str], spec: Path) -> None:
    file = spec / "shop/paths/orders.yaml"
    key = f"  parameters:\n    - {{name: Idempotency-Key, in: header, description: The key., schema: {schema}}}\n\n"
    file.write_text(file.read_text().replace("  requestBody:", f"{key}  requestBody:"))
    assert [each.rule for each in lint(spec, "shop").findings if each.rule == "idempotency-key"] == found


@pytest.mark.parametrize(("explode", "found"), [("true", ["sort-separator"]), ("false", [])])
def test_the_separator_of_an_array_is_that_of_its_style(explode: str, found: list[str], spec: Path) -> None:
    file = spec / "shop/paths/orders.yaml"
    schema = f"explode: {explode}, schema: {{type: array, items: {{type: string, enum: [id, '-id']}}}}"
    key = f"\n    - {{name: order, in: query, description: The order., {schema}}}"
    sort = "  x-sort:\n    order: {separator: ',', descending: '-', fields: {id: /id}}\n"
    text = file.read_text().replace("  parameters:", f"  parameters:{key}", 1)
    file.write_text(text.replace("  x-pagination:", f"{sort}  x-pagination:", 1))
    assert [each.rule for each in lint(spec, "shop").findings if each.rule in ("sort-separator", "x-value")] == found
