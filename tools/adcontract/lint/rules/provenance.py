"""Rules on what payloads show: it is declared, and what they leave open of an answer is inferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import inferred
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import MediaType, Parameter
    from adcontract.lint.subjects import Document

LIMITS = (
    "required",
    "enum",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
"""The keywords that a payload obeys, but cannot show."""

_FIX = "Say in x-inferred from what it was inferred, or in x-source where the page has it."


@on_document(
    "undocumented", "What payloads do not show of an answer that they do show is x-inferred, or has an x-source."
)
def undocumented(document: Document) -> Iterator[Violation]:
    """Walk the payloads of the page through the schemas that only answers use, and look at what they leave open.

    A schema that no payload reaches is documented in another way, and one that requests use in the words on requests:
    neither can be told here.
    """
    shown = _Shown(document)
    for pointer in sorted(shown.open - shown.of_requests):
        node, values = lookup(document.data, pointer), shown.values[pointer]
        for keyword in (key for key in node if not inferred(node, key)):
            if keyword in LIMITS or (keyword == "nullable" and None not in values):
                yield document.where(join(pointer, keyword)), f"A payload obeys {keyword}, but cannot show it.", _FIX
            elif keyword in ("type", "allOf", "oneOf", "anyOf") and values == {None}:
                yield document.where(join(pointer, keyword)), f"Every payload shows null, which has no {keyword}.", _FIX
        for name in node.get("properties", {}) if values != {None} else ():
            inside = join(pointer, "properties", name)
            if inside not in shown.members and not shown.told(inside):
                yield document.where(inside), f"No payload shows {name}.", _FIX


@on_document("undeclared", "Every field that a payload shows is declared in its schema.")
def undeclared(document: Document) -> Iterator[Violation]:
    """Look up each member of each payload. A schema without properties, or with additionalProperties, takes any."""
    for schema, example, pointer in document.payloads():
        for path, holder in _undeclared(document, [schema], example.value, ()):
            message = f"{path[-1]} is not in the schema at {document.where(holder)}."
            yield document.in_payload(pointer, *path), message, "Declare it there, or say additionalProperties: true."


def _undeclared(
    document: Document, pointers: list[str], value: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path of each member of `value` that none of the schemas at `pointers` knows, and one of the schemas."""
    schemas = [pair for pointer in pointers for pair in _all_schemas(document, pointer, value)]
    if isinstance(value, list):
        items = [join(pointer, "items") for pointer, schema in schemas if "items" in schema]
        for index, item in enumerate(value):
            yield from _undeclared(document, items, item, (*path, str(index)))
    elif isinstance(value, dict):
        takes_any = all("properties" not in schema for _, schema in schemas)
        takes_any = takes_any or any("additionalProperties" in schema for _, schema in schemas)
        for name, member in value.items():
            known = [
                join(pointer, "properties", name) for pointer, schema in schemas if name in schema.get("properties", {})
            ]
            if not known and not takes_any:
                yield (*path, name), schemas[0][0]
            yield from _undeclared(document, known, member, (*path, name))


def _all_schemas(document: Document, pointer: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    pointer, schema = document.follow(pointer)
    yield pointer, schema
    for _, inside in document.branches(pointer, schema, value):
        yield from _all_schemas(document, inside, value)


class _Shown:
    """The schemas that payloads show, by their pointers.

    `values` has for each whether it is shown as null, as something else, or both. `open` has those that no `x-inferred`
    and no `x-source` around them accounts for. `members` has the properties that are shown, by where they are declared.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values: dict[str, set[bool | None]] = {}
        self.open: set[str] = set()
        self.members: set[str] = set()
        self.of_requests: set[str] = set()
        for operation in document.operations:
            asked: list[Parameter | MediaType] = [*operation.parameters, *operation.body]
            for part in asked:
                if "schema" in part.data:
                    self.exclude(join(part.pointer, "schema"))
            for response in operation.responses.values():
                told = bool(response.inferred) or "x-source" in response.data
                for media in response.media:
                    for example in media.examples if "schema" in media.data else ():
                        if not example.inferred:
                            self.show(join(media.pointer, "schema"), example.value, told)

    def told(self, pointer: str) -> bool:
        """Return whether the schema at `pointer` says where it is from."""
        _, node = self.document.follow(pointer)
        return bool(inferred(node)) or "x-source" in node

    def exclude(self, pointer: str) -> None:
        """Note the schema at `pointer`, and those below it, as schemas of requests."""
        pointer, schema = self.document.follow(pointer)
        if pointer not in self.of_requests:
            for _, inside, node in nodes("schema", schema, pointer):
                self.of_requests.add(inside)
                if "$ref" in node:
                    self.exclude(inside)

    def show(self, pointer: str, value: Any, told: bool) -> None:
        """Note that a payload shows `value` for the schema at `pointer`; `told` if something around it says why."""
        pointer, schema = self.document.follow(pointer)
        told = told or self.told(pointer)
        self.values.setdefault(pointer, set()).add(None if value is None else True)
        if not told:
            self.open.add(pointer)
        for keyword, inside, part in self.parts(pointer, schema, value):
            self.show(inside, part, told or bool(inferred(schema, keyword)))

    def parts(self, pointer: str, schema: dict[str, Any], value: Any) -> Iterator[tuple[str, str, Any]]:
        """Yield each schema inside of `schema` that a part of `value` shows: the keyword, its pointer, the part."""
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
