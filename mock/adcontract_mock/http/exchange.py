"""One request and its answer, as they are kept and told."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import RequestError, Values
    from adcontract_mock.application.routing import Match
    from adcontract_mock.http.response import HttpResponse


class Exchange:
    """One request and its answer. Nothing in it is formatted, parsed or copied before someone reads it.

    `started` is in seconds since 1970, `seconds` how long it took until the answer was sent. `path` and `query` are as
    sent, without `?`; `headers` as ASGI gives them; `body` is empty where the operation takes none, and the journal
    keeps its start only where it is long: `left_out` is how many bytes came after. `session`,
    `document` (`library-v1`) and `operation` (its id) are None where there are none; `found` is what read the request,
    None where it was not read. `applied` are the preferences that were obeyed, by name.
    """

    # most requests have nothing to say of these, and so need not have them
    body: bytes = b""
    session: str | None = None
    document: str | None = None
    operation: str | None = None
    found: Match | None = None
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
        if self.found is None:
            return None
        return self.found.responder.read(self.found.path, self.query, dict(self.headers), self.body)
