"""Whether a target shows late what was written: its reads come from a copy, or from an index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adcontract_conformance.client import client
from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.replies import MISSING, NotTestable

if TYPE_CHECKING:
    from adcontract_conformance.client.factory import Item, ResourceFactory

READS = 4
"""How often an item is read at once: only some of the reads may come late."""


def shows_late(factory: ResourceFactory) -> bool:
    """Return whether reads show an item later than it was created, or deleted; it is tried with a new one."""
    try:
        item = factory.create()
        if _settles(factory, item, there=True):
            return True
        factory.do(factory.the("delete"), item)
        return _settles(factory, item, there=False)
    except NotSent:
        return True  # what is not known does not speak against the target
    except NotTestable:
        return False


def _settles(factory: ResourceFactory, item: Item, *, there: bool) -> bool:
    """Return whether some reads do not show at once whether an item is `there`, and all do a little later."""
    if all(_is_shown(factory, item) is there for _ in range(READS)):
        return False
    time.sleep(client.LATE)
    return all(_is_shown(factory, item) is there for _ in range(READS))


def _is_shown(factory: ResourceFactory, item: Item) -> bool:
    factory.client.lists.forget()
    return factory.look(item)[0] is not MISSING
