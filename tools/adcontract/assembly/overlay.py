"""Applying the overlays of an API.

A document of an older date is the newest one with every later change undone. What servers show that no page documents
is added to it by overlays of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.contract.contract import Change
from adcontract.openapi.pointer import join, step

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.assembly.resolver import Resolver
    from adcontract.errors import Location
    from adcontract.files.source import Source

SUFFIX = ".overlay.yaml"

SEEN = "seen"
"""The folder of the overlays with what servers show, named `<snapshot>.<date>.overlay.yaml`."""

_SEEN = re.compile(r"(?P<snapshot>.+)\.(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})" + re.escape(SUFFIX))
_VERSION = re.compile(r"1\.0\.[0-9]+")


def overlays(folder: Path) -> dict[str, list[Path]]:
    """Return the overlays of an API by the snapshot that they undo, the newest first.

    Those of one snapshot are `changes/<snapshot>.overlay.yaml` or `changes/<snapshot>/*.overlay.yaml`, in the order of
    their names, in which they are applied.
    """
    found: dict[str, list[Path]] = {}
    for file in sorted((folder / "changes").rglob(f"*{SUFFIX}")):
        within = file.relative_to(folder / "changes").parts
        found.setdefault(within[0].removesuffix(SUFFIX), []).append(file)
    return dict(sorted(found.items(), reverse=True))


def seen_overlays(folder: Path, snapshot: str) -> list[tuple[str, Path]]:
    """Return the overlays with what servers showed beyond a snapshot, each with its date, the oldest first."""
    named = ((_SEEN.fullmatch(file.name), file) for file in sorted((folder / SEEN).glob("*")))
    return [(match["date"], file) for match, file in named if match and match["snapshot"] == snapshot]


def apply(resolver: Resolver, file: Path, date: str) -> list[Change]:
    """Apply one overlay of `date` (OpenAPI Overlay Specification 1.0.0) to the document of `resolver`, strictly.

    A target that matches nothing, an action without effect, and one without a sentence that starts with its date are
    findings of the assembly.

    Returns:
        The changes of the overlay's date, one for each action.
    """
    source = resolver.read(file)
    if source is None:
        return []
    return _Overlay(resolver, source, date).run()


class _Overlay:
    def __init__(self, resolver: Resolver, source: Source, snapshot: str) -> None:
        self.resolver = resolver
        self.assembly = resolver.assembly
        self.source = source
        self.snapshot = snapshot

    def report(self, pointer: str, message: str, fix: str, rule: str = "overlay-form") -> None:
        self.assembly.report(self.source.where(pointer), rule, message, fix)

    def run(self) -> list[Change]:
        data = self.source.data
        if not isinstance(data, dict) or not _VERSION.fullmatch(str(data.get("overlay"))):
            self.report("/overlay", "This is not an overlay of version 1.0.", "Start the file with overlay: 1.0.0.")
            return []
        root = "../" * (len(self.source.file.relative_to(self.assembly.folder).parts) - 1) + "openapi.yaml"
        if data.get("extends") != root:
            self.report("/extends", "The overlay does not say what it extends.", f"Write extends: {root}.")
        actions = data.get("actions")
        if not isinstance(actions, list) or not actions:
            self.report("/actions", "The overlay has no actions.", "List them under actions.")
            return []
        return [change for index, action in enumerate(actions) if (change := self.action(action, f"/actions/{index}"))]

    def action(self, action: Any, pointer: str) -> Change | None:
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            self.report(pointer, "The action has no target.", "Write target: and a JSONPath.")
            return None
        sentence = str(action.get("description", ""))
        if not sentence.startswith(self.snapshot):
            message = f"The action has no sentence on the change of {self.snapshot}."
            self.report(pointer, message, f"Write description: {self.snapshot} …, one sentence.")
        if ("update" in action) == (action.get("remove") is True):
            self.report(
                pointer, "The action has neither update nor remove, or both.", "Give it either update or remove: true."
            )
            return None
        locations = self.find(action["target"], f"{pointer}/target")
        touched: list[tuple[str, Location]] = []
        if action.get("remove") is True:
            touched = [self.located(join("", *map(str, location))) for location in locations]
            for location in sorted(locations, key=_order, reverse=True):
                self.remove(location)
        else:
            for location in locations:
                touched += self.update(location, action["update"], f"{pointer}/update")
        return Change(self.snapshot, sentence, self.source.where(pointer), tuple(touched))

    def located(self, pointer: str) -> tuple[str, Location]:
        return pointer, self.assembly.where(pointer)

    def find(self, target: str, pointer: str) -> list[tuple[int | str, ...]]:
        """Return the location of each object and array that `target` (RFC 9535) selects; none is a finding."""
        # imported here: a document from the cache needs no JSONPath
        from jsonpath_rfc9535 import JSONPathError

        from adcontract.assembly.json_path import SECONDS, select

        try:
            nodes = select(target, self.assembly.document)
        except JSONPathError as error:
            message = f"{target} is not a valid JSONPath: {str(error).splitlines()[0]}."
            self.report(pointer, message, "Correct it (RFC 9535).", "overlay-target")
            return []
        except TimeoutError:
            message = f"{target} takes more than {SECONDS:g} seconds to find its nodes."
            self.report(pointer, message, "Name the nodes by fewer wildcards.", "overlay-target")
            return []
        if not nodes and not self.assembly.holes:
            message = f"{target} matches nothing in the document that this overlay is applied to."
            self.report(pointer, message, "Correct the target, or remove the action.", "overlay-target")
        if not all(isinstance(node.value, (dict, list)) for node in nodes):
            message = f"{target} matches a value that is neither an object nor an array."
            self.report(pointer, message, "Target the object around it.", "overlay-target")
            return []
        return [node.location for node in nodes]

    def remove(self, location: tuple[int | str, ...]) -> None:
        if not location:
            return
        *parents, last = location
        parent = step(self.assembly.document, map(str, parents))
        pointer = join("", *map(str, parents))
        if isinstance(parent, list):
            del parent[int(last)]
            self.close_gap(pointer + "/", int(last))
        else:
            self.assembly.forget(parent.pop(last), join(pointer, str(last)))

    def close_gap(self, below: str, gone: int) -> None:
        """Move the locations of the items behind the item `gone` of an array one item forward."""
        locations, moved = self.assembly.locations, {}
        for known in [known for known in locations if known.startswith(below)]:
            location = locations.pop(known)
            index, slash, inside = known.removeprefix(below).partition("/")
            if int(index) != gone:
                moved[f"{below}{int(index) - (int(index) > gone)}{slash}{inside}"] = location
        locations.update(moved)

    def update(self, location: tuple[int | str, ...], value: Any, inside: str) -> list[tuple[str, Location]]:
        pointer = join("", *map(str, location))
        node = step(self.assembly.document, map(str, location))
        if isinstance(node, list):
            return [self.append(node, value, inside, pointer)]
        if not isinstance(node, dict) or not isinstance(value, dict):
            self.report(inside, "An update is for an object or an array.", "Target the object around it.")
            return []
        return self.merge(node, value, inside, pointer)

    def append(self, node: list[Any], value: Any, inside: str, pointer: str) -> tuple[str, Location]:
        here = join(pointer, str(len(node)))
        node.append(self.resolver.place(self.source, value, inside, here))
        return self.located(here)

    def merge(
        self, node: dict[str, Any], value: dict[str, Any], inside: str, pointer: str
    ) -> list[tuple[str, Location]]:
        """Merge `value` into `node` as the specification asks: objects by member, arrays appended, others replaced.

        Returns:
            The pointer and the location of each node that was added or replaced.
        """
        touched: list[tuple[str, Location]] = []
        for key, new in value.items():
            old, there, here = node.get(key), join(inside, key), join(pointer, key)
            if isinstance(old, dict) and isinstance(new, dict) and "$ref" not in new and "$ref" not in old:
                touched += self.merge(old, new, there, here)
            elif isinstance(old, list) and isinstance(new, list):
                touched += [self.append(old, item, join(there, str(i)), here) for i, item in enumerate(new)]
            else:
                if key in node:
                    touched.append(self.located(here))
                self.assembly.forget(old, here)
                node[key] = self.resolver.place(self.source, new, there, here)
                touched.append(self.located(here))
        return touched


def _order(location: tuple[int | str, ...]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in location)
