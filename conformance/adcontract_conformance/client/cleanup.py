"""Removes what a run has created on a target: again where that fails, and also when the run is interrupted."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract import AdcontractError
from adcontract.openapi.text import as_text
from adcontract_conformance.client.entry import GONE_ALREADY, Entry
from adcontract_conformance.client.items import address, under
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.client.target import BoundMetError
from adcontract_conformance.model.exchange import HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract import Operation, ResourceType
    from adcontract_conformance.client.items import Address
    from adcontract_conformance.client.lists import Lists
    from adcontract_conformance.client.requester import Requester
    from adcontract_conformance.model.exchange import NoResponse

PAUSE = 0.5
"""How many seconds pass after the first round at the end of a run; each further pause is twice as long."""

ROUNDS = 5
"""How often what is left is tried at the end of a run."""

LONGEST = 60.0
"""How many seconds the end of a run takes at most."""

SHORT = 0.1
"""After how many seconds an item is tried again at once."""

LATE = 1.2
"""After how many seconds a read shows what was removed."""

IN_A_ROW = 3
"""After how many failures in a row the others wait for the next round."""

GONE = (404, 410)
PASSING = (408, 425, 429)
"""The refusals that pass, as a 5xx may."""

TIME_UP = "there was no time for it"
DOWN = "the target does not answer"


class _Failure(NamedTuple):
    """Why an item was not removed; `wait` is the time in seconds after which that may change, None for never."""

    reason: str
    wait: float | None = None


class Cleanup:
    """Removes what was created with one requester, as the book of the run has it.

    `requests` is how many requests that took, and `carried_out` has the ids of the operations that removed something.
    """

    def __init__(self, requester: Requester, lists: Lists) -> None:
        self._requester, self._sender, self._lists = requester, requester.sender, lists
        self._book = self._sender.book
        self.requests = 0
        self.carried_out: set[str] = set()

    def clear(self) -> KeyboardInterrupt | None:
        """Remove the items, the latest first. What is not removed at the second try is left for `finish`.

        Return an interrupt that came meanwhile, None for none: everything is removed before it is obeyed. At the second
        one of a run, what is not removed yet is left behind.
        """
        return self._uninterrupted(self._clear, None)

    def finish(self) -> KeyboardInterrupt | None:
        """Try several times to remove what is left, for a limited time. See `clear`."""
        return self._uninterrupted(self._finish, LONGEST)

    def _uninterrupted(self, work: Callable[[], None], at_most: float | None) -> KeyboardInterrupt | None:
        timing, items = self._sender.target.timing, len(self._book.of(self._sender))
        with timing.clearing(at_most, items):
            return self._until_interrupted_again(work)

    def _until_interrupted_again(self, work: Callable[[], None]) -> KeyboardInterrupt | None:
        stop: KeyboardInterrupt | None = None
        while not self._book.abandoned:
            try:
                work()
                break
            except KeyboardInterrupt as error:
                self._book.abandoned = stop is not None or self._book.is_urgent()
                stop = stop or error
        return stop

    def _clear(self) -> None:
        failures = 0
        self._restore()
        self._collect()
        for entry in self._book.of(self._sender):
            if entry.reason or failures >= IN_A_ROW:
                continue
            start = time.monotonic()
            failure = self._remove(entry)
            if failure and failure.wait is not None and failure.wait <= SHORT > time.monotonic() - start:
                time.sleep(failure.wait)
                failure = self._remove(entry)
            failures = failures + 1 if failure else 0
            if failure:
                entry.reason = failure.reason

    def _finish(self) -> None:
        timing, pause = self._sender.target.timing, PAUSE
        end = timing.until or time.monotonic() + LONGEST
        self._restore(at_last=True)
        self._collect()
        for number in range(ROUNDS):
            failures = self._round(end)
            waits = [each.wait for each in failures if each.wait is not None]
            # what was created first may have to be removed first, so that what is refused is tried once more
            hopeless = not waits or all(each.reason == DOWN for each in failures)
            if not failures or (number and hopeless):
                break
            wait = max(pause, *waits) if waits else 0
            if number + 1 < ROUNDS and time.monotonic() + wait < end:
                time.sleep(wait)
                pause *= 2
        self._look_again()

    def _restore(self, *, at_last: bool = False) -> None:
        """Change back the singletons of the API that were changed."""
        restored: list[ResourceType] = []
        with suppress(NotTestable, AdcontractError):
            restored = self._sender.singles.restore(self._sender.ask, at_last=at_last)
        for each in (each.operation.id for type_ in restored for each in type_.operations):
            self._book.others.pop((self._sender.checked.api, each), None)
        self.requests += len(restored)

    def _collect(self) -> None:
        """Note the items that were added to lists that were looked at before."""
        for place, added in self._book.added.items():
            before, checked, name = self._book.looked.get(place), added.checked, place[1]
            if before is None or not added.times or checked is not self._sender.checked:
                continue
            lister = checked.contract.resources[name].of("list")[0]
            try:
                self._lists.forget()
                there = address(lister.declared, MISSING, added.parent_ids)
                walk = self._lists.whole(lister.operation, there["path"], there["query"])
            except (NotTestable, AdcontractError):
                continue
            added.times = 0
            for row in walk.rows:
                is_ours = any(_text(row, ours) in ids for ours, ids in added.named.items())
                if is_ours and canonical(id_ := at(row, lister.declared.id or "/id")) not in before:
                    self._book.add(Entry(checked, name, id_, added.parent_ids, row, self._sender))

    def _round(self, end: float) -> list[_Failure]:
        failures, in_a_row = list[_Failure](), 0
        for entry in self._book.of(self._sender):
            if in_a_row >= IN_A_ROW:
                entry.reason = entry.reason or failures[-1].reason
                continue
            if time.monotonic() > end:
                break
            failure = self._remove(entry)
            in_a_row = in_a_row + 1 if failure and failure.wait is not None else 0
            if failure:
                entry.reason = failure.reason
                failures.append(failure)
        return failures

    def _remove(self, entry: Entry) -> _Failure | None:
        """Remove an item, and return why it is not gone; None if it is."""
        try:
            response = self._send(entry.remover, entry.removal, note=True)
        except NotTestable as error:
            return _Failure(str(error))
        except BoundMetError:
            return _Failure(TIME_UP)
        except AdcontractError:
            return _Failure(DOWN, PAUSE)
        if not isinstance(response, HttpResponse):
            if self._is_shown(entry) is not False:
                return _Failure(f"{entry.remover.id}: the target {response.reason}", SHORT)
        elif 200 <= response.status < 300:
            self.carried_out.add(entry.remover.id)
        else:
            reason = f"{entry.remover.id} is answered with {response.status}"
            if response.status in PASSING or response.status >= 500:
                return _Failure(reason, _wait(response))
            # a read that fails does not show that the item is gone
            shown = self._is_shown(entry)
            if response.status not in GONE and shown is not False:
                return _Failure(reason)
            if shown and not entry.stays:
                return _Failure(f"{reason}, and it is still there")
            entry.reason = GONE_ALREADY
        self._book.strike(entry)
        return None

    def _look_again(self) -> None:
        """Look for items that the target said it had removed: the first and the last of each resource, and all if so.

        A target may show late what was removed, and may bring it back.
        """
        removed: dict[str, list[Entry]] = {}
        for entry in self._book.removed:
            if entry.owner is self._sender and not entry.stays:
                removed.setdefault(entry.resource, []).append(entry)
        there = [each for each in removed.values() if self._is_shown(each[-1]) or self._is_shown(each[0])]
        if there:
            time.sleep(LATE)
        for entries in there:
            for entry in entries if self._is_shown(entries[-1]) or self._is_shown(entries[0]) else ():
                if self._is_shown(entry):
                    self._book.reopen(entry, f"{entry.remover.id} succeeds, and it is still there")

    def _is_shown(self, entry: Entry) -> bool | None:
        """Return whether the target shows an item; None if that cannot be learned."""
        try:
            for each in entry.type.of("read"):
                if each.declared.key is not None:
                    response = self._send(each.operation, entry.address(each.declared))
                    if isinstance(response, HttpResponse) and 200 <= response.status < 300:
                        return True
                    return False if isinstance(response, HttpResponse) and response.status in GONE else None
            for each in entry.type.of("list"):
                parent = each.declared.parent
                if parent is None or under(parent) in entry.parent_ids:
                    self._lists.forget()
                    place = entry.address(each.declared)
                    walk = self._lists.walk(each.operation, place["path"], place["query"])
                    ids = {_text(row, each.declared.id or "/id") for row in walk.rows}
                    return as_text(entry.id) in ids or (False if walk.whole else None)
        except (NotTestable, AdcontractError):
            pass
        return None

    def _send(self, operation: Operation, address: Address, *, note: bool = False) -> HttpResponse | NoResponse:
        self.requests += 1
        request = self._sender.request(self._requester.documented(operation, **address))
        exchange = self._sender.exchange(Purpose.LAW, operation, request)
        # a removal that fails now and then is a failure; one that succeeds says nothing that a law has not tried
        failed = isinstance(exchange.response, HttpResponse) and exchange.response.status >= 500
        if note and failed and operation in self._sender.checked.operations:
            self._requester.sent.append(exchange)
        return exchange.response


def _text(row: Any, pointer: str) -> str:
    value = at(row, pointer)
    return "" if value in (MISSING, None) else as_text(value)


def _wait(response: HttpResponse) -> float:
    """Return how long a target asks to wait (RFC 9110, section 10.2.3), in seconds."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return SHORT
