"""States: an item that changes by itself does so only as the contract says, and comes to its end."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import lookup
from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.items import Item
from adcontract_conformance.client.progress import AGAIN, EndNotTried, looks, promised
from adcontract_conformance.client.replies import MISSING, NotTestable, at
from adcontract_conformance.laws.existing import is_created
from adcontract_conformance.laws.law import law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, States
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-states"

EXISTING = 3
"""How many items of the target are read where none can be created."""


@law(
    "states",
    "an item that changes by itself has only states that may follow each other, and comes to an end, where it stays",
    lambda operation: operation.behavior.states is not None,
)
def states(client: Client, operation: Operation) -> Iterator[Found]:
    """Create an item, and read it until it is in a final state, and then again."""
    factory, _ = ResourceFactory.of(client, operation)
    declared = operation.behavior.states
    if declared is None:
        return
    read_only = client.sender.target.allowance.read_only
    if read_only or not is_created(factory):
        why = read_only or f"the contract has no operation that creates {factory.a}"
        yield from _of_others(factory, operation, declared, why)
        return
    item = factory.create()
    course = _Course(factory, operation, declared, item)
    yield from course.went_on(item.reply, item.shown)
    end, final = promised(declared), 0
    for number, look in enumerate(looks(factory, operation, declared, item)):
        if course.state is not MISSING and (look.leads_on or (number and look.reply.is_gone)):
            return  # it may lead to what came of it once it is done, or be gone
        if not look.reply.ok:
            raise NotTestable(f"{operation.id} answers {look.reply.status} for an item that was just created")
        found = list(course.went_on(look.reply, factory.item_in(operation, look.reply)))
        yield from found
        final += declared.is_final(course.state)
        if found or final > AGAIN:
            return
        if not final and end is not None and look.after >= end:
            sentence = f"After {look.after:.1f} seconds {course.what} is {course.state}, and is in no final state."
            yield broken(operation, KEYWORD, look.reply, sentence, part="within")
            return


class _Course:
    """The states of one item, as they were shown one after the other. `state` is the last one as text."""

    def __init__(self, factory: ResourceFactory, operation: Operation, declared: States, item: Item) -> None:
        self._operation, self._declared, self._schemas = operation, declared, _schemas(factory, declared)
        self.what = f"the {factory.name} {item.id}"
        self.state: Any = MISSING

    def went_on(self, reply: Reply, shown: Any) -> Iterator[Found]:
        """Yield a breach if an item as it is shown now may not follow on its last state.

        Raises:
            NotTestable: if it shows a state that the contract leaves open.
        """
        value = at(shown, self._declared.field)
        if value in (MISSING, None):
            return
        before, self.state = self.state, as_text(value)
        if self.state not in self._declared.all:
            if any("x-extensible-enum" in each for each in self._schemas):
                raise NotTestable(f"{self.what} is {self.state}, of which x-states does not say what follows")
            sentence = f"{self.what} is {self.state}, which is none of its states."
            yield self._broken(reply, sentence, "unknown")
        elif before is not MISSING and not self._declared.may_become(before, self.state):
            why = "it was final" if self._declared.is_final(before) else "that may not follow"
            sentence = f"{self.what} was {before} and then {self.state}, although {why}."
            yield self._broken(reply, sentence, "final" if self._declared.is_final(before) else "back")

    def _broken(self, reply: Reply, sentence: str, part: str) -> Found:
        return broken(self._operation, KEYWORD, reply, sentence[0].upper() + sentence[1:], part=part, of="follows")


def _schemas(factory: ResourceFactory, declared: States) -> list[dict[str, Any]]:
    """Return the schemas of the field with the state."""
    document = factory.client.sender.checked.contract.document
    shown = [each.item_schema for each in factory.type.showing if each.item_schema]
    return [lookup(document, place) for each in shown for place in reach(document, each, declared.field)]


def _of_others(factory: ResourceFactory, operation: Operation, declared: States, why: str) -> Iterator[Found]:
    """Read items of the target a few times, one after the other; when each began is not known.

    Raises:
        NotTestable: if none of them is in a final state, as none was created because of `why`.
    """
    ended = False
    for lister, parent_ids, row, page in islice(factory.rows(), EXISTING):
        id_ = at(row, factory.resource(lister).id or "/id")
        item = Item(id_, factory.completed(operation, parent_ids), page, shown=row)
        course = _Course(factory, operation, declared, item)
        for number in range(AGAIN + 1):
            reply = factory.do(operation, item)
            if not reply.ok:
                break
            yield from course.went_on(reply, factory.item_in(operation, reply))
            ended = ended or (number > 0 and declared.is_final(course.state))
    if not ended:
        raise EndNotTried(why)
