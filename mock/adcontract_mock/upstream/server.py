"""The real server: it gets one request at a time, and its answer is read within bounds."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, NamedTuple

import httpx

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Headers = tuple[tuple[bytes, bytes], ...]

MOST = 16 * 2**20
"""How long a body may be, in bytes, after it is decoded."""

SECONDS = 60.0
"""How long an answer may take as a whole."""

_CODINGS = frozenset(("", "identity", "gzip", "deflate"))
_STATUSES = range(200, 600)
_PORTS = range(1, 65536)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_HOST = re.compile(r"[\w.:\[\]-]+")
_UNWRITABLE = re.compile(rb"[^\x21-\x7e]")


class NoAnswer(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """There is no answer to pass on; the message says in a few words why, after the URL of the server."""


class Answer(NamedTuple):
    """What the server answered; names of headers are in lower case.

    `is_plain` is whether the body is decoded; otherwise it has the content coding that its header names.
    """

    status: int
    headers: Headers
    body: bytes
    is_plain: bool

    def named(self) -> dict[str, str]:
        """Return the headers by name; those of one name are joined by commas (RFC 9110, 5.3)."""
        found: dict[str, str] = {}
        for raw, line in self.headers:
            name, value = raw.decode("latin-1"), line.decode("latin-1")
            found[name] = f"{found[name]}, {value}" if name in found else value
        return found


class Server:
    """Sends requests to one host, as they are; a redirect is not followed, and no cookie is kept.

    Each request has a connection of its own: none is left open, and no answer can be that to another request.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS, most: int = MOST) -> None:
        """Take the URL below which the server has the paths of the contract.

        Raises:
            UsageError: if it is not the URL of a server.
        """
        self._base = _base(url)
        self.url = str(self._base).rstrip("/")
        self.path = self._base.raw_path.decode("ascii").rstrip("/")
        self.most = most
        self._seconds = seconds
        self._tls = httpx.create_ssl_context()

    async def send(
        self, method: str, path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> Answer:
        """Return the answer to a request; `path` is that of the contract, as it was sent.

        Raises:
            NoAnswer: if there is none within the bounds.
        """
        try:
            request = httpx.Request(method, self._address(path, query), headers=list(headers), content=body or None)
            async with asyncio.timeout(self._seconds), self._client() as client:
                response = await client.send(request, stream=True)
                try:
                    return await self._read(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException):
            raise NoAnswer(f"does not answer within {self._seconds:g} s") from None
        except httpx.ConnectError as error:
            raise NoAnswer(f"cannot be reached: {_words(error)}") from None
        except httpx.DecodingError:
            raise NoAnswer("answers with a body that does not have the content coding of its header") from None
        except httpx.LocalProtocolError:
            # the message of the error has the value, which may be a credential
            raise NoAnswer("was sent nothing: a header of the request is not valid HTTP") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(f"does not answer in HTTP: {_words(error)}") from None

    def is_here(self, location: httpx.URL) -> bool:
        """Return whether a URL with a host is on this server; without a scheme it has that of the server."""
        whole = location if location.scheme else location.copy_with(scheme=self._base.scheme)
        return (whole.scheme, whole.host, _port(whole)) == (self._base.scheme, self._base.host, _port(self._base))

    def _client(self) -> httpx.AsyncClient:
        """Return a client that adds nothing of its own; proxies are those of the environment."""
        # the whole answer has a bound
        return httpx.AsyncClient(verify=self._tls, timeout=None, follow_redirects=False)

    def _address(self, path: bytes, query: bytes) -> httpx.URL:
        raw = self.path.encode() + path + (b"?" + query if query else b"")
        return self._base.copy_with(raw_path=_UNWRITABLE.sub(lambda match: b"%%%02X" % match[0][0], raw))

    async def _read(self, response: httpx.Response) -> Answer:
        if response.status_code not in _STATUSES:
            raise NoAnswer(f"answers with {response.status_code}, which is no status of a response")
        for name, value in response.headers.raw:
            if _CONTROL.search(value):
                raise NoAnswer(f"answers with a control character in the header {name.decode('latin-1')}")
        codings = response.headers.get("content-encoding", "").lower().split(",")
        is_plain = _CODINGS.issuperset(map(str.strip, codings))
        body = b""
        async for chunk in response.aiter_bytes() if is_plain else response.aiter_raw():
            body += chunk
            if len(body) > self.most:
                raise NoAnswer(f"answers with a body of more than {self.most:,} bytes")
        headers = tuple((name.lower(), value) for name, value in response.headers.raw)
        return Answer(response.status_code, headers, body, is_plain)


def _base(url: str) -> httpx.URL:
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL:
        base = httpx.URL()
    if base.userinfo:
        raise UsageError("The URL of --upstream has a user or a password. Leave them out: your client sends its own.")
    is_server = base.scheme in ("http", "https") and _HOST.fullmatch(base.host) and (base.port or 1) in _PORTS
    if not is_server or base.query or base.fragment:
        raise UsageError(f"{url!r} is not the URL of a server, such as https://api.example.com: correct --upstream.")
    return base


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _words(error: Exception) -> str:
    """Return the message of an error in one line, its name if it has none; without what the server sent."""
    words = " ".join(str(error).partition(": bytearray(")[0].split()).removesuffix(".") or type(error).__name__
    return f"{words}; SSL_CERT_FILE names the authorities to trust" if "CERTIFICATE_VERIFY_FAILED" in words else words
