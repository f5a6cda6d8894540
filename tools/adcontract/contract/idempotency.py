"""The header by which a client says that a request is one that it has sent before: `Idempotency-Key`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract.contract.operation_parts import Parameter, Response

NAMES = frozenset(("idempotency-key", "x-idempotency-key"))
"""The names of the header, in lower case: that of draft-ietf-httpapi-idempotency-key-header, and the one before it."""

_REUSED = ("422", "409")
"""The statuses of the response to a key that came with another request before."""

_REPEATABLE = frozenset(("get", "head", "options", "trace"))
"""The methods whose requests change nothing however often they are sent."""


@dataclass(frozen=True)
class Idempotency:
    """The key of a request: sent twice with one key, it is carried out once.

    `key` is the header parameter, and `reused` the declared response to a key that came with another request before,
    which is a 422 or a 409: the one whose description speaks of idempotency, if one does. It is None without any.
    """

    key: Parameter
    reused: Response | None

    @property
    def is_said(self) -> bool:
        """Whether the page says of the response `reused` that it is for such a key."""
        return self.reused is not None and _is_about_keys(self.reused)

    @classmethod
    def of(cls, method: str, parameters: tuple[Parameter, ...], responses: dict[str, Response]) -> Idempotency | None:
        """Return what an operation has by its method, its parameters and its responses; None without a key."""
        headers = (each for each in parameters if each.location == "header" and each.name.lower() in NAMES)
        key = next(headers, None)
        if key is None or method.lower() in _REPEATABLE:
            return None
        declared = [responses[status] for status in _REUSED if status in responses]
        return cls(key, next((each for each in declared if _is_about_keys(each)), declared[0] if declared else None))


def _is_about_keys(response: Response) -> bool:
    return "idempoten" in str(response.data.get("description", "")).lower()
