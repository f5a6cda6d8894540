"""Holding the contracts themselves to rules: the standard's, and those of spec/README.md."""

# Imported for their rules, which register themselves.
from adcontract.lint import (  # noqa: F401
    answers,
    behaviour,
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
from adcontract.lint.rules import RULES, Rule
from adcontract.lint.run import Result, lint

__all__ = ["RULES", "Result", "Rule", "lint"]
