"""Where each type of OpenAPI object stands in a document of a user's own, which may have more of them than ours."""

from __future__ import annotations

from typing import Any

from adcontract.openapi.grammar import COMPONENTS, EACH, INSIDE

_SCHEMA = "schema"

ASSERTIONS = {
    **dict.fromkeys(("if", "then", "else", "contains", "propertyNames"), _SCHEMA),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _SCHEMA),
    **{key: {EACH: _SCHEMA} for key in ("patternProperties", "dependentSchemas", "prefixItems")},
    **dict.fromkeys(("minContains", "maxContains", "dependentRequired")),
}
"""The keywords of JSON Schema 2020-12 that limit values and that OpenAPI 3.0 lacks, with what is inside."""

COMPONENT_OF = {type_: section for section, type_ in COMPONENTS.items()}
"""The section of a Components Object for each type of object that stays a component; others are written out."""

PLAIN: dict[str, dict[str, Any]] = {
    **INSIDE,
    "document": {
        **INSIDE["document"],
        "externalDocs": "external documentation",
        "webhooks": {EACH: "path"},
        "components": {
            **INSIDE["document"]["components"],
            "examples": {EACH: "example"},
            "links": {EACH: "link"},
            "pathItems": {EACH: "path"},
        },
    },
    "info": {"contact": "contact", "license": "license"},
    "header": {**INSIDE["header"], "content": {EACH: "media type"}},
    "media type": {**INSIDE["media type"], "encoding": {EACH: "encoding"}},
    "encoding": {"headers": {EACH: "header"}},
    "response": {**INSIDE["response"], "links": {EACH: "link"}},
    "schema": {**INSIDE["schema"], **{key: inner for key, inner in ASSERTIONS.items() if inner}},
}
"""Like `INSIDE` of the core's grammar."""
