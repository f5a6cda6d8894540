"""Putting the payload files of a snapshot into its document, as the examples of requests, responses and parameters."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.errors import Location
from adcontract.files.json_positions import json_positions
from adcontract.files.payload_files import DEFAULT, read_payloads
from adcontract.files.source import text_of
from adcontract.openapi.grammar import operation_objects
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.assembly.assembly import Assembly
    from adcontract.files.payload_files import Payload


@dataclass
class _Operation:
    pointer: str
    data: dict[str, Any]
    payloads: list[Payload] = field(default_factory=list)


def attach(assembly: Assembly, snapshot: str) -> None:
    """Put every file of `examples/<snapshot>/` where its name says.

    A file that fits nowhere and a missing one are findings, unless the document has holes: it may belong in one.
    """
    _Attacher(assembly).run(read_payloads(assembly.folder / "examples" / snapshot, assembly.findings.append))


class _Attacher:
    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.document = assembly.document
        self.complete = not assembly.holes
        self.operations = {
            data["operationId"]: _Operation(join("/paths", path, method), data)
            for path, method, data in operation_objects(self.document)
            if "operationId" in data
        }

    def run(self, payloads: list[Payload]) -> None:
        for payload in payloads:
            if payload.owner[:1].isupper():
                self.attach_to_shared(payload)
            elif operation := self.operations.get(payload.owner):
                operation.payloads.append(payload)
            else:
                self.report(payload, f"There is no operation {payload.owner}.")
        for operation in self.operations.values():
            self.attach_to_operation(operation)
        if self.complete:
            self.refuse_missing()

    def report(self, payload: Payload, message: str, pointer: str = "") -> None:
        if self.complete:
            fix = "Rename the file, or declare its content in the YAML."
            file = payload.source.file
            where = Location(file, *dict(json_positions(text_of(file)))[pointer]) if pointer else payload.where
            self.assembly.report(where, "payload-unused", message, fix)

    def attach_to_shared(self, payload: Payload) -> None:
        response = self.document.get("components", {}).get("responses", {}).get(payload.owner)
        media = _json_media(response, payload.name)
        if media is None:
            self.report(payload, f"There is no shared response {payload.owner} with a JSON body.")
        else:
            pointer = join("/components/responses", payload.owner)
            self.put(media, payload, join(pointer, "content", _json_type(response or {}, payload.name) or ""))

    def attach_to_operation(self, operation: _Operation) -> None:
        lender = operation.data.get("x-payloads")
        borrowed = self.operations[lender].payloads if isinstance(lender, str) and lender in self.operations else []
        if lender is not None and not borrowed:
            self.assembly.report(
                self.assembly.where(join(operation.pointer, "x-payloads")),
                "payload-missing",
                f"The operation {lender} has no payloads.",
                "Name the operation that is documented together with this one.",
            )
        for payload in operation.payloads:
            if not self.attach_one(operation, payload):
                self.report(payload, f"{payload.owner} has no place for {payload.part or 'it'}.")
        for payload in borrowed:
            self.attach_one(operation, payload)
        self.name_requests(operation, [*operation.payloads, *borrowed])

    def attach_one(self, operation: _Operation, payload: Payload) -> bool:
        if payload.part == "parameters":
            return self.attach_parameters(operation, payload)
        if payload.part == "request":
            holder, pointer = operation.data.get("requestBody"), join(operation.pointer, "requestBody")
        else:
            responses = operation.data.get("responses", {})
            holder, pointer = responses.get(payload.part), join(operation.pointer, "responses", payload.part)
            if holder and "$ref" in holder:
                holder = responses[payload.part] = self.own(holder, pointer)
        holder = follow(self.document, holder)
        media = _json_media(holder, payload.name)
        if media is None:
            return False
        self.put(media, payload, join(pointer, "content", _json_type(holder, payload.name) or ""))
        return True

    def put(self, media: dict[str, Any], payload: Payload, pointer: str) -> None:
        example = media.setdefault("examples", {}).setdefault(payload.name, {})
        example["value"] = payload.source.data
        self.locate(payload, join(pointer, "examples", payload.name, "value"))

    def locate(self, payload: Payload, pointer: str) -> None:
        self.assembly.locations[pointer] = payload.where
        if not payload.readable:
            self.assembly.holes.add(pointer)

    def attach_parameters(self, operation: _Operation, payload: Payload) -> bool:
        if not payload.readable:
            self.locate(payload, join(operation.pointer, "parameters"))
        parameters = operation.data.get("parameters", [])
        followed = [follow(self.document, parameter) for parameter in parameters]
        index = {(data.get("in"), data.get("name")): position for position, data in enumerate(followed)}
        for location, values in payload.source.data.items():
            for name, value in values.items():
                position = index.get((location, name))
                if position is None:
                    message = f"{payload.owner} has no {location} parameter {name}."
                    self.report(payload, message, join("", location, name))
                    continue
                pointer = join(operation.pointer, "parameters", str(position))
                if "$ref" in parameters[position]:
                    parameters[position] = self.own(parameters[position], pointer)
                parameters[position].setdefault("examples", {})[payload.name] = {"value": value}
                self.locate(payload, join(pointer, "examples", payload.name, "value"))
        return True

    def own(self, node: dict[str, Any], pointer: str) -> Any:
        """Return a copy of the component that `node` refers to, which replaces the reference at `pointer`."""
        component = follow(self.document, node)
        self.assembly.copy_locations(component, node["$ref"].removeprefix("#"), pointer)
        return copy.deepcopy(component)

    def name_requests(self, operation: _Operation, payloads: list[Payload]) -> None:
        """Give each named example of a response the `x-request` of the request files of the same name."""
        requests: dict[str, dict[str, Any]] = {}
        for payload in payloads:
            if payload.part == "parameters":
                requests.setdefault(payload.name, {}).update(payload.source.data)
            elif payload.part == "request":
                requests.setdefault(payload.name, {})["body"] = payload.source.data
        for response in operation.data.get("responses", {}).values():
            for name, example in (_json_media(response, "") or {}).get("examples", {}).items():
                if name != DEFAULT and name in requests:
                    example.setdefault("x-request", requests[name])

    def refuse_missing(self) -> None:
        for pointer, example in _examples(self.document, ""):
            if "value" not in example:
                message = f"The example {pointer.rpartition('/')[2]} has no payload file."
                fix = "Add the payload file, or remove the example here."
                self.assembly.report(self.assembly.where(pointer), "payload-missing", message, fix)
                self.assembly.holes.add(pointer)


def _examples(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every example object below `node`, without looking into payloads."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _examples(item, join(pointer, str(index)))
    elif isinstance(node, dict):
        for key, value in node.items():
            inside = join(pointer, key)
            if key == "examples" and isinstance(value, dict) and ("schema" in node or "content" in node):
                yield from (
                    (join(inside, name), example) for name, example in value.items() if isinstance(example, dict)
                )
            elif key not in ("example", "default", "enum"):
                yield from _examples(value, inside)


def _json_type(holder: dict[str, Any], name: str) -> str | None:
    """Return the first JSON media type, or the one at which an example of this name is declared."""
    types = [type_ for type_ in holder.get("content", {}) if "json" in type_]
    named = (type_ for type_ in types if name in (holder["content"][type_].get("examples") or {}))
    return next(named, types[0] if types else None)


def _json_media(holder: Any, name: str) -> dict[str, Any] | None:
    """Return the media type of a request body or a response to which the payload of a name belongs, or None."""
    if not isinstance(holder, dict):
        return None
    type_ = _json_type(holder, name)
    return None if type_ is None else holder["content"][type_]
