"""A breach of a keyword by which an operation declares its behavior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import inferred
from adcontract.openapi.pointer import join
from adcontract_conformance.client.replies import Reply
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.model.exchange import Exchange


def broken(
    operation: Operation,
    keyword: str,
    shown: Reply | Exchange,
    sentence: str,
    *,
    part: str = "",
    grave: bool = False,
) -> Found:
    """Return a breach of what `keyword` of an operation declares, and what has `shown` it.

    `part` distinguishes two breaches of one keyword; a `grave` one loses or mixes data.
    """
    node = operation.data.get(keyword, {})
    entry = node.get(part) if isinstance(node, dict) else None
    marks = (inferred(entry), inferred(node, part), inferred(node), inferred(operation.data, keyword))
    reason = next(filter(None, (*marks, operation.inferred)), None)
    pointer = join(operation.pointer, keyword, *([part] if entry is not None else []))
    breach = Breach(sentence, pointer, reason, part, grave=grave)
    return Found(breach, shown.exchange if isinstance(shown, Reply) else shown)
