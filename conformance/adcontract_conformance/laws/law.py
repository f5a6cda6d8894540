"""The laws by their ids, and what each of them wants of an operation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract import inferred
from adcontract.openapi.pointer import join
from adcontract_conformance.client.client import Client, Found, NotTestable, Reply
from adcontract_conformance.model.exchange import Breach, LawResult
from adcontract_conformance.model.promises import Check, register_law

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.model.exchange import Exchange

Run = Callable[[Client, "Operation"], Iterator[Found]]
Want = Callable[[Client, "Operation"], bool]


@dataclass(frozen=True)
class Law:
    """A promise over several requests: its check, whether it is about an operation, and how it is tried.

    Where one of the laws that it `needs` is broken, it is not tried: it could not tell that from what is its own.
    """

    check: Check
    applies_to: Want
    run: Run
    needs: tuple[str, ...]


LAWS: dict[str, Law] = {}


def law(name: str, sentence: str, applies_to: Want, *, needs: tuple[str, ...] = ()) -> Callable[[Run], Run]:
    """Register a function as the law `behavior.<name>` of the operations that `wants` takes.

    The function raises `NotTestable` with the reason where the target gives no data to try it.
    """

    def register(run: Run) -> Run:
        LAWS[name] = Law(register_law(f"behavior.{name}", sentence), applies_to, run, needs)
        return run

    return register


def does(*actions: str, keyed: bool = False) -> Want:
    """Return what wants the operations with one of these actions, only those that take an id if `keyed`."""

    def applies_to(client: Client, operation: Operation) -> bool:
        resource = client.behavior(operation).resource
        return resource is not None and resource.action in actions and (resource.key is not None or not keyed)

    return applies_to


def try_law(each: Law, client: Client, operation: Operation) -> LawResult:
    """Try one law on one operation, and return how it went.

    What is found is told only if it is found again: others may have written in between.
    """
    for need in each.needs:
        if client.was_broken(need, operation):
            return LawResult(each.check, operation, 0, (), f"behavior.{need} is broken, on which it builds")
    before = len(client.sent)
    found, reason = _once(each, client, operation)
    if found:
        seen = client.known_keys(operation)
        client.start_again()
        again, reason = _once(each, client, operation)
        known = {(breach.pointer, breach.part) for breach, _ in found}
        found = [one for one in again if (one[0].pointer, one[0].part) in known]
        if not found:
            reason = reason or "it was broken once, and not when it was tried again"
        elif seen is not None and client.has_moved(operation, seen):
            found, reason = [], "others write to the list while it is looked at"
    client.broken |= {(each.check.id.removeprefix("behavior."), operation.id, breach.part) for breach, _ in found}
    return LawResult(each.check, operation, len(client.sent) - before, tuple(found), reason)


def _once(each: Law, client: Client, operation: Operation) -> tuple[list[tuple[Breach, Exchange]], str]:
    # the same for each law and operation of a seed, whichever others are tried, and when it is tried again
    client.rng = random.Random(f"{client.seed} {each.check.id} {operation.id}")
    found = list[tuple[Breach, "Exchange"]]()
    try:
        found.extend((one.breach, one.exchange) for one in each.run(client, operation))
    except NotTestable as error:
        return found, str(error)
    return found, ""


def broken(operation: Operation, keyword: str, reply: Reply | Exchange, sentence: str, *, part: str = "") -> Found:
    """Return a breach of what `keyword` of an operation declares, shown by a reply; `part` tells two of them apart."""
    node = operation.data.get(keyword, {})
    entry = node.get(part) if isinstance(node, dict) else None
    marks = (inferred(entry), inferred(node, part), inferred(node), inferred(operation.data, keyword))
    reason = next(filter(None, (*marks, operation.inferred)), None)
    pointer = join(operation.pointer, keyword, *([part] if entry is not None else []))
    return Found(Breach(sentence, pointer, reason, part), reply.exchange if isinstance(reply, Reply) else reply)
