"""Conditions of requests (RFC 9110, section 13): the same is not sent again, and another is not overwritten."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.openapi.entity_tags import names_tag
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.progress import finish
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.laws.law import law, require_told
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Parameter
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply

UNKNOWN = '"adcontract-no-such-tag"'


def _reads(operation: Operation) -> bool:
    return _does(operation, "read") and operation.conditions.etag is not None


def _writes(operation: Operation) -> bool:
    return _does(operation, "update", "set", "upsert", "delete") and operation.conditions.if_match is not None


def _does(operation: Operation, *actions: str) -> bool:
    resource = operation.behavior.resource
    return resource is not None and resource.action in actions and resource.key is not None


@law("etag", "the ETag of an item changes with it, and until then an If-None-Match with it is a 304", _reads)
def etag(client: Client, operation: Operation) -> Iterator[Found]:
    """Read an item that was created for it, again with its tag, and again after each change of it."""
    factory, _ = ResourceFactory.of(client, operation)
    item, condition = factory.create(), operation.conditions.if_none_match
    finish(factory, item)
    before = _steady(factory, operation, item)
    if before is None:
        raise NotTestable(f"{operation.id} does not show the same twice")
    if condition is not None:
        yield from _not_modified(factory, operation, item, condition, before)
    yield from _modified(client, factory, operation, item, before)


def _modified(
    client: Client, factory: ResourceFactory, operation: Operation, item: Item, before: Reply
) -> Iterator[Found]:
    condition, tag = operation.conditions.if_none_match, _tag(operation, before)
    for writer in factory.every("update", "set", "upsert"):
        if factory.resource(writer).key is None or not client.sender.checked.may_write(writer):
            continue
        if not factory.do(writer, item, headers=_any(writer)).ok:
            continue
        after = factory.do(operation, item)
        if not after.ok or after.value == before.value:
            continue
        if _tag(operation, after) == tag and not tag.startswith("W/"):
            sentence = f"After {writer.id} the item is another, and its ETag is still {tag}."
            yield _broken(operation, condition, after, sentence, part="same")
        elif condition is not None:
            late = factory.do(operation, item, headers={condition.name: tag})
            if late.status == HTTPStatus.NOT_MODIFIED:
                sentence = f"After {writer.id} the item is another, and If-None-Match: {tag} is answered with 304."
                yield _broken(operation, condition, late, sentence, part="stale")
        return
    if condition is None:
        raise NotTestable("nothing was changed, so that the tag need not be another")


def _not_modified(
    factory: ResourceFactory, operation: Operation, item: Item, condition: Parameter, before: Reply
) -> Iterator[Found]:
    tag = _tag(operation, before)
    for asked in (tag, f'"other", {tag}'):
        again = factory.do(operation, item, headers={condition.name: asked})
        if again.status == HTTPStatus.NOT_MODIFIED and getattr(again.exchange.response, "surplus", False):
            sentence = "The response 304 has a body, and HTTP has none there."
            yield _broken(operation, condition, again, sentence, part="body")
            return
        if again.ok and _tag(operation, again) == tag and again.value == before.value:
            sentence = f"Nothing has changed, and If-None-Match: {asked} is answered with {again.status}, not with 304."
            yield _broken(operation, condition, again, sentence, part="304")
            return
    other = factory.do(operation, item, headers={condition.name: UNKNOWN})
    if other.status == HTTPStatus.NOT_MODIFIED:
        sentence = f"If-None-Match: {UNKNOWN}, which is no tag of the item, is answered with 304."
        yield _broken(operation, condition, other, sentence, part="unknown")


@law("if-match", "a write is done only if the ETag of the item is the one in its If-Match", _writes)
def if_match(client: Client, operation: Operation) -> Iterator[Found]:
    """Write to an item that was created for it: with a tag that it never had, and with its own."""
    factory, _ = ResourceFactory.of(client, operation)
    condition = operation.conditions.if_match
    if condition is None:
        return
    item = factory.create()
    finish(factory, item)
    readers = [each for each in factory.every("read") if each.conditions.etag is not None]
    before = [_steady(factory, each, item) for each in readers]
    refused = factory.do(operation, item, headers={condition.name: UNKNOWN})
    require_told(client, operation, [refused], lambda: None)
    if refused.ok:
        sentence = f"If-Match: {UNKNOWN}, which is no tag of the item, is answered with {refused.status}."
        yield _broken(operation, condition, refused, sentence, part="other", grave=True)
        return
    if refused.status != HTTPStatus.PRECONDITION_FAILED:
        sentence = f"If-Match: {UNKNOWN}, which is no tag of the item, is answered with {refused.status}, not with 412."
        yield _broken(operation, condition, refused, sentence, part="status")
    for reader, was in zip(readers, before, strict=True):
        if was is None:
            continue
        now = factory.do(reader, item)
        if (not now.ok or now.value != was.value) and _tag(reader, was) != now.headers.get("etag"):
            sentence = f"{operation.id} was answered with {refused.status}, and has changed the item."
            yield _broken(operation, condition, now, sentence, part="done", grave=True)
            return
    yield from _own(factory, operation, item, readers)


def _steady(factory: ResourceFactory, reader: Operation, item: Item) -> Reply | None:
    """Return what an operation shows of an item; None if it shows another value each time, such as a count of looks."""
    first, second = factory.do(reader, item), factory.do(reader, item)
    return second if first.ok and second.ok and first.value == second.value else None


def _own(factory: ResourceFactory, operation: Operation, item: Item, readers: list[Operation]) -> Iterator[Found]:
    """Yield a breach if a write with the tag of the item is refused as if it were another."""
    condition = operation.conditions.if_match
    if not readers or condition is None:
        raise NotTestable("no operation shows the tag of an item")
    tag = _tag(readers[0], factory.do(readers[0], item))
    if not names_tag(tag, tag, weakly=False):
        raise NotTestable("the tags of the target are weak, which no If-Match names")
    reply = factory.do(operation, item, headers={condition.name: tag})
    if reply.status != HTTPStatus.PRECONDITION_FAILED:
        return
    if _tag(readers[0], factory.do(readers[0], item)) == tag:
        sentence = f"If-Match: {tag}, the tag that {readers[0].id} shows, is answered with 412."
        yield _broken(operation, condition, reply, sentence, part="own")


def _tag(operation: Operation, reply: Reply) -> str:
    """Return the entity tag in a reply.

    Raises:
        NotTestable: if it has none.
    """
    tag = reply.headers.get(str(operation.conditions.etag).lower())
    if not reply.ok or not tag:
        raise NotTestable(f"{operation.id} shows no ETag")
    return tag.strip()


def _any(operation: Operation) -> dict[str, Any]:
    """Return the headers of a write that asks for no certain tag."""
    condition = operation.conditions.if_match
    return {condition.name: "*"} if condition and condition.required else {}


def _broken(
    operation: Operation, condition: Parameter | None, shown: Reply, sentence: str, *, part: str, grave: bool = False
) -> Found:
    success, refusal = operation.success, operation.responses.get("412" if part in ("other", "status") else "304")
    pointer = condition.pointer if condition else success.pointer if success else operation.pointer
    marks = (each.inferred for each in (condition, refusal, success, operation) if each)
    return Found(Breach(sentence, pointer, next(filter(None, marks), None), part, grave=grave), shown.exchange)
