"""The mock inside the process of a client's tests: as an ASGI application, and as fixtures of pytest."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import unittest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import adcontract_mock as package
from adcontract import UsageError

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
    adcontract_mock.mock.runtime.sessions.put("me", "*", {"code": "401"})
    adcontract_mock.reset()
    assert adcontract_mock.mock.runtime.sessions.get("me") == {}
