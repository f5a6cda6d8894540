"""One Schema Object of OpenAPI 3.1 as one of 3.0; what 3.0 cannot say stays, exactly, under a keyword of its own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import jsonschema_rs

from adcontract.assembly.openapi_form import openapi_schema
from adcontract.contract.schema_conversion import json_schema
from adcontract.contract.schema_paths import EXACT
from adcontract.openapi.breaches import message_of
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.plain.grammar import ASSERTIONS

if TYPE_CHECKING:
    from adcontract.errors import Location
    from adcontract.plain.references import Place

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SILENT = frozenset(
    ("$schema", "$id", "$anchor", "$comment", "$vocabulary", "$defs", "$dynamicAnchor", "contentSchema", "definitions")
)
"""The keywords that limit no value: what a reference leads to in `$defs` is a component of its own."""


_OTHERS = frozenset((*COMPOSITIONS, "not"))
"""The keywords by which a schema may refuse null, whatever its type."""


_LISTS = (*COMPOSITIONS, "enum")


class Note(Protocol):
    """Notes something that is not brought over exactly."""

    def __call__(self, about: str, where: Location, message: str, fix: str, rule: str = "") -> None:
        """See `Dialect.note`."""


def is_null(schema: Any) -> bool:
    """Return whether a schema of 3.1 allows null alone."""
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def schema_of(placed: dict[str, Any], place: Place, note: Note) -> dict[str, Any]:
    """Return `placed`, a schema of 3.1 that stands at `place` and has members of 3.0, as one of 3.0."""
    schema = {key: value for key, value in placed.items() if key not in _SILENT}
    if any(not isinstance(schema.get(key, []), list) for key in _LISTS):
        return schema  # it has not the form of a schema, which is reported
    exact = _sound({key: schema.pop(key) for key in ASSERTIONS if key in schema}, place, note)
    if "$ref" in schema:
        schema["allOf"] = [*schema.get("allOf", []), {"$ref": schema.pop("$ref")}]
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    _types(schema, place)
    _bounds(schema)
    _content(schema)
    if isinstance(examples := schema.pop("examples", None), list) and examples:
        schema.setdefault("example", examples[0])
    if "prefixItems" in exact and "items" in schema:
        exact["items"] = schema.pop("items")
    if schema.get("type") == "array":
        schema.setdefault("items", {})
    for key in [key for key in schema if key not in _known() and not key.startswith("x-")]:
        message = f"The keyword {key} is not heeded."
        note(f"keyword {key}", place.inside(key).where, message, "Correct its name, or express it in another way.")
        del schema[key]
    if exact:
        schema[EXACT] = exact
        for key in (exact.keys() - {"items"}) & place.node.keys():
            message = f"OpenAPI 3.0 lacks {key}: values are held to it, but those generated for requests are not."
            note(f"keyword {key}", place.inside(key).where, message, "")
    return schema


def _sound(exact: dict[str, Any], place: Place, note: Note) -> dict[str, Any]:
    """Return the keywords whose values have the form that JSON Schema asks for, and note the others."""
    while exact:
        try:
            jsonschema_rs.meta.validate({"$schema": _DIALECT, **json_schema(exact)})
        except jsonschema_rs.ValidationError as error:
            key = str(error.instance_path[0])
            where = place.inside(key).where
            message = f"{key} has not the form that JSON Schema asks for, and is left out: {message_of(error)}."
            note(f"form {where}", where, message, "Correct it.", "openapi-form")
            del exact[key]
        else:
            break
    return exact


def _types(schema: dict[str, Any], place: Place) -> None:
    """Write a list of types, and null as a type or an alternative, as 3.0 does."""
    if is_null(schema):
        del schema["type"]
        schema.update({"enum": [None], "nullable": True})
        return
    for keyword in ("anyOf", "oneOf"):
        branches = place.node.get(keyword)
        if isinstance(branches, list) and len(schema.get(keyword, [])) < len(branches) and "type" not in schema:
            _nullable(schema, keyword, schema.pop(keyword))
    types = schema.get("type")
    if isinstance(types, list):
        others = [each for each in types if each != "null"]
        del schema["type"]
        written: tuple[str, Any] = ("type", others[0]) if len(others) == 1 else ("anyOf", list(map(_typed, others)))
        if "null" in types:
            _nullable(schema, *written)
        elif written[0] in schema:
            schema["allOf"] = [*schema.get("allOf", []), dict([written])]
        else:
            schema.update([written])
    elif None in schema.get("enum", ()) and types is None and not schema.keys() & _OTHERS:
        schema["nullable"] = True


def _typed(type_: str) -> dict[str, Any]:
    return {"type": type_, **({"items": {}} if type_ == "array" else {})}


def _nullable(schema: dict[str, Any], keyword: str, value: Any) -> None:
    """Give a schema a keyword that lets null pass, which whatever else the schema has may still refuse."""
    if None not in schema.get("enum", [None]):
        schema[keyword] = value
    elif schema.keys() & _OTHERS:
        schema["allOf"] = [*schema.get("allOf", []), {keyword: value, "nullable": True}]
    else:
        schema.update({keyword: value, "nullable": True})


def _bounds(schema: dict[str, Any]) -> None:
    """Write an exclusive limit, in 3.1 a number of its own, as 3.0 does; of two limits the closer one counts."""
    for bound, exclusive, closer in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        limit = schema.get(exclusive)
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            continue
        other = schema.get(bound)
        if isinstance(other, int | float) and closer(other, limit) == other != limit:
            del schema[exclusive]
        else:
            schema.update({bound: limit, exclusive: True})


def _content(schema: dict[str, Any]) -> None:
    """Write how a text is encoded, which limits no value in JSON, as a format."""
    encoding, media_type = schema.pop("contentEncoding", None), schema.pop("contentMediaType", None)
    if "format" not in schema and "type" in schema:
        if encoding == "base64":
            schema["format"] = "byte"
        elif encoding is None and media_type == "application/octet-stream":
            schema["format"] = "binary"


@cache
def _known() -> frozenset[str]:
    return frozenset(openapi_schema()["definitions"]["Schema"]["properties"])
