"""What responses show that one document does not have, gathered by the part of the document that it concerns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract_conformance.watch.inference import form_of

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 500
"""How many values of a discovery are kept; further ones only where their types are new."""


class Kind(StrEnum):
    """The kinds of discoveries, in the order in which they are reported."""

    STATUS = "status"
    MEDIA = "media type"
    HEADER = "header"
    FIELD = "field"
    ABSENT = "absent"
    TYPE = "type"
    NULL = "null"
    VALUE = "value"
    LIMIT = "limit"


class Spot(NamedTuple):
    """Where a discovery was made, in words that all snapshots share: an operation, a status, a path in the body."""

    operation: tuple[str, str]
    status: int
    path: tuple[str, ...]
    kind: Kind
    name: str


@dataclass
class Discovery:
    """One part of a document that responses contradict, or that they have and the document lacks.

    `place` is the pointer of the part, and `name` the field, value, type, keyword, status or header at it.
    It was made `count` times, of `of` responses that showed the part.
    """

    kind: Kind
    place: str
    name: str
    values: list[Any] = field(default_factory=list)
    count: int = 0
    of: int = 0
    spots: set[Spot] = field(default_factory=set)
    operations: dict[str, None] = field(default_factory=dict)

    def add(self, other: Discovery) -> None:
        """Add what another discovery at the same place has seen."""
        self.values += other.values
        self.count += other.count
        self.spots |= other.spots
        self.operations |= other.operations


class Discoveries:
    """Gathers discoveries; `shown` counts how often each part of the document was shown."""

    def __init__(self) -> None:
        self.shown: Counter[str] = Counter()
        self._found: dict[tuple[Kind, tuple[str, ...], str], Discovery] = {}

    def add(self, places: tuple[str, ...], value: Any, spot: Spot, operation_id: str) -> None:
        """Add a discovery. A field is at one of several `places`, the schemas that describe the same object."""
        key = spot.kind, places, spot.name
        found = self._found.setdefault(key, Discovery(spot.kind, places[-1], spot.name))
        found.count += 1
        found.spots.add(spot)
        found.operations[operation_id] = None
        if len(found.values) < KEPT or form_of(value) not in {form_of(each) for each in found.values[KEPT:]}:
            found.values.append(value)

    def all(self) -> list[Discovery]:
        """Return the discoveries, each once: what several operations show of a shared schema is one."""
        several: dict[tuple[Kind, str], list[tuple[tuple[str, ...], Discovery]]] = {}
        for (kind, places, name), each in self._found.items():
            several.setdefault((kind, name), []).append((places, each))
        done = [each for group in several.values() for each in self._placed(group)]
        for each in done:
            of_values = each.kind is Kind.VALUE
            each.of = max(self.shown[each.place.rpartition("/")[0] if of_values else each.place], each.count)
        return sorted(done, key=lambda each: (list(Kind).index(each.kind), each.place, each.name))

    def _placed(self, group: list[tuple[tuple[str, ...], Discovery]]) -> Iterable[Discovery]:
        """Yield the discoveries of a group, each at the place that explains most of them."""
        while group:
            held = Counter(place for places, _ in group for place in dict.fromkeys(places))
            # of equal ones, the one that describes the fewest objects
            best = max(held, key=lambda place: (held[place], -self.shown[place]))
            joined = Discovery(group[0][1].kind, best, group[0][1].name)
            for places, each in group:
                if best in places:
                    joined.add(each)
            yield joined
            group = [(places, each) for places, each in group if best not in places]
