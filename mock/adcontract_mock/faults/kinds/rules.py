"""Responses that fit their schema, and break a rule that the contract declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.mutations import varied
from adcontract_mock.faults.parts import invariants, violations
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.http.response import HttpResponse

_kinds = Kinds("rules")


def _fitting(answer: Answer, vary: Callable[[Any], Iterable[Any]]) -> Iterator[Any]:
    """Yield the bodies with one part changed that still fit the schema."""
    media = answer.place.media
    if media is not None and answer.json is not None:
        schemas = answer.place.served.composer.schemas
        for changed in varied(answer.json, vary):
            if changed != answer.json and schemas.valid(f"{media.pointer}/schema", changed):
                yield changed


def _other(node: Any) -> Iterator[Any]:
    if isinstance(node, bool):
        yield not node
    elif isinstance(node, int | float):
        yield from (node + 1, node - 1, -1, 0, 10**9)
    elif isinstance(node, str):
        yield from (f"{node}x", "")
    elif isinstance(node, list) and node:
        yield from (node[:-1], [*node, node[-1]])
    elif isinstance(node, dict):
        yield from ({**node, name: None} for name in node)
        names = list(node)
        for name in names:
            yield {key: each for key, each in node.items() if key != name}


@_kinds.answers("broken-invariant", "An invariant of the contract does not hold.", parts=invariants)
def _broken_invariant(answer: Answer) -> HttpResponse | None:
    own = answer.place.part
    if answer.json is None or violations(answer.place, answer.json):
        return None
    found = ((changed, violations(answer.place, changed)) for changed in _fitting(answer, _other))
    broken = [(changed, names) for changed, names in found if own in names]
    # one that breaks no other invariant, if there is any
    changed, _ = min(broken, key=lambda each: len(each[1]), default=(None, ()))
    return None if changed is None else answer.with_json(changed)
