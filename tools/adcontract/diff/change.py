"""One change between two documents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adcontract.diff.rules import RULES, Rule


@dataclass(frozen=True)
class Change:
    """What changed, by which rule, in which part of an operation, and where it stands in both documents.

    `before` and `after` are JSON Pointers, None where a document has nothing of it. `old` and `new` are the values.
    """

    rule: Rule
    part: str
    before: str | None
    after: str | None
    old: Any = None
    new: Any = None

    @property
    def sentence(self) -> str:
        """The change in a sentence, with names and texts in backticks."""
        said = self.rule.says.format(part=self.part, old=_told(self.old), new=_told(self.new))
        return said[0].upper() + said[1:]


def change(rule: str, part: str, before: str | None, after: str | None, old: Any = None, new: Any = None) -> Change:
    """Return a change by the rule of that id."""
    return Change(RULES[rule], part, before, after, old, new)


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "nothing"
    if isinstance(value, str):
        return f"`{value}`"
    return json.dumps(value, ensure_ascii=False)


def at(node: dict[str, Any], pointer: str, keyword: str) -> str:
    """Return the pointer of a keyword of `node`, which stands at `pointer`, or that of the node where it has none."""
    return f"{pointer}/{keyword}" if keyword in node else pointer
