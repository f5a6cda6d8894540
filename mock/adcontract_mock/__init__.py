"""A server that obeys the contracts: every document, with its documented payloads, credentials and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_mock.server import Mock

__all__ = ["app"]


def app(
    api: str | None = None,
    snapshot: str | None = None,
    *,
    token: str | None = None,
    rate_limit: str | None = None,
    spec: Path | None = None,
) -> Mock:
    """Return the mock as an ASGI application, for tests in one process with it: `httpx.ASGITransport(app=app())`.

    Args:
        api: only this API.
        snapshot: only this snapshot.
        token: the only credential that is good; without it any is that is not empty.
        rate_limit: how many requests each credential may send, such as `300/min`; without it any number.
        spec: a folder of contracts in place of those of the package.

    Raises:
        UsageError: if there are no such contracts, or if the rate limit is not written as one.
        ContractError: if one cannot be assembled, or lacks what every request may need.
    """
    # imported here, so that what only asks for this package does not wait for a server
    from adcontract_mock.settings import Settings

    return Settings(api, snapshot, token, rate_limit, spec).mock()
