"""Reading values and requests as a contract declares them: every fault is reported, documented or inferred."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adcontract import Contract, RequestReader, Schemas, Values, load, load_named, names
from adcontract.contract.schema_conversion import json_schema
from adcontract.requests.documented import documented

ORDER = "/components/schemas/Order"


@pytest.fixture
def shop(spec: Path) -> Contract:
    return load("shop", spec=spec)


def test_every_fault_of_a_value_is_told_with_its_place(shop: Contract) -> None:
    faults = Schemas(shop.document).faults(ORDER, {"id": "1", "customer": {"name": 5}})
    assert sorted((fault.field, fault.keyword, fault.pointer) for fault in faults) == [
        ("customer.name", "type", "/components/schemas/Customer/properties/name/type"),
        ("id", "type", "/components/schemas/Order/properties/id/type"),
        ("status", "required", "/components/schemas/Order/required"),
    ]


def test_a_fault_against_what_is_inferred_says_so(shop: Contract) -> None:
    schemas = Schemas(shop.document)
    (missing,) = schemas.faults(ORDER, {"id": 1})
    (address,) = schemas.faults(ORDER, {"id": 1, "status": "open", "customer": {"address": 5}})
    (documented,) = schemas.faults(ORDER, {"id": "1", "status": "open"})
    assert missing.inferred == "Every payload on the page has both."
    assert address.inferred == "Orders are sent somewhere; no payload shows where."
    assert documented.inferred is None


def test_unknown_fields_and_new_values_of_an_open_set_fit(shop: Contract) -> None:
    assert Schemas(shop.document).valid(ORDER, {"id": 1, "status": "refunded", "colour": "red"})


def test_an_alternative_of_a_schema_that_may_be_null_has_its_own_place() -> None:
    either = {"nullable": True, "oneOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"minimum": 3}}}]}
    schemas = Schemas({"components": {"schemas": {"It": either}}})
    assert schemas.valid("/components/schemas/It/oneOf/0", "a")
    assert not schemas.valid("/components/schemas/It/oneOf/1", {"a": 2})
    assert schemas.schema("/components/schemas/It/oneOf/1/properties/a") == {"minimum": 3}


@pytest.mark.parametrize(
    ("schema", "fits", "does_not"),
    [
        ({"type": "string", "nullable": True}, [None, "a"], [1]),
        ({"type": "string", "nullable": True, "enum": ["a"]}, [None, "a"], ["b"]),
        ({"nullable": True, "allOf": [{"type": "object"}]}, [None, {}], [1]),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": False}, [3], [4]),
        ({"type": "string", "format": "date"}, ["2025-02-01"], ["2025-02-30"]),
    ],
)
def test_a_schema_of_openapi_3_0_means_what_openapi_3_0_says(
    schema: dict[str, Any], fits: list[Any], does_not: list[Any]
) -> None:
    schemas = Schemas({"components": {"schemas": {"It": schema}}})
    assert all(schemas.valid("/components/schemas/It", value) for value in fits)
    assert not any(schemas.valid("/components/schemas/It", value) for value in does_not)


def test_a_payload_is_not_taken_for_a_schema() -> None:
    schema = {"type": "object", "example": {"nullable": True, "type": "string"}}
    assert json_schema(schema) == schema


def read(shop: Contract, operation: str, **parts: Any) -> Values:
    found = next(each for each in shop.operations if each.id == operation)
    reader = RequestReader(found, Schemas(shop.document))
    return reader.read(parts.get("path", {}), parts.get("query", ""), parts.get("headers", {}), parts.get("body", b""))


def test_a_request_is_read_as_typed_values(shop: Contract) -> None:
    values = read(shop, "listOrders", query="page=2&status=paid&unknown=1")
    assert values.query == {"page": 2, "status": "paid"}
    assert values.faults == ()


def test_an_empty_value_is_no_value_where_the_parameter_allows_it(shop: Contract) -> None:
    assert read(shop, "listOrders", query="status=").faults == ()
    (fault,) = read(shop, "listOrders", query="page=").faults
    assert (fault.location, fault.field) == ("query", "page")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("metadata=", {}),
        ("metadata=&metadata[a]=1", {"metadata": {"a": "1"}}),
        ("metadata[a]=" + "x" * 600, {"metadata": {"a": "x" * 600}}),
    ],
)
def test_pairs_of_a_query_may_be_empty_and_long(query: str, says: dict[str, Any]) -> None:
    values = read(load("affiliate-com"), "listProductLists", query=query)
    assert (values.query, values.faults) == (says, ())


def test_every_fault_of_a_request_is_told(shop: Contract) -> None:
    faults = read(shop, "listOrders", query="page=0&status=gone").faults
    assert [(fault.location, fault.field, fault.malformed) for fault in faults] == [
        ("query", "status", False),
        ("query", "page", False),
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "says", "malformed"),
    [
        (b"", "application/json", "is missing", False),
        (b"{", "application/json", "is not valid JSON", True),
        (b"{}", "text/plain", "none of application/json", True),
        (b"{}", "application/json", "is missing", False),
        (b'{"amount": 0}', "application/json; charset=utf-8", "less than the minimum", False),
    ],
)
def test_a_faulty_body_is_malformed_only_if_it_cannot_be_read(
    shop: Contract, body: bytes, content_type: str, says: str, malformed: bool
) -> None:
    (fault,) = read(shop, "createOrder", body=body, headers={"content-type": content_type}).faults
    assert fault.location == "body"
    assert says in fault.message
    assert fault.malformed is malformed


def test_a_sound_body_has_no_faults(shop: Contract) -> None:
    values = read(shop, "createOrder", body=b'{"amount": 2}', headers={"content-type": "application/json"})
    assert values.body == {"amount": 2}
    assert values.faults == ()


def test_a_path_value_of_another_type_is_a_fault_of_the_path(shop: Contract) -> None:
    assert read(shop, "getOrder", path={"order_id": "7"}).path == {"order_id": 7}
    (fault,) = read(shop, "getOrder", path={"order_id": "seven"}).faults
    assert (fault.location, fault.field) == ("path", "order_id")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("page=2&status=paid", {"page": 2, "status": "paid"}),
        ("p%61ge=2&&utm=x", {"page": 2}),
        ("st%61tus=p%61id", {"status": "paid"}),
        ("status=p%C3%A4id+%2B+%FF", {"status": "päid + \ufffd"}),
        ("status=" + "x" * 200, {"status": "x" * 200}),
    ],
)
def test_a_query_is_read_as_browsers_write_it(shop: Contract, query: str, says: dict[str, Any]) -> None:
    assert read(shop, "listOrders", query=query).query == says


def test_a_query_is_read_alike_however_many_came_before(shop: Contract) -> None:
    found = next(each for each in shop.operations if each.id == "listOrders")
    reader = RequestReader(found, Schemas(shop.document))
    for page in (*range(1, 3000), 1, 2, 3):
        values = reader.read({}, f"page={page}&status=paid", {}, b"")
        assert (values.query, values.faults) == ({"page": page, "status": "paid"}, ())
    (fault,) = reader.read({}, "page=0&status=paid", {}, b"").faults
    assert fault.field == "page"


@pytest.mark.parametrize("text", ["1_0", "+1", " 1", "1.0", "\N{ARABIC-INDIC DIGIT ONE}", "--1", "-", "1" * 1001])
def test_what_json_does_not_write_as_an_integer_is_none(shop: Contract, text: str) -> None:
    (fault,) = read(shop, "listOrders", query=f"page={text.replace('+', '%2B')}").faults
    assert fault.field == "page"


def test_a_parameter_that_is_given_twice_is_a_fault_whatever_stands_between(shop: Contract) -> None:
    (fault,) = read(shop, "listOrders", query="page=1&status=paid&page=2").faults
    assert (fault.field, fault.message) == ("page", "is given more than once")


FORM = """
openapi: 3.0.3
info: {title: Desk, version: v1}
paths:
  /tickets:
    post:
      operationId: addTicket
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                name: {type: string}
                urgent: {type: boolean}
                stars: {type: integer}
                tags: {type: array, items: {type: string}}
              required: [name]
      responses:
        '201': {description: The ticket.}
"""


BY_REFERENCES = """
openapi: 3.0.3
info: {title: Desk, version: v1}
paths:
  /tickets:
    post:
      operationId: addTicket
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {$ref: components/schemas/Ticket.yaml}
      responses:
        '201': {description: The ticket.}
"""
COMPONENTS = {
    "Named": """
type: object
properties: {name: {type: string}, urgent: {type: boolean, nullable: true}}
required: [name]
""",
    "Stars": "{type: integer, nullable: true}",
    "Ticket": """
allOf:
  - $ref: Named.yaml
  - type: object
    properties: {stars: {$ref: Stars.yaml}, tags: {type: array, items: {type: string}}}
""",
}


@pytest.mark.parametrize("document", [FORM, BY_REFERENCES], ids=["in place", "by references"])
def test_a_urlencoded_form_is_read_as_it_is_written(tmp_path: Path, document: str) -> None:
    components = tmp_path / "desk/components/schemas"
    components.mkdir(parents=True)
    (tmp_path / "desk/openapi.yaml").write_text(document)
    for name, text in COMPONENTS.items() if document == BY_REFERENCES else ():
        (components / f"{name}.yaml").write_text(text)
    contract = load_named(names(tmp_path)[0], tmp_path)
    (operation,) = contract.operations
    fields = {"name": "Ann & Ö=1 +2%", "urgent": True, "stars": 4, "tags": ["a b", "c,d"]}
    (request,) = documented(operation, lambda _: {"body": fields})
    reader = RequestReader(operation, Schemas(contract.document))
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    values = reader.read({}, "", headers, request.content)
    assert (values.body, values.faults) == (fields, ())
    (fault,) = reader.read({}, "", headers, b"name=Ann&stars=many").faults
    assert (fault.field, fault.rule) == ("stars", "type")
