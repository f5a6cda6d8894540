"""One request and its answer, as they are kept and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import RequestFault, Values
    from adcontract_mock.answer import Answer


@dataclass(slots=True)
class Exchange:
    """One request and its answer. Nothing in it is formatted, parsed or copied before someone reads it.

    `started` is in seconds since 1970, `seconds` how long it took until the answer was sent. `path` and `query` are as
    sent, without `?`; `headers` as ASGI gives them; `body` is empty where the operation takes none, and the journal
    keeps its start only where it is long: `left_out` is how many bytes came after. `session`,
    `document` (`library-v1`), `operation` (its id) and `values` are None where there are none or where they were not
    looked at. `applied` are the preferences that were obeyed, by name. `left_out` is how many bytes of the body the
    journal does not keep.
    """

    started: float
    method: str
    path: bytes
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""
    session: str | None = None
    document: str | None = None
    operation: str | None = None
    answer: Answer | None = None
    seconds: float = 0.0
    faults: tuple[RequestFault, ...] = ()
    values: Values | None = None
    applied: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
