"""Rules on provenance: the fields of payloads are declared, and parts that no payload shows are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import LIMITS, inferred
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operation_parts import MediaType, Parameter
    from adcontract.lint.subjects import Document

_FIX = "Add an x-inferred that names the basis, or an x-source that names the place in the page."


@on_document(
    "undocumented",
    "In the schema of a response with payloads, every part that no payload shows has x-inferred or x-source.",
)
def undocumented(document: Document) -> Iterator[Violation]:
    """Walk the payloads of the page through the schemas that only responses use, and look for parts without proof.

    Schemas that no payload reaches, or that requests use, are documented elsewhere on the page and not checked here.
    """
    shown = _Shown(document)
    for pointer in sorted(shown.open - shown.of_requests):
        node, values = lookup(document.data, pointer), shown.values[pointer]
        for keyword in (key for key in node if not inferred(node, key)):
            if keyword in LIMITS or (keyword == "nullable" and None not in values):
                yield document.where(join(pointer, keyword)), f"No payload can prove {keyword}.", _FIX
            elif keyword in ("type", "allOf", "oneOf", "anyOf") and values == {None}:
                yield (
                    document.where(join(pointer, keyword)),
                    f"Every payload has null here, which does not prove {keyword}.",
                    _FIX,
                )
        for name in node.get("properties", {}) if values != {None} else ():
            inside = join(pointer, "properties", name)
            if inside not in shown.members and not shown.explained(inside):
                yield document.where(inside), f"No payload has the field {name}.", _FIX


@on_document("undeclared", "Every field of a payload is declared in its schema.")
def undeclared(document: Document) -> Iterator[Violation]:
    """Look up each field of each payload. A schema without properties, or with additionalProperties, allows any."""
    for schema, example, pointer in document.payloads():
        for path, holder in _undeclared(document, [schema], example.value, ()):
            message = f"{path[-1]} is not in the schema at {document.where(holder)}."
            yield document.in_payload(pointer, *path), message, "Declare it there, or add additionalProperties: true."


def _undeclared(
    document: Document, pointers: list[str], value: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path of each field of `value` that no schema at `pointers` declares, and one of these schemas."""
    schemas = [pair for pointer in pointers for pair in _all_schemas(document, pointer, value)]
    if isinstance(value, list):
        items = [join(pointer, "items") for pointer, schema in schemas if "items" in schema]
        for index, item in enumerate(value):
            yield from _undeclared(document, items, item, (*path, str(index)))
    elif isinstance(value, dict):
        allows_any = all("properties" not in schema for _, schema in schemas)
        allows_any = allows_any or any("additionalProperties" in schema for _, schema in schemas)
        for name, member in value.items():
            known = [
                join(pointer, "properties", name) for pointer, schema in schemas if name in schema.get("properties", {})
            ]
            if not known and not allows_any:
                yield (*path, name), schemas[0][0]
            yield from _undeclared(document, known, member, (*path, name))


def _all_schemas(document: Document, pointer: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    pointer, schema = document.follow(pointer)
    yield pointer, schema
    for _, inside in document.branches(pointer, schema, value):
        yield from _all_schemas(document, inside, value)


class _Shown:
    """The schemas that payloads show, by their pointers.

    `values` has None for a schema that payloads show as null, True for another value, or both. `open` has the schemas
    without `x-inferred` and `x-source` on them or around them. `members` has the declarations of the properties that
    payloads show.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values: dict[str, set[bool | None]] = {}
        self.open: set[str] = set()
        self.members: set[str] = set()
        self.of_requests: set[str] = set()
        for operation in document.operations:
            sent: list[Parameter | MediaType] = [*operation.parameters, *operation.body]
            for part in sent:
                if "schema" in part.data:
                    self.exclude(join(part.pointer, "schema"))
            for response in operation.responses.values():
                explained = bool(response.inferred) or "x-source" in response.data
                for media in response.media:
                    for example in media.examples if "schema" in media.data else ():
                        if not example.inferred:
                            self.show(join(media.pointer, "schema"), example.value, explained)

    def explained(self, pointer: str) -> bool:
        """Return whether the schema at `pointer` has an `x-inferred` or an `x-source`."""
        _, node = self.document.follow(pointer)
        return bool(inferred(node)) or "x-source" in node

    def exclude(self, pointer: str) -> None:
        """Add the schema at `pointer`, and those below it, to the schemas of requests."""
        pointer, schema = self.document.follow(pointer)
        if pointer not in self.of_requests:
            for _, inside, node in nodes("schema", schema, pointer):
                self.of_requests.add(inside)
                if "$ref" in node:
                    self.exclude(inside)

    def show(self, pointer: str, value: Any, explained: bool) -> None:
        """Add `value` of a payload for the schema at `pointer`; `explained` if a node around it is marked."""
        pointer, schema = self.document.follow(pointer)
        explained = explained or self.explained(pointer)
        self.values.setdefault(pointer, set()).add(None if value is None else True)
        if not explained:
            self.open.add(pointer)
        for keyword, inside, part in self.parts(pointer, schema, value):
            self.show(inside, part, explained or bool(inferred(schema, keyword)))

    def parts(self, pointer: str, schema: dict[str, Any], value: Any) -> Iterator[tuple[str, str, Any]]:
        """Yield each subschema of `schema` that applies to a part of `value`: the keyword, its pointer, the part."""
        for name, member in value.items() if isinstance(value, dict) else ():
            if name in schema.get("properties", {}):
                inside = join(pointer, "properties", name)
                self.members.add(inside)
                yield "properties", inside, member
            elif isinstance(schema.get("additionalProperties"), dict):
                yield "additionalProperties", join(pointer, "additionalProperties"), member
        for item in value if isinstance(value, list) and "items" in schema else ():
            yield "items", join(pointer, "items"), item
        for keyword, inside in self.document.branches(pointer, schema, value):
            yield keyword, inside, value
