"""Refusals: a faulty request is refused, and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import wire
from adcontract_conformance import verdict
from adcontract_conformance.behavior.law import law
from adcontract_conformance.behavior.same import changes
from adcontract_conformance.behavior.things import Kind
from adcontract_conformance.behavior.world import MISSING, Found, Untried, at, canonical
from adcontract_conformance.model import Breach, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Values
    from adcontract.behaviour import Behaviour
    from adcontract_conformance.behavior.things import Thing
    from adcontract_conformance.behavior.world import Reply, World

KEYWORD = "x-resource"


def _writes(behaviour: Behaviour) -> bool:
    return behaviour.resource is not None and behaviour.resource.action not in ("read", "list", "delete")


@law("refusal", "a faulty request is refused, and changes nothing", _writes)
def refusal(world: World, operation: Operation) -> Iterator[Found]:
    """Send empty, malformed and mistyped bodies, another media type, and requests without what is required."""
    resource = world.behaviour(operation).resource
    if resource is None:
        raise TypeError(operation.id)
    kind = Kind(world, resource.name)
    thing = None if resource.action == "create" else kind.make()
    path = kind.address(operation, thing.id, thing.home) if thing else {}
    faulty = list(_faulty(world, operation, path))
    if not faulty:
        raise Untried("no request to it is faulty")
    before = _state(kind, thing)
    for request, reading, what in faulty:
        reply = world.send(operation, request)
        if not reply.refused:
            expected = world.sources.subject.error(operation, "invalid")
            reason = verdict.of_faulty(operation, reading.faults, expected)
            yield Found(
                Breach(f"{what} is answered with {reply.status}.", operation.pointer, reason, what), reply.exchange
            )
    after = _state(kind, thing)
    if before[0] != after[0] or list(changes(before[1], after[1])):
        new = after[0] - before[0]
        what = f"created {len(new)} of them" if new else "changed something"
        yield Found(
            Breach(f"What was refused has {what}.", operation.pointer, operation.inferred, "changed"), after[2].exchange
        )
        _sweep(kind, new)


def _state(kind: Kind, thing: Thing | None) -> tuple[set[bytes], Any, Reply]:
    """Return the ids in the list of a kind, and one thing of it, as they are now."""
    if thing is not None:
        item, reply = kind.look(thing)
        return set(), item, reply
    for lister in kind.every("list"):
        address = kind.address(lister, MISSING, kind.homes(lister)[0])
        walk = kind.world.whole(lister, address["path"], address["query"])
        pointer = kind.resource(lister).id or "/id"
        return {canonical(at(row, pointer)) for row in walk.rows}, None, walk.replies[-1]
    raise Untried(f"the contract has no list of a {kind.name}")


def _sweep(kind: Kind, new: set[bytes]) -> None:
    """Remove what faulty requests have created."""
    for remover in kind.every("delete")[:1]:
        for key in sorted(new):
            home = kind.homes(remover)[0]
            kind.world.ask(remover, **kind.address(remover, orjson.loads(key), home))


def _faulty(world: World, operation: Operation, path: dict[str, Any]) -> Iterator[tuple[Request, Values, str]]:
    """Yield requests that the contract's own reader finds fault with, and what each of them is."""
    subject, base = world.sources.subject, world.sources.target.url
    documented = world.documented(operation, **path)
    good = documented.request(subject, base)
    candidates: list[tuple[Request, str]] = []
    if operation.body:
        json = replace(documented, media=operation.body[0], body={}).request(subject, base)
        kinds = {**json.headers, "Content-Type": "text/plain"}
        bodies = _bodies(documented.body) if operation.body[0].is_json else []
        candidates += [
            (replace(json, body=b""), "an empty request"),
            (replace(json, body=b'{"a": '), "a body that is no JSON"),
            (replace(json, headers=kinds, body=documented.content or b"{}"), "a body of another media type"),
            *((replace(json, body=orjson.dumps(body)), what) for body, what in bodies),
        ]
    for parameter in operation.parameters:
        if parameter.place == "query" and parameter.required:
            query = {name: value for name, value in documented.query.items() if name != parameter.name}
            candidates.append(
                (replace(good, url=wire.url(base, operation, documented.path, query)), f"no {parameter.name}")
            )
    for request, what in candidates:
        reading = subject.read(operation, request, base)
        if reading is not None and reading.faults:
            yield request, reading, what


def _bodies(documented: Any) -> Iterator[tuple[Any, str]]:
    yield {}, "a body without a member"
    yield [], "a body that is a list"
    yield None, "a body that is null"
    if isinstance(documented, dict):
        for name, value in documented.items():
            for other in ({"adcontract": [1]}, -1, ""):
                if not isinstance(other, type(value)):
                    yield {**documented, name: other}, f"{name} of another type"
                    break
        yield from (
            ({name: value for name, value in documented.items() if name != missing}, f"no {missing}")
            for missing in documented
        )
