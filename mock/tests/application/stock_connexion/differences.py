"""Requests as both receive them, and the reasons why one accepts what the other refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from adcontract import Operation, Parameter


@dataclass(frozen=True)
class Request:
    """A request as both receive it, for `operation` or near it; `source` says how it came about."""

    source: str
    operation: Operation
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""

    def texts(self, *places: str, type: str | None = None) -> list[tuple[Parameter, str]]:  # noqa: A002
        """Return the declared parameters in those places of the request, of any type or one, each with its text."""
        url = urlsplit(self.url)
        names_in_path = re.findall(r"\{([^}]+)\}", self.operation.path)
        pattern = re.sub(r"\\{.+?\\}", "([^/]+)", re.escape(self.operation.path))
        match = re.search(f"{pattern}$", url.path)
        found = zip(names_in_path, match.groups(), strict=True) if match else ()
        given = [("query", *pair) for pair in parse_qsl(url.query, keep_blank_values=True)]
        given += [("path", name, unquote(text)) for name, text in found]
        declared = {(each.data["in"], each.name): each for each in self.operation.parameters}
        return [
            (declared[place, name], text)
            for place, name, text in given
            if place in places and (place, name) in declared
            if type in (None, declared[place, name].data.get("schema", {}).get("type"))
        ]

    @property
    def is_form(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("multipart/form-data")

    def has_member_of_format(self, form: str) -> bool:
        """Return whether the body has a member that is declared to be of a format."""
        schemas = [each.data.get("schema", {}) for each in self.operation.body if each.is_json]
        declared = {name: each for schema in schemas for name, each in schema.get("properties", {}).items()}
        return any(each.get("format") == form and f'"{name}":'.encode() in self.body for name, each in declared.items())


@dataclass(frozen=True)
class Judged:
    """A request, and how each takes it: `accepted`, `invalid`, or the status of another refusal."""

    request: Request
    mock: str
    connexion: str
    detail: str

    def __str__(self) -> str:
        request = self.request
        sent = f"{request.method} {request.url} {request.headers} {request.body[:200]!r}"
        return f"{request.source}: {sent}: the mock {self.mock}, Connexion {self.connexion} {self.detail[:300]}"


@dataclass(frozen=True)
class Difference:
    """How the mock and Connexion take the requests that `applies_to` recognizes (`|` parts alternatives), and why."""

    mock: str
    connexion: str
    applies_to: Callable[[Request], bool]
    reason: str

    def explains(self, judged: Judged) -> bool:
        return (
            judged.mock in self.mock.split("|")
            and judged.connexion in self.connexion.split("|")
            and self.applies_to(judged.request)
        )


def is_given_twice(request: Request) -> bool:
    single = [each.name for each, _ in request.texts("query") if each.data.get("schema", {}).get("type") != "array"]
    return len(single) > len(set(single))


def has_integer_of_python(request: Request) -> bool:
    """Return whether a parameter has a text that Python's `int` takes for an integer, and JSON does not."""
    texts = [text for _, text in request.texts("query", "path", type="integer")]
    texts += [part for _, text in request.texts("query", type="array") for part in text.split(",")]
    return any(succeeds(int, text) and not re.fullmatch("-?[0-9]+", text) for text in texts)


def succeeds(function: Callable[[Any], object], value: object) -> bool:
    try:
        function(value)
    except ValueError:
        return False
    return True


DIFFERENCES = (
    Difference(
        "404",
        "accepted",
        lambda request: urlsplit(request.url).path.endswith("/"),
        "Connexion redirects a path with one slash too many; no page of a vendor shows that",
    ),
    Difference(
        "404",
        "invalid",
        lambda request: any("enum" in each.data["schema"] for each, _ in request.texts("path")),
        "Connexion refuses a value in a path outside its enum as invalid, and one of another type as an unknown path",
    ),
    Difference(
        "accepted",
        "405",
        lambda request: request.method == "OPTIONS",
        "Connexion refuses OPTIONS; the mock answers it as RFC 9110 (9.3.7) asks",
    ),
    Difference(
        "401",
        "accepted|invalid",
        lambda request: request.headers.get("Authorization") == "",
        "Connexion takes an empty API key for a credential",
    ),
    Difference(
        "404|invalid",
        "accepted",
        has_integer_of_python,
        "Connexion reads integers with int(), which takes 1_0, spaces, signs and the digits of every script",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any(
            text.lower() in {"true", "false"} and not text.islower()
            for _, text in request.texts("query", type="boolean")
        ),
        "Connexion takes a boolean in capitals",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any("," in text for _, text in request.texts("query", type="array")),
        "Connexion splits each item of a list at commas, also where the contract gives every item its own pair",
    ),
    Difference(
        "invalid",
        "accepted",
        is_given_twice,
        "Connexion takes the last of several values where the contract has one",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: any(not text and each.data.get("allowEmptyValue") for each, text in request.texts("query")),
        "Connexion does not know allowEmptyValue",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: not request.body and not request.operation.body_required,
        "Connexion requires every body that an operation declares; the mock those that are declared as required",
    ),
    Difference(
        "invalid",
        "500",
        lambda request: request.is_form or not succeeds(bytes.decode, request.body),
        "Connexion fails on a body that is not UTF-8, or not the form that it claims to be",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: b"NaN" in request.body,
        "Connexion takes NaN for a number; JSON (RFC 8259) does not have it",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: bool(re.search(rb":[0-9]+\.0\b", request.body)),
        "Connexion refuses 1.0 as an integer; JSON Schema's own tests of Draft 4 leave it open (zeroTerminatedFloats)",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: request.has_member_of_format("uri"),
        "Connexion checks few formats, and uri is not among them",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any("format" in each.data["schema"] for each, _ in request.texts("query")),
        "Connexion checks no format of a parameter",
    ),
)


def explained(judged: Judged) -> str | None:
    """Return the reason why the two differ, None where no row gives one."""
    return next((each.reason for each in DIFFERENCES if each.explains(judged)), None)
