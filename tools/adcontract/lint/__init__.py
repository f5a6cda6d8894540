"""Holding the contracts themselves to rules: the standard's, and those of spec/README.md."""

# Imported for their rules, which register themselves.
from adcontract.lint import answers, decisions, documented, examples, files, naming, order, standard, vocabulary  # noqa: F401
from adcontract.lint.rules import RULES, Rule
from adcontract.lint.run import Result, lint

__all__ = ["RULES", "Result", "Rule", "lint"]
