"""Parents: one does not see, change or delete what belongs to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract_conformance.behavior.law import broken, law
from adcontract_conformance.behavior.same import changes
from adcontract_conformance.behavior.things import Kind, under
from adcontract_conformance.behavior.world import MISSING, Untried, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.behaviour import Behaviour
    from adcontract_conformance.behavior.world import Found, World

KEYWORD = "x-resource"


def _under_a_parent(behaviour: Behaviour) -> bool:
    resource = behaviour.resource
    return resource is not None and resource.parent is not None and resource.action not in ("create", "add", "remove")


@law("parent", "what belongs to one is not seen, changed or deleted under another", _under_a_parent)
def parent(world: World, operation: Operation) -> Iterator[Found]:
    """Make a thing under one parent, and try the operation under another."""
    resource = world.behaviour(operation).resource
    if resource is None or resource.parent is None:
        raise TypeError(operation.id)
    kind = Kind(world, resource.name)
    thing = kind.make()
    here = under(resource.parent)
    mine = thing.home.get(here)
    if mine is None:
        raise Untried(f"it is not known to which {resource.parent.name} a {resource.name} belongs")
    others = [home for home in kind.homes(operation) if canonical(home[here]) != canonical(mine)]
    if not others:
        raise Untried(f"the target shows one {resource.parent.name} only")
    stranger = replace(thing, home=others[0])
    told = f"{thing.id} belongs to the {resource.parent.name} {mine}"
    if resource.action == "list":
        row, reply = kind.row(operation, stranger)
        if row is not MISSING:
            yield broken(operation, KEYWORD, reply, f"{told}, and is listed under another.", part="parent")
        return
    before, _ = kind.look(thing)
    reply = kind.do(operation, stranger)
    if not reply.refused:
        sentence = f"{told}; under another, the request is answered with {reply.status}."
        yield broken(operation, KEYWORD, reply, sentence, part="parent")
    after, seen = kind.look(thing)
    if moved := list(changes(before, after)):
        yield broken(operation, KEYWORD, seen, f"{told}; under another, {', '.join(moved[:3]) or 'all'} changed.")
