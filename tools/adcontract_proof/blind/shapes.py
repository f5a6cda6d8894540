"""What an operation looks like: a list, an item with an id, and the collection that its path belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import follow, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import MediaType, Operation, Parameter

Document = dict[str, Any]
_IDS = ("id", "uuid", "guid")


@dataclass(frozen=True)
class Shape:
    """The JSON of an operation's success.

    `rows` points at the rows of a list in it, `item` at a single item, both None where it has none. `schema` is the
    pointer of the schema of a row or of the item, or that of the whole.
    """

    document: Document
    rows: str | None
    item: str | None
    schema: str

    @cached_property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The schemas of the properties of a row or of the item, by name."""
        return fields(self.document, self.schema)


def shape_of(document: Document, operation: Operation) -> Shape | None:
    """Return the shape of an operation's success, as it declares or as it looks; None if that is no JSON object."""
    media = json_of(operation)
    if media is None:
        return None
    schema, resource = f"{media.pointer}/schema", operation.behavior.resource
    if resource is not None and resource.items is not None:
        return _shape(document, schema, resource.items, None)
    if resource is not None and resource.item is not None:
        return _shape(document, schema, None, resource.item)
    if _rows(document, schema, ""):
        return _shape(document, schema, "", None)
    own = fields(document, schema)
    lists = [name for name in own if _rows(document, schema, join("", name))]
    if id_of(own, "") is None:
        if len(lists) == 1 and not operation.path.endswith("}"):
            return _shape(document, schema, join("", lists[0]), None)
        inner = [name for name in own if _has_id(document, schema, name)]
        if len(inner) == 1 and not lists:
            return _shape(document, schema, None, join("", inner[0]))
    return Shape(document, None, "", resolve(document, schema)[1]) if own else None


def json_of(operation: Operation) -> MediaType | None:
    """Return the JSON of an operation's success if it has a schema, else None."""
    media = operation.success.json if operation.success else None
    return media if media and "schema" in media.data else None


def body_of(operation: Operation) -> str | None:
    """Return the pointer of the schema of an operation's JSON request body, None without one."""
    media = next((each for each in operation.body if each.is_json and "schema" in each.data), None)
    return f"{media.pointer}/schema" if media else None


def schema_of(document: Document, parameter: Parameter) -> dict[str, Any]:
    """Return the schema of a parameter; empty for one without."""
    schema: dict[str, Any] = follow(document, parameter.data.get("schema", {}))
    return schema


def fields(document: Document, schema: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of the properties of an object by name, through references and compositions."""
    found: dict[str, dict[str, Any]] = {}
    for each in reach(document, schema, ""):
        for name, node in lookup(document, each).get("properties", {}).items():
            found.setdefault(name, follow(document, node))
    return found


def id_of(names: dict[str, Any], noun: str, key: str | None = None) -> str | None:
    """Return which of some properties is the id of an item; `key` is the parameter that names the item."""
    known = {plain(name): name for name in names}
    wanted = [plain(key)] if key else []
    if key is None or plain(key).endswith(_IDS):
        wanted += [*_IDS, *(plain(noun) + each for each in _IDS if noun)]
    return next((known[each] for each in wanted if each in known), None)


def plain(name: str) -> str:
    """Return a name without what differs from one style of writing to the other: `pet_id` and `petId` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def count_names(*words: str) -> Iterator[str]:
    """Yield the plain names of fields that say how many there are of what one of some plain words is for."""
    for word in words:
        yield from (f"{word}count", f"countof{word}", f"num{word}", f"numberof{word}", f"total{word}")


def collection(path: str) -> tuple[str, str | None]:
    """Return the path of the collection that a path belongs to, and the parameter of an item at its end, if any."""
    head, _, last = path.rstrip("/").rpartition("/")
    key = re.fullmatch(r"\{([^{}]+)\}", last)
    return (head, key[1]) if key else (path.rstrip("/"), None)


def noun_of(path: str) -> str:
    """Return what the items of a collection are called: `pet` for `/v1/pets`."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", path.rpartition("/")[2]).replace("_", "-").lower()
    for end, singular in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("ss", "ss")):
        if word.endswith(end):
            return word.removesuffix(end) + singular
    return word.removesuffix("s")


def component_noun(schema: str) -> str:
    """Return what the items of a schema are called if it is a component, else nothing."""
    parts = split(schema)
    return noun_of(f"/{parts[2]}") if parts[:2] == ["components", "schemas"] and len(parts) == 3 else ""


def _shape(document: Document, schema: str, rows: str | None, item: str | None) -> Shape | None:
    pointer = f"{rows}/{EACH}" if rows is not None else item or ""
    found = next((each for each in reach(document, schema, pointer) if fields(document, each)), None)
    return Shape(document, rows, item, found) if found else None


def _rows(document: Document, schema: str, pointer: str) -> bool:
    is_list = any(lookup(document, each).get("type") == "array" for each in reach(document, schema, pointer))
    return is_list and _shape(document, schema, pointer, None) is not None


def _has_id(document: Document, schema: str, name: str) -> bool:
    found = reach(document, schema, join("", name))
    return any(id_of(fields(document, each), "") for each in found)
