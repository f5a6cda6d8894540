"""A depot in memory that keeps every law of its contract; a test replaces one of its methods to break one.

Each part of it is a class with the operations on one path, marked by `answers`; `Depot` has them all.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from serving import Handler, serving

SPEC = Path(__file__).parent / "spec"


class RefusedError(Exception):
    """A request that is refused with a status."""

    def __init__(self, status, **headers):
        super().__init__(status)
        self.status, self.headers = status, headers


class Fault(NamedTuple):
    """A depot that breaks a law on an operation, and the laws that find it out there: these, and no other."""

    operation: str
    laws: set[str]
    server: type


class Request(NamedTuple):
    """A request as a part has it; `query` has the last value of each name, `body` the JSON, None without one."""

    query: dict
    headers: dict
    body: object
    path: str


def breaks(server, operation, laws, **methods):
    """Return the fault of a depot in which some methods are others; `laws` are words."""
    return Fault(operation, set(laws.split()), type("Faulty", (server,), methods))


def answers(method, path):
    """Mark what a part answers with: the values in the path, as text, are the arguments after the request.

    The function returns the status and the JSON of the body, None for none; further headers go into `self.headers`.
    """

    def mark(function):
        function.route = method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        return function

    return mark


class Part:
    """What the parts of a depot share. `about` are the operations of a part, which its unusual servers are tried on."""

    spec = SPEC
    about = ()

    def __init__(self):
        super().__init__()
        self.headers = {}
        self.log = []
        names = (name for name in dir(type(self)) if hasattr(getattr(type(self), name), "route"))
        # by name, so that what a test replaces is used though it has no mark
        self.routes = [(*getattr(type(self), name).route, name) for name in names]

    def respond(self, method, target, headers, content):
        """Return the status, the headers and the JSON of the answer to a request."""
        self.log.append((method, target, content))
        self.headers = {}
        url = urlsplit(target)
        matches = [(each, pattern.fullmatch(url.path), name) for each, pattern, name in self.routes]
        found = {each: (match, name) for each, match, name in matches if match}
        try:
            if not found:
                raise RefusedError(404)
            if method not in found:
                raise RefusedError(405, Allow=", ".join(found))
            match, name = found[method]
            query = {key: values[-1] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
            asked = Request(query, headers, self.read(headers, content) if content else None, url.path)
            status, value = getattr(self, name)(asked, **match.groupdict())
        except RefusedError as refused:
            return refused.status, refused.headers, {"code": "no", "message": "no"}
        return status, self.headers, value

    def read(self, headers, content):
        if "json" not in headers.get("content-type", ""):
            raise RefusedError(415)
        try:
            return json.loads(content)
        except ValueError:
            raise RefusedError(400) from None

    def up(self, port=0):
        """Serve on a port, a free one unless it is named; give the URL."""
        return serving(_handler(self), port)


def _handler(depot):
    class Answers(Handler):
        def respond(self):
            status, headers, value = depot.respond(self.command, self.path, self.fields(), self.content())
            content = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            if content:
                self.send_header("Content-Type", "application/json")
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Answers
