"""The properties of a schema as a list, each with what a person has to know to write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import LIMITS
from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join, lookup
from adcontract.openapi.references import resolve
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMITS = [each for each in (*LIMITS, "default") if each not in ("required", "enum", "format")]
"""The keywords that are shown by their names."""


@dataclass(frozen=True)
class Field:
    """A property or a parameter: its path (`data[].id`), and what it may be.

    `values` are those that it may have, or if `is_open` those that are known; empty where nothing lists them.
    """

    path: str
    type: str
    required: bool
    values: list[str]
    is_open: bool
    limits: list[str]
    description: str

    @property
    def depth(self) -> int:
        """The number of properties that it lies in."""
        return self.path.count(".")

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition(".")[2]


def fields(document: dict[str, Any], schema: str) -> list[Field]:
    """Return the properties of the schema at the pointer `schema`, each before those inside it."""
    return list(_inside(document, [schema], "", ()))


def field(document: dict[str, Any], schemas: list[str], path: str, *, required: bool) -> Field:
    """Return the field at `path` whose value has the schemas at these pointers."""
    nodes = [lookup(document, pointer) for pointer in schemas]
    listed, items = nodes, schemas
    while not any(map(_values, listed)) and (items := _items(document, items)):
        listed = [lookup(document, pointer) for pointer in items]
    values = next(filter(None, map(_values, listed)), [])
    return Field(
        path=path,
        type=_type(document, schemas),
        required=required,
        values=[as_text(value) for value in values if value is not None],
        is_open=not any("enum" in node for node in listed),
        limits=[f"{each} {as_text(node[each])}" for node in nodes for each in _LIMITS if each in node],
        description=next((node["description"] for node in nodes if "description" in node), ""),
    )


def _inside(document: dict[str, Any], roots: list[str], path: str, around: tuple[str, ...]) -> Iterator[Field]:
    """Yield the fields of values with the schemas at `roots`; a schema inside itself, one of those `around`, ends."""
    schemas = _reached(document, roots)
    if not set(schemas).isdisjoint(around):
        return
    members: dict[str, list[str]] = {}
    for pointer in schemas:
        for name in lookup(document, pointer).get("properties", {}):
            members.setdefault(name, []).append(join(pointer, "properties", name))
    needed = {name for root in roots for name in _needed(document, root)}
    for name, inner in members.items():
        full = f"{path}.{name}" if path else name
        yield field(document, _reached(document, inner), full, required=name in needed)
        yield from _inside(document, inner, full, (*around, *schemas))
    if items := _items(document, schemas):
        yield from _inside(document, items, f"{path}[]", (*around, *schemas))


def _reached(document: dict[str, Any], roots: list[str]) -> list[str]:
    return list(dict.fromkeys(pointer for root in roots for pointer in reach(document, root, "")))


def _items(document: dict[str, Any], schemas: list[str]) -> list[str]:
    roots = [join(pointer, "items") for pointer in schemas if "items" in lookup(document, pointer)]
    return _reached(document, roots)


def _needed(document: dict[str, Any], pointer: str) -> Iterator[str]:
    """Yield the properties that every value has: what one of several alternatives requires is not among them."""
    schema, pointer = resolve(document, pointer)
    yield from schema.get("required", ())
    for index in range(len(schema.get("allOf", []))):
        yield from _needed(document, join(pointer, "allOf", str(index)))


def _type(document: dict[str, Any], schemas: list[str]) -> str:
    nodes = [lookup(document, pointer) for pointer in schemas]
    words = " or ".join(dict.fromkeys(node["type"] for node in nodes if "type" in node)) or "any type"
    if words == "array" and (items := _items(document, schemas)):
        words = f"array of {_type(document, items)}"
    words += next((f" ({node['format']})" for node in nodes if "format" in node), "")
    return f"{words} or null" if any(node.get("nullable") is True for node in nodes) else words


def _values(node: dict[str, Any]) -> list[Any]:
    return list(node.get("enum") or node.get("x-extensible-enum") or ())
