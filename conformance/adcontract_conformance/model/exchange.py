"""A request, why it was sent, and the response: what every other room speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from adcontract.requests.curl import TOKEN, curl_arguments
from adcontract_conformance.settings.near_secrets import made_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract import Example, Operation, Values

GONE, THERE = "gone", "there"
"""Failures of a request of a sequence: it reads what was deleted; it does not find what was created."""

_BRIEF = 200

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

CUT = " … "
"""Stands in a sentence for what was left out of it."""


class Purpose(StrEnum):
    """Why a request was sent. A check names the purposes it looks at."""

    DOCUMENTED = "documented"
    HEAD = "head"
    PREFERRED = "preferred"
    NO_CREDENTIALS = "no-credentials"
    EMPTY_CREDENTIALS = "empty-credentials"
    WRONG_SCHEME = "wrong-scheme"
    WRONG_TOKEN = "wrong-token"
    CUT_TOKEN = "cut-token"
    TOKEN_IN_OTHER_CASE = "token-in-other-case"
    LONGER_TOKEN = "longer-token"
    IN_QUERY = "in-query"
    HEAD_WITHOUT_CREDENTIALS = "head-without-credentials"
    OPEN = "open"
    VALID = "valid"
    UNSURE = "unsure"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    UNKNOWN_METHOD = "unknown-method"
    UNKNOWN_PATH = "unknown-path"
    LAW = "law"
    LINKED = "linked"


CREDENTIALS = (
    Purpose.NO_CREDENTIALS,
    Purpose.EMPTY_CREDENTIALS,
    Purpose.WRONG_SCHEME,
    Purpose.WRONG_TOKEN,
    Purpose.CUT_TOKEN,
    Purpose.TOKEN_IN_OTHER_CASE,
    Purpose.LONGER_TOKEN,
    Purpose.IN_QUERY,
)
"""Requests without good credentials."""


@dataclass(frozen=True)
class Request:
    """A request as it is sent, with a mark in the place of each secret: one of `marks`, such as `TOKEN`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    marks: tuple[str, ...] = (TOKEN,)

    @property
    def size(self) -> int:
        """Its length in characters, by which the shortest of many is found."""
        return len(self.url) + len(self.body) + sum(len(name) + len(value) for name, value in self.headers.items())

    @property
    def is_http(self) -> bool:
        """Whether its headers have no control character, for which HTTP has no place (RFC 9110, section 5.5)."""
        return not any(_CONTROL.search(value) for value in self.headers.values())

    def curl(self) -> str:
        """Return a line for a POSIX shell that sends it again; a body that is not text needs bash."""
        arguments = curl_arguments(self.url, self.headers, self.body, self.marks)
        # told only the method, curl waits for a body
        method = ("-I",) if self.method == "HEAD" else ("-i", "-X", self.method)
        return " ".join((*self._assignments(), "curl", *method, *arguments))

    def _assignments(self) -> Iterator[str]:
        """Yield what gives their values to the variables in the request that are made of others."""
        shown = " ".join((self.url, *self.headers.values()))
        for mark in self.marks:
            if mark in shown and (made := made_of(mark.removeprefix("$"))):
                yield f'{mark.removeprefix("$")}=$(printf %s "${made[0]}" | {made[1].shell});'


@dataclass(frozen=True)
class HttpResponse:
    """The response of the target; header names in lower case.

    `whole` says that its body was read, and not too long for that; `seconds` is how long the target took for it.
    `surplus` says that a body came after a 204 or a 304, where HTTP has none.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True
    seconds: float = 0.0
    surplus: bool = False


@dataclass(frozen=True)
class NoResponse:
    """The target accepted the connection and did not respond; the suite has waited so many `seconds` for that."""

    reason: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Exchange:
    """A request, why it was sent, and what came back.

    `reading` is the request as the contract's reader reads it, `payload` the documented body of the expected response,
    `status` the one asked for with `Prefer`, and `schemathesis_failures` has what Schemathesis' checks found, by the
    name of the check. `before` are the requests that led to it, the first one first, and `got` is the response to the
    same request with `GET`, where this one has `HEAD`: several if lengths matter, None in place of one that failed.
    """

    purpose: Purpose
    operation: Operation
    request: Request
    response: HttpResponse | NoResponse
    reading: Values | None = None
    payload: Example | None = None
    status: str | None = None
    schemathesis_failures: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Request, ...] = ()
    got: tuple[HttpResponse | None, ...] = ()

    @property
    def size(self) -> int:
        """Its length in characters, with the requests that led to it, by which the shortest of many is found."""
        return sum(request.size for request in (*self.before, self.request))

    def curl(self) -> list[str]:
        """Return the lines for a shell that send it again, after the requests that led to it."""
        return [request.curl() for request in (*self.before, self.request)]


def brief(text: str) -> str:
    """Return `text` without its middle if it is long: the message of a validator may hold a whole payload."""
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF // 2]}{CUT}{text[-_BRIEF // 2 :]}"
