"""One request and its answer, as they are kept and told."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import RequestError, Values
    from adcontract_mock.http.response import HttpResponse


class RequestSource(Protocol):
    """Whatever knows how the contract reads a request."""

    def values(self, exchange: Exchange) -> Values:
        """Return what the request of `exchange` says, as typed values."""


class Exchange:
    """One request and its answer. Nothing in it is formatted, parsed or copied before someone reads it.

    `started` is in seconds since 1970, `seconds` how long it took until the answer was sent. `path` and `query` are as
    sent, without `?`; `headers` as ASGI gives them; `body` is empty where the operation takes none, and the journal
    keeps its start only where it is long: `left_out` is how many bytes came after. `session`,
    `document` (`library-v1`) and `operation` (its id) are None where there are none; `source` can read the request
    again, and is None where the request was not read. `applied` are the preferences that were obeyed, by name.
    """

    # most requests have nothing to say of these, and so need not have them
    body: bytes = b""
    session: str | None = None
    document: str | None = None
    operation: str | None = None
    source: RequestSource | None = None
    answer: HttpResponse | None = None
    seconds: float = 0.0
    faults: tuple[RequestError, ...] = ()
    applied: Mapping[str, str] = MappingProxyType({})
    left_out: int = 0

    def __init__(
        self, started: float, method: str, path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]]
    ) -> None:
        self.started = started
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers

    @property
    def values(self) -> Values | None:
        """What the request says, as typed values, or None where it was not read.

        It is read again for whoever asks: to keep what was read of every request takes longer than to read it.
        """
        return None if self.source is None else self.source.values(self)
