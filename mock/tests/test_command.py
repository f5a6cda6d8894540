"""`adcontract mock` as a user meets it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Path(__file__).parent / "spec"
STAMPS_ERRORS = "x-errors:" + (SPEC / "stamps/openapi.yaml").read_text().partition("x-errors:")[2]
START = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock"]


class Mock:
    """A mock that runs as a process of its own, with what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.stdout = process.stdout
        self.printed: list[str] = []
        while not (self.printed and "curl" in self.printed[-1]):
            line = self.stdout.readline()
            assert line, "it ended before it was ready"
            self.printed.append(line.rstrip("\n"))

    @property
    def url(self) -> str:
        return self.printed[0].rpartition(" ")[2]


@contextlib.contextmanager
def started(*options: str, **environment: str) -> Iterator[Mock]:
    """Start the command, and end it if the test has not."""
    process = subprocess.Popen(
        [*START, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )
    timer = threading.Timer(30, process.kill)
    timer.start()
    try:
        yield Mock(process)
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def run(curl: str) -> httpx.Response:
    """Do what a curl line says."""
    program, quiet, *rest = shlex.split(curl)
    assert (program, quiet) == ("curl", "-s")
    headers = dict(rest[i + 1].split(": ", 1) for i in range(0, len(rest) - 1, 2))
    return httpx.get(rest[-1], headers=headers)


def test_the_start_names_every_document_and_a_line_that_works() -> None:
    with started() as mock:
        printed = "\n".join(mock.printed)
        for document in httpx.get(f"{mock.url}/_mock/health").json()["documents"]:
            assert f"{mock.url}{document['path']} " in printed
            count = document["operations"]
            assert f": {count} operation{'s' if count != 1 else ''}" in printed
        assert f"{mock.url}/_mock/docs" in printed
        answer = run(mock.printed[-1])
        assert (answer.status_code, bool(answer.json())) == (200, True)


@pytest.mark.parametrize("api", ["library", "post"])
def test_the_line_to_try_has_the_credentials_and_the_values_that_are_needed(api: str) -> None:
    with started("--spec", str(SPEC), "--api", api, "--token", "it's secret") as mock:
        assert run(mock.printed[-1]).status_code == 200


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
            'GET /v1/books?size=x 422 listBooks (size: "x" is not of type "integer")',
            "GET /v1/books 401 listBooks (no good credentials)",
            "GET /nopé\\nforged 404 (unknown path)",
            "GET /v1/books?tags%5B%1B[31m%5D=1234567890 422 listBooks "
            '(tags.\\x1b[31m: "1234567890" is longer than 9 characters)',
        ]


def refused(*options: str) -> str:
    """Return the one line that the command says on standard error when it cannot start."""
    result = subprocess.run([*START, *options], capture_output=True, text=True, timeout=30, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    return lines[0]


def test_a_port_that_is_taken_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        expected = f"Error: port {port} on 127.0.0.1 is taken. Choose another with --port, or --port 0 for a free one."
        assert refused("--port", str(port)) == expected


def test_a_host_that_is_not_of_this_machine_is_told() -> None:
    assert "cannot listen on 192.0.2.1, port 4010" in refused("--host", "192.0.2.1")


def test_an_unknown_api_or_snapshot_is_told_with_those_that_exist() -> None:
    assert "There is no API librari. Did you mean library?" in refused(
        "--port", "0", "--spec", str(SPEC), "--api", "librari"
    )
    assert "Known: v1" in refused("--port", "0", "--spec", str(SPEC), "--api", "library", "--snapshot", "v9")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
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
def test_a_broken_contract_is_told_with_its_place(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    api = file.partition("/")[0]
    shutil.copytree(SPEC / api, tmp_path / api)
    broken = tmp_path / file
    assert old in broken.read_text()
    broken.write_text(broken.read_text().replace(old, new))
    assert told in refused("--port", "0", "--spec", str(tmp_path))
