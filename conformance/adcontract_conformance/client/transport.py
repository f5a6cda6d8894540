"""How every request is sent, by the suite itself and by Schemathesis: none that the user does not let pass.

Nothing that a target sends hangs the suite or fills it.
"""

from __future__ import annotations

import http.client
import io
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError

from adcontract_conformance.client.allowance import Withheld
from adcontract_conformance.client.bounds import POOLS, SILENCE, Waiting, wait_for
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.notes import Note
from adcontract_conformance.client.pulse import FAILURES, GATEWAY
from adcontract_conformance.client.timing import GRACE, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from requests import PreparedRequest, Response

    from adcontract_conformance.client.allowance import Allowance
    from adcontract_conformance.client.pulse import Pulse
    from adcontract_conformance.client.timing import Timing

MOST = 4 * 2**20
"""How much of a body is read, in bytes, after it is decoded. Of a longer one nothing is kept."""

_CHUNK = 2**16
_SHOWN = 40
_REGISTERED = ("br", "compress", "dcb", "dcz", "deflate", "gzip", "x-compress", "x-gzip", "zstd")
"""The content codings of HTTP. Under another name a body comes as it is: some servers write a charset there."""

NO_HTTP = "does not speak HTTP"
"""How a target answers that sends something other than HTTP."""

CODING = "content coding"
"""Is in the words for a body that cannot be decoded."""


class Transport(HTTPAdapter):
    """Sends requests within the bounds, and has `noted` called with each and the note on its answer.

    They go through `proxies`, by scheme, if any are given, and otherwise through those of the session.

    A request is sent again where the target has closed the connection meanwhile, which it may do at any time (RFC 9112,
    section 9.3.1), where it refuses it as one too many (429), and once where it asks for that as it is closed (503).
    """

    def __init__(
        self,
        timing: Timing,
        pulse: Pulse,
        allowance: Allowance,
        noted: Callable[[PreparedRequest, Note], None],
        proxies: dict[str, str] | None = None,
    ) -> None:
        self._allowance = allowance
        self._timing = timing
        self._pulse = pulse
        self._noted = noted
        self._proxies = proxies
        self._stopped = threading.Event()
        self._stopped_at = 0.0
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Create the pools of connections; `HTTPAdapter` calls this."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the pools of connections through a proxy; `HTTPAdapter` calls this."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def mount(self, session: requests.Session) -> None:
        """Have a session send through this, and never look where a redirect leads."""
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign] # noqa: ARG005
        session.mount("http://", self)
        session.mount("https://", self)

    def stop(self) -> None:
        """End every answer that is waited for, and send nothing more."""
        self._stopped_at = time.monotonic()
        self._stopped.set()

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Send a request and read the response. `stream` and `timeout` are without effect.

        Raises:
            requests.RequestException: if no response comes, or it cannot be read.
            Withheld: if the user does not let it pass.
            Stopped: if a bound of the run is met.
            Gone: if the target went down.
        """
        options = {**dict(zip(("stream", "timeout", "verify", "cert", "proxies"), args, strict=False)), **options}
        options |= {"stream": True, "timeout": SILENCE} | ({"proxies": self._proxies} if self._proxies else {})
        tries = 0
        self._pulse.check()
        while True:
            try:
                response = self._answer(request, options)
            except Withheld as error:
                self._noted(request, Note(withheld=str(error)))
                raise
            except requests.RequestException:
                self._pulse.feel(request, lambda known: self._missing(known, options))
                raise
            if response.status_code in GATEWAY:
                self._pulse.feel(request, lambda known: self._missing(known, options))
            elif response.status_code in FAILURES and "Prefer" not in request.headers:
                self._pulse.failed(request, lambda known: self._missing(known, options, FAILURES))
            self._pulse.answered(request, response.status_code)
            asked_for = str(response.status_code) in request.headers.get("Prefer", "")
            tries += 1
            if asked_for or not self._timing.may_pass(response.status_code, response.headers, tries, self._stopped):
                return response

    def _answer(self, request: PreparedRequest, options: dict[str, Any]) -> Response:
        """Send a request once, or again where the connection was closed before it."""
        while True:
            self._take_turn(request)
            operation = self._allowance.operation
            waiting = Waiting(lambda: self._check(request), hurried=self._pulse.is_late(operation))
            wait_for(waiting)
            try:
                response = self._leave(request, options)
                body = _read(response, waiting)
            except requests.RequestException as error:
                waiting.close()
                was_closed = isinstance(error, requests.ConnectionError) and not waiting.opened and not waiting.received
                if was_closed:
                    self._timing.resent += 1
                    continue
                if waiting.was_long:
                    self._pulse.was_late(operation)
                self._noted(request, Note(waiting.seconds, missing=waiting.fault or _words(error)))
                if isinstance(error, requests.exceptions.InvalidHeader):
                    raise _broken(request, str(error)) from error
                raise
            self._noted(request, Note(waiting.seconds, whole=body is not None, surplus=waiting.surplus))
            response.raw = _ReadResponse(response.raw, body or b"")
            return response

    def _missing(
        self, request: PreparedRequest, options: dict[str, Any], failures: Container[int] = GATEWAY
    ) -> str | None:
        """Send a request, and return in a few words how it is not answered, as with these statuses; None if it is."""
        with self._allowance.about(""):
            self._take_turn(request)
        waiting = Waiting(lambda: self._check(request))
        wait_for(waiting)
        try:
            response = self._leave(request, options)
            _read(response, waiting)
        except requests.RequestException as error:
            return waiting.fault or _words(error)
        return f"answers {response.status_code}" if response.status_code in failures else None

    def _take_turn(self, request: PreparedRequest) -> None:
        """Wait until a request may be sent, and count it, unless it removes what was created: that may always be."""
        self._refuse(request)
        if not self._timing.is_clearing:
            self._allowance.take()
        self._timing.take_turn(self._stopped)

    def _leave(self, request: PreparedRequest, options: dict[str, Any]) -> Response:
        """Send a request: nothing leaves the process but here."""
        self._refuse(request)
        if self._allowance.double is not None:
            return self.build_response(request, self._allowance.double(request))
        return super().send(request, **options)

    def _refuse(self, request: PreparedRequest) -> None:
        if refusal := self._allowance.refusal(request.method):
            raise Withheld(refusal, request=request)

    def _check(self, request: PreparedRequest) -> None:
        """Raise `Stopped` if an answer is not waited for any more: what may have created something has to be noted."""
        stopped = self._stopped_at if self._stopped.is_set() else self._timing.until
        grace = 0.0 if request.method in SAFE else GRACE
        if stopped is not None and time.monotonic() >= stopped + grace:
            raise Stopped


class _ReadResponse(urllib3.HTTPResponse):
    """A response whose body was read and decoded; its headers are those that came."""

    def __init__(self, raw: urllib3.HTTPResponse, body: bytes) -> None:
        super().__init__(
            io.BytesIO(body),
            raw.headers,
            raw.status,
            raw.version,
            reason=raw.reason,
            preload_content=False,
            enforce_content_length=False,
        )

    def read(self, amt: int | None = None, decode_content: bool | None = None, cache_content: bool = False) -> bytes:  # noqa: ARG002
        return super().read(amt, False, cache_content)

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:  # noqa: ARG002
        return super().read1(amt, False)


def _read(response: Response, waiting: Waiting) -> bytes | None:
    """Return the decoded body of a response; None if it is too long.

    Raises:
        requests.RequestException: if it cannot be read.
    """
    raw, body = response.raw, bytearray()
    is_empty = response.status_code == requests.codes.no_content and response.headers.get("Content-Length", "0") != "0"
    if response.request.method == "HEAD" or is_empty or waiting.surplus:
        # a server may send a body all the same, which would stand before the next response
        raw.close()
        return b""
    coding = response.headers.get("Content-Encoding", "")
    try:
        while chunk := raw.read(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > MOST:
                raw.close()
                return None
    except (HTTPError, ValueError) as error:  # ValueError for a chunk of a negative size
        if isinstance(error, DecodeError):
            waiting.fault = f"answers with a body that is not in its {CODING} {coding[:_SHOWN]}"
        waiting.fault = waiting.fault or "breaks the connection in the middle of a response"
        raise _broken(response.request, waiting.fault) from error
    known = urllib3.HTTPResponse.CONTENT_DECODERS
    if body and any(each in _REGISTERED and each not in known for each in _tokens(coding)):
        waiting.fault = f"answers in the {CODING} {coding[:_SHOWN]}, which it was not asked for"
        raise _broken(response.request, waiting.fault)
    return bytes(body)


def _broken(request: PreparedRequest, words: str) -> requests.RequestException:
    """Return an error of a kind that the engine of Schemathesis takes for a response that did not come."""
    return requests.exceptions.ChunkedEncodingError(ProtocolError(words), request=request)


def _tokens(text: str) -> list[str]:
    return [each.strip().lower() for each in text.split(",")]


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it was raised for."""
    yield error
    for each in (*error.args, getattr(error, "reason", None)):
        if isinstance(each, BaseException):
            yield from causes(each)


def _words(error: requests.RequestException) -> str:
    """Return in a few words how a connection ended without a response."""
    for each in causes(error):
        if isinstance(each, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
            return "does not accept connections"
        if isinstance(each, http.client.RemoteDisconnected):
            break
        if isinstance(each, (http.client.BadStatusLine, http.client.UnknownProtocol)):
            return NO_HTTP
        if isinstance(each, http.client.LineTooLong) or "got more than" in str(each):
            return "sends headers that are too long"
        if isinstance(each, urllib3.exceptions.InvalidHeader):
            return "sends headers that contradict each other"
        if isinstance(each, TimeoutError):
            return f"does not take the request within {SILENCE:g} s"
    return "breaks the connection"
