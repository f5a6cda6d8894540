"""Sending requests to the server under test."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit, urlunsplit

import requests

from adcontract import AdcontractError, UsageError
from adcontract.contract.security import basic_credential, cookie_value
from adcontract.requests.curl import TOKEN
from adcontract_conformance.client.redaction import PASSWORD, Redaction
from adcontract_conformance.model.exchange import HttpResponse, NoResponse, Request

TIMEOUT = 10.0
"""How long a response may take, in seconds."""

DEFAULT_TOKEN = "adcontract"


class TargetDownError(AdcontractError):
    """Nothing answers at the target's address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} does not answer: {reason}. Start it, or correct the URL.")


class Target:
    """A server, by its URL, and the token to send; None sends a default, which servers that check tokens refuse.

    A user name and a password in the URL are sent as HTTP Basic with each request that has no `Authorization` of its
    own: those of a gateway in front of the server. `url` is without them.
    With `basic` the token is a user and a password, too, where an operation takes those.

    Raises:
        UsageError: if the URL is not one of HTTP, or the token is not printable ASCII.
    """

    def __init__(self, url: str, token: str | None = None, *, basic: bool = False) -> None:
        parts = urlsplit(url)
        userinfo, at, host = parts.netloc.rpartition("@")
        self.shown = url.replace(f"{userinfo}@", f"{PASSWORD}@", 1) if at else url
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise UsageError(
                f"{self.shown} is not the URL of a server. Write it as http://127.0.0.1:4010 or http://host/base/path."
            )
        if token is not None and (not token.strip() or not token.isprintable() or not token.isascii()):
            raise UsageError(
                "The token is empty or has characters that a header cannot carry. Give only the token, in ASCII."
            )
        self.shown = self.shown.rstrip("/")
        self.url = urlunsplit(parts._replace(netloc=host)).rstrip("/")
        self.token_given = token is not None
        self.token = token or DEFAULT_TOKEN
        pair = unquote(userinfo) if ":" in userinfo else f"{unquote(userinfo)}:"
        self.gateway = f"Basic {basic_credential(pair)}" if at else None
        self.redaction = Redaction(token, pair if at else None, basic=basic)
        self._session = requests.Session()
        # without one, requests takes credentials from ~/.netrc, and no request could be sent without any
        self._session.auth = _as_it_is
        self._session.headers.clear()

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def send(self, request: Request) -> HttpResponse | NoResponse:
        """Send a request, with the token in place of `TOKEN`, and return what comes back. Redirects are not followed.

        Raises:
            TargetDownError: if there is no connection.
        """
        url, headers = self.with_token(request)
        self._session.cookies.clear()
        try:
            response = self._session.request(
                request.method,
                url,
                headers={"User-Agent": "adcontract", **headers},
                data=request.body or None,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if reason := down(error):
                raise TargetDownError(self.url, reason) from None
            return NoResponse(quiet(error))
        by_name = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, by_name, response.content)

    def with_token(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return the URL and the headers of a request with the token in place of `TOKEN`, encoded as the place asks."""
        headers = {}
        for name, value in request.headers.items():
            text = cookie_value(self.token) if name.lower() == "cookie" else self.token
            headers[name] = value.replace(f"Basic {TOKEN}", f"Basic {self._basic}").replace(TOKEN, text)
        if self.gateway and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = self.gateway
        return request.url.replace(TOKEN, quote(self.token, safe="")), headers

    @property
    def _basic(self) -> str:
        """The token, which is `user:password`, as the credential of HTTP Basic."""
        return basic_credential(self.token if self.token_given else f"{self.token}:{self.token}")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def down(error: requests.RequestException) -> str | None:
    """Return in a few words why there is no connection; None if there was one."""
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
        return "its name cannot be resolved"
    if "newconnectionerror" in text or "unreachable" in text:
        return "no connection"
    return None


def quiet(error: requests.RequestException) -> str:
    """Return in a few words how a connection ended without a response."""
    if isinstance(error, requests.Timeout):
        return f"does not respond within {TIMEOUT:g} s"
    return "breaks the connection"
