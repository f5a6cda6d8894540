"""The CEL expressions of a contract, bounded: neither an expression nor a value can keep a process busy."""

from __future__ import annotations

import re
from typing import Any

import cel

CEL_ERRORS = (ValueError, LookupError, TypeError, RuntimeError, ArithmeticError)
"""The errors that the library raises for an expression that is not valid CEL, or that fails."""

LONGEST = 1000
"""The most characters of an expression: the parser of the library crashes on tens of thousands of brackets."""

STEPS = 4_000_000
"""The most steps of an evaluation, counted as the longest list to the power of the loops: one or two seconds."""

_LOOP = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(|\bin\b")


class Expression:
    """A CEL expression, compiled."""

    def __init__(self, text: str) -> None:
        """Compile `text`.

        Raises:
            CEL_ERRORS: if it is not valid CEL, or longer than `LONGEST`.
        """
        if len(text) > LONGEST:
            raise ValueError(f"it has {len(text):,} characters, the most is {LONGEST:,}")
        self._compiled = cel.compile(text)
        self._loops = len(_LOOP.findall(text))
        self._least = text.count(",") - self._loops + 1  # a list in the expression itself

    def value(self, variables: dict[str, Any]) -> Any:
        """Return what the expression makes of its variables.

        Raises:
            CEL_ERRORS: if it fails, or would take more than `STEPS`.
        """
        if self._loops > 1:
            longest = max(self._least, _longest(variables))
            if longest**self._loops > STEPS:
                raise ValueError(f"{self._loops} loops over a list of {longest:,} take too many steps")
        return self._compiled.execute(variables)


def _longest(value: Any) -> int:
    """Return the number of entries of the largest array or object in a value."""
    longest, waiting = 0, [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            longest = max(longest, len(node))
            waiting += node.values() if isinstance(node, dict) else node
    return longest
