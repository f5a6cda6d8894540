"""Fixtures for pytest: a mock on a free port, for the tests of its clients. Nothing starts until a test asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.serve.in_thread import Running


@pytest.fixture(scope="session")
def adcontract_options() -> dict[str, Any]:
    """The arguments of `adcontract_mock.app` for the mock of the tests. Override it in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def adcontract_server(adcontract_options: dict[str, Any]) -> Iterator[Running]:
    """A mock that runs during all tests."""
    from adcontract.errors import UsageError
    from adcontract.extras import extra

    try:
        # the name of the fixture that tests ask for, which is usually not this one
        with extra("mock", "the fixture adcontract_mock"):
            from adcontract_mock.serve.in_thread import running
    except UsageError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None

    with running(**adcontract_options) as server:
        yield server


@pytest.fixture
def adcontract_mock(adcontract_server: Running) -> Running:
    """The mock that runs during all tests, reset before each: its `url`, its `journal`."""
    adcontract_server.reset()
    return adcontract_server
