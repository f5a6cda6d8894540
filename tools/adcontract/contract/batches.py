"""What the results of a batch say of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.patches import same
from adcontract.openapi.pointer import get

if TYPE_CHECKING:
    from adcontract.contract.behavior import Batch


def is_success(batch: Batch, status: Any) -> bool:
    """Return whether the status of a result says that its entry was carried out.

    Without words that mean success it does if it is true, or a code from 200 to 299, which may be text.
    """
    if batch.ok:
        return any(same(status, word) for word in batch.ok)
    if isinstance(status, bool):
        return status
    text = str(status)
    return text.isascii() and text.isdecimal() and 200 <= int(text) < 300


def said_of(batch: Batch, result: Any) -> bool | None:
    """Return whether a result says that its entry was carried out; None where it says neither.

    Without a status one that shows the item, or its id, says so, and one that does not says the contrary.
    """
    shown = [get(result, pointer) for pointer in (batch.item, batch.shows_id) if pointer is not None]
    status = get(result, batch.status) if batch.status is not None else None
    if status is not None:
        return is_success(batch, status)
    if batch.status is not None:
        return None if any(each is not None for each in shown) else False
    return any(each is not None for each in shown) if shown and batch.item != "" else None
