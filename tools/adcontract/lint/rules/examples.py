"""Rules on payloads and examples: they fit their schemas, and responses have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.schemas import Schemas
from adcontract.lint.registry import OPENAPI, Violation, on_document, on_files
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.schemas import SchemaError
    from adcontract.errors import Location
    from adcontract.lint.subjects import Document, Files

_LONGEST = 160

_BODILESS = ("204", "205", "304")
"""The statuses whose responses have no body in HTTP (RFC 9110), so that no payload can show them."""

_NO_BODY = (
    "It has no body: add an x-source that names its place in the page, or an x-inferred that says why there is none."
)


@on_document("payload-fits", "Every payload of a request or a response fits its schema.", OPENAPI)
def payload_fits(document: Document) -> Iterator[Violation]:
    """Validate each payload against the schema of its media type."""
    for schema, example, pointer in document.payloads():
        for fault in document.schemas.faults(schema, example.value):
            yield _misfit(document, fault, document.in_payload(pointer, *fault.path), fault.field or "The payload")


@on_document("parameter-fits", "The documented values of a parameter fit its schema.", OPENAPI)
def parameter_fits(document: Document) -> Iterator[Violation]:
    """Validate each value against the schema of its parameter. The empty string fits where the parameter allows it."""
    for operation in document.operations:
        for parameter in operation.parameters:
            empty = parameter.data.get("allowEmptyValue") is True
            for example in parameter.examples if parameter.schema_pointer else ():
                if example.value == "" and empty:
                    continue
                pointer = join(parameter.pointer, "examples", example.name, "value")
                for fault in document.schemas.faults(parameter.schema_pointer, example.value):
                    where = document.in_payload(pointer, parameter.location, parameter.name, *fault.path)
                    yield _misfit(document, fault, where, f"{parameter.name}.{fault.field}".rstrip("."))


@on_document("example-fits", "The example of a schema or a header fits its schema.", OPENAPI)
def example_fits(document: Document) -> Iterator[Violation]:
    """Validate each `example` against the schema beside it, or around it."""
    for node in document.nodes:
        if node.type in ("schema", "header", "parameter") and "example" in node.data:
            schema = node.pointer if node.type == "schema" else join(node.pointer, "schema")
            for fault in document.schemas.faults(schema, node.data["example"]):
                where = document.where(join(node.pointer, "example", *map(str, fault.path)))
                yield where, f"The example does not fit: {_brief(fault)}.", "Correct the example or the schema."


@on_document("default-fits", "The default of a schema fits it.", OPENAPI)
def default_fits(document: Document) -> Iterator[Violation]:
    """Validate each `default` against the schema that it is a part of."""
    for node in document.nodes:
        if node.type == "schema" and "default" in node.data:
            for fault in document.schemas.faults(node.pointer, node.data["default"]):
                where = document.where(join(node.pointer, "default", *map(str, fault.path)))
                yield where, f"The default does not fit: {_brief(fault)}.", "Correct the default or the schema."


@on_document(
    "response-payload",
    "Every response has a payload, or an x-inferred or x-source that says why the page shows none, or where it is.",
)
def response_payload(document: Document) -> Iterator[Violation]:
    """Look for a payload of each documented response. A response that is not JSON cannot have one."""
    for operation in document.operations:
        for response in operation.responses.values():
            explained = response.inferred or "x-source" in response.data
            if not explained and not any(media.examples for media in response.media):
                where = document.where(join(operation.pointer, "responses", response.status))
                message = f"The response {response.status} of {operation.id} has no payload."
                add = f"Add {operation.id}.{response.status}.json, or an x-inferred that says why there is none."
                fix = _NO_BODY if response.status in _BODILESS else add
                yield where, message, fix


@on_document("extensible-enum", "An x-extensible-enum lists every value that payloads have.")
def extensible_enum(document: Document) -> Iterator[Violation]:
    """Validate the payloads against the document with each x-extensible-enum as an enum."""
    if not any("x-extensible-enum" in node.data for node in document.nodes):
        return
    closed = Schemas(_closed(document.data))
    for schema, example, pointer in document.payloads():
        # a payload that does not fit its schema either is reported by payload-fits
        is_judged = not example.inferred and document.schemas.valid(schema, example.value)
        for fault in closed.faults(schema, example.value) if is_judged else ():
            holder = fault.pointer.rpartition("/")[0]
            if fault.keyword == "enum" and "x-extensible-enum" in lookup(document.data, holder):
                where = document.where(join(holder, "x-extensible-enum"))
                value = lookup(example.value, join("", *map(str, fault.path)))
                yield (
                    where,
                    f"{value}, at {document.in_payload(pointer, *fault.path)}, is not listed.",
                    "Add it to the list.",
                )


@on_files("payload-is-file", "A payload is a JSON file, not part of the YAML.")
def payload_is_file(files: Files) -> Iterator[Violation]:
    """Look for values in the YAML."""
    for source, node in files.nodes:
        for key in {"example": ("value", "externalValue"), "media type": ("example",)}.get(node.type, ()):
            if key in node.data:
                where = source.where(join(node.pointer, key))
                yield (
                    where,
                    "This payload is part of the YAML.",
                    "Move it to a file below examples/, named after its place.",
                )


def _misfit(document: Document, fault: SchemaError, where: Location, name: str) -> Violation:
    message = f"{name}: {_brief(fault)}; the schema is at {document.where(fault.pointer)}."
    return where, message, "Correct the schema: a payload stays as the page shows it."


def _brief(fault: SchemaError) -> str:
    return fault.message if len(fault.message) <= _LONGEST else f"{fault.message[:_LONGEST]}…"


def _closed(node: Any) -> Any:
    """Return a copy of `node` with `enum` in place of each `x-extensible-enum`."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {"enum" if key == "x-extensible-enum" else key: _closed(value) for key, value in node.items()}
