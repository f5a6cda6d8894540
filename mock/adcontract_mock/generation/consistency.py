"""Making a generated value keep the invariants that say what one of its fields is equal to."""

from __future__ import annotations

import re
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.contract.expressions import CEL_ERRORS, Expression
from adcontract.contract.invariants import Invariants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Schemas

    Path = tuple[str | int, ...]

_ROUNDS = 5
"""How often fields are written: one may depend on another."""

_EQUAL = re.compile(r"self\.([\w.]+) == (.+)|(.+) == self\.([\w.]+)")
_COMBINED = re.compile(r"&&|\|\|")


class Consistency:
    """Writes fields of generated values as the `invariants` of one contract want them."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._schemas = schemas
        self.invariants = Invariants(contract.document, schemas)

    def kept(self, schema: str, value: Any) -> Any:
        """Return a value of the schema at `schema`, or a copy that keeps more of the invariants and is as valid."""
        if not self.invariants.within(schema):
            return value
        for _ in range(_ROUNDS):
            before = value
            for path, held in list(self._wanted(schema, value)):
                new = _written(value, path, held)
                value = new if self._schemas.valid(schema, new) else value
            if value is before:
                break
        return value

    def _wanted(self, schema: str, value: Any) -> Iterator[tuple[Path, Any]]:
        """Yield the paths of fields that break an invariant by what they are equal to, and what that is."""
        for each in self.invariants.violations(schema, value):
            equal = _EQUAL.fullmatch(each.invariant.rule)
            if equal and not _COMBINED.search(each.invariant.rule):
                holder = reduce(getitem, each.path, value)
                field = (equal[1] or equal[4]).split(".")
                try:
                    held = Expression(equal[2] or equal[3]).value({"self": holder})
                    reduce(getitem, field, holder)
                except CEL_ERRORS:
                    # what it is equal to cannot be said, or the value does not have the field
                    continue
                if isinstance(held, bool | int | float | str):
                    yield (*each.path, *field), held


def _written(value: Any, path: Path, held: Any) -> Any:
    """Return a copy of a value with `held` at a path."""
    new = orjson.loads(orjson.dumps(value))
    reduce(getitem, path[:-1], new)[path[-1]] = held
    return new
