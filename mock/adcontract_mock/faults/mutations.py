"""Changes of one part of a JSON value, as the schema of a response sees them."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.http.response import HttpResponse

    Path = tuple[str | int, ...]
    Vary = Callable[[Any], Iterable[Any]]

_MOST = 3
"""Of equal places in the rows of a list so many are tried: the rows of a list are alike."""


def broken(answer: Answer, keywords: set[str], vary: Vary, *, last: bool = False) -> HttpResponse | None:
    """Return a JSON response with one part changed so that it breaks these keywords of its schema, and no other.

    Args:
        answer: the response.
        keywords: the keywords of which the value is to break one.
        vary: yields the values to try in place of one.
        last: whether to begin with the last row of each list.
    """
    media = answer.place.media
    if media is None or answer.json is None:
        return None
    schema, schemas = f"{media.pointer}/schema", answer.place.served.composer.schemas
    if not schemas.valid(schema, answer.json):
        return None
    for changed in varied(answer.json, vary, last=last):
        found = schemas.faults(schema, changed)
        if found and all({each.keyword, each.pointer.rpartition("/")[2]} & keywords for each in found):
            return answer.with_json(changed)
    return None


def varied(value: Any, vary: Vary, *, last: bool = False) -> Iterator[Any]:
    """Yield copies of `value` in each of which one part is another value that `vary` yields for it."""
    seen: Counter[Path] = Counter()
    for path, node in _walk(value, (), last=last):
        shape = tuple("*" if isinstance(part, int) else part for part in path)
        seen[shape] += 1
        if seen[shape] <= _MOST:
            for other in vary(node):
                yield replaced(value, path, other)


def replaced(value: Any, path: Path, other: Any) -> Any:
    """Return a copy of `value` with `other` at `path`."""
    if not path:
        return other
    changed = copy.deepcopy(value)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = other
    return changed


def _walk(node: Any, path: Path, *, last: bool) -> Iterator[tuple[Path, Any]]:
    yield path, node
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _walk(value, (*path, name), last=last)
    elif isinstance(node, list):
        numbered = list(enumerate(node))
        for index, value in reversed(numbered) if last else numbered:
            yield from _walk(value, (*path, index), last=last)
