"""Something that a contract does not declare, although an operation looks as if it had it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from adcontract.openapi.pointer import lookup

if TYPE_CHECKING:
    from adcontract import Operation

TOPICS = (
    "x-errors",
    "default",
    "security",
    "success",
    "schema",
    "x-resource",
    "echo",
    "removal",
    "sums",
    "x-pagination",
    "x-sort",
    "x-filter",
    "required",
    "x-invariants",
    "example",
    "maximum",
)
"""What may be lacking, in the order in which it is added: a filter shows nothing without a list."""

Edits = dict[str, dict[str, Any]]
"""By pointers of objects in a document, the members that are added to them, or removed where the value is None."""


@dataclass(frozen=True)
class Lack:
    """One topic that is not declared for some operations.

    `lacks` is what they have not, `unseen` the faults that this hides, and `sign` why it looks as if they had it.
    `edits` are the declarations, the first at the first operation. With a `lens`, a pointer of a schema, the
    faults are those of that schema alone, as if it were the one of the whole response. `advice` stands for the edits
    where a piece of YAML would not help; the YAML `is_example` where the contract does not suggest its values. One that
    `hides_effects` hides those of the operations on items, which can be planted, and which no law can then see.
    """

    topic: str
    operations: tuple[Operation, ...]
    lacks: str
    unseen: str
    sign: str
    edits: Edits
    lens: str | None = None
    advice: str = ""
    is_example: bool = False
    hides_effects: bool = False

    @property
    def pointer(self) -> str:
        """The node that gets the declaration, the first of several."""
        return next(iter(self.edits))

    @property
    def declare(self) -> str:
        """What to declare, as one line of YAML, or in words."""
        return self.advice or as_yaml(next(iter(self.edits.values())))


def as_yaml(members: dict[str, Any]) -> str:
    """Return the members of an object as one line of YAML."""
    text = yaml.dump(members, Dumper=_Plain, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return str(text).strip()[1:-1]


def add(document: dict[str, Any], edits: Edits) -> None:
    """Add members to objects of a document, in place; objects that it has are extended, anything else is replaced."""
    for pointer, members in edits.items():
        _extend(lookup(document, pointer), members)


def _extend(node: dict[str, Any], members: dict[str, Any]) -> None:
    for name, value in members.items():
        if value is None:
            node.pop(name, None)
        elif isinstance(value, dict) and isinstance(node.get(name), dict):
            _extend(node[name], value)
        else:
            node[name] = value


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - YAML of contracts has no anchors
        return True
