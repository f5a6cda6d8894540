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
    from adcontract_mock.state.session_state import SessionState


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
        before = next((row.item for row in state.rows(KEYS) if row.item["key"] == name), None)
        if before is not None:
            if before["sent"] != sent and idempotency.reused is not None:
                raise KeyReused(idempotency)
            context.headers.update(before["headers"])
            context.status = before["status"]
            return before["body"]
        body = effect(context, template)
        answer = {"sent": sent, "body": body, "headers": context.headers, "status": context.status}
        _remember(state, {"key": name, **answer})
        return body

    return run


def _remember(state: SessionState, answered: dict[str, Any]) -> None:
    """Note how a request with a key was answered, in the place of the oldest such note if there are many."""
    notes = state.rows(KEYS)
    answered["turn"] = max((row.item["turn"] for row in notes), default=0) + 1
    if len(notes) < bounds.KEYS:
        state.add(KEYS, str(len(notes)), "", answered)
    else:
        oldest = min(notes, key=lambda row: row.item["turn"]).copy()
        oldest.item.clear()
        oldest.item.update(answered)
        state.change(KEYS, oldest)


def _name(context: ActionContext, key: Any) -> str:
    return _digest(f"{context.operation.operation.id} {as_text(key)}".encode())


def _fingerprint(context: ActionContext) -> str:
    """Return the same for the same request, which may write the members of an object in another order."""
    sent = orjson.dumps([context.path, context.query, context.body], default=repr, option=orjson.OPT_SORT_KEYS)
    return _digest(sent)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
