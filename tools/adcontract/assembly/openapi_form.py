"""Checking an assembled document against the JSON Schema of OpenAPI 3.0, so that its readers can rely on its form."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from adcontract.errors import did_you_mean
from adcontract.openapi.breaches import message_of
from adcontract.openapi.pointer import join, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set


def misformed(document: dict[str, Any], holes: Set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each breach of the schema of OpenAPI 3.0.x: its pointer in the document, a message, and a fix.

    An empty object at one of the pointers `holes` may lack anything.
    """
    errors = [error for outer in _validator().iter_errors(document) for error in _innermost(outer)]
    unknown = unexpected(errors)
    for error in errors:
        pointer = join("", *map(str, error.instance_path))
        breach: Any = error.kind
        if breach.name == "additionalProperties":
            known = step(openapi_schema(), map(str, error.schema_path[:-1])).get("properties", {})
            for key in breach.unexpected:
                fix = did_you_mean(key, known).strip() or "Correct the name, or remove it."
                yield join(pointer, key), f"OpenAPI has no {key} here.", fix
        elif breach.name != "required":
            yield pointer, f"{message_of(error)}.", "Correct it as OpenAPI 3.0.3 asks."
        elif pointer not in holes and not is_misspelled(error, unknown):
            yield pointer, f"{breach.property} is missing here.", "Add it."


def unexpected(errors: Iterable[Any]) -> dict[str, list[str]]:
    """Return the names that an object may not have, by the pointer of the object."""
    found: dict[str, list[str]] = defaultdict(list)
    for error in errors:
        if error.kind.name == "additionalProperties":
            found[join("", *map(str, error.instance_path))] += error.kind.unexpected
    return found


def is_misspelled(error: Any, unknown: dict[str, list[str]]) -> bool:
    """Return whether an object lacks a member only because it has that by a misspelled name, which is reported."""
    names = unknown.get(join("", *map(str, error.instance_path)), ())
    return error.kind.name == "required" and bool(did_you_mean(error.kind.property, names))


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(openapi_schema(), mask="This")


@cache
def openapi_schema() -> dict[str, Any]:
    """Return the JSON Schema of OpenAPI 3.0 that openapi-spec-validator brings.

    Its file is read, because to import the package takes as long as to assemble a document.
    """
    file = distribution("openapi-spec-validator").locate_file(
        "openapi_spec_validator/resources/schemas/v3.0/schema.json"
    )
    schema: dict[str, Any] = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    return schema


def _innermost(error: Any) -> list[Any]:
    """Return the errors of the alternative that was meant, which is never the reference."""
    branches = getattr(error.kind, "context", None) or []
    alternatives = [faults for faults in branches if faults and not _wants_reference(faults)]
    if not alternatives:
        return [error]
    return [inner for fault in max(alternatives, key=_nearness) for inner in _innermost(fault)]


def _nearness(faults: list[Any]) -> tuple[bool, int, int]:
    # A wrong fixed value (`in: query`) distinguishes the alternatives, so one without such a fault is nearer.
    fixed = any(fault.kind.name == "enum" for fault in faults)
    return not fixed, max(len(fault.instance_path) for fault in faults), -len(faults)


def _wants_reference(faults: list[Any]) -> bool:
    return any(fault.kind.name == "required" and fault.kind.property == "$ref" for fault in faults)
