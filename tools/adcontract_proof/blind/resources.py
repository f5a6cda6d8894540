"""Operations that act on items, and do not say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.openapi.pointer import join
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.shapes import body_of, collection, component_noun, fields, id_of, noun_of, plain, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Operation
    from adcontract_proof.blind.shapes import Shape

_ACTIONS = {"GET": "read", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
"""What a method does to the item at the end of its path."""

_UNSEEN = {
    "list": "an item that is missing, listed twice or still listed after its removal cannot be seen",
    "read": "an item that is not the one asked for, or out of date, cannot be seen",
    "create": "an item that is answered and not stored cannot be seen",
    "update": "a change that is answered and not stored cannot be seen",
    "delete": "an item that is still there after its removal cannot be seen",
}
_SIGNS = {
    "list": "Its response is a list of items with an id.",
    "read": "Its path ends with the id of an item, which is its response.",
    "create": "Its response is a new item.",
    "update": "Its path ends with the id of an item, and its request has a body.",
    "delete": "Its path ends with the id of an item.",
}


@dataclass(frozen=True)
class Resources:
    """The resources of a contract, those that are declared and those that its operations look like."""

    contract: Contract

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The shapes of the successes of all operations, by the pointer of the operation.

        An inferred response is one that no page shows: its form is no sign of anything.
        """
        known = [each for each in self.contract.operations if each.success and not each.success.inferred]
        found = {each.pointer: shape_of(self.contract.document, each) for each in known}
        return {pointer: shape for pointer, shape in found.items() if shape is not None}

    def action(self, operation: Operation) -> str | None:
        """Return the action that an operation declares, or else looks like; None for none."""
        declared = operation.behavior.resource
        return declared.action if declared else self._guesses.get(operation.pointer)

    def name(self, operation: Operation) -> str:
        """Return the name of the resource that an operation declares, or else looks like."""
        declared = operation.behavior.resource
        return declared.name if declared else self._name(operation)

    def parent(self, operation: Operation) -> str | None:
        """Return the name of the resource in whose items those of an operation are; None for none."""
        if declared := operation.behavior.resource:
            return declared.parent.name if declared.parent else None
        found = self._parent(collection(operation.path)[0], {})
        return str(found["name"]) if found else None

    def is_list(self, operation: Operation) -> bool:
        """Return whether an operation declares a list of items, or looks like one."""
        return self.action(operation) == "list" and operation.pointer in self.shapes

    def lacks(self) -> Iterator[Lack]:
        """Yield each operation that acts on items and does not declare it, or not what the items keep of a body."""
        for operation in self.contract.operations:
            action = self._guesses.get(operation.pointer)
            if action is not None:
                edits = {operation.pointer: {"x-resource": self._declaration(operation, action)}}
                yield Lack("x-resource", (operation,), "no x-resource", _UNSEEN[action], _SIGNS[action], edits)
            declared = operation.behavior.resource
            if declared and ACTIONS[declared.action].keeps_body and not (declared.echo or declared.takes):
                echo = self._echo(operation, declared.name)
                if echo:
                    yield Lack(
                        "echo",
                        (operation,),
                        "no echo in its x-resource",
                        "a field that is dropped or stored otherwise cannot be seen",
                        f"Its body and the item have {_some(echo)} in common.",
                        {operation.pointer: {"x-resource": {"echo": echo}}},
                    )

    @cached_property
    def _guesses(self) -> dict[str, str]:
        """The actions that operations without a declaration look like, by the pointer of the operation."""
        found = {}
        for operation in self.contract.operations:
            action = None if operation.behavior.resource else self._guess(operation)
            if action in ("list", "read") or (action and self._name(operation) in self._readable):
                found[operation.pointer] = action
        return found

    @cached_property
    def _readable(self) -> set[str]:
        """The names of the resources that an operation lists or reads: no other can be followed."""
        found = {each.name for each in self.contract.resources.values() if each.is_readable}
        return found | {
            self._name(each)
            for each in self.contract.operations
            if each.behavior.resource is None and self._guess(each) in ("list", "read")
        }

    def _guess(self, operation: Operation) -> str | None:
        path, key = collection(operation.path)
        shape = self.shapes.get(operation.pointer)
        has_id = shape is not None and id_of(shape.fields, noun_of(path), key) is not None
        if key is None:
            if operation.method == "GET":
                return "list" if shape and shape.rows is not None and has_id else None
            is_new = operation.method == "POST" and body_of(operation) is not None
            return "create" if is_new and shape and shape.item is not None and has_id else None
        action = _ACTIONS.get(operation.method)
        if action == "read":
            return action if shape and shape.item is not None and has_id else None
        if action == "update":
            return action if body_of(operation) else None
        return action if operation.success and not operation.body_required else None

    @cached_property
    def _declared(self) -> dict[str, str]:
        """The names of declared resources, by the path of their collection."""
        found: dict[str, str] = {}
        for operation in self.contract.operations:
            declared = operation.behavior.resource
            if declared and declared.action in _UNSEEN:
                found.setdefault(_structure(collection(operation.path)[0]), declared.name)
        return found

    @cached_property
    def _keyed(self) -> set[str]:
        """The names of the resources of which a path names an item."""
        paths = (collection(each.path) for each in self.contract.operations)
        return {self._name_at(path) for path, key in paths if key}

    def _name_at(self, path: str) -> str:
        return self._declared.get(_structure(path)) or noun_of(path)

    def _name(self, operation: Operation) -> str:
        path, key = collection(operation.path)
        # GET `/users/show` is a list of users; what POST does there is anything
        is_view = operation.method == "GET" and key is None and _is_view(path)
        name = self._name_at(path.rpartition("/")[0] if is_view and _structure(path) not in self._declared else path)
        shape = self.shapes.get(operation.pointer)
        # a list may stand elsewhere, as a search does; what a POST answers elsewhere is no new item
        other = component_noun(shape.schema) if shape and operation.method == "GET" else ""
        return other if name not in self._keyed and other in self._keyed else name

    def _declaration(self, operation: Operation, action: str) -> dict[str, Any]:
        path, key = collection(operation.path)
        shape, name = self.shapes.get(operation.pointer), self._name(operation)
        declared: dict[str, Any] = {"name": name, "action": action}
        if key:
            declared["key"] = {"path": key}
        known = self._fields(name) if action in ("update", "delete") else shape.fields if shape else {}
        declared["id"] = join("", id_of(known, noun_of(path), key) or id_of(known, noun_of(path)) or "id")
        parent = self._parent(path, known)
        if parent:
            declared["parent"] = parent
        if action == "list" and shape and shape.rows:
            declared["items"] = shape.rows
        if action != "list" and shape and shape.item:
            declared["item"] = shape.item
        echo = self._echo(operation, name) if action in ("create", "update") else []
        return declared | ({"echo": echo} if echo else {}) | ({"gone": "hidden"} if action == "delete" else {})

    def _parent(self, path: str, known: dict[str, Any]) -> dict[str, Any] | None:
        above, key = collection(path.rpartition("/")[0])
        if key is None:
            return None
        parent: dict[str, Any] = {"name": self._name_at(above), "key": {"path": key}}
        field = next((name for name in known if plain(name) == plain(key) != "id"), None)
        return parent | ({"field": join("", field)} if field else {})

    def _fields(self, name: str) -> dict[str, Any]:
        """Return the fields of the items of a resource, as lists and single items show them."""
        showing = (each for each in self.contract.operations if self.action(each) in ("read", "list"))
        found: dict[str, Any] = {}
        for operation in showing:
            shape = self.shapes.get(operation.pointer)
            if shape and name == self.name(operation):
                found = {**shape.fields, **found}
        return found

    def _echo(self, operation: Operation, name: str) -> list[str]:
        """Return the pointers of what the body of a request and the item have in common."""
        body = body_of(operation)
        sent = fields(self.contract.document, body) if body else {}
        held = self._fields(name)
        return [
            join("", field)
            for field, schema in sent.items()
            if field in held and schema.get("type") == held[field].get("type") and plain(field) != "id"
        ]


def _is_view(path: str) -> bool:
    """Return whether a path is below that of a collection, and names no other one."""
    return path.rpartition("/")[0].endswith("s") and not path.endswith("s")


def _structure(path: str) -> str:
    return re.sub(r"\{[^{}]+\}", "{}", path)


def _some(pointers: list[str]) -> str:
    shown = ", ".join(f"`{each[1:]}`" for each in pointers[:3])
    return f"{shown} and others" if len(pointers) > 3 else shown
