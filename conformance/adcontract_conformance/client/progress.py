"""Items that change by themselves (x-states): reading one until it is in a final state, as the target asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from adcontract_conformance.client.replies import NotTestable, at
from adcontract_conformance.client.timing import seconds_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, States
    from adcontract_conformance.client.items import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.client.resources import ResourceClient

PATIENCE = 5.0
"""How long the end of a change is waited for where no page says when it comes, in seconds."""

LONGEST = 65.0
"""How long it is waited for at most, in seconds."""

SLACK = 0.1
"""By which part of a promised time an item may be later: a request takes its time as well."""

PAUSE = 0.05
"""How long the suite waits before it reads an item again, in seconds; then longer each time."""

SLOWEST = 1.0
"""How long it waits at most, unless the target asks it to, in seconds."""

READS = 60
"""How often an item is read at most."""

AGAIN = 2
"""How often a final item is read again."""


class Look(NamedTuple):
    """A read of an item: how many seconds after its creation it was sent, and the reply."""

    after: float
    reply: Reply

    @property
    def leads_on(self) -> bool:
        """Whether the target leads to something else, such as the result of a job (303)."""
        return 300 <= self.reply.status < 400

    @property
    def is_over(self) -> bool:
        """Whether the item is not there, or is somewhere else by now."""
        return self.leads_on or self.reply.is_gone


class EndNotTried(NotTestable):
    """An item is not waited for until it is in a final state."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the end was not tried: {reason}")


def promised(states: States) -> float | None:
    """Return within how many seconds an item has to be in a final state; None where no page says, or it is too long."""
    within = states.within
    return within * (1 + SLACK) + PAUSE if within is not None and within <= LONGEST else None


def looks(items: ResourceClient, reader: Operation, states: States, item: Item) -> Iterator[Look]:
    """Read an item, which was just created, again and again; the last read is later than the page promises the end.

    Between two reads it waits as long as the target asks in `Retry-After`. The caller stops once it has seen enough.

    Raises:
        NotTestable: if the item is not waited for any longer.
    """
    began, pause, end = time.monotonic(), PAUSE, promised(states)
    reply, state, sent = item.reply, at(item.shown, states.field), 0.0
    for number in range(READS):
        passed = time.monotonic() - began
        usual = min(pause if number else 0.0, max((end or LONGEST) - passed, 0.0))
        _rest(items, max(usual, _asked(reply)), max(LONGEST - passed, usual))
        sent = time.monotonic() - began
        reply = items.do(reader, item)
        state = at(items.item_in(reader, reply), states.field)
        yield Look(sent, reply)
        if sent >= (PATIENCE if end is None else end) and not states.is_final(state):
            break
        pause = min(pause * 1.6, SLOWEST)
    how_long = "does not say how long it may take" if states.within is None else f"allows {states.within:g} seconds"
    raise EndNotTried(f"after {sent:.0f} seconds {states.field} is {state}, and the contract {how_long}")


def _asked(reply: Reply) -> float:
    text = reply.headers.get("retry-after", "")
    return seconds_asked(text) if text else 0.0


def _rest(items: ResourceClient, seconds: float, left: float) -> None:
    """Wait before an item is read again.

    Raises:
        EndNotTried: if that takes too long.
    """
    until = items.client.sender.target.timing.until
    if seconds > left:
        raise EndNotTried(f"the target asks to wait {seconds:.0f} seconds")
    if until is not None and time.monotonic() + seconds >= until:
        raise EndNotTried("the run ends before")
    time.sleep(seconds)


def finish(items: ResourceClient, item: Item) -> None:
    """Read an item that changes by itself until it is in a final state, so that it stays as it is.

    Raises:
        NotTestable: if it does not come to one while the suite waits, or is not read any more then.
    """
    states = items.type.states
    if states is None:
        return
    for reader in items.every("read")[:1]:
        for look in looks(items, reader, states, item):
            if look.is_over:
                status = look.reply.status
                raise NotTestable(f"{reader.id} answers {status} once the {items.name} is in a final state")
            if states.is_final(at(items.item_in(reader, look.reply), states.field)):
                return
