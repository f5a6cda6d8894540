"""Which of several schemas a value is of, by one of its properties (OpenAPI 3.0.3, Discriminator Object)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Container

_SCHEMAS = "#/components/schemas/"


def property_of(schema: dict[str, Any]) -> str:
    """Return the name of the property by which a value belongs to an alternative of a schema; empty for none."""
    discriminator = schema.get("discriminator")
    return str(discriminator.get("propertyName", "")) if isinstance(discriminator, dict) else ""


def names_of(schema: dict[str, Any], alternative: Any) -> list[str]:
    """Return the values of that property that stand for an alternative: those that are mapped to it, and its name."""
    reference = alternative.get("$ref") if isinstance(alternative, dict) else None
    if not property_of(schema) or not isinstance(reference, str):
        return []
    name = reference.rpartition("/")[2]
    mapping = schema["discriminator"].get("mapping", {})
    mapped = [value for value, target in mapping.items() if target in (reference, name)]
    return list(dict.fromkeys((*mapped, name)))


def is_named(document: dict[str, Any], alternative: Any, name: str) -> bool:
    """Return whether an alternative says by itself which values its property `name` has."""
    schema = follow(document, alternative)
    own = follow(document, schema.get("properties", {}).get(name, {}))
    return "enum" in own or any(is_named(document, each, name) for each in schema.get("allOf", ()))


class Heir(NamedTuple):
    """A schema that extends another one by `allOf`, and the values of the discriminator of that one that stand for it.

    `parts` are the pointers of what it adds, and of what the schemas between the two add. A pointer of a whole schema
    stands for its keywords beside `allOf`.
    """

    name: str
    values: list[str]
    parts: list[str]


def heirs(document: dict[str, Any]) -> dict[str, list[Heir]]:
    """Return the heirs of each schema of the components that has a discriminator and no alternatives, by its name."""
    schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
    found = {}
    for name, schema in schemas.items():
        if isinstance(schema, dict) and property_of(schema) and not schema.keys() & {"oneOf", "anyOf"}:
            family = _family(schemas, name)
            found[name] = [
                Heir(each, names_of(schema, {"$ref": f"{_SCHEMAS}{each}"}), _added(document, each, family))
                for each in family
                if each != name
            ]
    return {name: each for name, each in found.items() if each}


def _family(schemas: dict[str, Any], name: str) -> dict[str, None]:
    """Return the names of a schema and of all that extend it."""
    parents = {
        each: {part.get("$ref") for part in schema.get("allOf", ()) if isinstance(part, dict)}
        for each, schema in schemas.items()
        if isinstance(schema, dict) and isinstance(schema.get("allOf", []), list)
    }
    family, open_ = {name: None}, [name]
    while open_:
        reference = f"{_SCHEMAS}{open_.pop()}"
        new = [each for each, known in parents.items() if reference in known and each not in family]
        family |= dict.fromkeys(new)
        open_ += new
    return family


def _added(document: dict[str, Any], name: str, family: dict[str, None]) -> list[str]:
    root, found, open_ = next(iter(family)), dict[str, None](), [name]
    while open_:
        name = open_.pop()
        schema, pointer = document["components"]["schemas"][name], join("/components/schemas", name)
        beside = {key: value for key, value in schema.items() if key != "allOf"}
        parts = [(pointer, beside), *((join(pointer, "allOf", str(i)), part) for i, part in enumerate(schema["allOf"]))]
        for here, part in parts:
            parent = str(part.get("$ref")).removeprefix(_SCHEMAS)
            if parent in family:
                open_ += [parent] if parent != root and join("/components/schemas", parent) not in found else []
            elif not _leads_to(document, part, family):  # a schema that holds itself has no end
                found[here] = None
    return list(found)


def _leads_to(document: dict[str, Any], part: Any, family: Container[str]) -> bool:
    open_, seen = [part], set[str]()
    while open_:
        node = open_.pop()
        reference = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(reference, str):
            if reference.removeprefix(_SCHEMAS) in family:
                return True
            if reference not in seen:
                seen.add(reference)
                open_.append(follow(document, node))
        elif isinstance(node, dict):
            open_ += [inner for keyword in COMPOSITIONS for inner in node.get(keyword, ())]
            open_ += [node["not"]] if "not" in node else []
    return False
