"""From the method and the path of a request to the operation.

It replaces the routing of Connexion 3.3, which serves only the first and the last of three APIs on one base path, names
the methods of a single route in `Allow`, redirects a trailing slash, and tries one route after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from adcontract.openapi.paths import parameter_names, pattern, shape
from adcontract_mock.http.response import HttpResponse, mock_response, response_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation, Values
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.responses.responder import Responder
    from adcontract_mock.responses.served_contract import ServedContract

_DIVIDING = re.compile("%(25|2[cCeE]|3[bBdD])")
_REMEMBERED = 4096
_SHORT = 200
"""Longer paths are not remembered."""


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a document. `names` are the names of its path parameters, in order."""

    document: ServedContract
    operation: Operation
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The responder of the operation that a request is for, and the typed values in its path."""

    responder: Responder
    path: dict[str, Any]

    def values(self, exchange: Exchange) -> Values:
        """Return the typed values of the request of `exchange`."""
        return self.responder.read(self.path, exchange.query, dict(exchange.headers), exchange.body)


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The response to a request without an operation, and the document that it comes from, if any."""

    response: HttpResponse
    document: ServedContract | None


@dataclass
class Node:
    """The node of the routing tree that the segments of a path lead to."""

    literals: dict[str, Node] = field(default_factory=dict)
    templates: dict[str, tuple[re.Pattern[str], Node]] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)

    def child(self, segment: str) -> Node:
        """Return the node below this one for a segment of a path template, created if it is new."""
        if "{" not in segment:
            return self.literals.setdefault(segment, Node())
        if shape(segment) not in self.templates:
            self.templates[shape(segment)] = pattern(segment, ".+"), Node()
        return self.templates[shape(segment)][1]

    def find(self, segments: Sequence[str]) -> tuple[Node, tuple[str, ...]] | None:
        """Return the node of a path that has operations, and the values in the path.

        A literal segment goes before a templated one (OpenAPI 3.0.3, Paths Object).
        """
        if not segments:
            return (self, ()) if self.routes else None
        segment, rest = segments[0], segments[1:]
        literal = unquote(segment)
        found = self.literals[literal].find(rest) if literal in self.literals else None
        return found or next(self._through_templates(segment, rest), None)

    def _through_templates(self, segment: str, rest: Sequence[str]) -> Iterator[tuple[Node, tuple[str, ...]]]:
        for template, node in self.templates.values():
            match = template.fullmatch(segment)
            found = node.find(rest) if match else None
            if match and found:
                yield found[0], (*match.groups(), *found[1])


class Routing:
    """The paths of all documents: under the prefix of each, and those of the newest at the vendor's own paths too."""

    def __init__(self) -> None:
        self.documents: dict[str, ServedContract] = {}
        self.root = Node()
        self._owners: dict[tuple[str, ...], list[ServedContract]] = {}
        self._most_literal = 0
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def add(self, document: ServedContract, base_path: str) -> None:
        """Add the paths of a document under `base_path`; of two equal ones the one added first counts."""
        if base_path == document.prefix:
            self.documents[base_path] = document
        for operation in document.contract.operations:
            segments = f"{base_path}{operation.path}".split("/")[1:]
            node = self.root
            for segment in segments:
                node = node.child(segment)
            names = tuple(parameter_names(operation.path))
            node.routes.setdefault(operation.method, Route(document, operation, names))
            if base_path != document.prefix:
                self._note_owner(document, segments)

    def find(self, method: str, path: bytes, snapshot: str | None = None) -> Match | NoMatch:
        """Return the match of a request, remembered for the next request with the same path.

        Args:
            method: the method, in capitals.
            path: the path as sent: an encoded slash does not separate segments.
            snapshot: the snapshot at the vendor's own paths; None for the newest.

        Raises:
            ContractError: if the contract lacks what the response needs.
        """
        return (self._remembered if len(path) < _SHORT else self._find)(method, path, snapshot)

    def _find(self, method: str, path: bytes, snapshot: str | None) -> Match | NoMatch:
        segments = [_partly_decoded(segment) for segment in path.decode("latin-1").split("/")[1:]]
        if snapshot is not None:
            at = self._at(segments, snapshot)
            if isinstance(at, HttpResponse):
                return NoMatch(at, None)
            segments = at
        found = self.root.find(segments)
        if found is None:
            return self._unknown_path(segments)
        routes, values = found[0].routes, found[1]
        route = routes.get("GET" if method == "HEAD" and "HEAD" not in routes else method)
        if route is None:
            return _other_method(method, routes)
        texts = dict(zip(route.names, values, strict=True))
        responder = route.document.responder(route.operation)
        typed = responder.read_path(texts)
        return NoMatch(responder.unknown_item, route.document) if typed is None else Match(responder, typed)

    def _at(self, segments: list[str], snapshot: str) -> list[str] | HttpResponse:
        """Return the path in `snapshot` of one of the vendor's own paths, or the 400 if there is no such snapshot.

        A path with the prefix of a document stays. The API is the one that serves the path at the root; if none does,
        any that has the path in one of its snapshots.
        """
        if "/" + "/".join(segments[:2]) in self.documents:
            return segments
        found = self.root.find(segments)
        owner = next(iter(found[0].routes.values())).document if found else self._owner(segments)
        having = [
            document
            for document in self.documents.values()
            if self.root.find([document.name.api, document.name.snapshot, *segments])
        ]
        owners = [owner] if owner else having
        if not owners:
            return segments
        apis = {document.name.api for document in owners}
        names = [document.name for document in self.documents.values() if document.name.api in apis]
        chosen = next((name for name in names if name.snapshot == snapshot), None)
        if chosen:
            return [chosen.api, chosen.snapshot, *segments]
        known = sorted((name.snapshot for name in names), reverse=True)
        message = f"{names[0].api} has no snapshot {snapshot}. It has {', '.join(known)}."
        return mock_response(400, message, message=message, snapshots=known)

    def _unknown_path(self, segments: list[str]) -> NoMatch:
        """Return the 404 of the document that the beginning of a path belongs to, else that of the mock."""
        document = self.documents.get("/" + "/".join(segments[:2])) or self._owner(segments)
        if document:
            return NoMatch(document.unknown_path, document)
        message = "No document has this path. Each is served under its own prefix; /_mock/docs shows them."
        return NoMatch(
            mock_response(404, "no document has such a path", message=message, documents=sorted(self.documents)), None
        )

    def _note_owner(self, document: ServedContract, segments: list[str]) -> None:
        """Note that the literal beginnings of this path at the root belong to `document`."""
        literal = list(takewhile(lambda segment: "{" not in segment, segments))
        self._most_literal = max(self._most_literal, len(literal))
        for length in range(len(literal) + 1):
            owners = self._owners.setdefault(tuple(literal[:length]), [])
            if document not in owners:
                owners.append(document)

    def _owner(self, segments: list[str]) -> ServedContract | None:
        """Return the only document whose paths at the root begin like this one, the only one of all; else None."""
        for length in range(min(len(segments), self._most_literal), -1, -1):
            owners = self._owners.get(tuple(segments[:length]), [])
            if owners:
                return owners[0] if len(owners) == 1 else None
        return None


def _partly_decoded(segment: str) -> str:
    """Return a segment in which only those characters are still encoded that could divide a value into parts."""
    return unquote(_DIVIDING.sub(r"%25\1", segment)) if "%" in segment else segment


def _other_method(method: str, routes: dict[str, Route]) -> NoMatch:
    """Return the methods of a path: the response to OPTIONS (RFC 9110, 9.3.7), or a 405 (15.5.6)."""
    document = next(iter(routes.values())).document
    allowed = ", ".join(sorted({*routes, "OPTIONS", *(["HEAD"] if "GET" in routes else [])}))
    if method == "OPTIONS":
        return NoMatch(response_of(204, {}, None, b"", "OPTIONS").with_header("Allow", allowed), document)
    return NoMatch(document.other_method(allowed), document)
