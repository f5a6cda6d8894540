"""The rules that a contract declares for its schemas (`x-invariants`), held to every value in an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cel

from adcontract import invariants
from adcontract.operations import deref
from adcontract.pointer import join, lookup
from adcontract_conformance.model import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract
    from adcontract.behaviour import Invariant

_WRAPPERS = ("allOf", "anyOf", "oneOf")


class Invariants:
    """The rules of one contract, compiled once."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self._rules: dict[str, list[tuple[Invariant, cel.Program]]] = {}
        for each in invariants(self._document):
            self._rules.setdefault(each.schema, []).append((each, cel.compile(each.rule)))

    def breaches(self, schema: str, value: Any) -> Iterator[Breach]:
        """Yield a breach for every rule that a value of the schema at `schema`, or a value in it, breaks."""
        if self._rules:
            for pointer, node in self._nodes(schema, value):
                for each, rule in self._rules.get(pointer, ()):
                    if node is not None and not _holds(rule, node):
                        yield Breach(f"Broken in an answer: {each.says}", each.pointer, each.inferred)

    def _nodes(self, pointer: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield every value with the pointer of each schema that is about it."""
        schema, pointer = deref(self._document, lookup(self._document, pointer), pointer)
        yield pointer, value
        for wrapper in _WRAPPERS:
            for index in range(len(schema.get(wrapper, ()))):
                yield from self._nodes(join(pointer, wrapper, str(index)), value)
        if isinstance(value, dict):
            for name, member in value.items():
                if name in schema.get("properties", {}):
                    yield from self._nodes(join(pointer, "properties", name), member)
                elif isinstance(schema.get("additionalProperties"), dict):
                    yield from self._nodes(join(pointer, "additionalProperties"), member)
        elif isinstance(value, list) and "items" in schema:
            for item in value:
                yield from self._nodes(join(pointer, "items"), item)


def _holds(rule: cel.Program, value: Any) -> bool:
    """Return whether a value keeps a rule; one that lacks what the rule speaks of is for the schema to tell."""
    try:
        return rule.execute({"self": value}) is not False
    except Exception:  # what CEL raises on a missing field or another type is not declared
        return True
