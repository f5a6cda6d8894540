"""Responses that fit their schema, and break a rule that the contract declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.mutations import broken, varied
from adcontract_mock.faults.parts import invariants, payloads, violations, words
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


def _others(value: Any) -> Iterator[Any]:
    """Yield values in place of one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, -1, 0, 10**9)
    elif isinstance(value, str):
        yield from (f"{value}x", "")
    elif isinstance(value, list) and value:
        yield from (value[:-1], [*value, value[-1]])
    yield None


def _with_other_members(names: set[str]) -> Callable[[Any], Iterator[Any]]:
    """Return a function that yields objects in which one member with one of these names is another, or is missing."""

    def vary(node: Any) -> Iterator[Any]:
        for name in [each for each in node if each in names] if isinstance(node, dict) else ():
            yield from ({**node, name: other} for other in _others(node[name]))
            yield {key: value for key, value in node.items() if key != name}

    return vary


@_kinds.answers("broken-invariant", "An invariant of the contract does not hold.", parts=invariants)
def _broken_invariant(answer: Answer) -> HttpResponse | None:
    own = answer.place.part
    if answer.json is None or violations(answer.place, answer.json):
        return None
    first = None
    for changed in _fitting(answer, _with_other_members(words(answer.place))):
        broken = violations(answer.place, changed)
        if broken == {own}:
            return answer.with_json(changed)
        if own in broken and first is None:
            first = changed  # some cannot be broken alone
    return None if first is None else answer.with_json(first)


@_kinds.answers("other-type-in-payload", "A field of a documented payload has another type.", parts=payloads)
def _other_type(answer: Answer) -> HttpResponse | None:
    media, own = answer.place.media, answer.place.part
    if media is None or not any(each.name == own and each.value == answer.json for each in media.examples):
        return None
    return broken(answer, {"type"}, lambda node: () if isinstance(node, dict | list) else ({"planted": node},))
