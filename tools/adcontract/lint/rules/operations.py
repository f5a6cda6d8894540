"""Rules on operations: path parameters, security, responses to faulty requests, formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.default_errors import UNDECLARED
from adcontract.contract.error_responses import MESSAGES, error_messages, error_responses
from adcontract.contract.expressions import CEL_ERRORS, Expression
from adcontract.errors import did_you_mean
from adcontract.lint.registry import OPENAPI, Violation, on_document
from adcontract.openapi.paths import parameter_names
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.lint.subjects import Document

_FAULT = {"in": "query", "field": "page", "message": "page is not an integer"}
_FAULTY_REQUEST = {
    "faults": [_FAULT],
    "fields": {_FAULT["field"]: [_FAULT["message"]]},
    "message": _FAULT["message"],
}
"""The variables of an x-body for a request with one fault."""


@on_document("path-parameters", "The path parameters of an operation are those between braces in its path.", OPENAPI)
def path_parameters(document: Document) -> Iterator[Violation]:
    """Compare the names between the braces with those of the parameters."""
    for operation in document.operations:
        named = parameter_names(operation.path)
        declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}
        missing = [name for name in named if name not in declared]
        extra = [parameter for name, parameter in declared.items() if name not in named]
        # one of each is one parameter with two names
        for name in missing if not extra else ():
            message = f"The path has {{{name}}}, but the operation has no path parameter {name}."
            yield document.where(operation.pointer), message, "Add it to the parameters of the path."
        for parameter in extra:
            message = f"The path {operation.path} has no {{{parameter.name}}}."
            where = document.where(join(parameter.pointer, "name"))
            yield where, message, "Remove the parameter, or correct its name."


@on_document("parameter-twice", "No operation has two parameters with the same name and location.", OPENAPI)
def parameter_twice(document: Document) -> Iterator[Violation]:
    """Report the later one of two."""
    for operation in document.operations:
        seen = set()
        for parameter in operation.parameters:
            key = parameter.location, parameter.name
            if key in seen:
                where = document.where(join(parameter.pointer, "name"))
                yield where, f"The {parameter.location} parameter {parameter.name} is declared twice.", "Remove one."
            seen.add(key)


@on_document("link-target", "A link leads to an operation of the document, and fills parameters that it has.", OPENAPI)
def link_target(document: Document) -> Iterator[Violation]:
    """Look up what each link names; one by `operationRef` is left out, as it may lead to another document."""
    known = {operation.id: operation for operation in document.operations}
    for response in (each for operation in document.operations for each in operation.responses.values()):
        for name, link in response.data.get("links", {}).items():
            here, id_ = join(response.pointer, "links", name), link.get("operationId")
            if join(here, "operationId") not in document.assembly.locations:
                continue  # derived from x-resource, or by `operationRef`
            if id_ not in known:
                message, fix = f"The link {name} leads to {id_}, which is not an operation.", "Correct the operationId."
                yield document.where(join(here, "operationId")), message, f"{fix}{did_you_mean(id_, known)}"
            else:
                declared = [(each.location, each.name) for each in known[id_].parameters]
                taken = {*(each for _, each in declared), *map(".".join, declared)}
                for parameter in link.get("parameters", {}).keys() - taken:
                    message = f"The link {name} fills {parameter}, which is not a parameter of {id_}."
                    yield document.where(join(here, "parameters", parameter)), message, "Correct its name."


@on_document("security-declared", "Every security requirement names a declared security scheme.", OPENAPI)
def security_declared(document: Document) -> Iterator[Violation]:
    """Look up the schemes of the document and of each operation."""
    declared = document.data.get("components", {}).get("securitySchemes", {})
    holders = [("", document.data), *((operation.pointer, operation.data) for operation in document.operations)]
    for pointer, holder in holders:
        for index, requirement in enumerate(holder.get("security", [])):
            for name in requirement.keys() - declared.keys():
                where = document.where(join(pointer, "security", str(index), name))
                fix = "Declare it under components.securitySchemes in openapi.yaml, or correct the name."
                yield where, f"The security scheme {name} is not declared.", fix


@on_document("error-status", "An operation lists every status of x-errors that its requests can cause.")
def error_status(document: Document) -> Iterator[Violation]:
    """Compare the statuses of each operation with those that its security, path, parameters and body can cause."""
    errors = error_responses(document.data)
    for operation in document.operations:
        for fault, reason in possible_faults(operation):
            is_open = fault in errors and errors[fault].inferred == UNDECLARED
            if fault in errors and not is_open and errors[fault].status not in operation.responses:
                where, status = document.where(join(operation.pointer, "responses")), errors[fault].status
                yield where, f"{status} ({fault}) is not listed, but {reason}.", f"Add '{status}' to the responses."


@on_document(
    "format-media-type", "A parameter with x-format selects media types that the response of the operation has."
)
def format_media_type(document: Document) -> Iterator[Violation]:
    """Look up each value of an x-format in the parameter, and its media type in the response."""
    for operation in document.operations:
        declared = [media.type for media in operation.success.media] if operation.success else []
        for parameter in operation.parameters:
            known = parameter.data.get("schema", {}).get("enum")
            for value, media_type in parameter.formats.items():
                where = document.where(join(parameter.pointer, "x-format", value))
                if media_type not in declared:
                    fix = f"Add it to the content of the response, or name one of {', '.join(declared)}."
                    yield where, f"The response of {operation.id} is never {media_type}.", fix
                elif known is not None and value not in known:
                    yield where, f"{parameter.name} is never {value}.", f"Name one of {', '.join(map(str, known))}."


def possible_faults(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield each fault of x-errors that a request of an operation can have, and why."""
    if operation.secured:
        yield "unauthenticated", "the operation requires credentials"
    resource = operation.behavior.resource
    made = resource.key.name if resource and resource.key and resource.action == "upsert" else None
    if any(parameter.location == "path" and parameter.name != made for parameter in operation.parameters):
        yield "unknown-path", "the path has parameters"
    if operation.body:
        yield "malformed", "the operation has a body"
    if operation.body or any(
        _can_fail(parameter.data) for parameter in operation.parameters if parameter.location != "path"
    ):
        yield "invalid", "its parameters or its body can be invalid"


def _can_fail(parameter: dict[str, Any]) -> bool:
    """Return whether some value is invalid for `parameter`: only a string without limits allows any."""
    schema = parameter.get("schema", {})
    return bool(parameter.get("required") or schema.keys() - {"type", "description"} or schema.get("type") != "string")


@on_document(
    "x-body",
    "An x-body is a CEL expression, and its value for a faulty request is valid against the schema of the response.",
)
def x_body(document: Document) -> Iterator[Violation]:
    """Evaluate each x-body for a request with one fault."""
    for node in document.nodes:
        expression = node.data.get("x-body")
        if node.type != "response" or not isinstance(expression, str):
            continue
        where = document.where(join(node.pointer, "x-body"))
        try:
            body = Expression(expression).value(_FAULTY_REQUEST)
        except CEL_ERRORS as error:
            cause = str(error).strip().partition("\n")[0]
            yield (
                where,
                f"This CEL expression fails: {cause}.",
                "Correct it; its variables are faults, fields and message.",
            )
            continue
        for media, content in node.data.get("content", {}).items():
            schema = join(node.pointer, "content", media, "schema")
            for fault in document.schemas.faults(schema, body) if "schema" in content else ():
                message = (
                    f"The body from this expression does not fit the schema: {fault.field or 'body'}: {fault.message}."
                )
                yield where, message, f"Correct it, or the schema at {document.where(fault.pointer)}."


@on_document("messages-shown", "Where x-errors has messages, its malformed and invalid responses have an x-body.")
def messages_shown(document: Document) -> Iterator[Violation]:
    """Look for the x-body that shows the messages."""
    errors = error_responses(document.data) if error_messages(document.data) else {}
    silent = {
        str(document.where(response.pointer)): fault
        for fault, response in errors.items()
        if fault in ("malformed", "invalid") and response.media and "x-body" not in response.data
    }
    for where, fault in silent.items():
        message = f"The response to a request that is {fault} never shows these messages."
        yield document.where(join("/x-errors", MESSAGES)), message, f"Give it an x-body, at {where}."
