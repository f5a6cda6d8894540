"""`adcontract mock` as a user meets it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner

from adcontract.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Path(__file__).parent / "spec"
STAMPS_ERRORS = "x-errors:" + (SPEC / "stamps/openapi.yaml").read_text().partition("x-errors:")[2]
SHOWN = """
get:
  operationId: getStamp
  security:
    - {scheme}
  responses:
    '200':
      description: Good.
      content:
        application/json:
          schema: {{type: object}}
"""
START = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock"]
UNTIL_EOF = [*START, "--spec", str(SPEC), "--api", "library", "--port", "0", "--until-eof"]


class Mock:
    """A mock that runs as a process, with the lines that it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.stdout = process.stdout
        self.printed: list[str] = []
        while not (self.printed and "curl" in self.printed[-1]):
            line = self.stdout.readline()
            assert line, f"it ended before it was ready: {self.printed}"
            self.printed.append(line.rstrip("\n"))

    @property
    def url(self) -> str:
        return self.printed[0].rpartition(" ")[2]


@contextlib.contextmanager
def started(*options: str, **environment: str) -> Iterator[Mock]:
    """Start the command on a free port, and end it if the test has not."""
    process = subprocess.Popen(
        [*START, "--port", "0", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )

    def kill() -> None:
        # its workers too: they hold the other end of the pipe that is read here
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(30, kill)
    timer.start()
    try:
        yield Mock(process)
    finally:
        timer.cancel()
        kill()
        process.communicate()


def run(curl: str, token: str = "") -> tuple[int, str]:
    """Run a curl command in a shell with a token, and return the status and the body."""
    environment = {**os.environ, "ADCONTRACT_TOKEN": token}
    line = ["bash", "-c", f"{curl} -w '\\n%{{http_code}}'"]
    printed = subprocess.run(line, env=environment, check=True, capture_output=True, text=True, timeout=20).stdout
    body, _, status = printed.rpartition("\n")
    return int(status), body


def edit(file: Path, old: str, new: str) -> None:
    """Write `new` in place of `old`, which is there."""
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_the_start_names_every_document_and_a_line_that_works() -> None:
    with started() as mock:
        printed = "\n".join(mock.printed)
        for document in httpx.get(f"{mock.url}/_mock/health").json()["documents"]:
            assert f"{mock.url}{document['path']} " in printed
            count = document["operations"]
            assert f": {count} operation{'s' if count != 1 else ''}" in printed
        assert f"{mock.url}/_mock/docs" in printed
        status, body = run(mock.printed[-1])
        assert (status, bool(json.loads(body))) == (200, True)


@pytest.mark.parametrize("api", ["library", "post"])
def test_the_line_to_try_has_the_credentials_and_the_values_that_are_needed(api: str) -> None:
    with started("--spec", str(SPEC), "--api", api, "--token", "it's secret") as mock:
        assert run(mock.printed[-1], "it's secret")[0] == 200


KEY_SCHEMES = {"query": "query: []", "basic": "password: []", "cookie": "cookie: []"}


@pytest.mark.parametrize("token", ["bob:a+b/c==$x", "it's", None])
@pytest.mark.parametrize("scheme", KEY_SCHEMES)
def test_the_line_to_try_works_and_does_not_show_the_token(tmp_path: Path, scheme: str, token: str | None) -> None:
    shutil.copytree(SPEC / "stamps", tmp_path / "stamps")
    (tmp_path / "stamps/paths/v1_stamps_by-query.yaml").write_text(SHOWN.format(scheme=KEY_SCHEMES[scheme]))
    (tmp_path / "stamps/examples/v2").mkdir(parents=True)
    (tmp_path / "stamps/examples/v2/getStamp.200.json").write_text("{}")
    environment = {"ADCONTRACT_TOKEN": token or ""}
    with started("--spec", str(tmp_path), **environment) as mock:
        assert run(mock.printed[-1], token or "")[0] == 200
        assert ("$ADCONTRACT_TOKEN" in mock.printed[-1]) == bool(token)
        if token:
            assert run(mock.printed[-1], "another")[0] == 401
            assert not any(each in "\n".join(mock.printed) for each in (token, quote(token), quote(token, safe="")))


def test_the_token_may_come_from_the_environment() -> None:
    with started("--spec", str(SPEC), "--api", "library", ADCONTRACT_TOKEN="hidden") as mock:
        url = f"{mock.url}/v1/books"
        assert httpx.get(url, headers={"Authorization": "Bearer hidden"}).status_code == 200
        assert httpx.get(url, headers={"Authorization": "Bearer other"}).status_code == 401


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_after_a_line_for_each_request(number: signal.Signals) -> None:
    with started("--spec", str(SPEC), "--api", "library") as mock:
        good = {"Authorization": "Bearer t"}
        httpx.get(f"{mock.url}/v1/books?size=x", headers=good)
        httpx.get(f"{mock.url}/v1/books")
        httpx.get(f"{mock.url}/nop%C3%A9%0Aforged")
        httpx.get(f"{mock.url}/v1/books?tags%5B%1B[31m%5D=1234567890", headers=good)
        mock.process.send_signal(number)
        rest, _ = mock.process.communicate(timeout=10)
        assert mock.process.returncode == 0
        assert rest.splitlines() == [
            'GET /v1/books?size=x 422 listBooks (size: "x" is not of type "integer" '
            "(spec/library/paths/v1_books.yaml:7:9))",
            "GET /v1/books 401 listBooks (no valid credentials)",
            "GET /nopé\\nforged 404 (library-v1 has no such path)",
            "GET /v1/books?tags%5B%1B[31m%5D=1234567890 422 listBooks "
            '(tags.\\x1b[31m: "1234567890" is longer than 9 characters (spec/library/paths/v1_books.yaml:25:11))',
        ]


def test_neither_the_log_nor_the_record_has_a_credential(tmp_path: Path) -> None:
    file, secret = tmp_path / "mock.har", "a+b/c==secret"
    with started("--spec", str(SPEC), "--record", str(file), "--token", secret) as mock:
        httpx.get(f"{mock.url}/v1/stamps/by-query", params={"key": secret, "KEY": "another"}, headers={"X-Any": secret})
        httpx.get(f"{mock.url}/v1/books/{secret}", params={"size": secret})
        mock.process.send_signal(signal.SIGTERM)
        printed, _ = mock.process.communicate(timeout=10)
    lines = printed.splitlines()
    assert lines[0] == "GET /v1/stamps/by-query?key=[redacted]&KEY=[redacted] 204 getByQuery (documented)"
    for text in (printed, file.read_text()):
        assert "[redacted]" in text
        assert not any(each in text for each in (secret, quote(secret), quote(secret, safe=""), "another"))


@pytest.mark.slow
def test_a_real_server_gets_what_is_not_chosen_and_nothing_writes_a_credential(tmp_path: Path) -> None:
    file, token = tmp_path / "mock.har", "tok-5f0c1d2e3a4b"
    contract = ("--spec", str(SPEC), "--api", "library")
    with (
        started(*contract, "--token", token) as real,
        started(*contract, "--upstream", real.url, "--save", str(tmp_path), "--record", str(file)) as mock,
    ):
        assert f"Forwarded to {real.url}: every request for which no response is chosen" in mock.printed
        headers = {"Authorization": f"Bearer {token}"}
        books = f"{mock.url}/v1/books"
        assert httpx.get(books, headers=headers).status_code == 200
        assert httpx.get(f"{books}?author={token}").status_code == 401
        assert httpx.get(books, headers={**headers, "Prefer": "code=422"}).status_code == 422
        mock.process.send_signal(signal.SIGTERM)
        printed, _ = mock.process.communicate(timeout=10)
    saved = tmp_path / "library/examples/v1/listBooks.200.seen-1.json"
    lines = printed.splitlines()
    assert lines[0] == f"GET /v1/books 200 listBooks (from {real.url}; saved {saved.relative_to(tmp_path)})"
    assert lines[1].startswith("GET /v1/books?author=[redacted] 401 listBooks (from ")
    assert lines[2].startswith("GET /v1/books 422 listBooks (Prefer code=422")
    for text in (printed, file.read_text(), *(each.read_text() for each in saved.parent.iterdir())):
        assert token not in text


def refused(*options: str) -> str:
    """Return the one line that the command says on standard error when it cannot start."""
    result = CliRunner().invoke(main, ["mock", *options])
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    return lines[0]


def test_a_port_in_use_is_reported_with_the_fix() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        expected = f"Error: port {port} on 127.0.0.1 is taken. Choose another with --port, or --port 0 for a free one."
        assert refused("--port", str(port)) == expected


def test_a_host_of_another_machine_is_reported() -> None:
    assert "cannot listen on 192.0.2.1, port 4010" in refused("--host", "192.0.2.1")


def test_an_unknown_api_or_snapshot_is_reported_with_those_that_exist() -> None:
    assert "There is no API librari. Did you mean library?" in refused(
        "--port", "0", "--spec", str(SPEC), "--api", "librari"
    )
    assert "Known: v1" in refused("--port", "0", "--spec", str(SPEC), "--api", "library", "--snapshot", "v9")


@pytest.mark.parametrize(
    ("file", "old", "new", "reported"),
    [
        ("library/paths/v1_books.yaml", "operationId: listBooks", "operationId: [", "v1_books.yaml:4:"),
        ("library/openapi.yaml", "- bearer: []", "- barer: []", "openapi.yaml:10:1: security-scheme: listBooks asks"),
        (
            "library/components/responses/ValidationFailed.yaml",
            "x-body: '{",
            "x-body: '{{",
            "ValidationFailed.yaml:6:1: x-body: This CEL expression cannot be evaluated",
        ),
        ("stamps/openapi.yaml", STAMPS_ERRORS, "", "openapi.yaml:1:1: x-errors: The document has no x-errors"),
    ],
)
def test_a_broken_contract_is_reported_with_its_position(
    tmp_path: Path, file: str, old: str, new: str, reported: str
) -> None:
    api = file.partition("/")[0]
    shutil.copytree(SPEC / api, tmp_path / api)
    edit(tmp_path / file, old, new)
    assert reported in refused("--port", "0", "--spec", str(tmp_path))


@pytest.mark.slow
def test_the_next_request_sees_an_edit_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(SPEC / "library", tmp_path / "library")
    payload, path = tmp_path / "library/examples/v1/listBooks.200.json", tmp_path / "library/paths/v1_books.yaml"
    with started("--spec", str(tmp_path), "--watch") as mock:

        def titles() -> list[str]:
            response = httpx.get(f"{mock.url}/v1/books", headers={"Authorization": "Bearer t"})
            return [book["title"] for book in response.json()]

        def broken() -> list[str]:
            reported: list[str] = httpx.get(f"{mock.url}/_mock/health").json()["broken"]
            return reported

        assert titles() == ["Zeno", "Äiti"]
        edit(payload, "Zeno", "Confessions")
        assert titles() == ["Confessions", "Äiti"]
        edit(path, "operationId: listBooks", "operationId: [")
        edit(payload, "Confessions", "Ulysses")
        assert titles() == ["Confessions", "Äiti"]
        assert [line.partition(": ")[0] for line in broken()] == [f"{path}:4:5"]
        edit(path, "operationId: [", "operationId: listBooks")
        assert titles() == ["Ulysses", "Äiti"]
        assert broken() == []
        mock.process.terminate()
        printed, _ = mock.process.communicate(timeout=10)
    assert [line for line in printed.splitlines() if not line.startswith("GET ")] == [
        "The contracts are served anew, as their files are now.",
        "The contracts are broken; the previous ones are still served:",
        f"  {path}:4:5: yaml-syntax: This is not valid YAML: did not find expected node content. "
        "Correct the YAML here.",
        "The contracts are served anew, as their files are now.",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["alone", "workers"])
def test_hangup_reads_the_contracts_anew_and_ends_nothing(tmp_path: Path, options: list[str]) -> None:
    shutil.copytree(SPEC / "library", tmp_path / "library")
    payload = tmp_path / "library/examples/v1/listBooks.200.json"
    with started("--spec", str(tmp_path), *options) as mock, httpx.Client(base_url=mock.url, timeout=20) as client:
        client.headers["Authorization"] = "Bearer any"
        assert "Zeno" in client.get("/library/v1/v1/books").text
        edit(payload, "Zeno", "Confessions")
        assert "Zeno" in client.get("/library/v1/v1/books").text
        mock.process.send_signal(signal.SIGHUP)
        patient = time.monotonic() + 10
        while "Zeno" in client.get("/library/v1/v1/books").text and time.monotonic() < patient:
            time.sleep(0.05)
        assert "Confessions" in client.get("/library/v1/v1/books").text
        # the same worker has responded all the time
        assert len(client.get("/_mock/requests?operation=listBooks").json()["requests"]) > 2


@pytest.mark.slow
def test_https_is_served_with_a_certificate_that_is_created_once(tmp_path: Path) -> None:
    trusted = []
    for _ in range(2):
        with started("--spec", str(SPEC), "--tls", XDG_CACHE_HOME=str(tmp_path)) as mock:
            assert mock.url.startswith("https://127.0.0.1:")
            assert run(mock.printed[-1])[0] == 200
            authority = Path(mock.printed[mock.printed.index("Try:") - 1].strip())
            localhost = mock.url.replace("127.0.0.1", "localhost")
            context = ssl.create_default_context(cafile=authority)
            assert httpx.get(f"{localhost}/_mock/health", verify=context).status_code == 200
            trusted.append(authority.read_bytes())
    assert trusted[0] == trusted[1]
    key = next(tmp_path.rglob("server.pem"))
    assert key.stat().st_mode & 0o077 == 0, "the key is for nobody else to read"


NEVER_ENDING = {
    "an answer that never comes": "GET /v1/books HTTP/1.1\r\nPrefer: fault=timeout\r\n{}\r\n",
    "an answer that comes late": "GET /v1/books HTTP/1.1\r\nPrefer: delay=60000\r\n{}\r\n",
    "a body that comes slowly": "GET /v1/books HTTP/1.1\r\nPrefer: fault=slow-body\r\n{}\r\n",
    "a body that is not sent to its end": (
        "POST /v1/books HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n{}\r\n["
    ),
    "a head that is not sent to its end": "GET /v1/books HTTP/1.1\r\n{}",
    "a connection that is kept for more": "GET /v1/books HTTP/1.1\r\n{}\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["alone", "workers"])
def test_a_signal_cuts_off_requests_that_do_not_end_without_an_error(options: list[str]) -> None:
    with started("--spec", str(SPEC), "--api", "library", *options) as mock, contextlib.ExitStack() as open_:
        assert httpx.get(f"{mock.url}/_mock/health", timeout=20).status_code == 200
        host, port = mock.url.removeprefix("http://").split(":")
        clients = []
        for request in NEVER_ENDING.values():
            client = open_.enter_context(socket.create_connection((host, int(port)), timeout=10))
            client.sendall(request.format("Host: localhost\r\nAuthorization: Bearer t\r\n").encode())
            clients.append(client)
        assert clients[-1].recv(12) == b"HTTP/1.1 200"
        mock.process.terminate()
        began = time.monotonic()
        rest, _ = mock.process.communicate(timeout=10)
        assert (mock.process.returncode, time.monotonic() - began < 5) == (0, True)
    assert "Traceback" not in rest


@pytest.mark.slow
def test_workers_share_the_port_and_end_together() -> None:
    with started("--spec", str(SPEC), "--api", "library", "--workers", "2") as mock:
        with httpx.Client(headers={"Authorization": "Bearer t"}, timeout=20) as client:
            assert {client.get(f"{mock.url}/v1/books").status_code for _ in range(5)} == {200}
        mock.process.terminate()
        rest, _ = mock.process.communicate(timeout=20)
        assert mock.process.returncode == 0
        assert rest.splitlines() == ["GET /v1/books 200 listBooks (example default)"] * 5
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{mock.url}/v1/books")


@pytest.mark.slow
def test_workers_end_also_when_the_command_is_killed() -> None:
    with started("--spec", str(SPEC), "--api", "library", "--workers", "2") as mock:
        assert httpx.get(f"{mock.url}/_mock/health", timeout=20).status_code == 200
        mock.process.kill()
        mock.process.communicate(timeout=15)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{mock.url}/_mock/health")


@pytest.mark.parametrize("option", [["--watch"], ["--record", "mock.har"]])
def test_files_are_followed_and_written_by_one_worker_only(option: list[str]) -> None:
    assert refused("--port", "0", *option, "--workers", "2") == (
        f"Error: {option[0]} needs one worker: leave --workers out."
    )


def test_a_budget_for_each_credential_is_counted_down() -> None:
    with started("--spec", str(SPEC), "--api", "library", "--rate-limit", "2/min") as mock:
        asked = [httpx.get(f"{mock.url}/v1/books", headers={"Authorization": "Bearer t"}) for _ in range(3)]
        assert [response.status_code for response in asked] == [200, 200, 429]
    assert "'many' is not a valid rate limit. Write 10/s, 300/min or 5000/h." in refused(
        "--port", "0", "--rate-limit", "many"
    )


def recorded(file: Path) -> list[tuple[str, int]]:
    """Return the URL and the status of every exchange in a HAR file."""
    entries = json.loads(file.read_text())["log"]["entries"]
    return [(entry["request"]["url"], entry["response"]["status"]) for entry in entries]


@pytest.mark.slow
def test_every_exchange_is_recorded_without_secrets_and_whatever_ends_the_mock(tmp_path: Path) -> None:
    file = tmp_path / "mock.har"
    with started("--spec", str(SPEC), "--api", "library", "--record", str(file)) as first:
        assert recorded(file) == []
        httpx.get(f"{first.url}/v1/books?size=1", headers={"Authorization": "Bearer s3cret"})
        httpx.get(f"{first.url}/v1/books")
        assert recorded(file) == [(f"{first.url}/v1/books?size=1", 200), (f"{first.url}/v1/books", 401)]
        first.process.kill()
    with started("--spec", str(SPEC), "--api", "library", "--record", str(file)) as second:
        httpx.get(f"{second.url}/nope")
        assert recorded(file)[2:] == [(f"{second.url}/nope", 404)]
    assert "s3cret" not in file.read_text()


def test_a_file_that_is_not_a_record_is_left_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    reported = refused("--port", "0", "--record", str(file))
    assert f"{file}: is not a record of this mock, and is left unchanged. Name another with --record." in reported
    assert file.read_text() == "mine"
    assert "cannot be written: No such file or directory" in refused(
        "--port", "0", "--record", str(tmp_path / "no/a.har")
    )


def test_the_mock_ends_when_its_input_does() -> None:
    process = subprocess.Popen([*UNTIL_EOF], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = Mock(process).url
    assert httpx.get(f"{url}/_mock/health").status_code == 200
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_the_mock_ends_with_the_program_that_started_it_also_when_that_is_killed() -> None:
    code = f"import subprocess, time; p = subprocess.Popen({UNTIL_EOF!r}, stdin=subprocess.PIPE); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        url = Mock(parent).url
        parent.kill()
    for _ in range(100):
        try:
            httpx.get(f"{url}/_mock/health")
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("the mock is still there after five seconds")
