"""Sending requests to the server under test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from adcontract import AdcontractError, UsageError
from adcontract_conformance.model.exchange import TOKEN, HttpResponse, NoResponse, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 10.0
"""How long an answer may take, in seconds."""

DEFAULT_TOKEN = "adcontract"


class TargetDownError(AdcontractError):
    """Nothing answers at the target's address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} does not answer: {reason}. Start it, or correct the URL.")


class Target:
    """A server, known by its URL and the token to send; None sends a default, which servers that check tokens refuse.

    Raises:
        UsageError: if the URL is none of HTTP.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise UsageError(
                f"{url} is no URL of a server. Write it as http://127.0.0.1:4010 or http://host/base/path."
            )
        if token is not None and (not token.strip() or not token.isprintable() or not token.isascii()):
            raise UsageError("The token is empty or holds what no header can carry. Give the token alone, in ASCII.")
        self.url = url.rstrip("/")
        self.token_given = token is not None
        self.token = token or DEFAULT_TOKEN
        self._session = requests.Session()
        # without one, requests looks for credentials in ~/.netrc, and nothing could be asked without them
        self._session.auth = _as_it_is
        self._session.headers.clear()

    def close(self) -> None:
        """Give back its connections."""
        self._session.close()

    def send(self, request: Request) -> HttpResponse | NoResponse:
        """Send a request, with the token in place of `TOKEN`, and return what comes back. Redirects are not followed.

        Raises:
            TargetDownError: if there is no connection.
        """
        headers = {name: value.replace(TOKEN, self.token) for name, value in request.headers.items()}
        self._session.cookies.clear()
        try:
            response = self._session.request(
                request.method,
                request.url,
                headers={"User-Agent": "adcontract", **headers},
                data=request.body or None,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if reason := down(error):
                raise TargetDownError(self.url, reason) from None
            return NoResponse(quiet(error))
        return HttpResponse(
            response.status_code, self.redacted_headers(response.headers), self.redacted(response.content)
        )

    def redacted(self, body: bytes) -> bytes:
        """Return `body` without the token, if one was given."""
        return body.replace(self.token.encode(), TOKEN.encode()) if self.token_given else body

    def redacted_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers by lower-case name, without the token, if one was given."""
        return {
            name.lower(): value.replace(self.token, TOKEN) if self.token_given else value
            for name, value in headers.items()
        }


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def down(error: requests.RequestException) -> str | None:
    """Return why there is no connection, in a few words; None where there was one."""
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {TIMEOUT:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS handshake failed"
    if not isinstance(error, requests.ConnectionError):
        return None
    text = str(error).lower()
    if "refused" in text:
        return "connection refused"
    if "resolve" in text or "name or service" in text:
        return "its name is not known"
    if "newconnectionerror" in text or "unreachable" in text:
        return "no connection"
    return None


def quiet(error: requests.RequestException) -> str:
    """Return how a connection ended that brought no answer, in a few words."""
    if isinstance(error, requests.Timeout):
        return f"gives no answer within {TIMEOUT:g} s"
    return "breaks the connection"
