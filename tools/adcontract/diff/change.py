"""One change between two documents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adcontract.diff.rules import RULES, Rule


@dataclass(frozen=True)
class Change:
    """A change by one rule to a part of an operation, with its place in both documents.

    `before` and `after` are JSON Pointers, None where a document lacks the part. `old` and `new` are the values.
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
        sentence = self.rule.template.format(part=self.part, old=_text(self.old), new=_text(self.new))
        return sentence[0].upper() + sentence[1:]


def change(rule: str, part: str, before: str | None, after: str | None, old: Any = None, new: Any = None) -> Change:
    """Return a change by the rule with this id."""
    return Change(RULES[rule], part, before, after, old, new)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "nothing"
    if isinstance(value, str):
        return f"`{value}`"
    return json.dumps(value, ensure_ascii=False)


def at(node: dict[str, Any], pointer: str, keyword: str) -> str:
    """Return the pointer of a keyword of the node at `pointer`, or the pointer of the node if it lacks the keyword."""
    return f"{pointer}/{keyword}" if keyword in node else pointer
