"""From the files of a document of a user's own to one document, whose references are `#/components/…` only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.openapi.grammar import COMPONENTS, EACH
from adcontract.openapi.pointer import join, split, walk
from adcontract.plain.grammar import COMPONENT_OF, PLAIN
from adcontract.plain.references import Place, References

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.assembly.assembly import Assembly
    from adcontract.files.source import Source
    from adcontract.plain.dialect import Dialect

_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_TEXTS = ("description", "summary", "title")
"""The texts for which a document may name a file by a reference."""


def gather(assembly: Assembly, root: Source, dialect: Dialect) -> list[Path]:
    """Put the document in `root` and everything that it refers to into `assembly`; return the files that were read.

    A reference that leads nowhere, into the network or out of the folder is a finding.
    """
    gatherer = _Gatherer(assembly, root, dialect)
    gatherer.run()
    return gatherer.references.files


class _Gatherer:
    def __init__(self, assembly: Assembly, root: Source, dialect: Dialect) -> None:
        self.assembly = assembly
        self.references = References(assembly, root)
        self.dialect = dialect
        self.components: dict[str, dict[str, Any]] = {}
        self.named: dict[tuple[Path, str], str] = {}
        self.open: list[tuple[Path, str]] = []
        self.waiting: list[tuple[str, Place, str]] = []

    def run(self) -> None:
        root = self.references.root
        self.name_components(root)
        document = self.place("document", root, "")
        while self.waiting:  # what is placed refers to more
            type_, place, pointer = self.waiting.pop()
            _, section, name = split(pointer)
            self.components[section][name] = self.place(type_, place, pointer)
        self.assembly.document = {**document, "components": self.components}

    def name_components(self, root: Place) -> None:
        """Give what stands in the components its name, also where it is in another file, to which its name refers."""
        own = root.node.get("components")
        sections = {section: own.get(section) for section in COMPONENTS} if isinstance(own, dict) else {}
        parts = {
            join("/components", section, name): (section, name)
            for section, named in sections.items()
            for name in (named if isinstance(named, dict) and "$ref" not in named else ())
        }
        self.named |= {(root.source.file, pointer): f"#{pointer}" for pointer in parts}
        for pointer, (section, name) in parts.items():
            self.components.setdefault(section, {})[name] = {}
            place = self.references.at(root.source, pointer) or root
            reference = place.reference if place.node == {"$ref": place.reference} else None
            if isinstance(reference, str) and not reference.startswith("#"):
                target = self.references.target(place)
                if target is None:
                    self.assembly.holes.add(pointer)
                    continue
                key = target.source.file, target.pointer
                if key not in self.named and target.reference is None:
                    self.named[key], place = f"#{pointer}", target
            self.waiting.append((COMPONENTS[section], place, pointer))

    def place(self, type_: str, place: Place, outside: str) -> Any:
        """Return an object of a type, which is placed at `outside` of the document."""
        if place.reference is not None and not (type_ == "schema" and self.dialect.keeps_siblings(place.node)):
            return self.refer(type_, place, outside)
        self.assembly.locations[outside] = place.where
        if not isinstance(place.node, dict):
            return self.dialect.other(place, type_)
        placed: dict[str, Any] = {}
        for key in place.node:
            if type_ == "document" and key == "components":
                continue
            member, there = place.inside(key), self.dialect.outside(type_, key, outside)
            if (type_, key) == ("schema", "$ref"):
                placed |= self.refer(type_, place, there)
            elif (type_, key) == ("schema", "discriminator"):
                placed[key] = self.discriminator(member)
            else:
                placed[key] = self.inside(PLAIN.get(type_, {}).get(key), member, there)
            self.assembly.locations.setdefault(there, member.where)
        return self.dialect.converted(type_, placed, place)

    def inside(self, grammar: Any, place: Place, outside: str) -> Any:
        """Return a member of an object, in which other objects stand as `grammar` says."""
        if isinstance(grammar, str):
            return self.place(grammar, place, outside)
        if grammar is None:
            if "/x-" in outside.rpartition("/")[0]:
                # a keyword of ours, the parts of which findings name
                for within, _ in walk(place.node):
                    self.assembly.locations[outside + within] = place.source.where(place.pointer + within)
            return self.text(place)
        if isinstance(grammar, dict) and EACH in grammar and isinstance(place.reference, str):
            return self.members(grammar, place, outside)
        self.assembly.locations[outside] = place.where
        if isinstance(place.node, list):
            kept = self.dialect.branches(place.pointer, place.node)
            return [
                self.inside(grammar[EACH], place.inside(str(index)), join(outside, str(position)))
                for position, index in enumerate(kept)
            ]
        if not isinstance(place.node, dict):
            return place.node
        return {
            key: self.inside(grammar.get(key) or grammar.get(EACH), place.inside(key), join(outside, key))
            for key in place.node
        }

    def members(self, grammar: Any, place: Place, outside: str) -> Any:
        """Return the objects, by name, that a reference leads to."""
        target = self.references.target(place)
        key = (target.source.file, target.pointer) if target else None
        if target is None or key is None or key in self.open:
            return self.circle(place, outside) if target else {}
        self.open.append(key)
        placed = self.inside(grammar, target, outside)
        self.open.pop()
        return placed

    def circle(self, place: Place, outside: str) -> dict[str, Any]:
        """Report a reference that leads back to itself, and return what stands in its place."""
        message = f"{place.reference} leads back to itself."
        self.assembly.report(place.where, "ref-cycle", message, "Write the content, or break the circle.")
        self.assembly.holes.add(outside)
        return {}

    def text(self, place: Place) -> Any:
        """Return plain data; in place of a text there may be a reference to it."""
        is_text = place.pointer.rpartition("/")[2] in _TEXTS
        if is_text and isinstance(place.reference, str):
            target = self.references.target(place)
            return target.node if target and isinstance(target.node, str) else ""
        return place.node

    def discriminator(self, place: Place) -> Any:
        mapping = place.node.get("mapping") if isinstance(place.node, dict) else None
        if not isinstance(mapping, dict):
            return place.node
        placed = {}
        for value, target in mapping.items():
            reference = str(target)
            if re.fullmatch(r"[A-Za-z0-9._-]+", reference) and not reference.endswith((".yaml", ".yml", ".json")):
                reference = f"#/components/schemas/{reference}"
            found = self.references.named(place.source, reference, place.inside("mapping").inside(value).where)
            placed[value] = self.component("schema", found) if found else reference
        return {**place.node, "mapping": placed}

    def refer(self, type_: str, place: Place, outside: str) -> Any:
        """Return the reference at `place` as it is in the document, or a copy of what it leads to."""
        self.assembly.locations.setdefault(outside, place.where)
        self.dialect.siblings(type_, place)
        target = self.references.target(place)
        if target is None:
            self.assembly.holes.add(outside)
            return {}
        if type_ in COMPONENT_OF:
            reference = {"$ref": self.component(type_, target)}
            # what OpenAPI 3.0 ignores beside a reference, except this, which is meant wherever it is written
            is_nullable = type_ == "schema" and place.node.get("nullable") is True and not self.dialect.is_31
            return {"allOf": [reference], "nullable": True} if is_nullable else reference
        key = target.source.file, target.pointer
        if key in self.open:
            return self.circle(place, outside)
        self.open.append(key)
        placed = self.place(type_, target, outside)
        self.open.pop()
        others = {key: value for key, value in place.node.items() if key != "$ref"}
        if type_ == "path" and others:
            placed |= self.place(type_, place._replace(node=others), outside)
        return placed

    def component(self, type_: str, target: Place) -> str:
        """Return the reference to the component that `target` is, or becomes."""
        key = target.source.file, target.pointer
        if key not in self.named:
            section = COMPONENT_OF[type_]
            taken = self.components.setdefault(section, {})
            name = _name(target, taken)
            taken[name] = {}
            pointer = join("/components", section, name)
            self.named[key] = f"#{pointer}"
            self.waiting.append((type_, target, pointer))
        return self.named[key]


def _name(target: Place, taken: dict[str, Any]) -> str:
    """Return a free name for a component: that of its key, or of its file."""
    last = target.pointer.rpartition("/")[2] or target.source.file.stem
    name = free = _NAME.sub("_", last).strip("_") or "part"
    number = 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
