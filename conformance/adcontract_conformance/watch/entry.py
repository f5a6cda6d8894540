"""An entry for `spec/`: the overlay that adds to a document what a server showed beyond it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import join, split, step
from adcontract.openapi.references import follow
from adcontract.wording import plural
from adcontract_conformance.watch.discoveries import Kind
from adcontract_conformance.watch.inference import example_of, sample_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract_conformance.watch.discoveries import Discovery

Action = dict[str, Any]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MARKS = ("x-inferred", "x-source")


def entry(document: dict[str, Any], discoveries: list[Discovery], date: str) -> tuple[list[Action], list[Discovery]]:
    """Return the actions that add discoveries to `document`, and the discoveries that are to be added by hand.

    The document is as it is before its payloads, and is changed by the actions.
    """
    writer = _Entry(document, date)
    return [action for each in writer.run(discoveries) for action in each], writer.by_hand


def values_of(discovery: Discovery) -> list[Any]:
    """Return the different values of a discovery as they may be shown."""
    if discovery.kind in (Kind.STATUS, Kind.MEDIA, Kind.HEADER):
        return []
    scalars = [value for value in discovery.values if not isinstance(value, dict | list)]
    if discovery.kind is Kind.FIELD:
        shown = [sample_of(value, discovery.name) for value in scalars]
    else:
        shown = [example_of(value, split(discovery.place)[-1]) for value in scalars]
    return list({json.dumps(each): each for each in shown}.values())


class _Entry:
    def __init__(self, document: dict[str, Any], date: str) -> None:
        self.document = document
        self.date = date
        self.by_hand: list[Discovery] = []

    def run(self, discoveries: list[Discovery]) -> Iterator[list[Action]]:
        writers: dict[Kind, Callable[[Discovery], list[Action]]] = {
            Kind.STATUS: self.status,
            Kind.MEDIA: self.media,
            Kind.HEADER: self.header,
            Kind.FIELD: self.field,
            Kind.ABSENT: self.absent,
            Kind.TYPE: self.type,
            Kind.NULL: self.null,
            Kind.LIMIT: self.limit,
        }
        done = set[str]()
        for each in discoveries:
            if each.kind is not Kind.VALUE:
                actions = writers[each.kind](each)
                self.by_hand += [] if actions else [each]
                yield actions
            elif each.place not in done:
                done.add(each.place)
                of_one = [other for other in discoveries if other.kind is each.kind and other.place == each.place]
                yield self.values(of_one)

    # what is written

    def field(self, found: Discovery) -> list[Action]:
        schema = schema_of(found.values, found.name)
        sentence = f"The type is that of {plural(found.count, 'value')} of {self.date}; no page documents the field."
        return [
            self.update(
                join(found.place, "properties"),
                f"a server showed `{found.name}` in {found.count} of {found.of} objects.",
                {found.name: {**schema, **self.marks({}, sentence)}},
            )
        ]

    def values(self, found: list[Discovery]) -> list[Action]:
        """Add values to a set of known ones; what may be somebody's is not for publication."""
        self.by_hand += [each for each in found if values_of(each) != each.values[:1]]
        found = [each for each in found if each not in self.by_hand]
        if not found:
            return []
        pointer, _, keyword = found[0].place.rpartition("/")
        names, count = " and ".join(each.name for each in found), sum(each.count for each in found)
        sentence = f"A server showed {names} on {self.date}; no page documents the value."
        says = f"a server showed {names} in {count} of {found[0].of} places."
        new = {keyword: [each.values[0] for each in found], **self.marks(self.node(pointer), sentence, keyword)}
        return [self.update(pointer, says, new)]

    def null(self, found: Discovery) -> list[Action]:
        sentence = f"A server showed null on {self.date}; no page documents it."
        says = f"a server showed null in {found.count} of {found.of} places."
        node = self.node(found.place)
        if "$ref" in node:
            return self.set(found.place, says, {"nullable": True, "allOf": [node], **self.marks({}, sentence)})
        return [self.update(found.place, says, {"nullable": True, **self.marks(node, sentence, "nullable")})]

    def type(self, found: Discovery) -> list[Action]:
        says = f"a server showed values of another type ({found.name}) in {found.count} of {found.of} places."
        return self.either(found, says, f"A server showed values of the type {found.name} on {self.date}.")

    def limit(self, found: Discovery) -> list[Action]:
        node = self.node(found.place)
        says = f"a server showed values beyond `{found.name}` in {found.count} of {found.of} places."
        if found.name not in node:
            return self.either(found, says, f"A server showed values beyond {found.name} on {self.date}.")
        marks = _without(node.get("x-inferred"), found.name)
        rest = {key: value for key, value in node.items() if key not in (found.name, *_MARKS)}
        sources = self.source(node)
        return self.set(found.place, says, {**rest, **({"x-inferred": marks} if marks else {}), "x-source": sources})

    def either(self, found: Discovery, says: str, sentence: str) -> list[Action]:
        """Let a value be what the document says, or what was seen."""
        node = self.node(found.place)
        inner = {key: value for key, value in node.items() if key not in ("nullable", *_MARKS)}
        nullable = {"nullable": True} if node.get("nullable") is True else {}
        new = {**nullable, "anyOf": [inner, schema_of(found.values, split(found.place)[-1])]}
        return self.set(found.place, says, {**new, **self.marks(node, sentence, "anyOf")})

    def absent(self, found: Discovery) -> list[Action]:
        node = self.node(found.place)
        rest = [name for name in node["required"] if name != found.name]
        # what stays required is as documented as before
        marks: dict[str, Any] = {"x-source": self.source(node)}
        says = f"a server left out `{found.name}` in {found.count} of {found.of} objects."
        actions = [self.remove(join(found.place, "required"), says)]
        if not rest and isinstance(node.get("x-inferred"), dict):
            if others := _without(node["x-inferred"], "required"):
                marks["x-inferred"] = others
            actions.append(self.remove(join(found.place, "x-inferred"), says))
        return [*actions, self.update(found.place, says, {**({"required": rest} if rest else {}), **marks})]

    def status(self, found: Discovery) -> list[Action]:
        operation = self.node(found.place.rpartition("/")[0])
        success = min((each for each in operation["responses"] if each.startswith("2")), default=None)
        content: dict[str, Any] = {}
        if success is not None and found.name.startswith("2") and any(found.values):
            known = follow(self.document, operation["responses"][success]).get("content", {})
            content = {media: _without_examples(each) for media, each in known.items()}
        response = {"description": f"Seen on {self.date}.", **({"content": content} if content else {})}
        sentence = f"A server answered {found.name} on {self.date}; no page documents the status."
        says = f"a server answered {found.name}."
        return [self.update(found.place, says, {found.name: {**response, **self.marks({}, sentence)}})]

    def media(self, found: Discovery) -> list[Action]:
        if not found.name:
            return []  # no media type can be declared for it
        node = self.node(found.place)
        known = next((each for name, each in node.get("content", {}).items() if name.endswith("json")), None)
        is_json = found.name.endswith(("/json", "+json"))
        text = {"schema": {"type": "string", "format": "binary"}}
        media: dict[str, Any] = {"schema": {}} if is_json else text
        if known and is_json:
            media = _without_examples(known)
        sentence = f"A server answered with {found.name} on {self.date}; no page documents the media type."
        says = f"a server answered with {found.name} in {found.count} responses."
        return [self.update(found.place, says, {"content": {found.name: {**media, **self.marks({}, sentence)}}})]

    def header(self, found: Discovery) -> list[Action]:
        sentence = f"A server sent it on {self.date} in place of {found.values[0]}; no page documents the name."
        says = f"a server sent the header {found.name} in place of {found.values[0]}."
        header = {"description": f"Seen on {self.date}.", "schema": {"type": "string"}, **self.marks({}, sentence)}
        return [self.update(found.place, says, {"headers": {found.name: header}})]

    # how it is written

    def marks(self, node: dict[str, Any], sentence: str, keyword: str | None = None) -> dict[str, Any]:
        """Return the marks of a node, its own kept: the sentence for a keyword, or for the node."""
        own = node.get("x-inferred")
        new: Any = sentence if keyword is None else {keyword: sentence}
        if isinstance(own, str):
            new = f"{own} {sentence}"
        elif isinstance(own, dict) and keyword in own:
            new = {keyword: f"{own[keyword]} {sentence}"}
        return {"x-inferred": new, "x-source": self.source(node)}

    def source(self, node: dict[str, Any]) -> str:
        """Return the source of a node, with this day."""
        seen, own = f"seen on {self.date}", node.get("x-source")
        return seen if own in (None, seen) else f"{own}; {seen}"

    def node(self, pointer: str) -> dict[str, Any]:
        """Return the node at `pointer`, itself a reference perhaps; references on the way are followed."""
        found: dict[str, Any] = step(self.document, split(self.at(pointer)))
        return found

    def at(self, pointer: str) -> str:
        """Return the pointer of a node without references on the way."""
        there = ""
        for part in split(pointer):
            node = step(self.document, split(there))
            while isinstance(node, dict) and isinstance(node.get("$ref"), str):
                there = node["$ref"].removeprefix("#")
                node = step(self.document, split(there))
            there = join(there, part)
        return there

    def set(self, pointer: str, says: str, value: dict[str, Any]) -> list[Action]:
        """Put a new node in the place of one."""
        holder, _, name = self.at(pointer).rpartition("/")
        (key,) = split(f"/{name}")
        if isinstance(step(self.document, split(holder)), list):
            return []  # one of several alternatives has no place of its own
        return [self.remove(pointer, says), self.update(holder, says, {key: value})]

    def remove(self, pointer: str, says: str) -> Action:
        """Remove a node."""
        pointer = self.at(pointer)
        action = {"target": _json_path(self.document, pointer), "description": f"{self.date} {says}", "remove": True}
        holder, _, name = pointer.rpartition("/")
        del step(self.document, split(holder))[split(f"/{name}")[0]]
        return action

    def update(self, pointer: str, says: str, value: dict[str, Any]) -> Action:
        """Merge a value into a node, references followed."""
        node = step(self.document, split(self.at(pointer)))
        if "$ref" in node:
            return self.update(node["$ref"].removeprefix("#"), says, value)
        target = _json_path(self.document, self.at(pointer))
        _merge(node, value)
        return {"target": target, "description": f"{self.date} {says}", "update": _as_files(value)}


def _merge(node: dict[str, Any], value: dict[str, Any]) -> None:
    """Merge as an overlay does: objects by member, arrays appended, others replaced."""
    for key, new in value.items():
        old = node.get(key)
        if isinstance(old, dict) and isinstance(new, dict) and "$ref" not in new and "$ref" not in old:
            _merge(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            old += new
        else:
            node[key] = new


def _json_path(document: dict[str, Any], pointer: str) -> str:
    """Return the JSONPath (RFC 9535) of a pointer."""
    path, node = "$", document
    for part in split(pointer):
        if isinstance(node, list):
            path += f"[{part}]"
        elif _NAME.fullmatch(part):
            path += f".{part}"
        else:
            quoted = part.replace("\\", "\\\\").replace("'", "\\'")
            path += f"['{quoted}']"
        node = step(node, [part])
    return path


def _as_files(node: Any) -> Any:
    """Return a node with its references as the files in `spec/` write them."""
    if isinstance(node, list):
        return [_as_files(each) for each in node]
    if not isinstance(node, dict):
        return node
    mapping = node.get("discriminator", {}).get("mapping") if isinstance(node.get("discriminator"), dict) else None
    if mapping is not None:
        files = {value: _file(reference) for value, reference in mapping.items()}
        node = {**node, "discriminator": {**node["discriminator"], "mapping": files}}
    return {key: _file(value) if key == "$ref" else _as_files(value) for key, value in node.items()}


def _file(reference: Any) -> Any:
    """Return a reference to a component as the files in `spec/` write it; anything else as it is."""
    if not isinstance(reference, str) or not reference.startswith("#/components/"):
        return reference
    _, _, section, name = reference.split("/")
    return f"../components/{section}/{name}.yaml"


def _without(marks: Any, keyword: str) -> Any:
    """Return an `x-inferred` without what it says of a keyword."""
    return {key: value for key, value in marks.items() if key != keyword} if isinstance(marks, dict) else marks


def _without_examples(media: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in media.items() if key not in ("examples", *_MARKS)}
