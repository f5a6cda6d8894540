"""A database that keeps the state: what it takes to use it, and what becomes of requests when it is gone."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
from subprocess import PIPE, STDOUT
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from adcontract import UsageError
from adcontract_mock import app
from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    Postgres = Any  # of conftest.py

LISTS = "/v1/products/lists"
SECRET = "open%sesame"
USERS = f"""
CREATE ROLE stranger LOGIN PASSWORD '{SECRET}';
CREATE ROLE reader LOGIN PASSWORD '{SECRET}';
ALTER ROLE reader SET default_transaction_read_only = on;
CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0;
CREATE DATABASE later
"""


@pytest.fixture(scope="module")
def users(postgres: Postgres) -> Postgres:
    """The server, with other users and databases."""
    for statement in USERS.split(";"):
        postgres.run(statement)
    with psycopg.connect(postgres.by_password(database="later")) as connection:
        connection.execute("CREATE TABLE adcontract_state (version integer, number bigint)")
        connection.execute("INSERT INTO adcontract_state VALUES (99, 1)")
    return postgres


@contextlib.contextmanager
def mock(place: str, **options: Any) -> Iterator[httpx.Client]:
    with (
        running(api="affiliate-com", stateful=True, state=place, **options) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer any"}, timeout=30) as client,
    ):
        yield client


def create(client: httpx.Client, name: str) -> httpx.Response:
    return client.post(LISTS, json={"pool_id": 1, "name": name})


def names(client: httpx.Client) -> list[str]:
    response = client.get(LISTS)
    assert response.status_code == 200, response.text
    return [each["name"] for each in response.json()["data"]]


def unusable(response: httpx.Response) -> str:
    """Return the line with which a request is refused for a while."""
    assert response.status_code == 503, response.text
    assert response.headers["retry-after"] == "1"
    text: str = response.json()["message"]
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("user", "password", "database", "port", "reason", "fix"),
    [
        ("stranger", "wr%25ong", "postgres", "", 'password authentication failed for user "stranger"', "PGPASSWORD"),
        ("nobody", SECRET, "postgres", "", 'password authentication failed for user "nobody"', "PGPASSWORD"),
        ("postgres", "", "nothing", "", 'database "nothing" does not exist', "URL of --state"),
        ("postgres", "", "postgres", "1", "Connection refused", "URL of --state"),
        ("stranger", SECRET, "postgres", "", "permission denied for schema public", "Grant"),
        ("reader", SECRET, "postgres", "", "it is read-only", "with --state"),
        ("postgres", "", "latin", "", "its encoding is not UTF8", "with --state"),
        ("postgres", "", "later", "", "it has version 99 of the mock's state, and this mock knows 2", "with --state"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_the_password(
    users: Postgres, user: str, password: str, database: str, port: str, reason: str, fix: str
) -> None:
    given = {"password": password.replace("%s", "%25s")} if password else {}
    url = users.by_password(user, database=database, **given)
    url = url.replace(f":{users.port}/", f":{port}/") if port else url
    with pytest.raises(UsageError) as raised:
        app(api="affiliate-com", stateful=True, state=url)
    line = str(raised.value)
    assert line.startswith(
        f"postgresql://{user}@127.0.0.1:{port or users.port}/{database} cannot keep the state: {reason}"
    )
    assert fix in line
    assert "\n" not in line
    for secret in (SECRET, "wr%ong", "open-sesame", "%25"):
        assert secret not in line


@pytest.mark.slow
def test_no_page_and_no_line_of_a_mock_has_the_password(postgres: Postgres, database: str) -> None:
    place = postgres.by_password(schema=re.findall("test_[0-9]+", database)[0])
    command = [
        sys.executable,
        "-c",
        "from adcontract.cli import main; main()",
        "mock",
        "--port",
        "0",
        "--api",
        "topsort",
    ]
    options = ["--stateful", "--until-eof", "--state", place]
    with subprocess.Popen([*command, *options], stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        pages = ("", "docs", "state", "session", "requests", "metrics", "health", "health/ready", "report.html")
        shown = [httpx.get(f"{url}/_mock/{page}") for page in pages]
        assert all(page.status_code == 200 for page in shown)
        postgres.run(f"DROP TABLE {re.findall('test_[0-9]+', database)[0]}.adcontract_state")
        shown.append(httpx.get(f"{url}/_mock/state"))
        assert "its tables are gone" in unusable(shown[-1])
        process.stdin.close()
        printed = process.stdout.read()
        assert process.wait(10) == 0
    assert "State: the items of each session" in printed
    assert "open-sesame" not in printed + "".join(page.text + str(page.headers) for page in shown)


def test_requests_are_refused_while_the_database_is_gone_and_go_on_when_it_is_back(
    postgres: Postgres, database: str
) -> None:
    with contextlib.ExitStack() as ending:
        client = ending.enter_context(mock(database))
        usual = names(client)
        assert create(client, "Before").status_code == 200
        postgres.end()
        try:
            began = time.monotonic()
            lines = [
                unusable(client.get(LISTS)),
                unusable(create(client, "Lost")),
                unusable(client.get("/_mock/state")),
            ]
            assert all(line.startswith("The state cannot be used: ") for line in lines)
            assert all(line.endswith("The mock goes on as soon as it is back.") for line in lines)
            assert unusable(client.get("/_mock/health/ready")) == lines[-1]
            assert unusable(client.get("/_mock/requests")) == lines[-1]
            # not with the client, which would keep the cookie of the page's session
            assert httpx.get(f"{client.base_url}/_mock/").status_code == 200
            assert client.get("/_mock/health").status_code == 200
            assert "state_items" in client.get("/_mock/metrics").text
            assert client.get(LISTS, headers={"Prefer": "state=off"}).status_code == 200
            assert time.monotonic() - began < 2
            # as the worker is that takes the place of one that died meanwhile
            later = ending.enter_context(mock(database, in_service=True))
            assert unusable(later.get(LISTS))
        finally:
            postgres.start()
        for _ in range(100):
            if all(each.get("/_mock/health/ready").status_code == 200 for each in (client, later)):
                break
            time.sleep(0.05)
        assert names(client) == [*usual, "Before"]
        assert create(client, "After").status_code == 200
        journal = [(each["method"], each["status"]) for each in later.get("/_mock/requests").json()["requests"]]
        assert journal.count(("POST", 503)) == 1, "what was not kept while the database was gone"
        assert names(client) == names(later) == [*usual, "Before", "After"]


def test_a_connection_that_ends_between_two_requests_is_not_noticed(postgres: Postgres, database: str) -> None:
    end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'adcontract mock'"
    with mock(database) as client:
        usual = names(client)
        for number in range(2):
            postgres.run(end)
            assert create(client, str(number)).status_code == 200
            postgres.run(end)
            assert names(client) == [*usual, *map(str, range(number + 1))]


def test_a_write_whose_connection_ends_halfway_is_not_kept(database: str) -> None:
    """A trigger ends it, as a server does that is shut down."""
    body = "BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END"
    with mock(database) as client:
        usual = names(client)
        with psycopg.connect(database) as connection:
            connection.execute(f"CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$".encode())
            connection.execute("CREATE TRIGGER cut BEFORE INSERT ON adcontract_records EXECUTE FUNCTION cut()")
        assert "connection" in unusable(create(client, "Lost"))
        assert names(client) == usual
        with psycopg.connect(database) as connection:
            connection.execute("DROP TRIGGER cut ON adcontract_records")
        assert create(client, "Kept").status_code == 200
        assert names(client) == [*usual, "Kept"]


def test_a_database_whose_disk_is_full_is_a_507_and_nothing_is_kept(database: str) -> None:
    body = "BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END"
    with mock(database) as client:
        usual = names(client)
        with psycopg.connect(database) as connection:
            connection.execute(f"CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$".encode())
            connection.execute("CREATE TRIGGER fill BEFORE INSERT ON adcontract_records EXECUTE FUNCTION fill()")
        refused = create(client, "Lost")
        assert (refused.status_code, refused.headers.get("retry-after")) == (507, None)
        assert "the disk of the database is full" in refused.json()["message"]
        assert names(client) == usual


def test_a_mock_whose_database_gets_tables_of_another_version_says_so(database: str) -> None:
    with mock(database) as client:
        usual = names(client)
        for version, known in ((99, False), (2, True)):
            with psycopg.connect(database) as connection:
                connection.execute("UPDATE adcontract_state SET version = %s", (version,))
            if known:
                assert names(client) == usual
            else:
                for refused in (client.get(LISTS), create(client, "Lost")):
                    assert "it has version 99 of the mock's state, and this mock knows 2" in unusable(refused)


def test_a_mock_goes_on_with_tables_that_others_have_created_anew(postgres: Postgres, database: str) -> None:
    with mock(database) as client:
        usual = names(client)
        assert create(client, "Old").status_code == 200
        schema = re.findall("test_[0-9]+", database)[0]
        postgres.run(f"DROP SCHEMA {schema} CASCADE")
        postgres.run(f"CREATE SCHEMA {schema}")
        assert "its tables are gone" in unusable(client.get(LISTS))
        with mock(database) as other:
            assert create(other, "New").status_code == 200
            assert names(client) == names(other) == [*usual, "New"]


def test_the_control_page_of_one_mock_may_change_all_as_a_balancer_leads_it_to_any(database: str) -> None:
    with mock(database) as one, mock(database) as other:
        token = re.findall('data-page-token="([^"]{20,})"', httpx.get(f"{one.base_url}/_mock/").text)[0]
        for sent, status in ((token, 204), (token[::-1], 403)):
            headers = {"Origin": str(other.base_url).rstrip("/"), "Mock-Page-Token": sent}
            assert other.delete("/_mock/requests", headers=headers).status_code == status


def test_many_mocks_that_start_at_once_create_the_tables_once(database: str) -> None:
    started: list[Any] = []
    threads = [
        threading.Thread(target=lambda: started.append(app(api="topsort", stateful=True, state=database)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(started) == 4
    for each in started:
        each.runtime.state.close()
