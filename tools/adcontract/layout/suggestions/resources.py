"""What methods and paths suggest: x-resource, for a collection and the items below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.layout.names import noun_of, singular
from adcontract.layout.suggestions.jobs import ACCEPTED, states
from adcontract.layout.suggestions.lists import takes_required
from adcontract.openapi.patches import JSON_PATCH, MERGE_PATCH
from adcontract.openapi.paths import parameter_names
from adcontract.openapi.pointer import get, join
from adcontract.openapi.references import follow
from adcontract.openapi.text import as_text, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shape, Shapes, Shown

_ITEM = re.compile(r"(.*/[^/{}]+)/\{([^/{}]+)\}")
_SCALARS = ("string", "integer", "number", "boolean")
_CHANGING = ("date-time", "password", "binary", "byte")
"""The formats of fields that a server may well keep in another form than they were sent."""

_NOT_FOUND = frozenset(("404", "410", "4XX", "4xx", "default"))


@dataclass
class Found:
    """A resource that a document suggests: its paths, the id of its items, and what each operation does.

    Of one that a whole API has one of, the `collection` is its path, and `key` and `id` are empty.
    `states` is the x-states of the operation that reads an item, None where items do not go on by themselves.
    """

    collection: str
    path: str
    key: str
    id: str = ""
    name: str = ""
    parent: dict[str, Any] | None = None
    states: dict[str, Any] | None = None
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def resources(operations: Iterable[Operation], shapes: Shapes) -> tuple[list[Found], list[str]]:
    """Return the resources of a document, and remarks on paths that look like one, and are not declared."""
    known = {(each.method, each.path): each for each in operations}
    found: dict[str, Found] = {}
    remarks: list[str] = []
    for path in sorted({path for _, path in known}, key=lambda each: each.count("/")):
        match = _ITEM.fullmatch(path)
        if match is None or ("GET", path) not in known:
            continue
        one = Found(match[1], path, match[2])
        remark = _find(one, known, found, shapes)
        if remark:
            remarks.append(f"{path}: {remark}")
        elif len(one.actions) > 1:
            found[path] = one
            remarks += one.remarks
    collections = {each.collection for each in found.values()}
    for path in sorted({path for _, path in known}):
        if path not in collections and (single := _single(path, known, shapes)):
            found[path] = single
    _name(found.values())
    return list(found.values()), remarks


def _single(path: str, known: dict[tuple[str, str], Operation], shapes: Shapes) -> Found | None:
    """Return the resource that a whole API has one of at a path, None where there may be several or none."""
    read = known.get(("GET", path))
    if read is None or "{" in path or any(each.startswith(f"{path}/{{") for _, each in known):
        return None
    shown = shapes.whole(read)
    if shown is None or shapes.rows(read) or any(each.required for each in read.parameters if each.location == "query"):
        return None
    one = Found(path, path, "", actions={read.id: {"action": "read"}})
    for update in (known[method, path] for method in ("PUT", "PATCH") if (method, path) in known):
        success, answered = update.success, shapes.whole(update)
        if success is None or success.status not in ("200", "204") or (success.media and answered is None):
            continue
        if echo := list(_echo(update, answered, shown, "", shapes)):
            one.actions[update.id] = {"action": "update", "echo": echo}
    return one if len(one.actions) > 1 else None


def _find(one: Found, known: dict[tuple[str, str], Operation], found: dict[str, Found], shapes: Shapes) -> str:
    """Complete a resource; return why it is none, empty if it is."""
    read = known["GET", one.path]
    above = parameter_names(one.collection)
    if above:
        parent = next((each for path, each in found.items() if one.collection.startswith(f"{path}/")), None)
        if parent is None or len(above) > 1:
            return "its items belong to another resource, which is not certain."
        one.parent = {"name": parent, "key": {"path": above[0]}}
    remark = _identify(one, read, shapes)
    if remark:
        return remark
    one.states = states(known.get(("POST", one.collection)), shapes.item(read, one.id), shapes)
    for action, method, path in (
        ("list", "GET", one.collection),
        ("create", "POST", one.collection),
        ("read", "GET", one.path),
        ("update", "PUT", one.path),
        ("update", "PATCH", one.path),
        ("delete", "DELETE", one.path),
    ):
        operation = known.get((method, path))
        if operation is not None:
            if method == "PUT" and "201" in operation.responses:
                action = "upsert"  # there is no other status for what the request has made
            declared = _declared(one, action, operation, read, shapes)
            if isinstance(declared, str):
                one.remarks.append(f"{operation.id}: {declared}")
            else:
                one.actions[operation.id] = declared
    return ""


def _identify(one: Found, read: Operation, shapes: Shapes) -> str:
    """Find the field with the id of an item; return why there is none, empty if there is."""
    for name in _ids(one):
        shown = shapes.item(read, name)
        if shown and _is_key(read, one.key, name, shown.item, shapes):
            one.id = name
            break
    else:
        return f"no field of the response of {read.id} is certain to be {{{one.key}}}."
    parameter = next(each for each in read.parameters if each.name == one.key and each.location == "path")
    documented = {as_text(example.value) for example in parameter.examples}
    held = {as_text(_at(payload, shown.pointer, one.id)) for payload in shown.payloads}
    if not read.responses.keys() & _NOT_FOUND:
        return f"{read.id} documents no response for an item that does not exist."
    required = shown.item.required & shown.item.properties.keys()
    if unsure := [name for name in required if shapes.of(shown.item.properties[name]) is None]:
        return f"{min(unsure)} in the response of {read.id} may have several forms."
    if documented and held and not documented & held:
        return f"the documented {one.key} is not the {one.id} that the payload of {read.id} shows."
    return ""


def _at(payload: Any, pointer: str, name: str) -> Any:
    return get(payload, join(pointer, name))


def _declared(one: Found, action: str, operation: Operation, read: Operation, shapes: Shapes) -> dict[str, Any] | str:
    """Return the x-resource of an operation, without its name, or why it has none."""
    declared: dict[str, Any] = {"action": action}
    if action not in ("list", "create"):
        declared["key"] = {"path": one.key}
    declared["id"] = join("", one.id)
    if action == "list":
        return _list(one, declared, operation, shapes)
    success = operation.success
    is_job = action == "create" and one.states is not None
    if success is None or success.status not in ("200", "201", "204", *([ACCEPTED] if is_job else [])):
        return f"whether it has the effect of {action} at once is not certain."
    shown = shapes.item(operation, one.id)
    is_placed = is_job and not success.media and operation.conditions.location is not None
    if shown is None and (success.media or action == "create") and not is_placed:
        return f"its response does not show the item, so that it is not certain to {action} one."
    if shown and shown.pointer:
        declared["item"] = shown.pointer
    return _changing(one, declared, operation, read, shapes)


def _changing(
    one: Found, declared: dict[str, Any], operation: Operation, read: Operation, shapes: Shapes
) -> dict[str, Any] | str:
    """Complete the x-resource of an operation that changes something, or return why it has none."""
    action = declared["action"]
    if action == "delete":
        declared["gone"] = "hidden"
    elif action in ("create", "update", "upsert"):
        answered, known = shapes.item(operation, one.id), shapes.item(read, one.id)
        is_patch = any(each.essence == JSON_PATCH for each in operation.body)
        if echo := list(_echo(operation, answered, known, one.id, shapes)) or (_kept(one) if is_patch else []):
            declared["echo"] = echo
        elif is_patch:
            return "which fields its JSON Patch may change is not certain."
        elif not operation.body:
            return f"it has no body, so that it is not certain to {action} an item."
    return declared


def _kept(one: Found) -> list[str]:
    """Return the fields that an item keeps of other requests, which a JSON Patch may then change as well."""
    return list(dict.fromkeys(field for each in one.actions.values() for field in each.get("echo", [])))


def _list(one: Found, declared: dict[str, Any], operation: Operation, shapes: Shapes) -> dict[str, Any] | str:
    rows = shapes.rows(operation)
    if rows is None or one.id not in rows.item.properties:
        return f"its rows are not certain to be the items of {one.path}."
    required = ", ".join(takes_required(operation))
    if required:
        return f"it lists what {required} ask for, not all items."
    if rows.pointer:
        declared["items"] = rows.pointer
    return declared


def _ids(one: Found) -> list[str]:
    """Return the names that the field with the id of an item may have, the likeliest first."""
    noun = letters("".join(singular(noun_of(one.collection))))
    key = letters(one.key)
    names = [one.key]
    if key in ("id", f"{noun}id", noun, "uuid", f"{noun}uuid") or key.endswith(f"{noun}id"):
        names += ["id", "uuid", f"{noun}_id", f"{noun}Id"]
    return list(dict.fromkeys(names))


def _is_key(read: Operation, key: str, name: str, item: Shape, shapes: Shapes) -> bool:
    """Return whether a parameter and a field have the same type."""
    parameter = next((each for each in read.parameters if each.location == "path" and each.name == key), None)
    one = follow(shapes.document, parameter.data.get("schema", {})) if parameter else {}
    other = follow(shapes.document, item.properties[name])
    return one.get("type") in ("string", "integer") and one.get("type") == other.get("type")


def _echo(operation: Operation, answered: Shown | None, known: Shown | None, id_: str, shapes: Shapes) -> Iterator[str]:
    """Yield the fields of the body that the item keeps: those that it has by the same name and schema.

    A field is left out where the documented request and response have different values in it.
    """
    fields, sent = shapes.fields(operation)
    if known is None:
        return
    item = answered.item if answered else known.item
    removes = any(each.essence == MERGE_PATCH for each in operation.body)
    for name, schema in fields.items():
        bare = follow(shapes.document, schema)
        # in a JSON Merge Patch null takes a value away, which an item need not show as null
        sent_as = {key: each for key, each in bare.items() if key != "nullable"} if removes else schema
        same = name in item.properties and any(shapes.same(each, item.properties[name]) for each in (schema, sent_as))
        if name == id_ or not same:
            continue
        fixed = bare.get("readOnly") or bare.get("writeOnly") or bare.get("format") in _CHANGING
        if bare.get("type") not in _SCALARS or fixed or follow(shapes.document, item.properties[name]).get("readOnly"):
            continue
        values = [body[name] for body in sent if isinstance(body, dict) and name in body]
        shown_values = [_at(payload, answered.pointer, name) for payload in answered.payloads] if answered else []
        if not values or not shown_values or any(value in shown_values for value in values):
            yield join("", name)


def _name(found: Iterable[Found]) -> None:
    """Give each resource a name of its own: its noun, after those of its parent where another has it."""
    taken: set[str] = set()
    for one in found:
        parts = [part for part in re.split(r"/\{[^{}]*\}", one.collection) if part]
        words = [singular(noun_of(part)) if one.key else noun_of(part) for part in parts]
        nouns = [[word for word in noun if word.isalpha()] for noun in words]
        names = ["-".join(word for noun in nouns[-count:] for word in noun) for count in range(1, len(nouns) + 1)]
        name = next((each for each in names if each and each not in taken), names[-1] or "item")
        while name in taken:
            name += "-item"
        one.name = name
        taken.add(name)
