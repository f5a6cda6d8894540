"""Planted faults: each shows at its operation, and nothing else differs from the mock without it."""

from __future__ import annotations

import asyncio
import json
import socket
from types import SimpleNamespace

import pytest
from orchard_tour import GOOD, TOKEN, Call, as_json
from planting import SPEC, differing, served, shown, travelled

from adcontract import load
from adcontract_mock.faults.plant import places
from adcontract_mock.faults.registry import KINDS
from adcontract_mock.responses.responder import Responder
from adcontract_mock.responses.served_contract import ServedContract
from adcontract_mock.serve.in_thread import running

PARTS = [
    ("filter-ignored@listTrees:kind", "/trees?kind=oak", "/trees?query=1"),
    ("order-reversed@listTrees:name", "/trees?sort=name:asc", "/trees?sort=rings:asc"),
    ("type-parameter-accepted@getReport:ids[]", "/report?year=2020&ids[]=x&ids[]=y", "/report?year=x"),
    ("missing-parameter-accepted@getReport:year", "/report?part=a", "/report?year=x"),
]
"""Faults at a part of an operation, each with a request that shows it, and one that does not."""


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which late responses would have waited; they come at once."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("adcontract_mock.faults.kinds.time.asyncio", SimpleNamespace(sleep=sleep))
    return waited


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_fault_shows_at_an_operation_to_which_it_applies_and_nowhere_else(name: str, waits: list[float]) -> None:
    kind = KINDS[name]
    found = places(kind, load("orchard", spec=SPEC), TOKEN)
    assert found, "the contract of the tests has a place for every kind"
    assert any(shown(kind, place) or waits for place in found)


@pytest.mark.parametrize(
    ("plant", "targets"),
    [
        ("missing-field@getReport", {"/report?year=2020"}),
        ("no-allow", {"/trees"}),
        ("not-enforced@listHarvests", {"/harvests"}),
        ("not-deleted@deleteTree", {"/trees/3"}),
        ("broken-invariant@getReport", {"/report?year=2020"}),
        ("filter-by-prefix@listTrees", {"/trees?query=a"}),
        ("above-maximum-parameter-accepted@listHarvests", {"/harvests?limit=9"}),
    ],
)
def test_a_fault_of_each_class_differs_from_the_clean_mock_where_it_should(plant: str, targets: set[str]) -> None:
    assert targets <= {call.target for call in differing(plant)}


@pytest.mark.parametrize(("plant", "faulty", "sound"), PARTS)
def test_a_fault_at_a_part_of_an_operation_leaves_the_other_parts_as_they_are(
    plant: str, faulty: str, sound: str
) -> None:
    operation = plant.partition("@")[2].partition(":")[0]
    calls = tuple(Call(operation, "GET", target) for target in (faulty, sound))
    assert [call.target for call in differing(plant, calls)] == [faulty]


@pytest.mark.parametrize(("part", "left_out"), [("name", "height"), ("height", "name")])
def test_a_required_field_of_a_body_is_a_part(part: str, left_out: str) -> None:
    calls = tuple(
        as_json("createTree", "POST", "/trees", {each: GOOD["createTree"][each]}) for each in (left_out, part)
    )
    assert differing(f"missing-body-field-accepted@createTree:{part}", calls) == [calls[0]]


@pytest.mark.parametrize(("part", "is_counted", "is_marked"), [("Report/1", False, True), ("Report/2", True, False)])
def test_each_invariant_can_be_broken_alone(part: str, *, is_counted: bool, is_marked: bool) -> None:
    calls = (Call("getReport", "GET", "/report?year=2020"),)
    ((_, _, body),) = asyncio.run(travelled(f"broken-invariant@getReport:{part}", calls))
    report = json.loads(body)
    assert (report["count"] == len(report["rows"])) is is_counted
    assert (len(report["title"]) == len(report["marks"])) is is_marked


def test_a_body_of_a_204_is_on_the_wire() -> None:
    with running(spec=SPEC, stateful=True, plant="body-with-204@deleteTree") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as wire:
            wire.sendall(f"DELETE /trees/8 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer any\r\n\r\n".encode())
            head, _, body = b"".join(iter(lambda: wire.recv(4096), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 204 ")
    assert b"\r\ncontent-length: 16\r\n" in head
    assert body == b'{"success":true}'


def test_a_mock_without_a_fault_has_no_part_of_them() -> None:
    (document,) = served(None).runtime.documents
    assert type(document) is ServedContract
    assert all(type(document.responder(each)) is Responder for each in document.contract.operations)


def test_without_an_operation_the_fault_is_at_the_first_to_which_it_applies() -> None:
    assert {call.operation for call in differing("not-deleted")} >= {"deleteTree"}


def test_amounts_without_a_fraction_have_the_same_sum_in_binary() -> None:
    apple = as_json("createApple", "POST", "/baskets/11/apples", {"weight": 2})
    calls = (Call("createBasket", "POST", "/baskets"), apple, apple, Call("getBasket", "GET", "/baskets/11"))
    *_, (status, _, body) = asyncio.run(travelled("sum-in-binary@getBasket", calls))
    assert (status, json.loads(body)["weight"]) == (200, 4)
