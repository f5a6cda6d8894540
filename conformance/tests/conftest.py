"""A server of the tests that obeys a contract, and that can break one promise of it."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner
from click.testing import Result as Invoked

from adcontract import Contract, Operation, RequestReader, Response, Schemas, Values, load
from adcontract.cli import main
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref, follow

HERE = Path(__file__).parent
SPEC = HERE / "spec"
sys.path.insert(0, str(HERE / "servers"))

from serving import Handler, serving  # noqa: E402


@dataclass
class Sent:
    """A request as the server has it; `values` once it is read."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    operation: Operation | None = None
    values: Values | None = None

    @property
    def target(self) -> tuple[str, str, str, bytes]:
        return self.method, self.path, self.query, self.body


@dataclass
class Reply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_json(self, value: Any) -> Reply:
        return replace(self, body=json.dumps(value).encode())

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


Fault = Callable[[Sent, Reply], Reply]


class Server:
    """Answers as a contract says; `fault` may change an answer, `payloads` the examples, by media type and name."""

    def __init__(self, contract: Contract, fault: Fault | None = None) -> None:
        self.contract = contract
        self.document = contract.document
        self.schemas = Schemas(self.document)
        self.fault = fault
        self.payloads: dict[str, Any] = {}
        self.log: list[Sent] = []
        paths = sorted({each.path for each in contract.operations}, key=lambda path: path.count("{"))
        self.routes = [(path, re.compile(re.sub(r"\\{[^/]+?\\}", "([^/]+)", re.escape(path)))) for path in paths]

    def answer(self, sent: Sent) -> Reply:
        self.log.append(sent)
        reply = self.right(sent)
        return self.fault(sent, reply) if self.fault else reply

    def right(self, sent: Sent) -> Reply:
        path, match = next(
            ((path, hit) for path, route in self.routes if (hit := route.fullmatch(sent.path))), (None, None)
        )
        if path is None or match is None:
            return self.error("unknown-path")
        operations = {each.method: each for each in self.contract.operations if each.path == path}
        operation = operations.get(sent.method)
        if operation is None:
            reply = self.error("unknown-method")
            return replace(reply, headers={**reply.headers, "Allow": ", ".join(operations)})
        sent.operation = operation
        if operation.secured and not self.credential(sent):
            return self.error("unauthenticated", operation)
        names = re.findall(r"\{([^}]+)\}", path)
        texts = dict(zip(names, match.groups(), strict=True))
        sent.values = RequestReader(operation, self.schemas).read(texts, sent.query, sent.headers, sent.body)
        if sent.values.faults:
            return self.error("malformed" if sent.values.faults[0].malformed else "invalid", operation)
        return self.preferred(operation, sent) or self.success(operation, sent)

    def credential(self, sent: Sent) -> str:
        """Return the credential of a request, empty for none."""
        scheme = next(iter(self.document["components"]["securitySchemes"].values()))
        if scheme["type"] == "http":
            word, _, credential = sent.headers.get("authorization", "").partition(" ")
            return credential.strip() if word.lower() == scheme["scheme"] else ""
        if scheme["in"] == "query":
            return dict(parse_qsl(sent.query)).get(scheme["name"], "")
        if scheme["in"] == "cookie":
            pairs = (pair.strip().partition("=") for pair in sent.headers.get("cookie", "").split(";"))
            return {name: value for name, _, value in pairs}.get(scheme["name"], "").strip('"')
        return sent.headers.get(scheme["name"].lower(), "")

    def preferred(self, operation: Operation, sent: Sent) -> Reply | None:
        wishes = dict(re.findall(r'(\w+)="?([\w-]+)', sent.headers.get("prefer", "")))
        if not wishes:
            return None
        response = operation.responses[wishes["code"]] if "code" in wishes else operation.success
        assert response is not None
        reply = self.reply(response, wishes.get("example", "default"))
        return replace(reply, headers={**reply.headers, "Preference-Applied": sent.headers["prefer"]})

    def success(self, operation: Operation, sent: Sent) -> Reply:
        assert operation.success is not None
        assert sent.values is not None
        named = (each for media in operation.success.media for each in media.examples if each.request)
        query = {"query": sent.values.query} if sent.values.query else {}
        name = next((each.name for each in named if each.request == query), "default")
        return self.reply(operation.success, name)

    def error(self, fault_name: str, operation: Operation | None = None) -> Reply:
        shared = self.document["x-errors"][fault_name]
        own = operation.responses.get(shared["status"]) if operation else None
        data, pointer = deref(self.document, shared["response"], f"/x-errors/{fault_name}/response")
        return self.reply(own or Response(shared["status"], data, pointer))

    def reply(self, response: Response, name: str = "default") -> Reply:
        status, pointer = int(response.status), response.pointer
        headers = {
            key: str(follow(self.document, header)["example"])
            for key, header in response.data.get("headers", {}).items()
        }
        for media, data in response.data.get("content", {}).items():
            example = data.get("examples", {}).get(name, {})
            value = self.payloads.get(f"{join(pointer, 'content', media)} {name}", example.get("value"))
            return Reply(status, {**headers, "Content-Type": media}).with_json(value)
        return Reply(status, headers)

    def up(self, tls: ssl.SSLContext | None = None) -> AbstractContextManager[str]:
        """Serve on a free port; give the URL."""
        return serving(_handler(self), tls=tls)


def _handler(app: Server) -> type[Handler]:
    class Answers(Handler):
        def respond(self) -> None:
            url = urlsplit(self.path)
            reply = app.answer(Sent(self.command, url.path, url.query, self.fields(), self.content()))
            if reply.status <= 0:
                self.close_connection = True
                if reply.status < 0:
                    self.server.socket.close()
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            # what HEAD has no body to count, a proxy leaves out
            if reply.body or self.command != "HEAD":
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    return Answers


@dataclass
class Checked:
    """What a run of `adcontract check` gave."""

    code: int
    output: str
    report: dict[str, Any]
    server: Server

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [finding for api in self.report["apis"] for finding in api["findings"]]

    @property
    def broken(self) -> set[tuple[str, str, str]]:
        """Check, operation and outcome of every finding."""
        return {(each["check"], each["operation"], each["outcome"]) for each in self.findings}

    def result(self, check: str, operation: str) -> dict[str, Any]:
        return next(
            result
            for api in self.report["apis"]
            for result in api["results"]
            if (result["check"], result["operation"]) == (check, operation)
        )


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """With a target, `pytest conformance/` is about that server, and not about the suite itself."""
    return True if config.getoption("--adcontract-target", None) else None


@pytest.fixture(autouse=True)
def left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder where a run notes what it has left."""
    folder = tmp_path / ".adcontract"
    monkeypatch.setattr("adcontract_conformance.client.book_file.FOLDER", folder)
    return folder


@pytest.fixture
def spec() -> str:
    return str(SPEC)


@pytest.fixture(scope="session")
def shop() -> Contract:
    return load("shop", spec=SPEC)


@contextmanager
def _mock(folder: Path, *options: str) -> Iterator[str]:
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock", "--port", "0", *options]
    log = folder / "mock.log"
    with log.open("w") as output, subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield _started(process, log)
        finally:
            process.terminate()


def _started(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the URL that the mock prints when it is up."""
    for _ in range(600):
        if found := re.search(r"The mock is at (http://\S+)\n", log.read_text()):
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def mock() -> Callable[..., AbstractContextManager[str]]:
    """Serve contracts with `adcontract mock` on a free port, its log in a folder, and give the URL."""
    return _mock


@pytest.fixture(scope="session")
def stateless_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a mock of every contract that comes with the package."""
    with _mock(tmp_path_factory.mktemp("mock")) as url:
        yield url


@pytest.fixture(scope="session")
def command() -> Callable[..., Invoked]:
    """Run `adcontract check …`."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> Invoked:
        return CliRunner().invoke(main, ["check", *arguments], env=env or {"ADCONTRACT_TOKEN": None})

    return run


@pytest.fixture
def check(shop: Contract, command: Callable[..., Invoked], tmp_path: Path) -> Callable[..., Checked]:
    """Hold a shop with a fault to its contract."""

    def run(*options: str, fault: Fault | None = None) -> Checked:
        server, report = Server(shop, fault), tmp_path / "report.json"
        with server.up() as url:
            result = command(url, "--spec", str(SPEC), "--json", str(report), *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Checked(result.exit_code, result.output, json.loads(report.read_text()), server)

    return run


@pytest.fixture(scope="session")
def server_of() -> type[Server]:
    return Server


@pytest.fixture(scope="session")
def sent_of() -> type[Sent]:
    return Sent
