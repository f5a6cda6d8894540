"""The behavior that the mock and the suite rely on: read alike, shared once, linked; and the invariants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from adcontract import ContractError, Schemas, invariants, load
from adcontract.contract.behavior import Behavior, Condition, Filter, Key, Order, Sort
from adcontract.contract.invariants import Invariants
from adcontract.contract.pages import next_cursor

ORDERS = "paths/orders.yaml"
ORDER = "paths/orders_order_id.yaml"


def change(spec: Path, file: str, *steps: str, **keywords: Any) -> None:
    """Write `keywords`, with x- before each, into the object of a file that `steps` lead to."""
    path = spec / "shop" / file
    data = node = yaml.safe_load(path.read_text())
    for step in steps:
        node = node[step]
    node.update({f"x-{key}": value for key, value in keywords.items()})
    path.write_text(yaml.safe_dump(data, sort_keys=False))


def behavior(spec: Path, operation: str) -> Behavior:
    (found,) = [each for each in load("shop", spec=spec).operations if each.id == operation]
    return found.behavior


def links(spec: Path, operation: str) -> dict[str, Any]:
    (found,) = [each for each in load("shop", spec=spec).operations if each.id == operation]
    assert found.success
    return {name: link["parameters"] for name, link in found.success.data.get("links", {}).items()}


def test_size_and_limits_of_a_page_are_those_of_the_parameter(spec: Path) -> None:
    path = spec / "shop" / ORDERS
    data = yaml.safe_load(path.read_text())
    size = {"name": "size", "in": "query", "schema": {"type": "integer", "default": 20, "maximum": 100}}
    data["get"]["parameters"].append(size)
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    change(spec, ORDERS, "get", pagination={"style": "page", "page": "page", "size": "size", "items": "/data"})
    page = behavior(spec, "listOrders").pagination
    assert page
    assert (page.start, page.size, page.default, page.max, page.items) == ("page", "size", 20, 100, "/data")


def test_an_operation_without_declarations_has_no_behavior(spec: Path) -> None:
    for file, method in ((ORDERS, "get"), (ORDERS, "post"), (ORDER, "get"), (ORDER, "delete")):
        path = spec / "shop" / file
        data = yaml.safe_load(path.read_text())
        data[method] = {key: value for key, value in data[method].items() if key in ("x-source",) or key[:2] != "x-"}
        path.write_text(yaml.safe_dump(data, sort_keys=False))
    assert behavior(spec, "listOrders") == Behavior(None, (), (), None)
    assert links(spec, "createOrder") == {}


def test_a_filter_over_several_fields_and_one_that_adds_are_told_apart(spec: Path) -> None:
    query = {"any": [{"field": "/id", "op": "equals"}, {"field": "/note", "op": "contains"}], "hidden": True}
    change(spec, ORDERS, "get", filter={"status": query, "page": {"field": "/id", "op": "equals", "or": True}})
    conditions = (Condition("/id", "equals"), Condition("/note", "contains"))
    assert behavior(spec, "listOrders").filters == (
        Filter("status", conditions, alternative=False, hidden=True, all=None, inferred=None),
        Filter("page", conditions[:1], alternative=True, hidden=False, all=None, inferred=None),
    )


@pytest.mark.parametrize(
    "declared",
    [
        {"template": "{field}:{direction}", "fields": {"id": "/id"}},
        {"field": "/id", "values": {"id:asc": "asc", "id:desc": "desc"}},
    ],
)
def test_both_forms_of_an_order_are_read_alike(declared: dict[str, Any], spec: Path) -> None:
    change(spec, ORDERS, "get", sort={"status": declared})
    (sort,) = behavior(spec, "listOrders").sorts
    assert sort.orders == {"id:asc": Order("/id", descending=False), "id:desc": Order("/id", descending=True)}


def test_a_sign_before_the_name_of_a_field_turns_the_order_round(spec: Path) -> None:
    change(spec, ORDERS, "get", sort={"status": {"descending": "-", "fields": {"id": "/id"}}})
    (sort,) = behavior(spec, "listOrders").sorts
    assert sort.orders == {"id": Order("/id", descending=False), "-id": Order("/id", descending=True)}


@pytest.mark.parametrize(
    ("separator", "is_list", "value", "asked"),
    [
        (None, False, "-id", ["-id"]),
        (None, False, "id,-name", []),
        (None, True, ["id", "-name"], []),
        (None, True, ["-name"], ["-name"]),
        (",", False, "id,-name", ["id", "-name"]),
        (",", True, ["id", "-name"], ["id", "-name"]),
        (",", False, "id,other", []),
        (",", False, "id,", []),
        (",", False, None, []),
        (",", False, "id,-name,-id,id", ["id", "-name"]),
    ],
)
def test_a_value_of_a_sort_asks_for_the_orders_of_its_keys(
    separator: str | None, is_list: bool, value: Any, asked: list[str]
) -> None:
    orders = {
        f"{sign}{name}": Order(f"/{name}", descending=bool(sign)) for name in ("id", "name") for sign in ("", "-")
    }
    sort = Sort("sort", orders, None, separator, is_list=is_list)
    assert sort.asked(value) == tuple(orders[each] for each in asked)
    assert value is None or sort.value(*sort.keys(value)) == value


def test_what_operations_share_is_in_each_and_their_own_comes_first(spec: Path) -> None:
    shared = {"id": "/id", "echo": ["/status"], "x-inferred": {"echo": "It has the same name in both."}}
    change(spec, "openapi.yaml", resource={"order": shared})
    change(spec, ORDERS, "post", resource={"name": "order", "action": "create", "echo": {"/note": "/remark"}})
    change(spec, ORDER, "get", resource={"name": "order", "action": "read", "key": {"path": "order_id"}, "id": "/note"})
    created, read = behavior(spec, "createOrder").resource, behavior(spec, "getOrder").resource
    assert created
    assert read
    assert (created.id, created.echo) == ("/id", {"/status": "/status", "/note": "/remark"})
    assert created.inferred == "It has the same name in both."
    assert (read.id, read.key, read.echo, read.inferred) == ("/note", Key("path", "order_id"), {}, None)


def test_a_pagination_is_shared_by_its_name(spec: Path) -> None:
    pages = {"style": "page", "page": "page", "default": 7, "items": "/data"}
    change(spec, "openapi.yaml", pagination={"pages": pages})
    change(spec, ORDERS, "get", pagination="pages")
    page = behavior(spec, "listOrders").pagination
    assert page
    assert page.default == 7
    assert "x-pagination" not in load("shop", spec=spec).document


CURSOR = {"style": "cursor", "cursor": "page", "items": "/data"}


def test_the_parts_of_a_page_are_in_the_body_or_in_headers(spec: Path) -> None:
    change(spec, ORDERS, "get", pagination={**CURSOR, "next_cursor": "/next", "headers": {"total": "X-Total"}})
    page = behavior(spec, "listOrders").pagination
    assert page
    assert (page.start, page.envelope, page.headers) == ("page", {"next_cursor": "/next"}, {"total": "X-Total"})
    assert behavior(spec, "listOrders").cursor == "page"


@pytest.mark.parametrize(
    "declared",
    [
        CURSOR,  # nothing says where the next cursor is
        {**CURSOR, "headers": {"total": "X-Total"}},
        {**CURSOR, "next": "/next", "last": "/last"},
        {**CURSOR, "headers": {"next": "X-Next"}},
        {"style": "page", "page": "page", "items": "/data", "next_cursor": "/next"},
        {"style": "page", "page": "page", "items": "/data", "refused": "400"},
    ],
)
def test_a_pagination_that_nobody_could_follow_is_refused(declared: dict[str, Any], spec: Path) -> None:
    change(spec, ORDERS, "get", pagination=declared)
    with pytest.raises(ContractError, match="x-pagination"):
        load("shop", spec=spec)


@pytest.mark.parametrize(
    ("body", "headers", "cursor"),
    [
        ({"next": "abc"}, {}, "abc"),
        ({"next": 12}, {}, "12"),
        ({}, {"link": '</orders?page=a%2Fb&size=3>; rel="next"'}, "a/b"),
        ({"next": "abc", "more": False}, {}, None),
        ({"next": None}, {}, None),
        ({"next": ""}, {"link": '</orders>; rel="next"'}, None),
        ({}, {"link": '</orders?page=1>; rel="prev"'}, None),
        ([], {}, None),
    ],
)
def test_the_next_cursor_is_in_the_body_or_in_a_link(
    body: Any, headers: dict[str, str], cursor: str | None, spec: Path
) -> None:
    declared = {**CURSOR, "next_cursor": "/next", "more": "/more", "headers": {"next": "Link"}}
    change(spec, ORDERS, "get", pagination=declared)
    page = behavior(spec, "listOrders").pagination
    assert page
    assert next_cursor(page, body, headers) == cursor


def test_a_declaration_that_is_none_is_told_before_anyone_reads_it(spec: Path) -> None:
    change(spec, ORDERS, "get", filter={"status": {"field": "status", "op": "resembles"}})
    with pytest.raises(ContractError) as error:
        load("shop", spec=spec)
    assert {finding.rule for finding in error.value.findings} == {"x-value"}


def test_what_is_created_links_to_what_can_be_done_to_it_and_a_list_to_the_read(spec: Path) -> None:
    assert links(spec, "createOrder") == {
        "getOrder": {"path.order_id": "$response.body#/id"},
        "cancelOrder": {"path.order_id": "$response.body#/id"},
    }
    assert links(spec, "listOrders") == {"getOrder": {"path.order_id": "$response.body#/data/0/id"}}


def test_a_link_to_an_item_of_another_parent_is_not_made(spec: Path) -> None:
    parent = {"name": "shop", "key": {"path": "order_id"}}
    key = {"path": "order_id"}
    change(spec, ORDER, "get", resource={"name": "order", "action": "read", "key": key, "id": "/id", "parent": parent})
    assert "getOrder" not in links(spec, "createOrder")


@pytest.fixture
def held(spec: Path) -> tuple[Invariants, str]:
    rule = {"rule": "self.id > 0", "says": "Ids start at 1."}
    note = {"rule": "!has(self.note) || self.note.startsWith('R')", "says": "Notes start with R."}
    change(spec, "components/schemas/Order.yaml", invariants=[rule, note])
    document = load("shop", spec=spec).document
    assert [each.says for each in invariants(document)] == ["Ids start at 1.", "Notes start with R."]
    return Invariants(document, Schemas(document)), "/components/schemas/OrderPage"


def test_an_invariant_is_told_of_each_value_of_its_schema_wherever_it_stands(held: tuple[Invariants, str]) -> None:
    rules, page = held
    rows = [{"id": 1, "status": "open"}, {"id": 0, "status": "open"}, {"id": -1, "status": "open", "note": "R"}]
    assert [(broken.path, broken.invariant.says) for broken in rules.violations(page, {"data": rows})] == [
        (("data", 1), "Ids start at 1."),
        (("data", 2), "Ids start at 1."),
    ]


def test_an_invariant_that_cannot_be_told_says_why(held: tuple[Invariants, str]) -> None:
    rules, page = held
    (broken,) = rules.violations(page, {"data": [{"id": 1, "status": "open", "note": None}]})
    assert broken.invariant.says == "Notes start with R."
    assert broken.cause


@pytest.mark.parametrize(
    ("rule", "is_broken"),
    [
        ("size(self.data) == 2", False),
        ("size(self.data) == 3", True),
        ("size(self.data) == 2 && self.data[1].id == 2", False),
        ("size(self.data) == 2 && self.data[1].id == 1", True),
        ("self.data.all(each, each.id > 1)", True),
        ("size(self) == 1", False),
        ("has(self.other)", True),
        ("size(self.data[0].status) == 4", False),
    ],
)
def test_an_invariant_sees_whatever_it_names(spec: Path, rule: str, is_broken: bool) -> None:
    change(spec, "components/schemas/OrderPage.yaml", invariants=[{"rule": rule, "says": "It holds."}])
    document = load("shop", spec=spec).document
    rows = [{"id": 1, "status": "open"}, {"id": 2, "status": "open"}]
    found = Invariants(document, Schemas(document)).violations("/components/schemas/OrderPage", {"data": rows})
    assert [each.cause for each in found] == ([None] if is_broken else [])


def test_an_invariant_that_divides_by_zero_says_so(spec: Path) -> None:
    rule = {"rule": "1 / size(self.data) == 1", "says": "It has one row."}
    change(spec, "components/schemas/OrderPage.yaml", invariants=[rule])
    document = load("shop", spec=spec).document
    (broken,) = Invariants(document, Schemas(document)).violations("/components/schemas/OrderPage", {"data": []})
    assert "zero" in str(broken.cause)
