"""Items that change by themselves otherwise than the contract says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract.contract.states import States
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

    Follows = dict[str, tuple[str, ...]]

_kinds = Kinds("state")


def _usual(states: States) -> list[str]:
    """Return the states through which the mock lets an item go, from the first to the last before it is final."""
    found, state = list[str](), states.all[0]
    while state not in found and state not in states.final:
        found.append(state)
        state = states.follows[state][0]
    return found


def _end(states: States) -> str | None:
    """Return the final state in which the mock lets an item end, None where it goes round in circles."""
    last = states.follows[_usual(states)[-1]][0]
    return last if last in states.final else None


def _other_end(states: States) -> Follows | None:
    end = _end(states)
    others = [each for each in states.all if each != end]
    others.sort(key=lambda each: each not in states.final)
    return {str(end): (others[0],)} if end else None


def _back(states: States) -> Follows | None:
    for before, after in zip(_usual(states), _usual(states)[1:], strict=False):
        if not states.may_become(after, before):
            return {after: (before,)}
    return None


def _elsewhere(states: States) -> Follows | None:
    for state in _usual(states)[1:]:
        strange = [each for each in states.all if not states.may_become(state, each) and each not in _usual(states)]
        if strange:
            return {state: (strange[0],)}
    return None


def _endless(states: States) -> Follows | None:
    if states.within is None or _end(states) is None:
        return None
    return {
        state: tuple(each for each in others if each not in states.final) for state, others in states.follows.items()
    }


def _applies(change: Callable[[States], Follows | None]) -> Callable[[Place], bool]:
    """Return a condition for reads of items that a client creates, of which `change` has other states that follow."""

    def applies(place: Place) -> bool:
        states = place.behavior.states
        return states is not None and place.is_acted_on("create") and change(states) is not None

    return applies


def _with(acting: Acting, change: Callable[[States], Follows | None]) -> Any:
    states = acting.behavior.states
    if states is None or (other := change(states)) is None:
        return acting.run()
    changed = replace(states, follows={**states.follows, **other})
    return acting.run(behavior=replace(acting.behavior, states=changed))


@_kinds.acts("final-state-left", "An item goes on after a final state.", _applies(_other_end))
def _left(acting: Acting) -> Any:
    return _with(acting, _other_end)


@_kinds.acts("state-goes-back", "An item goes back to the state before.", _applies(_back))
def _goes_back(acting: Acting) -> Any:
    return _with(acting, _back)


@_kinds.acts("state-jumps", "An item goes into a state that may not follow.", _applies(_elsewhere))
def _jumps(acting: Acting) -> Any:
    return _with(acting, _elsewhere)


@_kinds.acts("never-final", "No item comes to a final state.", _applies(_endless))
def _never(acting: Acting) -> Any:
    return _with(acting, _endless)
