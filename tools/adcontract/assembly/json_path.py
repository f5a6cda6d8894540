"""Selecting nodes of a document by a JSONPath (RFC 9535) within a time limit."""

from __future__ import annotations

import re
import sys
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from jsonpath_rfc9535 import JSONPathEnvironment
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonpath_rfc9535 import JSONPathNode

SECONDS = 5.0
"""The most time of a selection: that of a document with a thousand operations takes a tenth of a second."""


_MANY = re.compile(r"[*?,:]|\.\.")
"""What a path has that may select more than one node. The time limit makes a selection three times slower."""


def select(path: str, document: Any) -> list[JSONPathNode]:
    """Return the nodes of `document` that `path` selects.

    Raises:
        JSONPathError: if it is not a valid JSONPath.
        TimeoutError: if the selection takes more than `SECONDS`.
    """
    query = _Environment().compile(path)
    if not _MANY.search(path):
        return list(query.finditer(document))
    with _time_limit(SECONDS):
        return list(query.finditer(document))


class _Environment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions |= {"match": _Pattern(whole=True), "search": _Pattern(whole=False)}


class _Pattern(FilterFunction):
    """`match` and `search` by an engine in linear time: with that of the library, some patterns take hours."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - as the library declares it
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._frame = "^(?:{})$" if whole else "{}"

    def __call__(self, text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        schema = _pattern(self._frame.format(pattern))
        return schema is not None and schema.is_valid(text)


@cache
def _pattern(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return a schema of the texts that fit a pattern; None if it is not valid."""
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except ValueError:
        return None


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the code within after `seconds`; under a profiler there is no limit."""
    end = time.monotonic() + seconds

    def look_at_clock(*_: object) -> None:
        if time.monotonic() > end:
            raise TimeoutError

    if sys.getprofile() is not None:
        yield
        return
    sys.setprofile(look_at_clock)
    try:
        yield
    finally:
        sys.setprofile(None)
