"""The rules of the lint, by topic."""

# Imported so that their rules register themselves.
from adcontract.lint.registry import RULES
from adcontract.lint.rules import (  # noqa: F401
    answers,
    behavior,
    decisions,
    documented,
    examples,
    files,
    invariants,
    naming,
    order,
    standard,
    vocabulary,
)

__all__ = ["RULES"]
