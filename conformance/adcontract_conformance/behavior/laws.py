"""The group `behavior`: every law on every operation that it is about, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.behavior import filters, lifecycle, members, order, pages, parents, refusals  # noqa: F401 - fills the registry
from adcontract_conformance.behavior.law import LAWS, try_law
from adcontract_conformance.behavior.world import World
from adcontract_conformance.model import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract_conformance.behavior.law import Law
    from adcontract_conformance.model import Exchange, Tried
    from adcontract_conformance.sources import Sources


def laws(sources: Sources, time_is_up: Callable[[], bool]) -> Iterator[Exchange | Tried | Broken]:
    """Try every law; yield what was sent, and how each law went.

    What a law creates is removed after it, also when the run is interrupted; what could not be removed is told.
    """
    world = World(sources)
    for operation in sources.subject.operations:
        for each in LAWS.values():
            if not time_is_up() and each.wants(world.behaviour(operation)):
                yield from _one(world, operation, each)


def _one(world: World, operation: Operation, law: Law) -> Iterator[Exchange | Tried | Broken]:
    try:
        yield try_law(law, world, operation)
    except Exception as error:
        yield Broken(operation, f"{type(error).__name__}: {error}")
    finally:
        left = world.clear()
    yield from world.sent
    world.sent.clear()
    for what in left:
        yield Broken(operation, f"{what} was created and could not be removed; remove it yourself.")
