"""Finding what a reference of a document of a user's own leads to: a place in one of its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from adcontract.errors import ContractError
from adcontract.files.plain_yaml import read_plain
from adcontract.openapi.pointer import join, split

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.assembly.assembly import Assembly
    from adcontract.errors import Location
    from adcontract.files.source import Source

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_LONGEST = 100
"""The references that may follow each other, each of which leads to nothing but the next one."""


class Place(NamedTuple):
    """A node of a file."""

    source: Source
    pointer: str
    node: Any

    def inside(self, key: str) -> Place:
        """Return the place of a member of the node, or of one of its items."""
        node = self.node[int(key)] if isinstance(self.node, list) else self.node[key]
        return Place(self.source, join(self.pointer, key), node)

    @property
    def where(self) -> Location:
        """The location of the node."""
        return self.source.where(self.pointer)

    @property
    def reference(self) -> Any:
        """The reference that the node is, None if it is none."""
        return self.node.get("$ref") if isinstance(self.node, dict) else None


class References:
    """Follows the references of the document in `root`, within its folder and below."""

    def __init__(self, assembly: Assembly, root: Source) -> None:
        self._assembly = assembly
        self._folder = root.file.parent.resolve()
        self.root = Place(root, "", root.data)
        self._read: dict[Path, Source | None] = {root.file.resolve(): root}

    @property
    def files(self) -> list[Path]:
        """The files that were read, the root first."""
        return list(self._read)

    def target(self, place: Place) -> Place | None:
        """Return the place that the reference at `place` leads to, or None after a finding."""
        reference = place.reference
        where = place.source.where(join(place.pointer, "$ref"))
        if not isinstance(reference, str):
            self._assembly.report(where, "ref-kind", "The reference is not a string.", "Write where it leads to.")
            return None
        return self.named(place.source, reference, where)

    def named(self, source: Source, reference: str, where: Location) -> Place | None:
        """Return the place that `reference`, which stands in `source`, leads to, or None after a finding."""
        name, _, fragment = reference.partition("#")
        found = self._file(source, name, where) if name else source
        if found is None:
            return None
        if fragment and not fragment.startswith("/"):
            fix = "Refer to it by a JSON Pointer, such as #/components/schemas/Pet."
            self._assembly.report(where, "ref-exists", f"{reference} is not a JSON Pointer.", fix)
            return None
        target = self.at(found, unquote(fragment))
        if target is None:
            shown = f"in {name}" if name else "in this file"
            message = f"#{fragment} leads to nothing {shown}."
            self._assembly.report(where, "ref-exists", message, "Correct the reference, or add its target.")
        return target

    def at(self, source: Source, pointer: str) -> Place | None:
        """Return the place at `pointer` of a file; a reference on the way is followed."""
        place = Place(source, "", source.data)
        for part in split(pointer):
            for _ in range(_LONGEST):
                if part in (place.node if isinstance(place.node, dict) else ()) or place.reference is None:
                    break
                next_ = self.target(place)
                if next_ is None:
                    return None
                place = next_
            try:
                place = place.inside(part)
            except (LookupError, ValueError, TypeError):
                return None
        return place

    def _file(self, source: Source, name: str, where: Location) -> Source | None:
        if _SCHEME.match(name):
            fix = "Put the file beside the document, and refer to it by its relative path."
            self._assembly.report(where, "ref-exists", f"{name} is in the network, which is not read.", fix)
            return None
        try:
            file = (source.file.parent / unquote(name)).resolve()
        except (OSError, ValueError):
            self._assembly.report(where, "ref-exists", f"{name!r} is not the name of a file.", "Correct the reference.")
            return None
        if not file.is_relative_to(self._folder):
            fix = "Put the file into that folder or below it."
            self._assembly.report(where, "ref-exists", f"{name} is outside the folder of the document.", fix)
            return None
        if file not in self._read:
            if not file.is_file():
                fix = "Create the file, or correct the reference."
                self._assembly.report(where, "ref-exists", f"{name} does not exist.", fix)
            try:
                shown = self.root.source.file.parent / file.relative_to(self._folder)
                self._read[file] = read_plain(shown) if file.is_file() else None
            except ContractError as error:
                self._assembly.findings += error.findings
                self._read[file] = None
        return self._read[file]
