"""The states through which an item goes by itself: x-states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.provenance import inferred
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class States:
    """How an item changes by itself, as a job does until it is done.

    `field` points at the state in the item. `follows` has, by state, those that may come next, the usual one first;
    what none follows is final. An item begins in the first state. `within` is in how many seconds it is in a final one,
    None where the page does not say. A state is compared as a URL writes it.
    """

    field: str
    follows: dict[str, tuple[str, ...]]
    within: float | None
    inferred: str | None

    @classmethod
    def of(cls, node: dict[str, Any]) -> States:
        """Return what an x-states declares."""
        follows = {state: tuple(others) for state, others in node["follows"].items()}
        return cls(node["field"], follows, node.get("within"), inferred(node))

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every state, that in which an item begins first."""
        followers = (state for others in self.follows.values() for state in others)
        return tuple(dict.fromkeys((*self.follows, *followers)))

    @cached_property
    def final(self) -> frozenset[str]:
        """The states that none follows."""
        return frozenset(state for state in self.all if not self.follows.get(state))

    def is_final(self, state: Any) -> bool:
        """Return whether a value of the field is a final state."""
        return isinstance(state, str | int | float) and as_text(state) in self.final

    def after(self, state: Any) -> str | None:
        """Return the state that usually comes next, None after a final one."""
        return next(iter(self.follows.get(as_text(state), ())), None)

    def reached_from(self, states: Iterable[Any]) -> set[str]:
        """Return the states that may come after some, these included."""
        waiting, found = [as_text(state) for state in states], set[str]()
        while waiting:
            if (state := waiting.pop()) not in found:
                found.add(state)
                waiting += self.follows.get(state, ())
        return found

    def may_become(self, before: Any, after: Any) -> bool:
        """Return whether an item with one value of the field may have another later, by itself."""
        return as_text(after) in self.reached_from([before])
