"""What an OpenAPI document may hold: each cell of the tables is tried on the mock, and judged by the suite."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner

from adcontract import RequestReader, Schemas, load_named, names
from adcontract.cli import main
from adcontract_mock import running

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "servers")]

from cells import CELLS, OK, Cell, answers_of, document_file, page  # noqa: E402
from serving import Handler, serving  # noqa: E402

JSON = "application/json"
PAGE = HERE.parents[2] / "spec/OPENAPI.md"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document with an operation for each cell."""
    return document_file(tmp_path_factory.mktemp("spec"), {each.path: each.path_item() for each in CELLS})


@pytest.fixture(scope="module")
def mock(document: Path) -> Iterator[httpx.Client]:
    """A mock of that document."""
    with running(spec=document) as served, httpx.Client(base_url=served.url) as client:
        yield client


def test_the_mock_takes_and_refuses_requests_as_openapi_has_it(mock: httpx.Client) -> None:
    wrong = []
    for cell in CELLS:
        for verdict in ("takes", "refuses"):
            for request in cell.values("request", verdict):
                status = _ask(mock, cell, request).status_code
                if (status < 300) is not (verdict == "takes") or status >= 500:
                    wrong.append(f"{cell.name}: {status} for {request}, which it {verdict}")
    assert wrong == []


def test_the_mock_answers_with_the_status_that_is_preferred(mock: httpx.Client) -> None:
    for cell in CELLS:
        for code, status in cell.row.get("prefer", {}).items():
            response = mock.get(f"/{cell.id}", headers={"Prefer": f"code={code}"})
            assert (cell.name, code, response.status_code) == (cell.name, code, status)
            if str(code) in response.headers.get("Preference-Applied", "") and "title" in str(cell.row["responses"]):
                assert response.json().keys() == ({"title"} if status >= 400 else {"ok"}) or status == 201


def test_a_session_prefers_a_status_that_only_some_operations_have(mock: httpx.Client) -> None:
    wide = next(cell for cell in CELLS if cell.row["part"] == "4XX")
    headers = {"Mock-Session": "wide"}
    assert mock.put("/_mock/session", json={"*": {"code": "418"}}, headers=headers).status_code == 200
    assert mock.get(f"/{wide.id}", headers=headers).status_code == 418
    assert mock.get("/c0/5", headers=headers).status_code == 200


_NAMED = {
    "type": "object",
    "patternProperties": {"^n": {"type": "integer"}},
    "additionalProperties": {"type": "boolean"},
}


@pytest.mark.parametrize(
    ("schema", "takes", "refuses"),
    [
        ({"type": ["integer", "boolean"]}, ["1", "true"], ["x"]),
        ({"type": ["integer", "null"], "exclusiveMinimum": 0}, ["1"], ["0"]),
        ({"const": 5}, ["5"], ["6"]),
        ({"type": ["array", "string"], "items": {"type": "integer"}, "pattern": "^x$"}, ["x", "1&p=2"], ["y"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}, ["1&p=a"], ["a&p=1"]),
        (_NAMED, ["p[n1]=1", "p[n1]=1&p[x]=true"], ["p[n1]=true", "p[x]=1"]),
    ],
)
def test_parameters_of_31_are_read(
    tmp_path: Path, schema: dict[str, Any], takes: list[str], refuses: list[str]
) -> None:
    style = "deepObject" if schema.get("type") == "object" else "form"
    operation = {"parameters": [{"name": "p", "in": "query", "style": style, "schema": schema}], "responses": OK}
    document = {"openapi": "3.1.0", "info": {"title": "New", "version": "1"}, "paths": {"/a": {"get": operation}}}
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    contract = load_named(names(tmp_path / "openapi.json")[0], tmp_path / "openapi.json")
    reader = RequestReader(contract.operations[0], Schemas(contract.document))
    queries = {text: text if text.startswith("p[") else f"p={text}" for text in (*takes, *refuses)}
    assert [text for text in queries if not reader.read({}, queries[text], {}, b"").faults] == takes


def _ask(mock: httpx.Client, cell: Cell, request: Any) -> httpx.Response:
    target, headers, content = f"/{cell.id}", dict[str, str](), None
    if "schema" in cell.row:
        headers, content = {"Content-Type": JSON}, json.dumps(request).encode()
    elif isinstance(request, str):
        target += request
    elif isinstance(request, dict):
        headers = dict(request)
        target += headers.pop("path", "")
    else:
        media, text = request
        headers = {"Content-Type": media} if media else {}
        content = text.encode("latin-1" if media and "iso-8859" in media else "utf-8")
    # the target as it is: a client would encode some of its characters
    return mock.request(
        cell.method.upper(), "/", headers=headers, content=content, extensions={"target": target.encode()}
    )


@pytest.mark.slow
def test_the_suite_finds_nothing_on_the_mock(mock: httpx.Client, document: Path, command: Callable[..., Any]) -> None:
    result = command(
        str(mock.base_url), "--spec", str(document), "--for", "own", "--groups", "examples,schema", "--generated", "2"
    )
    assert result.exit_code == 0, result.output


def test_the_suite_writes_requests_as_openapi_has_it(document: Path, command: Callable[..., Any]) -> None:
    heard: dict[str, tuple[str, dict[str, str], str]] = {}

    class Server(Handler):
        def respond(self) -> None:
            name, body = self.path[1:].partition("?")[0].partition("/")[0], self.content()
            if self.command != "HEAD":
                heard.setdefault(name, (self.path, self.fields(), body.decode("latin-1")))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Server) as url:
        command(url, "--spec", str(document), "--groups", "examples")
    wrong = []
    for cell in (each for each in CELLS if "written" in each.row):
        written, (path, headers, body) = cell.row["written"], heard[cell.id]
        if isinstance(written, str):
            sent: Any = path.removeprefix(f"/{cell.id}")
        elif isinstance(written, dict):
            sent = {name: headers.get(name.lower()) for name in written}
        else:
            sent = [headers.get("content-type"), body]
        if sent != written:
            wrong.append(f"{cell.name}: {sent}, not {written}")
    assert wrong == []


def test_the_suite_judges_answers_as_openapi_has_it(tmp_path: Path, command: Callable[..., Any]) -> None:
    answers = {each.id: each for each in answers_of(CELLS)}
    document = document_file(tmp_path, {f"/{each.id}": each.path_item() for each in answers.values()})
    report = tmp_path / "report.json"

    class Server(Handler):
        def respond(self) -> None:
            self.content()
            answer = answers[urlsplit(self.path).path[1:]]
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

    with serving(Server) as url:
        command(url, "--spec", str(document), "--groups", "examples", "--for", "own", "--json", str(report))
    findings = [finding for api in json.loads(report.read_text())["apis"] for finding in api["findings"]]
    found = {each for finding in findings for each in _operations(finding)}
    wrong = [each.name for each in answers.values() if (each.id in found) is each.is_fine]
    assert wrong == []


def _operations(finding: dict[str, Any]) -> list[str]:
    return [finding["operation"], *(each["operation"] for each in finding.get("places", ()))]


@pytest.mark.slow
def test_lint_finds_nothing_but_what_openapi_ignores(document: Path) -> None:
    result = CliRunner().invoke(main, ["lint", "--spec", str(document), "--format", "json"])
    assert {each["rule"] for each in json.loads(result.stdout)["findings"]} == {"ref-siblings", "get-body"}


def test_the_page_of_what_is_read_is_that_of_these_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(CELLS), f"run python {HERE / 'cells.py'} > spec/OPENAPI.md"
