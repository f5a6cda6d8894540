"""Who may speak to the mock: a page of any site in the same browser can send it requests."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import adcontract_mock
from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPEC = "mock/tests/spec"
BOOKS = "/library/v1/v1/books"
EVIL = "https://evil.example"
CHOICE = {"*": {"code": "401"}}


@pytest.fixture(scope="module")
def mock(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A mock as it runs without options for access."""
    with adcontract_mock.running(spec=request.config.rootpath / SPEC) as served, _client(served.url) as client:
        yield client


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": "Bearer anything"})


def _serving(root: Path, **options: Any) -> Any:
    return adcontract_mock.running(spec=root / SPEC, **options)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:80", "127.8.9.1", "[::1]:4010", "LOCALHOST.", "shop.localhost:1", "shop.test"]
)
def test_it_is_reached_by_every_name_that_is_always_this_machine(mock: httpx.Client, host: str) -> None:
    assert mock.get(BOOKS, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "a,localhost",
        "localhost@evil",
    ],
)
@pytest.mark.parametrize("path", [BOOKS, "/_mock/requests", "/_mock/"])
def test_another_name_could_be_that_of_any_site(mock: httpx.Client, host: str, path: str) -> None:
    refused = mock.get(path, headers={"Host": host})
    assert refused.status_code == 403
    assert "--allowed-host" in refused.json()["message"]
    assert refused.headers["mock-explain"].startswith("The mock may not be reached as")


def test_two_names_are_none(mock: httpx.Client) -> None:
    with socket.create_connection((mock.base_url.host, mock.base_url.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert connection.recv(100).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 403 "))


@pytest.mark.parametrize(
    "origin", ["http://localhost:5173", "https://shop.test", "capacitor://localhost", "http://[::1]:3"]
)
def test_pages_of_this_machine_use_the_api_with_their_cookies(mock: httpx.Client, origin: str) -> None:
    for response in (
        mock.get(BOOKS, headers={"Origin": origin}),
        mock.options(BOOKS, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://localhost.evil.example", "http://localhost@evil.example", "x"]
)
def test_pages_of_other_sites_neither_read_nor_change_anything(mock: httpx.Client, origin: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    for response in (
        mock.get(BOOKS, headers={"Origin": origin}),
        mock.post(BOOKS, headers={"Origin": origin}, content="{}"),
        mock.options(BOOKS, headers={"Origin": origin, **asked}),
        mock.get("/_mock/requests", headers={"Origin": origin}),
        mock.post("/_mock/state", headers={"Origin": origin}, json={"do": "reset"}),
    ):
        assert response.status_code == 403
        assert origin in response.json()["message"]
        assert not [name for name in response.headers if name.startswith("access-control")]
    assert f"--cors-origin {origin}" in mock.get(BOOKS, headers={"Origin": origin}).json()["message"]


def test_pages_of_this_machine_read_the_journal_and_only_the_control_page_changes_it(mock: httpx.Client) -> None:
    page = {"Origin": "http://localhost:5173"}
    read = mock.get("/_mock/requests", headers=page)
    assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, page["Origin"])
    for change in (
        mock.request("PATCH", "/_mock/session", headers=page, json=CHOICE),
        mock.delete("/_mock/requests", headers=page),
        mock.delete("/_mock/requests", headers={"Origin": str(mock.base_url), "Mock-Page-Token": "guessed"}),
    ):
        assert change.status_code == 403
        assert "without Origin" in change.json()["message"]
    control = mock.get("/_mock/", headers=page)
    assert "access-control-allow-origin" not in control.headers  # or any page could read the token
    token = re.search('data-page-token="([^"]{20,})"', control.text)
    assert token
    proven = {"Origin": str(mock.base_url).rstrip("/"), "Mock-Page-Token": token[1]}
    assert mock.delete("/_mock/requests", headers=proven).status_code == 204


def test_a_program_sends_no_origin_and_may_do_everything(mock: httpx.Client) -> None:
    session = {"Mock-Session": "program"}
    assert mock.request("PATCH", "/_mock/session", headers=session, json=CHOICE).status_code == 200
    assert mock.get(BOOKS, headers=session).status_code == 401


def test_named_origins_and_hosts_are_let_in_to_the_api_alone(pytestconfig: pytest.Config) -> None:
    named = {"cors_origins": ("https://App.example",), "allowed_hosts": ("mock",)}
    with _serving(pytestconfig.rootpath, **named) as served, _client(served.url) as client:
        app = {"Origin": "https://app.example", "Host": "mock:80"}
        response = client.get(BOOKS, headers=app)
        assert response.status_code == 200
        assert response.headers["access-control-allow-credentials"] == "true"
        assert client.get("/_mock/requests", headers=app).status_code == 403
        assert client.get(BOOKS, headers={"Origin": "http://mock:5173", "Host": "mock:80"}).status_code == 200
        assert client.get(BOOKS, headers={"Origin": EVIL}).status_code == 403


def test_any_origin_is_let_in_without_cookies(pytestconfig: pytest.Config) -> None:
    with _serving(pytestconfig.rootpath, cors_origins=("*",)) as served, _client(served.url) as client:
        response = client.get(BOOKS, headers={"Origin": EVIL})
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        own = client.get(BOOKS, headers={"Origin": "http://localhost:1"})
        assert own.headers["access-control-allow-credentials"] == "true"
        assert client.get("/_mock/requests", headers={"Origin": EVIL}).status_code == 403


def test_in_one_process_there_is_no_name_to_check(pytestconfig: pytest.Config) -> None:
    app = adcontract_mock.app(spec=pytestconfig.rootpath / SPEC)

    async def status() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://anything") as client:
            return (await client.get("/_mock/health")).status_code

    assert asyncio.run(status()) == 200


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("allowed_hosts", "http://mock"),
        ("allowed_hosts", "mock:80"),
        ("allowed_hosts", ""),
        ("cors_origins", "app.example"),
        ("cors_origins", "https://app.example/path"),
        ("cors_origins", ""),
    ],
)
def test_what_is_not_a_host_or_an_origin_is_refused_at_the_start(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"^--(allowed-host|cors-origin) takes"):
        adcontract_mock.app(**{option: (value,)})  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_address_is_right_where_it_listens_on_every_one_and_it_says_what_that_opens(
    pytestconfig: pytest.Config,
) -> None:
    command = [
        sys.executable,
        "-c",
        "from adcontract.cli import main; main()",
        "mock",
        "--host",
        "0.0.0.0",
        "--port",
        "0",
    ]
    spec = pytestconfig.rootpath / SPEC
    with subprocess.Popen([*command, "--spec", spec], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            opened = next(line for line in process.stdout if line.startswith("Open to the network"))
            assert "--host 0.0.0.0" in opened
            assert httpx.get(f"{url}/_mock/health", headers={"Host": "192.168.3.4:4010"}).status_code == 200
            assert httpx.get(f"{url}/_mock/health", headers={"Host": "evil.example"}).status_code == 403
            refused = next(line for line in process.stdout if line.startswith("Refused: "))
            assert "--allowed-host evil.example" in refused
        finally:
            process.terminate()
