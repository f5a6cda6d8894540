"""One request and its response, as the journal keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import RequestError, Values
    from adcontract_mock.http.response import HttpResponse


@dataclass(frozen=True, slots=True)
class Breach:
    """A part of the contract that a response of a real server breaks: its location and field, and a message.

    The location is `status`, `header` or `body`. `pointer` is the part of the contract, and `inferred` the sentence
    that says why it is inferred, None where it is documented. `times` is how often the response breaks it.
    """

    location: str
    field: str
    message: str
    pointer: str
    inferred: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a real server at `url` answered: the status, None if there was no answer, and what is noted of it.

    `breaches` are what it breaks of the contract, and `saved` the names of the files that keep its payloads. `withheld`
    is the answer if the client got another one for its breaches; of a long body it has the beginning.
    """

    url: str
    status: int | None = None
    breaches: tuple[Breach, ...] = ()
    saved: tuple[str, ...] = ()
    withheld: HttpResponse | None = None


class RequestSource(Protocol):
    """Can read the typed values of a request, as the contract declares them."""

    def values(self, exchange: Exchange) -> Values:
        """Return the typed values of the request of `exchange`."""


class Exchange:
    """One request and its response. Nothing in it is formatted, parsed or copied before someone reads it.

    `started` is in seconds since 1970, `seconds` how long it took until the response was sent. `path` and `query` are
    as sent, without `?`; `headers` as ASGI gives them. `body` is empty where the operation takes none; of a long one
    the journal keeps the beginning, and `left_out` is how many bytes came after. `session`, `document` (`library-v1`)
    and `operation` (its id) are None where there are none; `source` can read the request again, and is None where the
    request was not read. `applied` are the preferences that were obeyed, by name. `forwarded` is what a real server
    answered, None where the mock itself did; `response_left_out` is for its body what `left_out` is for the request's.
    """

    # defaults of the class: most requests need no values of their own
    body: bytes = b""
    session: str | None = None
    document: str | None = None
    operation: str | None = None
    source: RequestSource | None = None
    response: HttpResponse | None = None
    seconds: float = 0.0
    faults: tuple[RequestError, ...] = ()
    applied: Mapping[str, str] = MappingProxyType({})
    left_out: int = 0
    forwarded: Forwarded | None = None
    response_left_out: int = 0

    def __init__(
        self, started: float, method: str, path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]]
    ) -> None:
        self.started = started
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers

    @property
    def size(self) -> int:
        """The number of bytes in the body of the request."""
        return len(self.body) + self.left_out

    @property
    def values(self) -> Values | None:
        """The typed values of the request, None where it was not read.

        They are read again on each access: keeping those of every request takes longer than reading them.
        """
        return None if self.source is None else self.source.values(self)

    def keep_values(self) -> None:
        """Keep the typed values, and no longer the contract that can read them: it is about to be replaced."""
        if self.source is not None:
            self.source = _Read(self.source.values(self))


@dataclass(frozen=True, slots=True)
class _Read:
    """The typed values of a request that has been read."""

    found: Values

    def values(self, _: Exchange) -> Values:
        """Return these values."""
        return self.found
