"""Rules on invariants: they can be evaluated, and they hold in the payloads of the vendor's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.contract.behavior_parser import invariants
from adcontract.contract.expressions import CEL_ERRORS, Expression
from adcontract.contract.invariants import Invariants
from adcontract.contract.schema_paths import reach
from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Invariant
    from adcontract.contract.operation_parts import Example
    from adcontract.lint.subjects import Document

_FIELD = re.compile(r"\bself((?:\.[A-Za-z_][A-Za-z0-9_]*)+)(\()?")


@on_document("invariant", "An invariant is a CEL expression, and every field of self in it is declared in the schema.")
def invariant(document: Document) -> Iterator[Violation]:
    """Compile each rule, and look up its fields. `self` is the value; a macro declares names of its own."""
    for each in invariants(document.data):
        where = document.where(join(each.pointer, "rule"))
        try:
            Expression(each.rule)
        except CEL_ERRORS as error:
            cause = str(error).strip().partition("\n")[0]
            yield where, f"This is not a valid CEL expression: {cause}.", "Correct it."
            continue
        if not any(_fields(each)):
            yield where, "The rule has no field of self.", "Write it about the fields of self."
        for field in _undeclared(document, each):
            yield where, f"The schema has no field {field}.", "Correct the name, or declare the field."


def _undeclared(document: Document, each: Invariant) -> list[str]:
    """Return the fields of self in the rule that the schema does not declare."""
    return [field for field in sorted(set(_fields(each))) if not reach(document.data, each.schema, field)]


def _fields(each: Invariant) -> Iterator[str]:
    """Yield a pointer for each field of self in the rule; the last name of a call is that of a method."""
    for match in _FIELD.finditer(each.rule):
        names = match[1].split(".")[1:]
        yield join("", *(names[:-1] if match[2] else names))


@on_document("invariant-holds", "Every invariant of a schema holds in every payload.")
def invariant_holds(document: Document) -> Iterator[Violation]:
    """Evaluate each rule for every value of a payload; an invalid expression is reported by another rule."""
    try:
        held = Invariants(document.data, document.schemas)
    except CEL_ERRORS:
        return
    for schema, example, pointer in document.payloads() if held else ():
        for broken in held.violations(schema, example.value) if document.schemas.valid(schema, example.value) else ():
            if _undeclared(document, broken.invariant):
                continue
            cause = f" ({broken.cause})" if broken.cause else ""
            message = f"This invariant does not hold here: {broken.invariant.says}{cause}"
            fix = f"Correct the invariant at {document.where(broken.invariant.pointer)}."
            yield (
                document.in_payload(pointer, *broken.path, *_first_field(broken.invariant, example, broken.path)),
                message,
                fix,
            )


def _first_field(rule: Invariant, example: Example, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the path of the first field in a rule that the value at `path` of a payload has."""
    value = lookup(example.value, join("", *map(str, path)))
    named = (match[1].split(".")[1] for match in _FIELD.finditer(rule.rule))
    return next(((name,) for name in named if isinstance(value, dict) and name in value), ())
