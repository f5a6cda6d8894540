"""Network faults over a real connection: each has the effect of its name."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract import load
from adcontract_mock.application.application import Application
from adcontract_mock.http.network_faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

GARDEN = Path(__file__).parents[1] / "garden"
PLANT = "/plants/1"


def send(client: httpx.Client, fault: str, path: str = "/plants", **more: object) -> httpx.Response:
    return client.get(path, headers={"Prefer": f"fault={fault}"}, **more)  # type: ignore[arg-type]


@pytest.fixture
def wire(garden: httpx.Client) -> Iterator[socket.socket]:
    """A connection to the mock."""
    with socket.create_connection((garden.base_url.host, garden.base_url.port or 0), timeout=5) as connection:
        yield connection


def ask(wire: socket.socket, fault: str) -> None:
    lines = ("GET /plants HTTP/1.1", "Host: h", "Authorization: Bearer x", f"Prefer: fault={fault}", "", "")
    wire.sendall("\r\n".join(lines).encode())


def rest(wire: socket.socket) -> bytes:
    chunks = []
    while chunk := wire.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


def test_every_fault_has_a_test_here() -> None:
    tested = {"timeout", "reset", "truncated", "slow-body", "malformed-json", "500", "503", "html-error"}
    assert FAULTS.keys() == tested
    assert all(fault.description.endswith(".") for fault in FAULTS.values())


@pytest.mark.slow
def test_timeout_gives_no_response_until_the_client_gives_up(
    garden: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        send(garden, "timeout", timeout=0.5)
    assert garden.get("/plants").status_code == 200, "others are served"
    time.sleep(0.1)
    assert caplog.records == [], "the server has nothing to complain of"


def test_timeout_ends_the_connection_when_its_time_is_over(
    wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adcontract_mock.http.network_faults._PATIENCE", 0.2)
    ask(wire, "timeout")
    with pytest.raises(ConnectionResetError):
        wire.recv(1)


def test_reset_ends_the_connection_without_a_response(wire: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    ask(wire, "reset")
    with pytest.raises(ConnectionResetError):
        wire.recv(1)
    time.sleep(0.1)
    assert caplog.records == []


def test_truncated_ends_in_the_middle_of_the_body(wire: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    ask(wire, "truncated")
    head, _, body = rest(wire).partition(b"\r\n\r\n")
    (length,) = [int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")]
    assert head.startswith(b"HTTP/1.1 200")
    assert 0 < len(body) < length
    time.sleep(0.1)
    assert caplog.records == []


def test_a_client_notices_a_truncated_response(garden: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        send(garden, "truncated")


@pytest.mark.slow
def test_a_slow_body_comes_in_pieces_and_is_whole(wire: socket.socket, garden: httpx.Client) -> None:
    began = time.monotonic()
    ask(wire, "slow-body")
    whole = garden.get("/plants").content
    got, pieces = b"", 0
    while not got.endswith(whole):
        got += wire.recv(65536)
        pieces += 1
    assert pieces > 5
    assert 1 < time.monotonic() - began < 10


def test_malformed_json_is_declared_as_json_and_is_not_valid(garden: httpx.Client) -> None:
    response = send(garden, "malformed-json")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()


@pytest.mark.parametrize(("status", "path"), [("500", PLANT), ("503", "/plants")])
def test_an_error_of_the_server_is_the_one_that_the_contract_declares(
    garden: httpx.Client, status: str, path: str
) -> None:
    response = send(garden, status, path)
    assert (response.status_code, response.json().keys()) == (int(status), {"problem"})


@pytest.mark.parametrize(("status", "path"), [("500", "/plants"), ("503", PLANT), ("500", "/nowhere")])
def test_where_it_declares_none_the_response_is_the_mocks_own(garden: httpx.Client, status: str, path: str) -> None:
    response = send(garden, status, path)
    assert (response.status_code, response.json().keys()) == (int(status), {"message"})


def test_an_html_error_is_the_page_of_a_proxy(garden: httpx.Client) -> None:
    response = send(garden, "html-error")
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    assert "<title>502 Bad Gateway</title>" in response.text


def test_a_fault_is_explained_where_a_response_is_sent(garden: httpx.Client) -> None:
    response = send(garden, "html-error")
    assert response.headers["preference-applied"] == "fault=html-error"
    assert response.headers["mock-explain"] == "listPlants: Prefer fault=html-error"


def test_a_fault_befalls_refusals_too(garden: httpx.Client) -> None:
    headers = {"Prefer": "fault=malformed-json", "Authorization": ""}
    response = garden.get("/plants", headers=headers)
    assert response.status_code == 401
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_a_response_without_a_body_gets_one_to_spoil(garden: httpx.Client) -> None:
    response = garden.delete(PLANT, headers={"Prefer": "fault=malformed-json"})
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_an_unknown_fault_is_refused_with_those_that_there_are(garden: httpx.Client) -> None:
    response = send(garden, "teapot")
    assert (response.status_code, response.json()["faults"]) == (400, list(FAULTS))


@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_where_no_connection_can_be_ended_an_error_ends_the_request(fault: str) -> None:
    async def within_one_process() -> None:
        transport = httpx.ASGITransport(Application([load("garden", spec=GARDEN)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            await client.get("/plants", headers={"Authorization": "Bearer x", "Prefer": f"fault={fault}"})

    with pytest.raises(ConnectionResetError):
        asyncio.run(within_one_process())
