"""Keys of requests that are not heeded: what is sent again is carried out again, or taken for another request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from adcontract_mock.faults.registry import Kinds
from adcontract_mock.faults.showing import creates

if TYPE_CHECKING:
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.place import Place

_kinds = Kinds("state")


def _takes_key(place: Place) -> bool:
    """Return whether the action creates items that a client can remove, and its requests have a key."""
    return place.operation.idempotency is not None and place.is_acted_on("delete") and creates(place)


def _refuses_others(place: Place) -> bool:
    idempotency = place.operation.idempotency
    return _takes_key(place) and idempotency is not None and idempotency.reused is not None


@_kinds.acts(
    "key-ignored", "A request with an Idempotency-Key that came before is carried out again.", _takes_key, repeated=True
)
def _ignored(acting: Acting) -> Any:
    return acting.run()


@_kinds.acts(
    "key-of-other-body-replayed",
    "An Idempotency-Key that came with another body before is answered as it was then.",
    _refuses_others,
    repeated=True,
)
def _replayed(acting: Acting) -> Any:
    return _once(acting, "")


@_kinds.acts(
    "key-of-other-body-accepted",
    "A request with an Idempotency-Key that came with another body before is carried out.",
    _refuses_others,
    repeated=True,
)
def _accepted(acting: Acting) -> Any:
    return _once(acting, orjson.dumps(acting.context.body, option=orjson.OPT_SORT_KEYS).decode())


def _once(acting: Acting, sent: str) -> Any:
    """Return the response to the first request with the same key for which `sent` was the same."""
    idempotency, remembered = acting.place.operation.idempotency, acting.remembered()
    key = acting.context.values.header.get(idempotency.key.name) if idempotency else None
    if key is None:
        return acting.run()
    name = f"{key} {sent}"
    if name not in remembered:
        remembered[name] = acting.run(), dict(acting.context.headers)
    body, headers = remembered[name]
    acting.context.headers.update(headers)
    return body
