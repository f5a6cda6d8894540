"""The parts of a contract, and whether a run has tried and seen them, as a report has them."""

from __future__ import annotations

from msgspec import Struct

from adcontract_conformance.checks.matrix import Kind  # noqa: TC001 - msgspec reads the annotations


class _Data(Struct, frozen=True, omit_defaults=True):
    """Data of a report; what has its default is not written."""


class CoveredPart(_Data, frozen=True, kw_only=True):
    """A documented part of an operation, such as a status, and whether it was tried and seen.

    An `operation` and a media type of a `request` are seen where a request was carried out, a `status` and a media type
    of a `response` in a response, a `parameter` and a body with a value in a request that was carried out, `invalid` is
    one with a value that does not fit, and a `law` is seen if it was tried; `reason` says why it was not. `excused`
    says why a part does not count.
    """

    kind: Kind
    name: str = ""
    tried: bool = False
    seen: bool = False
    reason: str = ""
    excused: str = ""

    @property
    def label(self) -> str:
        """Its name for people, beside that of its operation."""
        name = f"sends {self.name}" if self.kind == "request" else self.name
        name = f"{name} (invalid)" if self.kind == "invalid" else name
        return f"{name} ({self.reason})" if self.reason else name


class OperationCoverage(_Data, frozen=True, kw_only=True):
    """The parts of an operation.

    `responses` are the statuses of the responses to requests that can succeed, each with their number (0: none came).
    `asked` says that it was sent a request of its own, beside those of laws, or should have been.
    """

    operation: str
    parts: tuple[CoveredPart, ...]
    responses: dict[int, int] = {}
    asked: bool = False
