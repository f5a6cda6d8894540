"""Which alternatives of two lists belong together: by name, else by content, else by title, else by likeness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.diff.neutral import UNCOMPARED
from adcontract.diff.schema import Part, Parts, Schema, read
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "x-inferred"

_ALIKE = 0.5
"""So alike are a component and a schema without a name that belong together."""


@dataclass(frozen=True)
class Alternatives:
    """Compares alternatives of an old document with those of a new one."""

    documents: tuple[dict[str, Any], dict[str, Any]]
    request: bool

    def matched(self, old: Parts, new: Parts) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
        """Return the alternatives that belong together, and the others of both lists."""
        gone, added = list(old), list(new)
        found: list[tuple[Part, Part]] = []

        def take(one: Part, other: Part) -> None:
            if one in gone and other in added:
                found.append((one, other))
                gone.remove(one)
                added.remove(other)

        for matches in (same_name, self.same, self._same_title):
            for one in old:
                other = next((part for part in added if one in gone and matches(one, part)), None)
                if other:
                    take(one, other)
        for one, other in list(self._alike(gone, added)):
            take(one, other)
        return found, gone, added

    def same(self, old: Part, new: Part) -> bool:
        """Return whether two alternatives have the same name, or the same keywords with the same values."""
        contents = (follow(document, part[0]) for document, part in zip(self.documents, (old, new), strict=True))
        before, after = ({key: content[key] for key in content.keys() - {*UNCOMPARED, MARK}} for content in contents)
        return same_name(old, new) or before == after

    def _same_title(self, old: Part, new: Part) -> bool:
        one, other = (follow(document, part[0]) for document, part in zip(self.documents, (old, new), strict=True))
        return "title" in one and one["title"] == other.get("title")

    def _alike(self, old: list[Part], new: list[Part]) -> Iterator[tuple[Part, Part]]:
        """Yield the pairs of schemas that may be one, the most alike first. Two components of other names are two."""
        sides = [
            [read(document, (part,), request=self.request, text=False) for part in parts]
            for document, parts in zip(self.documents, (old, new), strict=True)
        ]
        scores = []
        for i, one in enumerate(old):
            for j, other in enumerate(new):
                named = sum("$ref" in node for node, _ in (one, other))
                likeness = _likeness(sides[0][i], sides[1][j]) if named < 2 else 0
                if likeness > (_ALIKE if named else 0):
                    scores.append((-likeness, max(i, j), min(i, j), i, j))
        yield from ((old[i], new[j]) for *_, i, j in sorted(scores))


def _likeness(one: Schema, other: Schema) -> float:
    """Return how alike two schemas are, 0 if they are surely two, 1 if they may be the same."""
    types = one.data.get("type"), other.data.get("type")
    if None not in types and types[0] != types[1] and set(types) != {"integer", "number"}:
        return 0
    names = one.properties.keys() | other.properties.keys()
    if names:
        return len(one.properties.keys() & other.properties.keys()) / len(names)
    return 1 if types[0] == types[1] else _ALIKE


def same_name(old: Part, new: Part) -> bool:
    """Return whether two alternatives have one name, and not only one type."""
    return name(old) == name(new) and any(node.keys() & {"$ref", "title"} for node, _ in (old, new))


def name(part: Part) -> str:
    """Return the name of an alternative: its component, its title, or its type."""
    node, _ = part
    found = node.get("$ref", "").rpartition("/")[2] or node.get("title") or node.get("type")
    return str(found or ("object" if node.keys() & {"properties", "allOf"} else "anything"))


def names(parts: Parts) -> list[str] | None:
    """Return the names of alternatives, None where there are none."""
    return [name(part) for part in parts] or None


def unmarked(part: Part) -> Part:
    """Return an alternative without its `x-inferred`."""
    node, pointer = part
    return {key: value for key, value in node.items() if key != MARK}, pointer
