"""Keys of requests: one that is sent again with its key is not carried out again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.new_ids import new_id
from adcontract_conformance.client.replies import MISSING, NotTestable, canonical
from adcontract_conformance.laws.doubles import listed_keys, made_twice
from adcontract_conformance.laws.law import law, require_told
from adcontract_conformance.laws.telling import telling_bodies
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Idempotency, Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply


def _creates_by_key(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return resource is not None and resource.action == "create" and operation.idempotency is not None


@law(
    "key",
    "a create that is sent again with its Idempotency-Key makes no second item",
    _creates_by_key,
    needs=("create",),
)
def key(client: Client, operation: Operation) -> Iterator[Found]:
    """Send a create twice with one key, and once more with another body, if the contract says how that is answered."""
    factory, resource = ResourceFactory.of(client, operation)
    given, idempotency = client.sender.keys.create(operation), operation.idempotency
    if idempotency is None or given is None:
        raise NotTestable("nothing is known that the key of a request can be")
    like = factory.create(by=operation)
    known, headers = listed_keys(factory, like.parent_ids), {idempotency.key.name: given}
    address = factory.address(operation, MISSING, like.parent_ids)
    first = client.accepted(operation, client.ask(operation, **address, headers=headers))
    item = factory.item(operation, first, like.parent_ids)
    again = client.send(operation, first.exchange.request)
    require_told(client, operation, [again], lambda: None)
    if not again.ok:
        # while the first one is carried out, another may be refused, and as one that came before
        if idempotency.reused is None or not idempotency.reused.is_for(again.status):
            sentence = f"The same request with the same key, sent again, is answered with {again.status}."
            yield _broken(operation, idempotency, first, again, sentence, part="refused")
    elif (other := _id(factory, again)) not in (MISSING, None) and canonical(other) != canonical(item.id):
        sentence = f"The same request with the same key, sent again, is answered with {other}, and not with {item.id}."
        yield _broken(operation, idempotency, first, again, sentence, part="again", grave=True)
        return
    for found in made_twice(factory, operation, resource, item, known):
        own = _broken(operation, idempotency, first, again, found.breach.sentence, part="again", grave=True)
        yield replace(own, steady=found.steady)
    yield from _with_another_body(factory, operation, idempotency, (item.body, item.id, first))


def _with_another_body(
    factory: ResourceFactory, operation: Operation, idempotency: Idempotency, before: tuple[Any, Any, Reply]
) -> Iterator[Found]:
    """Yield a breach if the key of a request is taken for another one, and the contract has a refusal for that."""
    (body, id_, first), reused = before, idempotency.reused
    other = next(telling_bodies(factory, operation, body), None)
    if reused is None or other is None:
        return
    request, client = first.exchange.request, factory.client
    changed = replace(client.documented(operation), media=operation.body[0], body=other)
    reply = client.send(operation, replace(request, body=changed.content))
    if reply.refused:
        return
    shown = _id(factory, reply)
    done = "as it was with the first" if canonical(shown) == canonical(id_) else f"with the new item {shown}"
    sentence = f"A key that came with another body before is answered {done}, and not with {reused.status}."
    why = (
        f"The page has a {reused.status}, and does not say that it is for such a key, as the draft of the header does."
    )
    why = "" if idempotency.is_said else why
    yield _broken(operation, idempotency, first, reply, sentence, part="other", why=why)


def _id(factory: ResourceFactory, reply: Reply) -> Any:
    """Return the id of the item in the response to a create, `MISSING` where it shows none."""
    sender = factory.client.sender
    return new_id(sender.checked, reply.exchange, sender.target.url)


def _broken(
    operation: Operation,
    idempotency: Idempotency,
    first: Reply,
    shown: Reply,
    sentence: str,
    *,
    part: str,
    grave: bool = False,
    why: str = "",
) -> Found:
    reused = idempotency.reused.inferred if idempotency.reused and part == "other" else None
    reason = next(filter(None, (idempotency.key.inferred, operation.inferred, reused, why)), None)
    breach = Breach(sentence, idempotency.key.pointer, reason, part, grave=grave)
    return Found(breach, replace(shown.exchange, before=(first.exchange.request,)))
