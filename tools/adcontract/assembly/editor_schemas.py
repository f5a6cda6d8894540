"""JSON Schemas of the files of a contract, by which an editor completes, explains and checks keys while they are typed.

They are OpenAPI's own schema and the vocabulary of our keywords in one, as draft 7, which language servers read best.
"""

from __future__ import annotations

from typing import Any

from adcontract.assembly.openapi_form import openapi_schema
from adcontract.assembly.vocabulary import vocabulary
from adcontract.openapi.grammar import METHODS

CONTRACT = "document.schema.json"

_ROOTS = {
    "path.schema.json": "PathItem",
    "schema.schema.json": "Schema",
    "parameter.schema.json": "Parameter",
    "response.schema.json": "Response",
    "request-body.schema.json": "RequestBody",
    "header.schema.json": "Header",
    "security-scheme.schema.json": "SecurityScheme",
}
"""The definition of OpenAPI's schema that a file of each kind has, by the name of the schema of such files."""

_TYPES = {
    "info": ("Info",),
    "server": ("Server",),
    "tag": ("Tag",),
    "path": ("PathItem",),
    "operation": ("Operation",),
    "parameter": ("Parameter",),
    "header": ("Header",),
    "request body": ("RequestBody",),
    "response": ("Response",),
    "media type": ("MediaType",),
    "example": ("Example",),
    "schema": ("Schema",),
    "security scheme": (
        "APIKeySecurityScheme",
        "HTTPSecurityScheme",
        "OAuth2SecurityScheme",
        "OpenIdConnectSecurityScheme",
    ),
}
"""The definitions of OpenAPI's schema, by the types of objects for which the vocabulary has keywords."""


def editor_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of file, by its file name."""
    contract = _draft_7(openapi_schema())
    keywords = vocabulary()
    contract["definitions"] |= _draft_7(keywords["$defs"])
    for type_, names in {"document": (), **_TYPES}.items():
        own = _draft_7(keywords["properties"][type_]["properties"])
        for node in [contract["definitions"][name] for name in names] or [contract]:
            node["properties"] = {**node["properties"], **own}
            del node["patternProperties"]["^x-"]
    # a language server completes names, and not patterns
    path = contract["definitions"]["PathItem"]["properties"]
    path.update({method: {"$ref": "#/definitions/Operation"} for method in METHODS})
    del contract["id"]
    contract["title"] = "openapi.yaml of a contract"
    files = {CONTRACT: contract}
    for file, name in _ROOTS.items():
        reference = {"$ref": f"{CONTRACT}#/definitions/{name}"}
        files[file] = {"$schema": contract["$schema"], "title": f"A file of a contract: {name}", "allOf": [reference]}
    return files


def _draft_7(node: Any) -> Any:
    """Return a copy of a schema of draft 4, or 2020-12, as one of draft 7."""
    if isinstance(node, list):
        return [_draft_7(item) for item in node]
    if not isinstance(node, dict):
        return node.replace("#/$defs/", "#/definitions/") if isinstance(node, str) else node
    copied = {key: _draft_7(value) for key, value in node.items()}
    if copied.get("exclusiveMinimum") is True and "minimum" in copied:
        copied["exclusiveMinimum"] = copied.pop("minimum")
    if "dependentRequired" in copied:
        copied["dependencies"] = copied.pop("dependentRequired")
    if isinstance(copied.get("$schema"), str):
        copied["$schema"] = "http://json-schema.org/draft-07/schema#"
    return copied
