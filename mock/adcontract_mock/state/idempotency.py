"""Requests with a key that came before: the same one is answered as it was then, and not carried out again."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.openapi.text import as_text
from adcontract_mock.state import bounds
from adcontract_mock.state.actions import effect_of
from adcontract_mock.state.session_state import KEYS

if TYPE_CHECKING:
    from adcontract import Idempotency, ResourceOperation
    from adcontract_mock.state.action_context import ActionContext
    from adcontract_mock.state.actions import Effect


class KeyReused(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A request has the key of another one, and the contract declares how that is answered."""

    def __init__(self, idempotency: Idempotency) -> None:
        super().__init__("came with another request before")
        self.idempotency = idempotency


def effect_once(operation: ResourceOperation) -> Effect:
    """Return the effect of an operation, which the requests with one key have once."""
    return once(operation, effect_of(operation))


def once(operation: ResourceOperation, effect: Effect) -> Effect:
    """Return an effect that the requests with one key have once; itself where the operation takes no key."""
    idempotency = operation.operation.idempotency
    if idempotency is None:
        return effect

    def run(context: ActionContext, template: Any) -> Any:
        key = context.values.header.get(idempotency.key.name)
        if key is None:
            return effect(context, template)
        state, name, sent = context.collections.session_state, _name(context, key), _fingerprint(context)
        for row in state.with_id(KEYS, name):
            before = row.item
            if before["sent"] != sent and idempotency.reused is not None:
                raise KeyReused(idempotency)
            context.headers.update(before["headers"])
            context.status = before["status"]
            return before["body"]
        body = effect(context, template)
        if state.count(KEYS) < bounds.ITEMS:
            state.add(
                KEYS, name, "", {"sent": sent, "body": body, "headers": context.headers, "status": context.status}
            )
            for row in state.rows(KEYS)[: -bounds.KEYS]:
                state.remove(KEYS, row)
        return body

    return run


def _name(context: ActionContext, key: Any) -> str:
    return f"{context.operation.operation.id} {as_text(key)}"


def _fingerprint(context: ActionContext) -> str:
    """Return the same for the same request, which may write the members of an object in another order."""
    sent = orjson.dumps([context.path, context.query, context.body], default=repr, option=orjson.OPT_SORT_KEYS)
    return blake2b(sent, digest_size=16).hexdigest()
