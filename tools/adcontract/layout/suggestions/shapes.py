"""The shapes in which operations show items: rows of a list, or one item, perhaps inside of another object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.openapi.patches import JSON_PATCH
from adcontract.openapi.pointer import get, join
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operation_parts import MediaType, Parameter
    from adcontract.contract.operations import Operation

_DEPTH = 20
_ANNOTATIONS = ("title", "description", "example", "default", "externalDocs", "xml", "deprecated")


@dataclass(frozen=True)
class Shape:
    """A schema with its references and its allOf put together."""

    type: str
    properties: dict[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Any = None


@dataclass(frozen=True)
class Shown:
    """What a response shows at a pointer: an item, or the rows of a list. `around` is the shape of the whole body."""

    pointer: str
    item: Shape
    around: Shape
    payloads: tuple[Any, ...]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in the payloads of a list."""
        for payload in self.payloads:
            yield from (row for row in get(payload, self.pointer) or () if isinstance(row, dict))


class Shapes:
    """Reads the shapes of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def of(self, schema: Any, depth: int = _DEPTH) -> Shape | None:
        """Return the shape of a schema; None where it is not certain, as with alternatives."""
        schema = follow(self.document, schema)
        if not isinstance(schema, dict) or not depth or schema.keys() & {"oneOf", "anyOf", "not"}:
            return None
        type_, properties, items = schema.get("type"), dict(schema.get("properties", {})), schema.get("items")
        required = frozenset(schema.get("required", ()))
        for branch in schema.get("allOf", []):
            inner = self.of(branch, depth - 1)
            if inner is None:
                return None
            type_, items = type_ or inner.type or None, items or inner.items
            properties, required = {**inner.properties, **properties}, required | inner.required
        if type_ is None and properties:
            type_ = "object"
        return Shape(str(type_ or ""), properties, required, items)

    def rows(self, operation: Operation) -> Shown | None:
        """Return the rows that an operation lists: its body, or the only array of objects in that."""
        media, whole = self._success(operation)
        if media is None or whole is None:
            return None
        found = {"": whole} if whole.type == "array" else {}
        for name, schema in whole.properties.items() if whole.type == "object" else ():
            inner = self.of(schema)
            if inner and inner.type == "array":
                found[join("", name)] = inner
        rows = {pointer: item for pointer, each in found.items() if (item := self.of(each.items)) and item.properties}
        if len(rows) != 1:
            return None
        ((pointer, item),) = rows.items()
        payloads = tuple(example.value for example in media.examples)
        if not all(isinstance(get(payload, pointer), list) for payload in payloads):
            return None
        return Shown(pointer, item, whole, payloads)

    def item(self, operation: Operation, id_: str) -> Shown | None:
        """Return the item that an operation shows: its body, or its only object, whichever has the field `id_`."""
        media, whole = self._success(operation)
        if media is None or whole is None or whole.type != "object":
            return None
        found = {"": whole}
        if id_ not in whole.properties:
            objects = ((join("", name), self.of(schema)) for name, schema in whole.properties.items())
            found = {pointer: each for pointer, each in objects if each and id_ in each.properties}
        if len(found) != 1:
            return None
        ((pointer, item),) = found.items()
        payloads = tuple(example.value for example in media.examples)
        if not all(get(payload, f"{pointer}/{id_}") is not None for payload in payloads):
            return None
        return Shown(pointer, item, whole, payloads)

    def whole(self, operation: Operation) -> Shown | None:
        """Return the object that is the body of a response; None where it is not certain."""
        media, whole = self._success(operation)
        if media is None or whole is None or whole.type != "object" or not whole.properties:
            return None
        payloads = tuple(example.value for example in media.examples)
        return Shown("", whole, whole, payloads)

    def fields(self, operation: Operation) -> tuple[dict[str, Any], list[Any]]:
        """Return the fields of the JSON body that an operation takes, and its examples; none where it takes another.

        A JSON Patch is none that has fields.
        """
        media = next((each for each in operation.body if each.is_json and each.essence != JSON_PATCH), None)
        shape = self.of(media.data.get("schema")) if media else None
        if media is None or shape is None or shape.type != "object":
            return {}, []
        return shape.properties, [example.value for example in media.examples]

    def asked(self, parameter: Parameter) -> dict[str, Any]:
        """Return the schema of a parameter, empty where it has none."""
        schema = follow(self.document, parameter.data.get("schema", {}))
        return schema if isinstance(schema, dict) else {}

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two schemas allow the same values, as far as that can be seen."""
        return bool(self._bare(one) == self._bare(other))

    def _bare(self, schema: Any) -> Any:
        schema = follow(self.document, schema)
        if not isinstance(schema, dict):
            return schema
        return {key: each for key, each in schema.items() if key not in _ANNOTATIONS and not key.startswith("x-")}

    def _success(self, operation: Operation) -> tuple[MediaType | None, Shape | None]:
        media = operation.success.json if operation.success else None
        return (media, self.of(media.data.get("schema"))) if media else (None, None)
