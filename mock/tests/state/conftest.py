"""The places that keep a state: a file, and a database of a PostgreSQL server that is started for these tests."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "open-sesame"
NAMES = itertools.count()


@dataclass
class Postgres:
    """A server of PostgreSQL, which can be ended and started again. Its socket is in `folder`."""

    programs: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def url(self, schema: str = "public", user: str = "postgres") -> str:
        """Return the URL at which tables are in a schema."""
        return f"postgresql://{user}@/postgres?host={self.folder}&port={self.port}&options=-csearch_path%3D{schema}"

    def by_password(
        self, user: str = "postgres", password: str = PASSWORD, database: str = "postgres", schema: str = "public"
    ) -> str:
        """Return the URL at which a password is needed."""
        place = f"127.0.0.1:{self.port}/{database}?options=-csearch_path%3D{schema}"
        return f"postgresql://{user}:{password}@{place}"

    def run(self, statement: str) -> list[Any]:
        """Run a statement, and return the rows that it gives."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def create(self) -> None:
        """Create its databases."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres", f"--pwfile={secret}"]
        access = ["--auth-local=trust", "--auth-host=scram-sha-256"]
        command = [str(self.programs / "initdb"), f"--pgdata={self.folder / 'data'}", *options, *access]
        subprocess.run(command, check=True, capture_output=True, timeout=60, **_as_user())

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"fsync": "off", "shared_buffers": "16MB", "listen_addresses": "127.0.0.1"}
        given = [f"-c{name}={value}" for name, value in options.items()]
        place = [f"-D{self.folder / 'data'}", f"-k{self.folder}", f"-p{self.port}"]
        with (self.folder / "log").open("ab") as log:
            command = [str(self.programs / "postgres"), *place, *given]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **_as_user())
        for _ in range(600):
            with contextlib.suppress(psycopg.OperationalError):
                self.run("SELECT 1")
                return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)
        raise AssertionError("PostgreSQL does not answer")

    def end(self) -> None:
        """End it at once, with every connection."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)


def _as_user() -> dict[str, Any]:
    """Return how a process starts as one that may run PostgreSQL: not as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def _programs() -> Path:
    """Return where PostgreSQL is installed; Debian has its programs in no PATH."""
    found = [Path(path).resolve().parent for path in (shutil.which("initdb"), shutil.which("postgres")) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("PostgreSQL is not installed: there are no initdb and postgres (Debian: apt-get install postgresql)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server, started when the first test needs it."""
    programs = _programs()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    # not below the folder of the tests, which another user may not enter; and a path of a socket has to be short
    folder = Path(tempfile.mkdtemp(prefix="adcontract-"))
    if user := _as_user():
        shutil.chown(folder, user["user"], user["group"])
    server = Postgres(programs, folder, port)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The URL of a database that is empty."""
    schema = f"test_{next(NAMES)}"
    postgres.run(f"CREATE SCHEMA {schema}")
    yield postgres.url(schema)
    postgres.run(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["file", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place that keeps a state: once a file, once a database."""
    return _place(request, tmp_path)


@pytest.fixture(params=["memory", "file", "database"])
def place_or_memory(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """The same, and once no place."""
    return None if request.param == "memory" else _place(request, tmp_path)


def _place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "state")
    url: str = request.getfixturevalue("database")
    return url
