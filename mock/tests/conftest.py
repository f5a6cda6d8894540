"""Mocks that run on a free port of this machine, and clients of them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from adcontract import load_named, names, spec_folder
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

Serve = Callable[..., AbstractContextManager[httpx.Client]]

SPEC = Path(__file__).parent / "spec"


@contextlib.contextmanager
def _serve(spec: Path, token: str | None = None, **options: Any) -> Iterator[httpx.Client]:
    """Serve every contract in `spec`, with the options of `Runtime`, and give a client without credentials."""
    app = Application([load_named(name, spec) for name in names(spec)], Runtime(token, **options))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=10) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture(scope="session")
def serve() -> Serve:
    """What serves the contracts of a folder."""
    return _serve


@pytest.fixture(scope="session")
def small() -> Iterator[httpx.Client]:
    """A mock of the small contracts in this folder; `library` gets a valid credential on every request."""
    with _serve(SPEC) as client:
        client.headers["Authorization"] = "Bearer anything"
        yield client


@pytest.fixture
def clean(small: httpx.Client) -> httpx.Client:
    """The mock of the small contracts, with an empty journal."""
    small.delete("/_mock/requests")
    return small


@pytest.fixture(scope="session")
def garden() -> Iterator[httpx.Client]:
    """A mock of one contract with many forms of responses; the client has a valid credential."""
    with _serve(Path(__file__).parent / "garden") as client:
        client.headers["Authorization"] = "Bearer anything"
        yield client


@pytest.fixture(scope="session")
def real() -> Iterator[httpx.Client]:
    """A mock of the contracts that come with the package."""
    with _serve(spec_folder()) as client:
        yield client
