"""A resource with all its operations, as both readers take it from the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adcontract import ContractError, load
from adcontract.contract.behavior import Key, Parent
from adcontract.contract.operations import operations_of
from adcontract.contract.resources import ResourceType, resource_types

ITEM = {"type": "object", "properties": {"code": {"type": "string"}, "shop": {}, "tags": {"type": "array"}}}


def operation(id_: str, payload: Any = None, schema: dict[str, Any] | None = None, **resource: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema or {}, "examples": {"default": {"value": payload}}}}
    responses = {"200": {"description": "", "content": content}} if payload is not None else {"204": {}}
    return {"operationId": id_, "responses": responses, "x-resource": {"name": "order", **resource}}


def types(*operations: dict[str, Any]) -> dict[str, ResourceType]:
    document: dict[str, Any] = {"paths": {f"/{each['operationId']}": {"get": each} for each in operations}}
    return resource_types(document, operations_of(document))


READ = operation("read", {"code": "a"}, ITEM, action="read", key={"path": "code"}, id="/code")
BY_NUMBER = operation("byNumber", {"code": "a"}, ITEM, action="read", key={"path": "number"}, id="/number")
LIST = operation(
    "list",
    {"rows": [{"code": "b"}, "no item"]},
    {"properties": {"rows": {"type": "array", "items": ITEM}}},
    action="list",
    items="/rows",
    parent={"name": "shop", "key": {"path": "shop"}, "field": "/shop"},
)
TAG = operation(
    "tag", action="add", key={"path": "code"}, members="/tags", member_id="/id", count="/count", named="/ids"
)
SHOP = operation("shop", {"id": 1}, ITEM, action="read", name="shop", key={"path": "shop"})


def test_it_has_every_operation_by_action_in_the_order_of_the_document() -> None:
    order = types(READ, LIST, BY_NUMBER, TAG)["order"]
    assert [each.operation.id for each in order.operations] == ["read", "list", "byNumber", "tag"]
    assert [each.operation.id for each in order.of("read", "add")] == ["read", "byNumber", "tag"]
    assert [each.operation.id for each in order.showing] == ["list", "read", "byNumber"]
    assert order.of("delete") == ()


def test_its_id_is_the_first_that_is_shown_and_all_are_known() -> None:
    assert (types(READ, BY_NUMBER)["order"].id, types(READ, BY_NUMBER)["order"].ids) == ("/code", ("/code", "/number"))
    assert types(BY_NUMBER, READ)["order"].id == "/number"
    assert types(TAG)["order"].id == "/id"
    assert types(TAG, BY_NUMBER)["order"].key == Key("path", "code")


def test_its_parents_and_the_children_of_these() -> None:
    found = types(LIST, READ, SHOP)
    assert found["order"].parents == (Parent("shop", Key("path", "shop"), None, "/shop"),)
    assert found["order"].parent_fields == ("/shop",)
    assert found["shop"].children == ("order",)
    assert found["order"].children == ()


def test_its_members() -> None:
    order = types(READ, TAG)["order"]
    assert (order.members, order.member_id, order.count) == ("/tags", "/id", "/count")
    assert types(READ)["order"].members is None


def test_what_its_operations_show() -> None:
    (listed,) = types(LIST)["order"].operations
    assert list(listed.items()) == [{"code": "b"}]
    assert (
        listed.item_schema == "/paths/~1list/get/responses/200/content/application~1json/schema/properties/rows/items"
    )
    (tagged,) = types(TAG)["order"].operations
    assert (tagged.item_schema, list(tagged.items()), tagged.media) == (None, [], None)


@pytest.mark.parametrize(
    ("operations", "nested", "single", "listed", "readable"),
    [
        ([READ], False, False, False, True),
        ([LIST], True, False, True, True),
        ([LIST, READ], True, False, True, True),
        ([TAG], False, False, False, False),
        (
            [operation("own", {}, ITEM, action="read", parent={"name": "shop", "key": {"path": "shop"}})],
            True,
            True,
            False,
            True,
        ),
    ],
)
def test_how_many_there_are(
    operations: list[dict[str, Any]], nested: bool, single: bool, listed: bool, readable: bool
) -> None:
    order = types(*operations)["order"]
    assert (order.is_nested, order.is_single, order.is_listed, order.is_readable) == (nested, single, listed, readable)


def test_a_contract_has_its_resources_once(spec: Path) -> None:
    contract = load("shop", spec=spec)
    assert list(contract.resources) == ["order"]
    assert contract.resources is contract.resources
    assert contract.operations[0].behavior is contract.operations[0].behavior


def test_a_contract_says_which_credentials_an_operation_wants(spec: Path) -> None:
    contract = load("shop", spec=spec)
    ((scheme,),) = contract.credentials(contract.operations[0])
    assert scheme is contract.security_schemes["accessToken"]
    contract = load("shop", spec=spec)
    contract.document["components"].pop("securitySchemes")
    with pytest.raises(ContractError) as raised:
        contract.credentials(contract.operations[0])
    assert raised.value.findings[0].rule == "security-scheme"


def test_the_response_to_a_fault_is_the_operations_own(spec: Path) -> None:
    contract = load("shop", spec=spec)
    shared = contract.error_responses["unauthenticated"]
    own = next(each for each in contract.operations if shared.status in each.responses)
    assert contract.error_response(own, "unauthenticated") is own.responses[shared.status]
    assert contract.error_response(own, "unknown-method") is contract.error_responses["unknown-method"]
    with pytest.raises(KeyError):
        contract.error_response(own, "teapot")
