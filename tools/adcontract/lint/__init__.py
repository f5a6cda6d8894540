"""Holding the contracts themselves to rules: the standard's, and those of spec/README.md."""

# Imported for their rules, which register themselves.
from adcontract.lint.registry import RULES, Rule
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
from adcontract.lint.run import Result, lint

__all__ = ["RULES", "Result", "Rule", "lint"]
