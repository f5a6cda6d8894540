"""What keeps a target from being checked, and how to mend it, in a sentence each: of probes that failed in one way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from adcontract.requests.curl import TOKEN
from adcontract_conformance.client.credentials import DEFAULT_TOKEN
from adcontract_conformance.client.probes import Way, statuses
from adcontract_conformance.client.timing import LONGEST_WAIT
from adcontract_conformance.client.transport import CODING, NO_HTTP
from adcontract_conformance.model.exchange import HttpResponse, NoResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_conformance.client.probes import Failure
    from adcontract_conformance.client.target import Target

_LOGIN = re.compile(r"log-?_?in\b|sign-?_?in\b|\bsso\b|oauth|saml|authorize|/auth\b", re.IGNORECASE)
_PASSWORD = re.compile(rb"type=[\"']?password", re.IGNORECASE)
_TOKEN = "Give one that it accepts, with --token or in ADCONTRACT_TOKEN"
_SESSION = "It needs a session that the suite does not have: give the URL of the API itself, which takes the token"


@dataclass(frozen=True)
class Explanation:
    """A cause and its fix, without a full stop."""

    cause: str
    fix: str

    def __str__(self) -> str:
        return f"{self.cause}. {self.fix}."


def explanation(target: Target, failures: list[Failure]) -> Explanation:
    """Explain probes that failed in one way."""
    return _EXPLANATIONS[failures[0].way](target, failures)


def numbered(failures: list[Failure]) -> str:
    """Return which probes failed."""
    few = {1: "the only safe request", 2: "both safe requests"}
    return few.get(len(failures), f"all {len(failures)} safe requests")


def _silent(target: Target, failures: list[Failure]) -> Explanation:
    response = failures[0].response
    reason = response.reason if isinstance(response, NoResponse) else NO_HTTP
    if CODING in reason:
        return Explanation(f"{target.url} {reason}", "Mend what encodes its bodies: it may be a proxy")
    fixes = ["Start it again", "correct the host and the port"]
    if _secure(target) != target.url:
        fixes.append(f"use {_secure(target)} if it expects TLS")
    return Explanation(f"{target.url} accepts connections, but it {reason}", f"{', '.join(fixes[:-1])}, or {fixes[-1]}")


def _tls(target: Target, failures: list[Failure]) -> Explanation:
    return Explanation(f"{target.url} expects TLS, and refuses plain HTTP{_with(failures)}", f"Use {_secure(target)}")


def _redirected(target: Target, failures: list[Failure]) -> Explanation:
    request, response = failures[0].request, failures[0].response
    assert isinstance(response, HttpResponse)
    asked, place = _bare(request.url), _bare(urljoin(request.url, response.headers["location"]))
    start = f"{target.url} redirects {numbered(failures)}{_with(failures)}, such as GET {_path(request.url)}, to"
    path = asked.removeprefix(target.url)
    base = place.removesuffix(path)
    if base not in (place, target.url):
        return Explanation(f"{start} {place}", f"Redirects are not followed: use {base}")
    if place == f"{asked}/":
        return Explanation(f"{start} the same path with a slash at its end", "Serve the paths that the contract has")
    if _LOGIN.search(place):
        return Explanation(f"{start} the login page {place}", _SESSION)
    return Explanation(f"{start} {place}", "Redirects are not followed: give the URL of the API itself")


def _page(target: Target, failures: list[Failure]) -> Explanation:
    response = failures[0].response
    assert isinstance(response, HttpResponse)
    kind = "a login page" if _PASSWORD.search(response.body) else "an HTML page"
    return Explanation(
        f"{target.url} answers {numbered(failures)}, such as GET {_path(failures[0].request.url)}, with {kind} "
        f"({response.status}) where the contract has JSON",
        _SESSION if _PASSWORD.search(response.body) else "Give the URL of the API itself, with its base path",
    )


def _refused(target: Target, failures: list[Failure]) -> Explanation:
    if not any(each.operation.secured for each in failures):
        return Explanation(
            f"{target.url} refuses requests that need no token{_with(failures)}",
            "If a gateway is in front of it, give its user and password in the URL, as https://user:password@host",
        )
    credentials = target.credentials
    if not credentials.are_given:
        return Explanation(f"{target.url} refuses the default token {DEFAULT_TOKEN}{_with(failures)}", _TOKEN)
    variables = " or ".join(credentials.variables)
    fix = _TOKEN if variables == TOKEN.removeprefix("$") else f"Give one that it accepts, in {variables}"
    return Explanation(f"{target.url} refuses your token{_with(failures)} in {numbered(failures)}", fix)


def _missing(target: Target, failures: list[Failure]) -> Explanation:
    return Explanation(f"{target.url} answers 404 to {numbered(failures)}", "Correct the URL")


def _limited(target: Target, failures: list[Failure]) -> Explanation:
    timing = target.timing
    asks = f", and asks to wait for {timing.asked:g} s" if timing.asked and timing.asked > LONGEST_WAIT else ""
    if round(timing.waited) and not asks:
        asks = f", also {timing.waited:.0f} s later"
    return Explanation(
        f"{target.url} answers 429 to {numbered(failures)}{asks}",
        "Its rate limit is used up: try again later, or raise it for the suite",
    )


def _broken(target: Target, failures: list[Failure]) -> Explanation:
    found = " and ".join(map(str, statuses(failures)))
    return Explanation(
        f"{target.url} answers {found} to {numbered(failures)}, such as GET {_path(failures[0].request.url)}",
        "It is broken, or something that it needs is down: look into its log",
    )


_EXPLANATIONS: dict[Way, Callable[[Target, list[Failure]], Explanation]] = {
    Way.SILENT: _silent,
    Way.TLS: _tls,
    Way.REDIRECTED: _redirected,
    Way.PAGE: _page,
    Way.REFUSED: _refused,
    Way.MISSING: _missing,
    Way.LIMITED: _limited,
    Way.BROKEN: _broken,
}


def _with(failures: list[Failure]) -> str:
    return f" ({' and '.join(map(str, statuses(failures)))})"


def _secure(target: Target) -> str:
    return target.url.replace("http://", "https://", 1)


def _bare(url: str) -> str:
    """Return a URL without its query, which may hold secrets."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def _path(url: str) -> str:
    return urlsplit(url).path or "/"
