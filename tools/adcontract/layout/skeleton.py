"""The skeleton of an operation whose page is still to be read: everything in it that no page shows says so."""

from __future__ import annotations

from typing import Any

from adcontract.contract.default_errors import UNDECLARED
from adcontract.contract.operations import operations_of
from adcontract.layout.names import LONGEST, noun_of, singular
from adcontract.lint.rules.naming import VERBS
from adcontract.lint.rules.operations import possible_faults
from adcontract.openapi.paths import parameter_names

PLACEHOLDER = "A placeholder until the page is read."
_WITH_BODY = ("post", "put", "patch")
_JSON = "application/json"
_VERBS = {"get": "get", "put": "replace", "post": "create", "delete": "delete", "patch": "update"}


def operation(method: str, path: str, tag: str) -> dict[str, Any]:
    """Return the Operation Object for a method, in lower case, and a path; its payloads are still in it."""
    words = _name(method, path)
    status = "204" if method == "delete" else "200"
    content = {"content": _content()} if status == "200" else {}
    response = {"description": PLACEHOLDER, **content, "x-inferred": PLACEHOLDER}
    found: dict[str, Any] = {
        "operationId": (words[0] + "".join(word.capitalize() for word in words[1:]))[:LONGEST],
        "summary": " ".join(words).capitalize(),
        "tags": [tag],
    }
    if method in _WITH_BODY:
        found["requestBody"] = {"required": True, "content": _content(), "x-inferred": PLACEHOLDER}
    return {**found, "responses": {status: response}, "x-source": f"{method.upper()} {path}"}


def path_parameter(name: str) -> dict[str, Any]:
    """Return the Parameter Object for a name between the braces of a path."""
    return {
        "name": name,
        "in": "path",
        "description": f"The value of `{name}`.",
        "required": True,
        "schema": {"type": "string"},
        "x-inferred": PLACEHOLDER,
    }


def add_error_responses(root: dict[str, Any], path: str, method: str, node: dict[str, Any]) -> None:
    """Add the responses to faulty requests that x-errors of openapi.yaml names, and the operation can cause."""
    declared = {"parameters": [path_parameter(name) for name in parameter_names(path)], **node}
    (whole,) = operations_of({"paths": {path: {method: declared}}, "security": root.get("security", [])})
    errors = root.get("x-errors", {})
    for fault, _ in possible_faults(whole):
        error = errors.get(fault, {})
        reference = error.get("response", {}).get("$ref")
        if reference and error.get("x-inferred") != UNDECLARED:
            node["responses"].setdefault(error["status"], {"$ref": f"../{reference}"})
    node["responses"] = dict(sorted(node["responses"].items()))


def _content() -> dict[str, Any]:
    example = {"value": {}, "x-inferred": PLACEHOLDER}
    return {_JSON: {"schema": {"type": "object", "additionalProperties": True}, "examples": {"default": example}}}


def _name(method: str, path: str) -> list[str]:
    """Return the words of an operationId: the path may end with a verb, an item, or a collection."""
    noun = noun_of(path)
    last = path.rstrip("/").rpartition("/")[2]
    if noun[0] in VERBS and not last.startswith("{"):
        before = noun_of(path.rpartition("/")[0])
        return [*noun, *(singular(before) if len(noun) == 1 else [])]
    is_collection = not last.startswith("{")
    verb = "list" if method == "get" and is_collection else _VERBS.get(method, "get")
    return [verb, *(noun if verb == "list" else singular(noun))]
