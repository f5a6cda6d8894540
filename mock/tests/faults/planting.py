"""Mocks of the orchard with and without a fault, and in which responses they differ."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchard_tour import TOKEN, Call, tour

from adcontract import load
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.faults.plant import Plant
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from adcontract_mock.faults.place import Place
    from adcontract_mock.faults.registry import FaultKind

SPEC = Path(__file__).parents[1] / "orchard"


async def exchanged(app: Application, call: Call) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes]:
    """Return the response to a request: its status, its headers but the reason, and its body."""
    path, _, query = call.target.partition("?")
    named = {"host": "127.0.0.1", **call.headers}
    headers = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    scope = {
        "type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "method": call.method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers, "root_path": "",
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    shown = tuple(each for each in sent[0]["headers"] if each[0] != b"mock-explain")
    return sent[0]["status"], shown, b"".join(each.get("body", b"") for each in sent[1:])


def served(plant: str | None, token: str | None = TOKEN, *, stateful: bool = True) -> Application:
    runtime = Runtime(token, None, State(on=stateful, seed_items=10))
    return Application([load("orchard", spec=SPEC)], runtime, Plant.parse(plant) if plant else None)


async def travelled(plant: str | None, calls: tuple[Call, ...]) -> list[Any]:
    app = served(plant)
    return [await exchanged(app, call) for call in calls]


CALLS = tuple(tour())


@cache
def clean(calls: tuple[Call, ...]) -> list[Any]:
    return asyncio.run(travelled(None, calls))


def differing(plant: str, calls: tuple[Call, ...] = CALLS) -> list[Call]:
    """Return the requests that a mock with a fault answers otherwise than one without it."""
    faulty = asyncio.run(travelled(plant, calls))
    assert not [body for _, _, body in faulty if b"would not fit" in body], "the fault is that of the server, not ours"
    return [call for call, one, other in zip(calls, clean(calls), faulty, strict=True) if one != other]


def shown(kind: FaultKind, place: Place) -> list[Call]:
    """Return the differing requests of the tour, and check that all of them are for the operation with the fault."""
    calls, operation = CALLS, place.operation.id
    if kind.group == "time":
        calls = tuple(call for call in CALLS if call.operation == operation and call.headers) * 25
    found = differing(f"{kind.name}@{operation}:{place.part or ''}", calls)
    where = {call.operation for call in found}
    if kind.of_document and not kind.everywhere:
        assert where <= {""}
    elif kind.change:
        assert where <= {operation}
    elif found and not kind.act:
        # what a request has changed that should have been refused, others see later
        assert found[0].operation == operation
    return found
