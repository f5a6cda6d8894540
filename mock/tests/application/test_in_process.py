"""The mock inside the process of a client's tests: as an ASGI application, and as fixtures of pytest."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import adcontract_mock as package
from adcontract import ContractError, UsageError

if TYPE_CHECKING:
    from adcontract_mock.serve.in_thread import Running

SPEC = Path(__file__).parents[1] / "spec"


@pytest.fixture(scope="session")
def adcontract_options() -> dict[str, Any]:
    return {"spec": SPEC, "api": "library", "token": "good"}


def test_an_application_answers_without_a_server() -> None:
    async def titles() -> list[str]:
        transport = httpx.ASGITransport(app=package.app("library", spec=SPEC))
        async with httpx.AsyncClient(transport=transport, base_url="http://library") as client:
            response = await client.get("/v1/books", headers={"Authorization": "Bearer t"})
            return [book["title"] for book in response.json()]

    assert asyncio.run(titles()) == ["Zeno", "Äiti"]


def test_an_application_of_an_unknown_api_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"There is no API books\. Known: library, post, stamps\."):
        package.app("books", spec=SPEC)


def test_files_may_be_named_by_texts_and_what_is_wrong_in_them_is_said(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("gone: {operations: {getBook: {code: 404}}}")
    with package.running(api="library", spec=str(SPEC), scenarios=str(file)) as mock:
        headers = {"Authorization": "Bearer t", "Prefer": "scenario=gone"}
        assert httpx.get(f"{mock.url}/v1/books/1", headers=headers).status_code == 404
    file.write_text("gone: {operations: {getBok: {code: 404}}}")
    with pytest.raises(
        ContractError, match=r"scenarios\.yaml:1:21: scenario: There is no operation 'getBok'\. Did you"
    ):
        package.app("library", spec=str(SPEC), scenarios=str(file))
    with pytest.raises(UsageError, match="report or fail, not 'stop'"):
        package.app("library", spec=SPEC, upstream="http://127.0.0.1:9", on_breach="stop")  # type: ignore[arg-type]


def test_a_request_that_is_open_at_the_end_is_cut_off_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with package.running(api="library", spec=SPEC) as mock:
        host, port = mock.url.removeprefix("http://").split(":")
        client = socket.create_connection((host, int(port)))
        client.sendall(b"GET /v1/books?__delay=9000 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\n\r\n")
        time.sleep(0.2)
    client.close()
    assert "Traceback" not in "".join(capfd.readouterr())


class BooksTest(unittest.TestCase):
    """Tests as a client's may be written with unittest."""

    mock: Running

    @classmethod
    def setUpClass(cls) -> None:
        cls.mock = cls.enterClassContext(package.running(api="library", spec=SPEC, token="good"))

    def setUp(self) -> None:
        self.mock.reset()

    def test_one_request_is_one(self) -> None:
        assert httpx.get(f"{self.mock.url}/v1/books").status_code == 401
        assert len(self.mock.journal) == 1

    def test_the_requests_of_another_test_are_forgotten(self) -> None:
        self.test_one_request_is_one()


def test_unittest_runs_the_mock_by_a_context_manager_and_ends_it() -> None:
    result = unittest.defaultTestLoader.loadTestsFromTestCase(BooksTest).run(unittest.TestResult())
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])
    with pytest.raises(httpx.ConnectError):
        httpx.get(BooksTest.mock.url)


def test_the_context_manager_refuses_an_unknown_api_with_those_that_there_are() -> None:
    wrong = package.running(api="books", spec=SPEC)
    with pytest.raises(UsageError, match=r"There is no API books\. Known: library, post, stamps\."), wrong:
        pass


def test_the_package_is_imported_without_waiting_for_a_server() -> None:
    asked = "import sys, adcontract_mock.pytest_plugin; print({'connexion', 'uvicorn'} & sys.modules.keys())"
    assert subprocess.check_output([sys.executable, "-c", asked], text=True) == "set()\n"


LOGGERS = """
import logging
from adcontract_mock.serve.in_thread import running

with running(spec={spec!r}, api="library"):
    named = (logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.access", "uvicorn.error"))
    print([handler for each in named for handler in each.handlers])
"""


def test_a_mock_in_a_thread_leaves_it_to_its_process_where_logs_are_written() -> None:
    asked = LOGGERS.format(spec=str(SPEC))
    assert subprocess.check_output([sys.executable, "-c", asked], text=True) == "[]\n"


@pytest.mark.parametrize("again", [1, 2])
def test_a_fixture_runs_the_mock_that_the_options_ask_for_and_forgets_between_tests(
    adcontract_mock: Running, again: int
) -> None:
    assert len(adcontract_mock.journal) == 0
    for token, status in (("good", 200), ("bad", 401)):
        response = httpx.get(f"{adcontract_mock.url}/v1/books", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == status
    asked = [exchange.operation for _, exchange in adcontract_mock.journal.newest()]
    assert asked == ["listBooks", "listBooks"], f"in test {again}"


def test_a_session_of_one_test_is_not_there_in_the_next(adcontract_mock: Running) -> None:
    adcontract_mock.mock.runtime.sessions.put("me", {"*": {"code": "401"}})
    adcontract_mock.reset()
    assert adcontract_mock.mock.runtime.sessions.get("me") == {}
