"""Schemas of OpenAPI 3.0 as `z.fromJSONSchema` of Zod reads them."""

from __future__ import annotations

from typing import Any

_SAY_NOTHING = ("default", "description", "deprecated", "discriminator", "title", "readOnly", "writeOnly")
"""Keywords that no value breaks."""

_ANYTHING = {"anyOf": [{"type": each} for each in ("string", "number", "boolean", "null", "object", "array")]}
"""Zod takes a member that may be anything for one that may be missing, and this not."""


def for_zod(schema: Any) -> Any:
    """Return a schema with its references below `definitions`, without keywords that no value breaks.

    Zod ignores what is required of an object that has no type, or of a member that the same schema does not describe.
    """
    if isinstance(schema, list):
        return [for_zod(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/definitions/")}
    kept = {
        key: {name: for_zod(each) for name, each in value.items()} if key == "properties" else for_zod(value)
        for key, value in schema.items()
        if key not in _SAY_NOTHING and not key.startswith("x-")
    }
    if "required" in kept or "properties" in kept:
        kept.setdefault("type", "object")
    missing = [name for name in kept.get("required", ()) if name not in kept.get("properties", {})]
    if missing:
        kept["properties"] = kept.get("properties", {}) | dict.fromkeys(missing, _ANYTHING)
    return kept
