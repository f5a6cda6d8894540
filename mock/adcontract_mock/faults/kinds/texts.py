"""Texts of an item that are stored otherwise than they were sent."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.kinds.stored import echoes_a, is_free, rewritten
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.faults.acting import Acting

_kinds = Kinds("state")


def _is_any_text(schema: dict[str, Any]) -> bool:
    """Return whether the schema of a text names no values at all, beside which a server may refuse others."""
    return is_free(schema) and "x-extensible-enum" not in schema


_echoes_text = echoes_a("string", other=_is_any_text)

_is_tag = re.compile(r"<[^>]*>")


def _stored_as(acting: Acting, change: Callable[[str], str]) -> Any:
    """Store a text of the body as `change` has it, and show it so."""
    return rewritten(acting, lambda held: change(held) if isinstance(held, str) else held, shown=True)


@_kinds.acts("text-truncated", "A text is stored with at most eight characters.", _echoes_text)
def _truncated(acting: Acting) -> Any:
    return _stored_as(acting, lambda text: text[:8])


@_kinds.acts("text-escaped", "A text is stored with the entities of HTML.", _echoes_text)
def _escaped(acting: Acting) -> Any:
    return _stored_as(acting, html.escape)


@_kinds.acts("text-without-tags", "A text is stored without everything from < to >.", _echoes_text)
def _untagged(acting: Acting) -> Any:
    return _stored_as(acting, lambda text: _is_tag.sub("", text))


@_kinds.acts("text-without-backslashes", "A text is stored without its backslashes.", _echoes_text)
def _unslashed(acting: Acting) -> Any:
    return _stored_as(acting, lambda text: text.replace("\\", ""))


@_kinds.acts("text-without-plus", "A text is stored with blanks in place of its plus signs.", _echoes_text)
def _unplussed(acting: Acting) -> Any:
    return _stored_as(acting, lambda text: text.replace("+", " "))


@_kinds.acts("text-in-lower-case", "A text is stored in lower case.", _echoes_text)
def _lower(acting: Acting) -> Any:
    return _stored_as(acting, str.lower)


@_kinds.acts("text-in-ascii", "Letters outside ASCII are stored as question marks.", _echoes_text)
def _ascii(acting: Acting) -> Any:
    return _stored_as(acting, lambda text: text.encode("ascii", "replace").decode())
