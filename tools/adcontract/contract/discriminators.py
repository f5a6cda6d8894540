"""Which of several schemas a value is of, by one of its properties (OpenAPI 3.0.3, Discriminator Object)."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.references import follow


def property_of(schema: dict[str, Any]) -> str:
    """Return the name of the property by which a value belongs to an alternative of a schema; empty for none."""
    discriminator = schema.get("discriminator")
    return str(discriminator.get("propertyName", "")) if isinstance(discriminator, dict) else ""


def names_of(schema: dict[str, Any], alternative: Any) -> list[str]:
    """Return the values of that property that stand for an alternative: those that are mapped to it, and its name."""
    reference = alternative.get("$ref") if isinstance(alternative, dict) else None
    if not property_of(schema) or not isinstance(reference, str):
        return []
    name = reference.rpartition("/")[2]
    mapping = schema["discriminator"].get("mapping", {})
    mapped = [value for value, target in mapping.items() if target in (reference, name)]
    return list(dict.fromkeys((*mapped, name)))


def is_named(document: dict[str, Any], alternative: Any, name: str) -> bool:
    """Return whether an alternative says by itself which values its property `name` has."""
    schema = follow(document, alternative)
    own = follow(document, schema.get("properties", {}).get(name, {}))
    return "enum" in own or any(is_named(document, each, name) for each in schema.get("allOf", ()))
