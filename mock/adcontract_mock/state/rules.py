"""Whether items keep the rules that the contract declares for them (`x-invariants`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cel

from adcontract.behaviour import invariants
from adcontract.pointer import join, lookup
from adcontract_mock.state.shape import members

if TYPE_CHECKING:
    from adcontract import Contract


@dataclass
class _Plan:
    """What to look at in a value of a schema: its rules, the schemas of the whole of it, of its members, of its items.

    Parts in which nothing has a rule are not in it; `empty` is whether nothing is.
    """

    rules: list[Any]
    whole: list[_Plan]
    members: dict[str, _Plan]
    items: _Plan | None = None

    @property
    def empty(self) -> bool:
        return not (self.rules or self.whole or self.members or self.items)


class Rules:
    """The rules of one contract, compiled. One that cannot be compiled, which lint tells of, is left out."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self._rules: dict[str, list[Any]] = {}
        for each in invariants(contract.document):
            if rule := _compiled(each.rule):
                self._rules.setdefault(each.schema, []).append(rule)
        self._plans: dict[str, _Plan] = {}

    def keeps(self, schema: str, value: Any) -> bool:
        """Return whether `value`, which fits the schema at `schema`, keeps its rules and those of all its parts."""
        return not self._rules or _keeps(self._plan(schema), value)

    def _plan(self, schema: str) -> _Plan:
        while "$ref" in (node := lookup(self._document, schema)):
            schema = node["$ref"].removeprefix("#")
        if schema in self._plans:
            return self._plans[schema]
        # it is there before its parts are looked at: a schema may be within itself
        plan = self._plans[schema] = _Plan(list(self._rules.get(schema, ())), [], {})
        parts = (self._plan(join(schema, "allOf", str(i))) for i in range(len(node.get("allOf", []))))
        plan.whole = [part for part in parts if not part.empty]
        if "items" in node:
            items = self._plan(join(schema, "items"))
            plan.items = None if items.empty else items
        named = {name: self._plan(where) for name, where in members(self._document, schema).items()}
        plan.members = {name: part for name, part in named.items() if not part.empty}
        return plan


def _keeps(plan: _Plan, value: Any) -> bool:
    if value is None:
        return True
    if not all(_holds(rule, value) for rule in plan.rules) or not all(_keeps(part, value) for part in plan.whole):
        return False
    if isinstance(value, list) and plan.items:
        return all(_keeps(plan.items, each) for each in value)
    return not isinstance(value, dict) or all(
        _keeps(part, value[name]) for name, part in plan.members.items() if name in value
    )


def _compiled(rule: str) -> Any:
    try:
        return cel.compile(rule)
    except ValueError:
        return None


def _holds(rule: Any, value: Any) -> bool:
    try:
        return rule.execute({"self": value}) is True
    except (ValueError, LookupError, TypeError, RuntimeError):
        return False
