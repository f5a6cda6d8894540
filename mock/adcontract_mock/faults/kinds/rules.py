"""Responses that fit their schema, and are not what the contract documents or rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.mutations import varied
from adcontract_mock.faults.parts import invariants, payloads, violations
from adcontract_mock.faults.registry import Kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.registry import Change
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


def _has_payload(answer: Answer) -> bool:
    media = answer.place.media
    if media is None or answer.place.resource is not None:
        return False  # a stateful mock answers with items where there is a resource
    return any(example.name == answer.place.part and example.value == answer.json for example in media.examples)


def _differs(name: str, description: str) -> Callable[[Change], Change]:
    """Register a change of a documented payload."""
    return _kinds.answers(name, description, parts=payloads)


@_differs("other-number", "A number differs from the documented payload.")
def _other_number(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [node + 1] if type(node) in (int, float) else [])


@_differs("other-text", "A text differs from the documented payload.")
def _other_text(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [f"{node} planted"] if isinstance(node, str) else [])


@_differs("other-boolean", "A boolean differs from the documented payload.")
def _other_boolean(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [not node] if isinstance(node, bool) else [])


@_differs("missing-optional-field", "An optional field of the documented payload is missing.")
def _missing_optional(answer: Answer) -> HttpResponse | None:
    def without(node: Any) -> Iterator[Any]:
        for name in node if isinstance(node, dict) else ():
            yield {key: each for key, each in node.items() if key != name}

    return _documented(answer, without)


@_differs("empty-list", "A list of the documented payload is empty.")
def _empty_list(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [[]] if isinstance(node, list) and node else [])


@_differs("reversed-list", "A list of the documented payload is in the opposite order.")
def _reversed_list(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [node[::-1]] if isinstance(node, list) else [])


@_differs("null-optional-field", "A nullable field of the documented payload is null.")
def _null_optional(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [None] if node is not None else [])


def _documented(answer: Answer, vary: Callable[[Any], Iterable[Any]]) -> HttpResponse | None:
    if not _has_payload(answer):
        return None
    return next((answer.with_json(changed) for changed in _fitting(answer, vary)), None)
