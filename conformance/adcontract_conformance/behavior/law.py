"""The laws by their ids, and what each of them wants of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract import inferred
from adcontract.pointer import join
from adcontract_conformance.behavior.world import Found, Reply, Untried, World
from adcontract_conformance.model import Breach, Tried
from adcontract_conformance.registry import Check, register_law

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract.behaviour import Behaviour
    from adcontract_conformance.model import Exchange

Run = Callable[[World, "Operation"], Iterator[Found]]
Want = Callable[["Behaviour"], bool]


@dataclass(frozen=True)
class Law:
    """A promise over several requests: its check, whether it is about an operation, and how it is tried."""

    check: Check
    wants: Want
    run: Run


LAWS: dict[str, Law] = {}
"""In the order in which they are tried on an operation."""


def law(name: str, sentence: str, wants: Want) -> Callable[[Run], Run]:
    """Register a function as the law `behavior.<name>` of the operations whose behaviour `wants` takes.

    The function raises `Untried` with the reason where the target gives no data to try it.
    """

    def register(run: Run) -> Run:
        LAWS[name] = Law(register_law(f"behavior.{name}", sentence), wants, run)
        return run

    return register


def try_law(each: Law, world: World, operation: Operation) -> Tried:
    """Try one law on one operation, and return how it went."""
    found, reason, before = list[tuple[Breach, "Exchange"]](), "", len(world.sent)
    try:
        found.extend((one.breach, one.exchange) for one in each.run(world, operation))
    except Untried as error:
        reason = str(error)
    return Tried(each.check, operation, len(world.sent) - before, tuple(found), reason)


def broken(operation: Operation, keyword: str, reply: Reply | Exchange, sentence: str, *, part: str = "") -> Found:
    """Return a breach of what `keyword` of an operation declares, shown by a reply; `part` tells two of them apart."""
    node = operation.data.get(keyword, {})
    entry = node.get(part) if isinstance(node, dict) else None
    marks = (inferred(entry), inferred(node, part), inferred(node), inferred(operation.data, keyword))
    reason = next(filter(None, (*marks, operation.inferred)), None)
    pointer = join(operation.pointer, keyword, *([part] if entry is not None else []))
    return Found(Breach(sentence, pointer, reason, part), reply.exchange if isinstance(reply, Reply) else reply)
