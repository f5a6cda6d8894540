"""A document in words that other tools of OpenAPI 3.0 read as it is meant, where they differ on those of a contract."""

from __future__ import annotations

import re
from typing import Any

from adcontract.contract.schemas import Schemas
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import join

_NULL = {"type": "object", "nullable": True, "enum": [None]}
_NEEDLESS = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = frozenset("^$\\.*+?()[]{}|/-")
"""The characters that a pattern may escape (ECMAScript, with the flag u); a hyphen only between brackets."""


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Change a document in place, and return it: it means the same.

    `nullable` without a type (which OpenAPI 3.0.3 gives no effect) becomes an alternative; an empty value that a
    parameter allows is no example, which would be held to the schema; a pattern escapes nothing needlessly; and an
    `x-inferred` is a text, because its keys are those of the object that it is about.
    """
    schemas = Schemas(document)
    for node in list(nodes("document", document)):
        if isinstance(mark := node.data.get("x-inferred"), dict):
            node.data["x-inferred"] = " ".join(f"{key}: {sentence}" for key, sentence in mark.items())
        if node.type == "schema":
            _pattern(node.data)
            _nullable(node.data)
        elif node.type == "parameter" and node.data.get("allowEmptyValue") is True and "schema" in node.data:
            examples = node.data.get("examples", {})
            refused = not schemas.valid(join(node.pointer, "schema"), "")
            for name in [name for name, each in examples.items() if refused and each.get("value") == ""]:
                del examples[name]
            if not examples:
                node.data.pop("examples", None)
    return document


def _nullable(schema: dict[str, Any]) -> None:
    if schema.get("nullable") is True and "type" not in schema and "allOf" in schema and "anyOf" not in schema:
        del schema["nullable"]
        parts = schema.pop("allOf")
        schema["anyOf"] = [parts[0] if len(parts) == 1 else {"allOf": parts}, dict(_NULL)]


def _pattern(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("pattern"), str):
        schema["pattern"] = _NEEDLESS.sub(_kept, schema["pattern"])


def _kept(match: re.Match[str]) -> str:
    return match[0] if match[1].isalnum() or match[1] in _ESCAPED else match[1]
