"""A correct server that does in its own way what no page shows: no failure, and at most one warning for each cause.

Each is our stateful mock behind a proxy that answers in another way. The suite knows the proxy by its URL alone.
"""

import json
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from adcontract import load

pytestmark = pytest.mark.slow

API = "affiliate-com"
OWN = ("connection", "content-length", "date", "host", "server", "transfer-encoding")
"""Headers of one connection, which are not passed on."""


class Proxy:
    """Passes every request on to a mock, and every response back."""

    def __init__(self, server, mock):
        self.server, self.contract, self.mock = server, server.contract, urlsplit(mock).netloc
        server.answer = self.answer

    def answer(self, sent):
        return self.changed(sent, self.forward(sent))

    def changed(self, sent, reply):  # noqa: ARG002
        return reply

    def forward(self, sent):
        headers = {name: text for name, text in sent.headers.items() if name not in OWN}
        connection = HTTPConnection(self.mock, timeout=20)
        url = f"{sent.path}?{sent.query}" if sent.query else sent.path
        connection.request(sent.method, url, sent.body, headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        kept = {name: text for name, text in response.getheaders() if name.lower() not in OWN}
        return replace(self.server.error("unknown-path"), status=response.status, headers=kept, body=body)

    def operation(self, sent):
        """Return the operation that a request is for, or None."""
        path = next((path for path, route in self.server.routes if route.fullmatch(sent.path)), None)
        known = (each for each in self.contract.operations if (each.path, each.method) == (path, sent.method))
        return next(known, None)

    def resource(self, sent):
        operation = self.operation(sent)
        return operation and operation.behavior.resource


class UnsupportedMediaType(Proxy):
    """Refuses a body of another media type with 415."""

    def answer(self, sent):
        media = sent.headers.get("content-type", "application/json").partition(";")[0]
        if sent.body and self.operation(sent) and media != "application/json":
            return replace(self.server.error("malformed"), status=415)
        return self.forward(sent)


class Created(Proxy):
    """Answers a create with 201."""

    def changed(self, sent, reply):
        operation = self.operation(sent)
        resource = operation and operation.behavior.resource
        created = resource and resource.action == "create" and reply.status == 200
        return replace(reply, status=201) if created else reply


@pytest.fixture(scope="module")
def stateful(mock, tmp_path_factory):
    with mock(tmp_path_factory.mktemp("stateful"), "--stateful", "--seed-items", "60", "--api", API) as found:
        yield found


@pytest.mark.parametrize("unusual", [Created, UnsupportedMediaType])
def test_a_correct_server_has_at_most_one_warning_for_each_cause(command, server_of, stateful, tmp_path, unusual):
    server, report = server_of(load(API)), tmp_path / "report.json"
    unusual(server, stateful)
    with server.up() as url:
        result = command(url, "--api", API, "--json", str(report))
    findings = [finding for api in json.loads(report.read_text())["apis"] for finding in api["findings"]]
    assert result.exit_code == 0, result.output
    assert len({finding["message"] if "message" in finding else finding["sentence"] for finding in findings}) <= 2
