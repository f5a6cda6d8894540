"""What an item keeps of a request: its parent, the values that were sent or that the action sets, texts as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.items import under
from adcontract_conformance.client.replies import MISSING, at, text_of
from adcontract_conformance.laws.telling import is_telling, lone_bodies, seldom_bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.factory import Item, ResourceFactory
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found

    Bodies = Callable[[ResourceFactory, Operation, Any], Iterator[Any]]

KEYWORD = "x-resource"

READABLE = 40
"""How many characters of two long texts are shown from shortly before the first in which they differ."""


def echoed(
    factory: ResourceFactory, operation: Operation, body: Any, shown: Any, reply: Reply, *, whole: bool = True
) -> Iterator[Found]:
    """Yield what an item does not keep of the body that was sent, and what it was not set to, unless it went on.

    `whole` is whether all of the item is shown; what is missing from a part of it is no breach.
    """
    resource, where = factory.resource(operation), seen_in(operation, reply)
    for ours, theirs in resource.echo.items():
        sent, held = at(body, theirs), at(shown, ours)
        is_kept = sent is MISSING or _kept(sent, held) or factory.may_become(ours, sent, held)
        if not is_kept and (whole or held is not MISSING):
            was, is_ = _excerpts(sent, held)
            sentence = f"{theirs} was sent as {was}; {ours} is {is_}{where}."
            yield broken(operation, KEYWORD, reply, sentence, part="echo")
    for ours, value in resource.set.items():
        held = at(shown, ours)
        if not (kept(value, held) or factory.may_become(ours, value, held)) and (whole or held is not MISSING):
            sentence = f"Afterwards {ours} is {text_of(held)}{where}, not {text_of(value)}."
            yield broken(operation, KEYWORD, reply, sentence, part="set")


def in_another_parent(
    operation: Operation, resource: Resource, item: Item, shown: Any, reply: Reply
) -> Iterator[Found]:
    """Yield a breach if an item shows another parent than the one for which it was created."""
    parent = resource.parent
    if parent is None or parent.field is None or parent.id is not None:
        return
    mine, held = item.parent_ids.get(under(parent), MISSING), at(shown, parent.field)
    if MISSING in (mine, held) or held is None or kept(mine, held):
        return
    # a path may have another name of the parent, such as `me`
    if as_text(mine).isdecimal() and as_text(held).isdecimal():
        sentence = f"It was created for the {parent.name} {mine}; {parent.field} is {text_of(held)}."
        yield broken(operation, KEYWORD, reply, sentence, part="parent")


def seen_in(operation: Operation, reply: Reply) -> str:
    """Return where something is seen, for the end of a clause: nothing for the response of the operation itself."""
    other = reply.exchange.operation.id
    return f" in {other}" if other != operation.id else ""


def stored(
    factory: ResourceFactory,
    operation: Operation,
    like: Any,
    kinds: Iterable[Bodies],
    show: Callable[[Any], tuple[Any, Reply] | None],
) -> Iterator[Found]:
    """Send values that are easily stored otherwise, of some `kinds`; a target may refuse them, or some of them.

    `like` is a body that the target takes. `show` sends a body, and returns the item as it is afterwards and the reply
    that shows it, None where the body is refused.
    """
    for bodies in kinds:
        for index, body in enumerate(bodies(factory, operation, like)):
            if (looked := show(body)) is None:
                continue
            shown, reply = looked
            if shown is not MISSING:
                whole = factory.is_shown and bodies in (seldom_bodies, lone_bodies)
                for each in echoed(factory, operation, body, shown, reply, whole=whole):
                    yield replace(each, breach=replace(each.breach, part="stored"))
            if index == 0:
                break


def _kept(sent: Any, held: Any) -> bool:
    """Return whether a value was kept; a text that people write keeps its case as well."""
    is_same = not (is_telling(sent) and isinstance(held, str)) or "".join(sent.split()) == "".join(held.split())
    return is_same and kept(sent, held)


def _excerpts(sent: Any, held: Any) -> tuple[str, str]:
    """Return two values for a person to read, of long texts the part in which they differ."""
    if not is_telling(sent) or not isinstance(held, str):
        return text_of(sent), text_of(held)
    shortest = min(len(sent), len(held))
    same = next((place for place in range(shortest) if sent[place] != held[place]), shortest)
    begin = max(0, same - READABLE // 4)
    parts = (
        ("…" if begin else "") + each[begin : begin + READABLE] + ("…" if len(each) > begin + READABLE else "")
        for each in (sent, held)
    )
    one, two = map(text_of, parts)
    return one, two
