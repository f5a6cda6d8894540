"""A server of the tests that passes every request on to a mock, and that may answer otherwise."""

from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

OWN = ("connection", "content-length", "date", "host", "server", "transfer-encoding")
"""Headers of one connection, which are not passed on."""


class Proxy:
    """Passes every request on to a mock, and every response back."""

    def __init__(self, server, mock):
        self.server, self.contract, self.mock = server, server.contract, urlsplit(mock).netloc
        server.answer = self.answer

    def answer(self, sent):
        reply = self.forward(sent)
        return reply if sent.method == "HEAD" else self.changed(sent, reply)

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
