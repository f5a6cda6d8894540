"""Sending requests to the server under test."""

from __future__ import annotations

import re
import ssl
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
import urllib3
from urllib3.exceptions import NameResolutionError, NewConnectionError

from adcontract import AdcontractError, UsageError
from adcontract.contract.security import basic_credential
from adcontract_conformance.client.allowance import Allowance, Withheld
from adcontract_conformance.client.bounds import SILENCE
from adcontract_conformance.client.credentials import Credentials
from adcontract_conformance.client.limits import Limits, is_this_machine
from adcontract_conformance.client.notes import Note
from adcontract_conformance.client.pulse import Gone, Pulse
from adcontract_conformance.client.redaction import PASSWORD, Redaction
from adcontract_conformance.client.timing import Stopped, Timing
from adcontract_conformance.client.transport import Transport, causes
from adcontract_conformance.model.exchange import HttpResponse, NoResponse, Request
from adcontract_conformance.settings.access import Access, Secret, is_server
from adcontract_conformance.settings.near_secrets import near_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_INSECURE = "or let it pass with --insecure"
_NO_TLS = ("wrong_version_number", "wrong version number", "record layer failure", "packet length too long")


class TargetDownError(AdcontractError):
    """Nothing answers at the target's address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} does not answer: {reason}. Start it, or correct the URL.")


class TargetGoneError(AdcontractError):
    """The target has answered, and does not any more; `how` says since when."""

    def __init__(self, url: str, how: str | None) -> None:
        super().__init__(f"{url} went down during the run: {how}. Start it again, and look into its log.")


class TlsError(AdcontractError):
    """No connection with TLS is possible: the message says what is wrong with it."""

    def __init__(self, url: str, error: Exception) -> None:
        text = str(error)
        plain = url.replace("https://", "http://", 1)
        verified = re.search(r"certificate verify failed: (.+?)\.? \(_ssl", text)
        if any(sign in text.lower() for sign in _NO_TLS):
            message = f"{url} does not speak TLS. Use {plain}, or correct the port."
        elif verified is None:
            reason = re.search(r"\] ([^\]]+?) \(_ssl", text)
            message = (
                f"{url}: the TLS handshake failed{f' ({reason[1]})' if reason else ''}. Correct the URL or its TLS."
            )
        elif "mismatch" in verified[1]:
            message = f"{url} has a certificate of another host ({verified[1]}). Use a name that it has, {_INSECURE}."
        elif "expired" in verified[1] or "not yet valid" in verified[1]:
            message = f"{url} has a certificate out of its time ({verified[1]}). Renew it, {_INSECURE}."
        else:
            message = (
                f"{url} has a certificate that is not trusted ({verified[1]}). "
                f"Name the file of its certificate authority with --ca FILE, {_INSECURE}."
            )
        super().__init__(message)


class BoundMetError(AdcontractError):
    """A bound of the run is met: `met`, as a clause, or else its time is up."""

    def __init__(self, url: str, met: str | None) -> None:
        bound = met or "the time of --max-time was up"
        super().__init__(f"{bound[0].upper()}{bound[1:]} before {url} could be checked.")


class _Kept(threading.local):
    """The note on the last answer that a thread got."""

    note = Note()


class Target:
    """A server, by its URL, and how it is reached; without a token it is sent a default one.

    A user name and a password in the URL are sent as HTTP Basic with each request that has no `Authorization` of its
    own: those of a gateway in front of the server. `url` is without them.
    With `basic` the token is a user and a password, too, where an operation takes those.
    Its certificate has to be signed by a known authority, or by one in the file `ca`, unless it is `insecure`.
    `limits` is what may be sent to it; unless they say more, nothing is written to a host that is not this machine.

    Raises:
        UsageError: if the URL is not one of HTTP, the token is not printable ASCII, or `ca` has no certificate.
    """

    def __init__(
        self,
        url: str,
        access: Access = Access(),  # noqa: B008 - it cannot be changed
        *,
        basic: bool = False,
        ca: Path | None = None,
        insecure: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._given = url, access, basic, ca, insecure
        self.limits = limits or Limits()
        self.shown = re.sub(r"(?<=://)[^/?#]*@", f"{PASSWORD}@", url, count=1)
        if not is_server(url):
            raise UsageError(
                f"{self.shown} is not the URL of a server. Write it as http://127.0.0.1:4010 or http://host/base/path."
            )
        parts = urlsplit(url)
        userinfo, at, host = parts.netloc.rpartition("@")
        token = access.token.value if access.token else "any"
        if not token.strip() or not token.isprintable() or not token.isascii():
            raise UsageError(
                "The token is empty or has characters that a header cannot carry. Give only the token, in ASCII."
            )
        self.shown = self.shown.rstrip("/")
        self.url = urlunsplit(parts._replace(netloc=host)).rstrip("/")
        self.credentials, self.known = Credentials(access), access.known
        pair = unquote(userinfo) if ":" in userinfo else f"{unquote(userinfo)}:"
        self.gateway = f"Basic {basic_credential(pair)}" if at else None
        near = near_secrets((access.token, *access.credentials.values()))
        self.redaction = Redaction((*access.secrets, *near), pair if at else None, basic=basic)
        self.ca, self.insecure = ca, insecure
        self.verify = _verify(ca, insecure=insecure)
        proxy = access.proxy.value if isinstance(access.proxy, Secret) else access.proxy
        self._proxies = {"http": proxy, "https": proxy} if proxy else None
        self.timing = Timing(self.limits.rate.interval if self.limits.rate else 0.0)
        self.allowance = Allowance(self.limits, self.is_this_machine)
        self.pulse = Pulse()
        self._kept = _Kept()
        self._session = requests.Session()
        self.transport(self._keep).mount(self._session)
        # without one, requests takes credentials from ~/.netrc, and no request could be sent without any
        self._session.auth = _as_it_is
        self._session.headers.clear()
        # the environment names proxies and certificates, and is read once instead of for each request
        settings = self._session.merge_environment_settings(self.url, {}, None, self.verify, None)
        self._session.proxies, self._session.verify = settings["proxies"], settings["verify"]
        self._session.trust_env = False
        self._session.proxies = self._proxies or self._session.proxies

    def __reduce__(self) -> Any:
        """Have another process take it as it was given: with connections and a time of its own."""
        return _again, (*self._given, replace(self.limits, read_only=self.allowance.read_only is not None))

    def is_this_machine(self) -> bool:
        """Return whether it is on this machine, and so is what its requests go through."""
        return is_this_machine(self.url, requests.utils.select_proxy(self.url, self._session.proxies))

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def transport(self, noted: Callable[[requests.PreparedRequest, Note], None]) -> Transport:
        """Return another way to send to this target, in the same bounds of time; see `Transport` for `noted`."""
        return Transport(self.timing, self.pulse, self.allowance, noted, self._proxies)

    def _keep(self, request: requests.PreparedRequest, note: Note) -> None:  # noqa: ARG002
        self._kept.note = note

    def send(self, request: Request, operation: str = "") -> HttpResponse | NoResponse:
        """Send a request, with the secrets in their places, and return what comes back. Redirects are not followed.

        Args:
            request: what to send.
            operation: for which operation, with its contract, it counts.

        Raises:
            NotSent: if the user does not let it pass.
            TargetDownError: if there is no connection.
            TargetGoneError: if it went down.
            TlsError: if there is none with TLS.
            BoundMetError: if a bound of the run is met.
        """
        url, headers = self.with_secrets(request)
        self._session.cookies.clear()
        try:
            with self.allowance.about(operation):
                response = self._session.request(
                    request.method,
                    url,
                    headers={"User-Agent": "adcontract", **headers},
                    data=request.body or None,
                    allow_redirects=False,
                )
        except Withheld as error:
            raise error.as_reason() from None
        except Stopped:
            raise BoundMetError(self.url, self.allowance.met) from None
        except Gone:
            raise TargetGoneError(self.url, self.pulse.gone) from None
        except requests.exceptions.SSLError as error:
            raise TlsError(self.url, error) from None
        except requests.RequestException as error:
            if reason := down(error):
                reason += " to its proxy" if isinstance(error, requests.exceptions.ProxyError) else ""
                raise TargetDownError(self.url, reason) from None
            return NoResponse(self._kept.note.missing, self._kept.note.seconds)
        return self._kept.note.response(response.status_code, response.headers, response.content)

    def with_secrets(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return the URL and the headers of a request as they are sent, with the headers that each request has."""
        url, headers = self.credentials.sent(request)
        if self.gateway and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = self.gateway
        return url, headers


def _again(url: str, access: Access, basic: bool, ca: Path | None, insecure: bool, limits: Limits) -> Target:
    return Target(url, access, basic=basic, ca=ca, insecure=insecure, limits=limits)


def _verify(ca: Path | None, *, insecure: bool) -> bool | str:
    """Return what `requests` verifies certificates with."""
    if insecure:
        # it is what the user asked for, so it is not worth a warning with each request
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return False
    if ca is None:
        return True
    try:
        ssl.create_default_context(cafile=ca)
    except OSError as error:
        reason = "has no certificate in PEM" if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
        raise UsageError(f"{ca} {reason}. Name the file of a certificate authority with --ca.") from None
    return str(ca)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def down(error: requests.RequestException) -> str | None:
    """Return in a few words why there is no connection; None if there was one."""
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {SILENCE:g} s"
    for each in causes(error):
        if isinstance(each, NameResolutionError):
            return "its name cannot be resolved"
        if isinstance(each, NewConnectionError):
            return "connection refused" if "refused" in str(each) else "no connection"
    return None
