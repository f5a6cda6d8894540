"""A breach of a keyword by which an operation declares its behavior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import inferred
from adcontract.openapi.pointer import join
from adcontract_conformance.client.replies import Reply
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from adcontract import Operation, Response
    from adcontract_conformance.model.exchange import Exchange


def broken(
    operation: Operation,
    keyword: str,
    shown: Reply | Exchange,
    sentence: str,
    *,
    part: str = "",
    of: str = "",
    grave: bool = False,
    left_open: str = "",
    refusal: Response | None = None,
) -> Found:
    """Return a breach of what `keyword` of an operation declares, and what has `shown` it.

    `part` distinguishes two breaches of one keyword, and `of` is the entry that is broken, of it or of `part`, if
    `part` does not name it.
    A `grave` breach loses or mixes data. `left_open` says why the contract leaves it open, unless it infers it.
    `refusal` is the response that there should have been: if it is inferred, so is that it comes.
    """
    node = operation.data.get(keyword, {})
    entry = node.get(part) if isinstance(node, dict) else None
    marks = (
        inferred(entry),
        inferred(entry, of or None),
        inferred(node, of or part),
        inferred(node),
        inferred(operation.data, keyword),
    )
    reason = next(filter(None, (*marks, refusal.inferred if refusal else None, operation.inferred)), None)
    pointer = join(operation.pointer, keyword, *([part] if entry is not None else []))
    is_open = bool(left_open) and reason is None
    breach = Breach(sentence, pointer, left_open if is_open else reason, part, is_open=is_open, grave=grave)
    return Found(breach, shown.exchange if isinstance(shown, Reply) else shown)


def deleted_again(operation: Operation, shown: Reply | Exchange, sentence: str, *, part: str) -> Found:
    """Return the breach that a delete of what is not there succeeds: open, unless the contract says what it gets."""
    declared = operation.responses.get("404") or operation.responses.get("410")
    left_open = "" if declared else "No page says how a delete of something that is not there is answered."
    return broken(operation, "x-resource", shown, sentence, part=part, refusal=declared, left_open=left_open)
