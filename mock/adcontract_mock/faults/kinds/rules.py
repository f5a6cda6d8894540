"""Responses that fit their schema, and are not what the contract documents or rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.invariants import Invariants
from adcontract_mock.faults.mutations import varied
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


@_kinds.answers("broken-invariant", "An invariant of the contract does not hold.")
def _broken_invariant(answer: Answer) -> HttpResponse | None:
    media = answer.place.media
    if media is None or answer.json is None:
        return None
    invariants = _invariants(answer)
    schema = f"{media.pointer}/schema"
    if invariants.violations(schema, answer.json):
        return None
    for changed in _fitting(answer, _other):
        found = invariants.violations(schema, changed)
        if any(each.cause is None for each in found):
            return answer.with_json(changed)
    return None


def _invariants(answer: Answer) -> Invariants:
    served = answer.place.served
    kept: Invariants | None = answer.memory.get("invariants")
    if kept is None:
        kept = answer.memory["invariants"] = Invariants(answer.place.document, served.composer.schemas)
    return kept


def _has_payload(answer: Answer) -> bool:
    media = answer.place.media
    if media is None or answer.place.resource is not None:
        return False  # a stateful mock answers with items where there is a resource
    return any(example.value == answer.json for example in media.examples)


@_kinds.answers("other-number", "A number differs from the documented payload.")
def _other_number(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [node + 1] if type(node) in (int, float) else [])


@_kinds.answers("other-text", "A text differs from the documented payload.")
def _other_text(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [f"{node} planted"] if isinstance(node, str) else [])


@_kinds.answers("other-boolean", "A boolean differs from the documented payload.")
def _other_boolean(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [not node] if isinstance(node, bool) else [])


@_kinds.answers("missing-optional-field", "An optional field of the documented payload is missing.")
def _missing_optional(answer: Answer) -> HttpResponse | None:
    def without(node: Any) -> Iterator[Any]:
        for name in node if isinstance(node, dict) else ():
            yield {key: each for key, each in node.items() if key != name}

    return _documented(answer, without)


@_kinds.answers("empty-list", "A list of the documented payload is empty.")
def _empty_list(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [[]] if isinstance(node, list) and node else [])


@_kinds.answers("reversed-list", "A list of the documented payload is in the opposite order.")
def _reversed_list(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [node[::-1]] if isinstance(node, list) else [])


@_kinds.answers("null-optional-field", "A nullable field of the documented payload is null.")
def _null_optional(answer: Answer) -> HttpResponse | None:
    return _documented(answer, lambda node: [None] if node is not None else [])


def _documented(answer: Answer, vary: Callable[[Any], Iterable[Any]]) -> HttpResponse | None:
    if not _has_payload(answer):
        return None
    return next((answer.with_json(changed) for changed in _fitting(answer, vary)), None)
