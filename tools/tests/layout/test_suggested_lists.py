"""`adcontract import` suggests filters and orders where names, schemas and payloads leave no doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.contract.catalog import names as names_in
from adcontract.lint.run import lint
from adcontract.loading import load_named

FIELDS: dict[str, Any] = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "state": {"type": "string", "enum": ["new", "sent"]},
    "price": {"type": "number"},
    "weight": {"type": "integer"},
    "created_at": {"type": "string", "format": "date-time"},
    "updatedAt": {"type": "string", "format": "date-time"},
    "due_date": {"type": "string", "format": "date"},
    "fragile": {"type": "boolean"},
    "packed_at": {"type": "string", "format": "date-time"},
    "packed_time": {"type": "string", "format": "date-time"},
}
ROW = {"id": 7, "name": "Box", "state": "new", "price": 2.5, "created_at": "2026-02-01T10:00:00Z"}
NUMBER, TIME, DAY, TEXT = (
    {"type": "number"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "date"},
    {"type": "string"},
)


def imported(tmp_path: Path, *parameters: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Import a document with a list that has these parameters; return the list, and the lines that were printed."""
    parcel = {"type": "object", "properties": FIELDS, "required": ["id"]}

    def shown(schema: dict[str, Any], example: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": schema, "example": example}}
        return {"200": {"description": "As asked.", "content": content}, "404": {"description": "No such parcel."}}

    query = [{"in": "query", "description": "A part of the query.", **each} for each in parameters]
    listing = shown({"type": "array", "items": parcel}, [ROW])
    key = {"name": "id", "in": "path", "required": True, "description": "The ID.", "schema": {"type": "integer"}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Parcels", "version": "1"},
        "servers": [{"url": "https://parcels.example.com"}],
        "paths": {
            "/parcels": {"get": {"operationId": "listParcels", "parameters": query, "responses": listing}},
            "/parcels/{id}": {
                "get": {"operationId": "getParcel", "parameters": [key], "responses": shown(parcel, ROW)}
            },
        },
    }
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    spec = tmp_path / "spec"
    done = CliRunner().invoke(main, ["import", str(tmp_path / "openapi.json"), "--api", "parcels", "--spec", str(spec)])
    assert done.exit_code == 0, done.output
    assert [each for each in lint(spec).findings if each.rule.startswith(("behavior", "x-", "sort"))] == []
    (name,) = names_in(spec)
    operation = load_named(name, spec).document["paths"]["/parcels"]["get"]
    return operation, [line.strip() for line in done.output.splitlines()]


CERTAIN = {
    "min_price": (NUMBER, {"field": "/price", "op": "gte"}),
    "maxPrice": (NUMBER, {"field": "/price", "op": "lte"}),
    "weight[gt]": ({"type": "integer"}, {"field": "/weight", "op": "gt"}),
    "weight__lt": ({"type": "integer"}, {"field": "/weight", "op": "lt"}),
    "price.gte": (NUMBER, {"field": "/price", "op": "gte"}),
    "due_date[lte]": (DAY, {"field": "/due_date", "op": "lte"}),
    "created_after": (TIME, {"field": "/created_at", "op": "gt"}),
    "updatedBefore": (TIME, {"field": "/updatedAt", "op": "lt"}),
    "since_created": (DAY, {"field": "/created_at", "op": "gte"}),
    "created_at_to": (TIME, {"field": "/created_at", "op": "lte"}),
    "state[ne]": ({"type": "string", "enum": ["new", "sent"]}, {"field": "/state", "op": "equals", "not": True}),
    "exclude_id": ({"type": "array", "items": {"type": "integer"}}, {"field": "/id", "op": "in", "not": True}),
}

UNSURE = {
    "due_after": (DAY, "due_after may filter by /due_date; how it compares is not certain."),
    "price_from": (NUMBER, "price_from may filter by /price; how it compares is not certain."),
    "created_before": (TEXT, "created_before may filter by /created_at; how it compares is not certain."),
    "name[gte]": (TEXT, "name[gte] may filter by /name; how it compares is not certain."),
    "name[not]": (TEXT, "name[not] may filter by /name; how it compares is not certain."),
    "q": (TEXT, "q may search the items; in which fields, and how, is not certain."),
    "min_height": (NUMBER, ""),
    "packed_after": (TIME, ""),
    "after": (TEXT, ""),
}


def test_bounds_and_exclusions_that_are_certain_are_declared_each_with_its_reason(tmp_path: Path) -> None:
    operation, _ = imported(tmp_path, *({"name": name, "schema": schema} for name, (schema, _) in CERTAIN.items()))
    found = operation["x-filter"]
    reasons = [each.pop("x-inferred") for each in found.values()]
    assert found == {name: node for name, (_, node) in CERTAIN.items()}
    assert all(reason.endswith(".") for reason in reasons)


def test_what_is_not_certain_is_a_remark_or_nothing(tmp_path: Path) -> None:
    denied = {"name": "max_price", "schema": NUMBER, "example": 2}
    operation, lines = imported(
        tmp_path, *({"name": name, "schema": schema} for name, (schema, _) in UNSURE.items()), denied
    )
    assert "x-filter" not in operation
    remarks = [remark for _, remark in UNSURE.values() if remark]
    remarks.append("max_price may filter by /price; the payload has rows with other values.")
    assert [line.removeprefix("listParcels: ") for line in lines if " may " in line] == remarks


CLOSED = {"type": "string", "enum": ["price", "-price", "createdAt", "-createdAt"]}
OF_CLOSED = {"descending": "-", "fields": {"price": "/price", "createdAt": "/created_at"}}
OF_DOCUMENTED = {"descending": "-", "fields": {"created_at": "/created_at", "name": "/name"}}


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ({"schema": CLOSED}, OF_CLOSED),
        ({"schema": {"type": "array", "items": CLOSED}, "explode": False}, {"separator": ",", **OF_CLOSED}),
        ({"schema": {"type": "array", "items": CLOSED}}, OF_CLOSED),
        ({"schema": TEXT, "example": "-created_at,name"}, {"separator": ",", **OF_DOCUMENTED}),
        ({"schema": TEXT, "example": "-price"}, {"descending": "-", "fields": {"price": "/price"}}),
        (
            {"schema": TEXT, "example": "price:asc,name:desc"},
            {"separator": ",", "template": "{field}:{direction}", "fields": {"price": "/price", "name": "/name"}},
        ),
        (
            {"schema": TEXT, "example": "name desc"},
            {"template": "{field} {direction}", "fields": {"name": "/name"}},
        ),
        ({"schema": TEXT, "example": "price,name"}, None),
        ({"schema": TEXT, "example": "-height"}, None),
        ({"schema": {"type": "string", "enum": ["price", "-price", "name"]}}, None),
        ({"schema": TEXT}, None),
    ],
)
def test_an_order_is_declared_by_the_signs_the_directions_and_the_separator_that_are_shown(
    parameter: dict[str, Any], expected: dict[str, Any] | None, tmp_path: Path
) -> None:
    operation, lines = imported(tmp_path, {"name": "sort", **parameter})
    if expected is None:
        assert "x-sort" not in operation
        assert "listParcels: sort may sort the list; its values do not say by which fields and directions." in lines, (
            lines
        )
    else:
        found = operation["x-sort"]["sort"]
        assert found.pop("x-inferred").endswith("fields of the rows, each with a direction.")
        assert found == expected
