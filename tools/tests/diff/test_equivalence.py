"""`adcontract diff` compares what a client sees in requests and responses, and matches operations."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Pair


def test_operations_belong_together_by_method_and_structure_of_the_path(pair: Pair) -> None:
    paths = pair.after["paths"]
    paths["/offers/{offer}"] = paths.pop("/offers/{id}")
    paths["/offers/{offer}"]["parameters"][0]["name"] = "offer"
    sentence = "The path parameter `id` is now named `offer`."
    assert pair.changes() == [("request-path-parameter-renamed", sentence)]


def test_new_operations_come_first_then_those_that_are_gone(pair: Pair) -> None:
    paths = pair.after["paths"]
    paths["/offers/{id}"]["put"] = {**paths["/offers/{id}"].pop("get"), "operationId": "putOffer"}
    del paths["/offers"]["post"]
    result = pair.run()
    operations = re.findall(r"^[A-Z]+ /\S+", result.output, re.MULTILINE)
    assert operations == ["PUT /offers/{id}", "POST /offers", "GET /offers/{id}"]
    assert result.output.endswith("1 operation added, 2 removed; 2 breaking, 0 risky, 1 safe changes.\n")


# schemas are compared by their effect on requests and responses


def test_one_schema_is_judged_in_the_direction_it_is_sent(pair: Pair) -> None:
    pair.offer["required"] = ["title", "price"]
    pair.offer["properties"]["price"] = {"type": "number"}
    assert pair.changes() == [
        ("response-required-property-added", "The field `data[].price` of the response 200 is new and always present."),
        ("new-required-request-property", "The field `price` of the request body is new and required."),
    ]


def test_what_several_operations_share_is_reported_once_with_all_of_them(pair: Pair) -> None:
    pair.offer["properties"]["color"] = {"type": "string"}
    shared = json.loads(pair.run("--format", "json").stdout)["changes"][0]
    assert [each["operation"] for each in shared["operations"]] == ["GET /offers", "POST /offers", "GET /offers/{id}"]
    assert shared["operations"][2]["message"] == "The field `color` of the response 200 is new."
    text = pair.run().output
    assert text.count("is new. [response-optional-property-added]") == 1
    assert "GET /offers\nand POST /offers, GET /offers/{id}\n" in text


def test_a_property_that_moves_into_a_shared_base_has_not_changed(pair: Pair) -> None:
    offer = dict(pair.offer)
    pair.after["components"]["schemas"]["Titled"] = {
        "type": "object",
        "required": offer.pop("required"),
        "properties": {"title": offer["properties"]["title"]},
    }
    own = {"type": "object", "properties": {"parent": offer["properties"]["parent"]}}
    pair.after["components"]["schemas"]["Offer"] = {"allOf": [{"$ref": "#/components/schemas/Titled"}, own]}
    assert pair.changes() == []


def test_a_reference_that_is_wrapped_to_be_nullable_is_nothing_but_nullable(pair: Pair) -> None:
    pair.offer["properties"]["parent"] = {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Offer"}]}
    rules = [rule for rule, _ in pair.changes()]
    assert rules == ["response-property-became-nullable", "request-property-became-nullable"]


def test_a_component_that_is_called_something_else_has_not_changed(pair: Pair) -> None:
    text = json.dumps(pair.after).replace("schemas/Offer", "schemas/Deal").replace('"Offer"', '"Deal"')
    pair.after = json.loads(text)
    assert pair.changes() == []


def test_two_limits_of_one_value_count_as_the_narrower_one(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["properties"]["title"] = {"type": "string", "maxLength": 10}
    pair.offer["properties"]["title"] = {"allOf": [{"type": "string", "maxLength": 20}, {"maxLength": 10}]}
    assert pair.changes() == []


def test_an_exclusive_bound_is_narrower_than_the_same_bound(pair: Pair) -> None:
    number = {"type": "number", "minimum": 0}
    pair.before["components"]["schemas"]["Offer"]["properties"]["price"] = number
    pair.offer["properties"]["price"] = {**number, "exclusiveMinimum": True}
    assert [rule for rule, _ in pair.changes()] == ["response-property-min-increased", "request-property-min-increased"]


def test_what_is_read_only_is_no_part_of_a_request(pair: Pair) -> None:
    pair.offer["required"] = ["title", "id"]
    pair.offer["properties"]["id"] = {"type": "integer", "readOnly": True}
    assert [rule for rule, _ in pair.changes()] == ["response-required-property-added"]


def test_a_number_in_a_query_may_become_text_but_not_in_a_body(pair: Pair) -> None:
    for document, type_, values in ((pair.before, "integer", [1, 2]), (pair.after, "string", ["2", "1"])):
        schema = {"type": type_, "enum": values}
        document["paths"]["/offers"]["get"]["parameters"] = [{"name": "q", "in": "query", "schema": schema}]
        document["components"]["schemas"]["Offer"]["properties"]["code"] = {"type": type_}
    assert [rule for rule, _ in pair.changes()] == [
        "request-parameter-type-generalized",
        "response-property-type-changed",
        "request-property-type-changed",
    ]


def test_alternatives_are_compared_with_those_of_their_name(pair: Pair) -> None:
    alternatives = [{"title": "Cash"}, {"title": "Card", "properties": {"number": {"type": "string"}}}]
    pair.before["components"]["schemas"]["Offer"]["properties"]["pay"] = {"oneOf": alternatives}
    changed = [{"title": "Card", "properties": {"number": {"type": "integer"}}}, {"title": "Cash"}]
    pair.offer["properties"]["pay"] = {"oneOf": changed}
    assert pair.changes()[0] == (
        "response-property-type-changed",
        "The field `data[].pay<Card>.number` of the response 200 is now of type `integer`; it was `string`.",
    )
    assert len(pair.changes()) == 2


def test_a_schema_that_extends_one_with_a_discriminator_is_compared_where_that_one_stands(pair: Pair) -> None:
    for document in (pair.before, pair.after):
        schemas = document["components"]["schemas"]
        schemas["Offer"]["discriminator"] = {"propertyName": "title"}
        for name in ("Gift", "Sale"):
            part = {"type": "object", "properties": {name.lower(): {"type": "integer"}}}
            schemas[name] = {"allOf": [{"$ref": "#/components/schemas/Offer"}, part]}
    assert pair.changes() == []
    schemas = pair.after["components"]["schemas"]
    schemas["Gift"]["allOf"][1]["properties"]["gift"]["type"] = "string"
    schemas["Loan"] = schemas.pop("Sale")
    found = pair.changes()
    assert found[:3] == [
        (
            "response-property-type-changed",
            "The field `data[]<Gift>.gift` of the response 200 is now of type `string`; it was `integer`.",
        ),
        (
            "response-property-one-of-removed",
            "Each item of the field `data` of the response 200 can no longer be `Sale`.",
        ),
        ("response-property-one-of-added", "Each item of the field `data` of the response 200 can now also be `Loan`."),
    ]
    assert [rule.partition("-")[0] for rule, _ in found] == ["response"] * 3 + ["request"] * 3


def test_a_value_that_becomes_one_of_several_is_still_one_of_them(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["properties"]["cost"] = {
        "type": "number",
        "description": "In EUR.",
        "x-inferred": {"type": "The requests show whole numbers."},
    }
    pair.offer["properties"]["cost"] = {"oneOf": [{"type": "number"}, {"title": "Money", "type": "object"}]}
    assert pair.changes() == [
        ("response-property-one-of-added", "The field `data[].cost` of the response 200 can now also be `Money`."),
        ("request-property-one-of-added", "The field `cost` of the request body can now also be `Money`."),
    ]


def test_a_keyword_no_rule_knows_is_still_reported(pair: Pair) -> None:
    pair.offer["properties"]["title"]["not"] = {"enum": ["none"]}
    rule, sentence = pair.changes()[0]
    assert rule == "response-property-keyword-changed"
    assert (
        sentence == 'The field `data[].title` of the response 200 now has `not: {"enum": ["none"]}`; it had `no not`.'
    )


def test_descriptions_and_payloads_are_not_compared(pair: Pair) -> None:
    media = [each["paths"]["/offers"]["get"]["responses"]["200"] for each in (pair.before, pair.after)]
    for number, each in enumerate(media):
        each["description"] = f"Number {number}."
        each["content"]["application/json"]["examples"] = {"default": {"value": {"data": [{"title": str(number)}]}}}
    assert pair.changes() == []


# credentials


def test_a_scheme_that_is_called_something_else_is_the_same_scheme(pair: Pair) -> None:
    schemes = pair.after["components"]["securitySchemes"]
    schemes["apiKey"] = {**schemes.pop("key"), "description": "The key."}
    pair.after["security"] = [{"apiKey": []}]
    assert pair.changes() == []


def test_a_scheme_that_wants_another_header_breaks_every_operation(pair: Pair) -> None:
    pair.after["components"]["securitySchemes"]["key"]["name"] = "Authorization"
    found = json.loads(pair.run("--format", "json").stdout)
    assert [change["rule"] for change in found["changes"]] == ["api-security-removed", "api-security-added"]
    assert [len(change["operations"]) for change in found["changes"]] == [3, 3]


def test_a_server_of_a_single_operation_is_compared_with_that_of_all(pair: Pair) -> None:
    for document in (pair.before, pair.after):
        document["servers"] = [{"url": "https://shop.example"}]
    pair.after["paths"]["/offers"]["get"]["servers"] = [{"url": "https://shop.example/"}]
    assert pair.changes() == []
    pair.after["paths"]["/offers"]["get"]["servers"] = [{"url": "https://list.example"}]
    assert pair.changes() == [
        ("server-removed", "The server `https://shop.example` was removed."),
        ("server-added", "The server `https://list.example` is new."),
    ]
    assert "GET /offers" in pair.run().output


def test_a_value_of_another_type_is_one_change_whatever_is_in_it(pair: Pair) -> None:
    pair.offer["properties"]["title"] = {"type": "array", "items": {"type": "string"}}
    assert [rule for rule, _ in pair.changes()] == ["response-property-type-changed", "request-property-type-changed"]


def test_the_encoding_of_a_new_part_of_a_form_is_no_change_of_its_own(pair: Pair) -> None:
    form = {"schema": {"type": "object", "properties": {"title": {"type": "string"}}}}
    for document in (pair.before, pair.after):
        document["paths"]["/offers"]["post"]["requestBody"]["content"] = {"multipart/form-data": form}
    pair.after = json.loads(json.dumps(pair.after))
    changed = pair.after["paths"]["/offers"]["post"]["requestBody"]["content"]["multipart/form-data"]
    changed["schema"]["properties"]["image"] = {"type": "string", "format": "binary"}
    changed["encoding"] = {"image": {"contentType": "image/png"}}
    assert [rule for rule, _ in pair.changes()] == ["new-optional-request-property"]
    changed["encoding"]["title"] = {"contentType": "text/csv"}
    assert [rule for rule, _ in pair.changes()] == ["request-body-encoding-changed", "new-optional-request-property"]
