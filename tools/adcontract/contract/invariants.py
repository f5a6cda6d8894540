"""Checking values against the invariants of a contract: rules on the values of a schema that no schema can state."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior_parser import invariants
from adcontract.contract.expressions import CEL_ERRORS, Expression
from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.pointer import join
from adcontract.openapi.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Invariant
    from adcontract.contract.schemas import Schemas


@dataclass(frozen=True)
class InvariantViolation:
    """An invariant that does not hold, and the path of `self` in the value; `cause` is why the rule failed, or None."""

    path: tuple[str | int, ...]
    invariant: Invariant
    cause: str | None


class _Rule:
    """A rule in CEL, compiled.

    The library copies the value that it looks at, which takes long for a page of a list. So it gets no member that the
    rule does not name, and an empty row for each row of a list whose size is all that the rule asks for.
    """

    def __init__(self, rule: str) -> None:
        self._expression = Expression(rule)
        named = Counter(re.findall(r"\bself\.(\w+)", rule))
        only_members = named.total() == len(re.findall(r"\bself\b", rule))
        self._named = named if only_members else None
        sized = Counter(re.findall(r"\bsize\(self\.(\w+)\)", rule))
        self._sized = {name for name, times in sized.items() if times == named[name]}

    def holds(self, value: Any) -> bool:
        """Return whether it holds for a value.

        Raises:
            CEL_ERRORS: if it fails.
        """
        if self._named is not None and isinstance(value, dict):
            value = {name: self._seen(name, value[name]) for name in self._named if name in value}
        return self._expression.value({"self": value}) is True

    def _seen(self, name: str, member: Any) -> Any:
        return [None] * len(member) if name in self._sized and isinstance(member, list) else member


class Invariants:
    """The invariants of one assembled document, compiled."""

    def __init__(self, document: dict[str, Any], schemas: Schemas) -> None:
        self._schemas = schemas
        self._rules: dict[str, list[tuple[Invariant, _Rule]]] = defaultdict(list)
        for invariant in invariants(document):
            self._rules[invariant.schema].append((invariant, _Rule(invariant.rule)))
        self._resolved = cache(partial(resolve, document))
        self.within = cache(self._within)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def violations(self, pointer: str, value: Any) -> list[InvariantViolation]:
        """Return the invariants that `value` and its parts break; it fits the schema at `pointer` in the document."""
        return list(self._walk(pointer, value, ()))

    def _within(self, pointer: str) -> tuple[Invariant, ...]:
        """Return the invariants of a schema, and of every schema inside it: most have none."""
        found: list[Invariant] = []
        waiting, seen = [pointer], set[str]()
        while waiting:
            schema, here = self._resolved(waiting.pop(0))
            if here not in seen:
                seen.add(here)
                found += (invariant for invariant, _ in self._rules.get(here, ()))
                waiting += _inside(here, schema)
        return tuple(found)

    def _walk(self, pointer: str, value: Any, path: tuple[str | int, ...]) -> Iterator[InvariantViolation]:
        if value is None or not self.within(pointer):
            return
        schema, pointer = self._resolved(pointer)
        for invariant, rule in self._rules.get(pointer, ()):
            try:
                if not rule.holds(value):
                    yield InvariantViolation(path, invariant, None)
            except CEL_ERRORS as error:
                yield InvariantViolation(path, invariant, str(error).strip().partition("\n")[0])
        for keyword in COMPOSITIONS:
            for index in range(len(schema.get(keyword, []))):
                inside = join(pointer, keyword, str(index))
                if keyword == "allOf" or self._schemas.valid(inside, value):
                    yield from self._walk(inside, value, path)
        yield from self._members(pointer, schema, value, path)

    def _members(
        self, pointer: str, schema: dict[str, Any], value: Any, path: tuple[str | int, ...]
    ) -> Iterator[InvariantViolation]:
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                yield from self._walk(join(pointer, "items"), item, (*path, index))
        properties = schema.get("properties", {})
        for key, member in value.items() if isinstance(value, dict) else ():
            if key in properties:
                yield from self._walk(join(pointer, "properties", key), member, (*path, key))
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from self._walk(join(pointer, "additionalProperties"), member, (*path, key))


def _inside(pointer: str, schema: dict[str, Any]) -> Iterator[str]:
    """Yield the pointers of the schemas in a schema."""
    for keyword in COMPOSITIONS:
        yield from (join(pointer, keyword, str(index)) for index in range(len(schema.get(keyword, []))))
    yield from (join(pointer, "properties", name) for name in schema.get("properties", {}))
    yield from (join(pointer, name) for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict))
