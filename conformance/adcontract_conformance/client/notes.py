"""What is known of an answer beside its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Note:
    """What is known of an answer beside its parts.

    `seconds` is how long the target took for it, without the time that the suite itself has waited. `whole` says that
    all of the body was read, and `surplus` that one came where HTTP has none. `missing` is in a few words why there is
    no answer, if so. `withheld` is why the request was not sent.
    """

    seconds: float = 0.0
    whole: bool = True
    surplus: bool = False
    missing: str = ""
    withheld: str = ""

    def response(self, status: int, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Return the response that it is about, which has this status, these headers and this body."""
        by_name = {name.lower(): value for name, value in headers.items()}
        return HttpResponse(status, by_name, body, self.whole, self.seconds, self.surplus)
