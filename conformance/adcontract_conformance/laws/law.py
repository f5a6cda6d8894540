"""The laws by their ids, the operations that each of them is about, and how it is tried."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.allowance import Spent
from adcontract_conformance.client.client import Client
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.model.promises import Check, Found, LawResult, register_law

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract import Operation
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.exchange import Exchange

Run = Callable[[Client, "Operation"], Iterator[Found]]
AppliesTo = Callable[["Operation"], bool]
Given = Callable[[Client, "Operation"], bool]


@dataclass(frozen=True)
class Law:
    """A promise over several requests: its check, the operations that it is about, and how it is tried.

    `given` is a condition that takes more than the operation to decide. Where one of the laws that it `needs` is
    broken, or one that those need, it is not tried: it could not distinguish that breach from its own.
    """

    check: Check
    applies_to: AppliesTo
    run: Run
    needs: tuple[str, ...]
    given: Given | None

    def is_about(self, client: Client, operation: Operation) -> bool:
        """Return whether it can be tried on an operation."""
        return self.applies_to(operation) and (self.given is None or self.given(client, operation))

    def foundations(self) -> dict[str, int]:
        """Return every law that it builds on, the nearest first, each with how many steps away it is."""
        found, steps, names = dict[str, int](), 1, list(self.needs)
        while names:
            found |= dict.fromkeys(names, steps)
            names, steps = [other for name in names for other in LAWS[name].needs], steps + 1
        return found


LAWS: dict[str, Law] = {}


def law(
    name: str, sentence: str, applies_to: AppliesTo, *, needs: tuple[str, ...] = (), given: Given | None = None
) -> Callable[[Run], Run]:
    """Register a function as the law `behavior.<name>` of the operations that `applies_to` and `given` accept.

    The function raises `NotTestable` with the reason where the law cannot be tried on the target.
    """

    def register(run: Run) -> Run:
        LAWS[name] = Law(register_law(f"behavior.{name}", sentence), applies_to, run, needs, given)
        return run

    return register


def does(*actions: str, keyed: bool = False) -> AppliesTo:
    """Return a condition for the operations with one of these actions, only those that take an id if `keyed`."""

    def applies_to(operation: Operation) -> bool:
        resource = operation.behavior.resource
        return resource is not None and resource.action in actions and (resource.key is not None or not keyed)

    return applies_to


def require_told(client: Client, operation: Operation, replies: Sequence[Reply], carry_out: Callable[[], Any]) -> None:
    """Check that some reply is about what its request says.

    Where the target answers 403, `carry_out` sends a request that it should carry out, to see whether it does.

    Raises:
        NotTestable: if no reply is.
    """
    if any(reply.status == HTTPStatus.FORBIDDEN and client.says_nothing(operation, reply) for reply in replies):
        carry_out()
    if replies and all(client.says_nothing(operation, reply) for reply in replies):
        raise NotTestable(f"the target answers {replies[-1].status}")


TRIES = 3
"""How often a law is tried where a breach does not come again at once."""


READS = 4
"""So many reads after a write are sent again to see whether reads come late: on some targets only some of them do."""


def try_law(each: Law, client: Client, operation: Operation) -> LawResult:
    """Try one law on one operation, and return how it went. See `_tried`."""
    before = len(client.sent)
    try:
        return _tried(each, client, operation)
    except Spent as reason:
        return LawResult(each.check.id, operation, len(client.sent) - before, (), str(reason))


def _tried(each: Law, client: Client, operation: Operation) -> LawResult:
    """Try one law until it is known how it goes.

    A breach that a second try shows again is a finding. One that does not come again is tried once more: it is a
    finding if it came in most of the tries, and flaky otherwise. Where others write to the list, none is.
    """
    for need in each.foundations():
        if client.was_broken(need, operation):
            return LawResult(each.check.id, operation, 0, (), f"it builds on behavior.{need}, which is broken")
    before, unsettled = len(client.sent), client.has_just_written
    found, reason = _once(each, client, operation)
    if found:
        seen = client.lists.known_keys(operation)
        # what another law wrote may have come late: such a try is no evidence that a breach comes and goes
        is_late = unsettled and not _wrote(client.sent[before:])
        if is_late:
            client.settle()
        tries = [] if is_late else [found]
        enough = 2 if tries else TRIES
        while len(tries) < enough or (len(tries) < TRIES and _parts(tries[0]) != _parts(tries[1])):
            client.start_again()
            again, reason = _once(each, client, operation)
            tries.append(again)
        found = _weighed(tries)
        # what a response shows alone does not depend on how late others are
        late = [one for one in found if not one.alone]
        if late and not client.patient and client.reads_late(_after_a_write(client.sent[before:], late)):
            found, reason = _patiently(each, client, operation, found)
        if seen is not None and client.lists.have_moved(operation, seen):
            found, reason = [], "others write to the list during the check"
    certain = [one for one in found if not one.tries]
    client.broken |= {(each.check.id.removeprefix("behavior."), operation.id, one.breach.part) for one in certain}
    untried = f"not tried with {', '.join(client.untried)}" if client.untried else ""
    return LawResult(each.check.id, operation, len(client.sent) - before, tuple(found), reason, untried)


def _wrote(sent: list[Exchange]) -> bool:
    return any(each.request.method != "GET" for each in sent)


def _after_a_write(sent: list[Exchange], found: list[Found]) -> list[Exchange]:
    """Return the reads that show a breach, else the first ones after a write; none where nothing was written."""
    wrote = next((place for place, each in enumerate(sent) if each.request.method != "GET"), len(sent))
    reads = [each for each in sent[wrote:] if each.request.method == "GET"]
    shown = [one.exchange for one in found if one.exchange.request.method == "GET"]
    return shown or reads[:READS] if reads else []


def _patiently(each: Law, client: Client, operation: Operation, found: list[Found]) -> tuple[list[Found], str]:
    """Return what is still found if each read is given time after a write. If nothing is, it is given from now on."""
    client.start_again()
    client.patient = True
    still, reason = _once(each, client, operation)
    client.patient = not still
    known = _parts(found)
    return [one for one in still if (one.breach.pointer, one.breach.part) in known], reason


def _parts(found: list[Found]) -> set[tuple[str, str]]:
    return {(one.breach.pointer, one.breach.part) for one in found}


def _weighed(tries: list[list[Found]]) -> list[Found]:
    """Return what several tries have found: what most of them show as it came last, and the rest as flaky."""
    times = Counter(part for found in tries for part in _parts(found))
    last = {part: found for found in tries for part in _parts(found)}
    weighed = list[Found]()
    for part, found in last.items():
        shown = [one for one in found if (one.breach.pointer, one.breach.part) == part]
        if times[part] < len(tries):
            shown = [one for one in shown if not one.steady]
        if not shown:
            continue
        if times[part] * 2 > len(tries):
            weighed += shown
        else:
            weighed.append(replace(shown[0], seen=times[part], tries=len(tries)))
    return weighed


def _once(each: Law, client: Client, operation: Operation) -> tuple[list[Found], str]:
    # the same choices for a law, an operation and a seed, whichever other laws are tried, and at the second try
    client.rng = random.Random(f"{client.seed} {each.check.id} {operation.id}")
    client.untried.clear()
    found = list[Found]()
    try:
        found.extend(each.run(client, operation))
    except Spent:
        raise  # what was found may not come again, and that cannot be seen
    except NotTestable as error:
        return found, str(error)
    return found, ""
