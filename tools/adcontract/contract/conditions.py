"""The conditions that the requests of an operation may name, and the headers of its response about its item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract.contract.operation_parts import Parameter, Response

_IF_MATCH, _IF_NONE_MATCH = "if-match", "if-none-match"


@dataclass(frozen=True)
class Conditions:
    """The conditions that a request may name (RFC 9110, section 13), and the headers of its response about its item.

    `if_match` and `if_none_match` are the header parameters of these names where the operation also declares the
    response that they lead to, 412 and 304; else None. `asked` has the names of these parameters, whether or not it
    does. `etag` and `location` are the names of these headers as the successful response declares them, else None; a
    `location` is that of something new in a 201 or a 202 only.
    """

    if_match: Parameter | None
    if_none_match: Parameter | None
    asked: frozenset[str]
    etag: str | None
    location: str | None

    @classmethod
    def of(
        cls, parameters: tuple[Parameter, ...], responses: dict[str, Response], success: Response | None
    ) -> Conditions:
        """Return the conditions of an operation by its parameters and its responses, one of which is its `success`."""
        named = {each.name.lower(): each for each in parameters if each.location == "header"}
        headers = {name.lower(): name for name in success.data.get("headers", {})} if success else {}
        return cls(
            if_match=named.get(_IF_MATCH) if "412" in responses else None,
            if_none_match=named.get(_IF_NONE_MATCH) if "304" in responses else None,
            asked=frozenset(named[name].name for name in (_IF_MATCH, _IF_NONE_MATCH) if name in named),
            etag=headers.get("etag"),
            location=headers.get("location") if success and success.status in ("201", "202") else None,
        )
