"""The group `behavior`: every law on every operation that it is about."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from adcontract import AdcontractError
from adcontract_conformance.client.client import Client
from adcontract_conformance.laws import (  # noqa: F401 - fills the registry
    again,
    batch_failures,
    batches,
    conditions,
    creates,
    cursors,
    deletes,
    filters,
    keys,
    locations,
    members,
    one_sided,
    order,
    page_links,
    pages,
    parents,
    patches,
    reads,
    refusals,
    several_keys,
    states,
    sums,
    updates,
    upserts,
    walks,
)
from adcontract_conformance.laws.law import LAWS, does, try_law
from adcontract_conformance.model.promises import FaultyCheckError, SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.laws.law import Law
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Check, LawResult


def laws(
    sender: Sender, seed: int, time_is_up: Callable[[], bool], tried: Iterable[Law] = LAWS.values()
) -> Iterator[Exchange | LawResult | SuiteError]:
    """Try every law, or those that are `tried`, with the choices of a seed; yield the exchanges and their results.

    The items that a law creates are removed after it, also when the run is interrupted.
    """
    client = Client(sender, seed)
    tried = list(tried)
    for operation in sender.checked.named:
        # what other laws do depends on whether the target keeps what is created, which another run reports
        if sender.checked.is_elsewhere(operation) and LAWS["create"] in tried and LAWS["create"].applies_to(operation):
            for _ in () if time_is_up() else _one(client, operation, LAWS["create"]):
                pass
    # a law that builds on others comes after them
    ordered = sorted(tried, key=lambda each: max(each.foundations().values(), default=0))
    # what is created shows first whether the target keeps it, without which most other laws cannot be tried
    for operation in sorted(sender.checked.operations, key=lambda each: not does("create", "upsert")(each)):
        for each in ordered:
            if not time_is_up() and each.is_about(client, operation):
                yield from _one(client, operation, each)


def expected(sender: Sender, own: Iterable[Law]) -> Iterator[tuple[Check, Operation]]:
    """Yield each law, and each of a team's `own`, with the operations that it is about. Nothing is sent."""
    client = Client(sender)
    for operation in sender.checked.operations:
        for each in (*LAWS.values(), *own):
            # an exception is reported where the law is tried
            with suppress(Exception):
                if each.is_about(client, operation):
                    yield each.check, operation


def _one(client: Client, operation: Operation, law: Law) -> Iterator[Exchange | LawResult | SuiteError]:
    # everything is removed before this yields, so that nothing is left behind if the caller stops here
    stop: BaseException | None = None
    outcome: list[LawResult | SuiteError] = []
    try:
        outcome.append(try_law(law, client, operation))
    except (AdcontractError, KeyboardInterrupt) as error:
        stop = error
    except FaultyCheckError as error:
        outcome.append(SuiteError(operation, str(error), ours=False, check_id=law.check.id))
    except Exception as error:
        outcome.append(SuiteError(operation, f"{type(error).__name__}: {error}"))
    stop = client.clear() or stop
    yield from outcome
    yield from client.sent
    client.sent.clear()
    if stop is not None:
        raise stop
