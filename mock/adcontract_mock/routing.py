"""From a request's path and method to the operation that answers it.

In place of Connexion's routing: of three APIs on one base path Connexion 3.3 serves the first and the last only, its
`Allow` names the methods of one route, a slash at the end is redirected, and it tries route after route.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from adcontract import ContractError
from adcontract_mock._connexion import ROUTING_CONTEXT, OAuthProblem, SpecMiddleware
from adcontract_mock.answer import EXTENSION, Answer, own
from adcontract_mock.prefer import preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from adcontract import Operation
    from adcontract_mock.document import Document

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Route:
    """An operation of a document at a base path. `names` are those of the values in its path, in order."""

    document: Document
    operation: Operation
    base_path: str
    names: tuple[str, ...]


@dataclass
class Node:
    """Where the segments of a path so far lead to."""

    literals: dict[str, Node] = field(default_factory=dict)
    templates: dict[str, tuple[re.Pattern[str], Node]] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)

    def child(self, segment: str) -> Node:
        """Return the node below this one for a segment of a path template, made if it is new."""
        if "{" not in segment:
            return self.literals.setdefault(segment, Node())
        pattern = "(.+)".join(re.escape(literal) for literal in _TEMPLATE.split(segment)[::2])
        return self.templates.setdefault(pattern, (re.compile(pattern, re.DOTALL), Node()))[1]

    def find(self, segments: list[str]) -> tuple[Node, tuple[str, ...]] | None:
        """Return the node of a path that has operations, and the values in the path.

        A literal segment goes before a templated one (OpenAPI 3.0.3, Paths Object).
        """
        if not segments:
            return (self, ()) if self.routes else None
        segment, rest = segments[0], segments[1:]
        found = self.literals[segment].find(rest) if segment in self.literals else None
        return found or next(self._through_templates(segment, rest), None)

    def _through_templates(self, segment: str, rest: list[str]) -> Iterator[tuple[Node, tuple[str, ...]]]:
        for pattern, node in self.templates.values():
            match = pattern.fullmatch(segment)
            found = node.find(rest) if match else None
            if match and found:
                yield found[0], (*match.groups(), *found[1])


class Routing(SpecMiddleware):  # type: ignore[misc]
    """Finds the operation of a request, and answers where there is none or no credentials."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = Node()
        self.documents: dict[str, Document] = {}
        self.owners: dict[tuple[str, ...], list[Document]] = {}

    def add_api(self, specification: Any, *, base_path: str, document: Document, **_: Any) -> None:  # noqa: ARG002
        """Serve `document` under `base_path`; of two with the same path and method the first one stays."""
        if base_path:
            self.documents[base_path] = document
        for operation in document.contract.operations:
            segments = f"{base_path}{operation.path}".split("/")[1:]
            node = self.root
            for segment in segments:
                node = node.child(segment)
            route = Route(document, operation, base_path, tuple(_TEMPLATE.findall(operation.path)))
            node.routes.setdefault(operation.method, route)
            if not base_path:
                self._own(document, segments)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or answer it; tell where the contract does not hold what the answer needs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.route(scope, receive, send)
        except ContractError as error:
            await own(500, "broken contract", message=" ".join(error.lines()))(scope, receive, send)

    async def route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on with its operation, which Connexion's security looks up, or answer it."""
        segments = _segments(scope)
        snapshot = _snapshot(scope)
        if snapshot is not None:
            at = self.at(segments, snapshot)
            if isinstance(at, Answer):
                await at(scope, receive, send)
                return
            segments = at
        found = self.root.find(segments)
        if found is None:
            await self.unknown_path(segments)(scope, receive, send)
            return
        routes, values = found[0].routes, found[1]
        route = routes.get("GET" if scope["method"] == "HEAD" and "HEAD" not in routes else scope["method"])
        if route is None:
            await _unknown_method(routes)(scope, receive, send)
            return
        path = dict(zip(route.names, values, strict=True))
        responder = route.document.responder(route.operation)
        if not responder.has_path(path):
            await route.document.unknown_path(scope, receive, send)
            return
        extensions = scope.setdefault("extensions", {})
        extensions[EXTENSION] = {"responder": responder, "path": path}
        key = route.document.key(route.operation)
        extensions[ROUTING_CONTEXT] = {"api_base_path": route.base_path, "operation_id": key}
        try:
            await self.app(scope, receive, send)
        except OAuthProblem:
            await responder.unauthenticated(scope, receive, send)

    def at(self, segments: list[str], snapshot: str) -> list[str] | Answer:
        """Return where `snapshot` has a path of the vendor's own; a path under a document's own names its snapshot.

        The API is the one that has the path; where it had it in another snapshot only, any that had it.
        """
        if "/" + "/".join(segments[:2]) in self.documents:
            return segments
        found = self.root.find(segments)
        owner = next(iter(found[0].routes.values())).document if found else self._owner(segments)
        having = [document for document in self.documents.values() if self.root.find([*_place(document), *segments])]
        owners = [owner] if owner else having
        if not owners:
            return segments
        names = [each.name for each in self.documents.values() if each.name.api in {own.name.api for own in owners}]
        chosen = next((name for name in names if name.snapshot == snapshot), None)
        if chosen:
            return [chosen.api, chosen.snapshot, *segments]
        known = sorted((name.snapshot for name in names), reverse=True)
        message = f"{names[0].api} has no snapshot {snapshot}. It has {', '.join(known)}."
        return own(400, "unknown snapshot", message=message, snapshots=known)

    def unknown_path(self, segments: list[str]) -> Answer:
        """Return the answer of the document to which a path belongs by how it starts, or one of the mock's own."""
        document = self.documents.get("/" + "/".join(segments[:2])) or self._owner(segments)
        if document:
            return document.unknown_path
        message = "There is nothing here. Each document is under its own path; /_mock/docs shows them."
        return own(404, "unknown path", message=message, documents=sorted(self.documents))

    def _own(self, document: Document, segments: list[str]) -> None:
        """Note that a path of `document` at the root starts so."""
        literal = list(takewhile(lambda segment: "{" not in segment, segments))
        for length in range(1, len(literal) + 1):
            owners = self.owners.setdefault(tuple(literal[:length]), [])
            if document not in owners:
                owners.append(document)

    def _owner(self, segments: list[str]) -> Document | None:
        """Return the document whose paths at the root, and no other's, start like this one."""
        for length in range(len(segments), 0, -1):
            owners = self.owners.get(tuple(segments[:length]), [])
            if owners:
                return owners[0] if len(owners) == 1 else None
        return None


def _unknown_method(routes: dict[str, Route]) -> Answer:
    """Return a 405 with the methods that the path takes (RFC 9110, 15.5.6)."""
    methods = sorted(routes.keys() | ({"HEAD"} if "GET" in routes else set()))
    document = next(iter(routes.values())).document
    return document.unknown_method.with_header("Allow", ", ".join(methods))


def _snapshot(scope: Scope) -> str | None:
    """Return the snapshot that a request asks for, in a header of its own or as a preference."""
    for name, value in scope["headers"]:
        if name == b"mock-snapshot":
            return str(value.decode("latin-1")).strip()
    return preferences(scope["headers"]).get("snapshot")


def _place(document: Document) -> tuple[str, str]:
    return document.name.api, document.name.snapshot


def _segments(scope: Scope) -> list[str]:
    """Return the decoded segments of the path; a slash that is encoded parts nothing."""
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        return str(scope["path"]).split("/")[1:]
    return [unquote(segment) for segment in raw.decode("latin-1").split("/")[1:]]
