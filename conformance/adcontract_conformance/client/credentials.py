"""Credentials in requests: `TOKEN` stands in the place of the secret until a request is sent, and again afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from adcontract.contract.security import Placeholder, write_credential
from adcontract.requests.curl import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.model.exchange import Request


def with_credentials(request: Request, schemes: Iterable[SecurityScheme], credential: str = TOKEN) -> Request:
    """Return a request with a credential where each of the schemes carries it."""
    placed = Placeholder(credential) if credential == TOKEN else credential
    url, headers = write_credential(schemes, placed, request.url, request.headers)
    return replace(request, url=url, headers=headers)


def without_credentials(request: Request, schemes: Iterable[SecurityScheme]) -> Request:
    """Return a request without the credentials of the schemes."""
    url, headers = request.url, dict(request.headers)
    for scheme in schemes:
        if scheme.location == "query":
            parts = urlsplit(url)
            pairs = (pair for pair in parts.query.split("&") if unquote_plus(pair.partition("=")[0]) != scheme.key)
            url = urlunsplit(parts._replace(query="&".join(pairs)))
        elif scheme.location == "header":
            headers = {name: value for name, value in headers.items() if name.lower() != scheme.key.lower()}
        else:
            headers = _without_cookie(headers, scheme.key)
    return replace(request, url=url, headers=headers)


def _without_cookie(headers: Mapping[str, str], cookie: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        pairs = (pair.strip() for pair in value.split(";")) if name.lower() == "cookie" else (value,)
        if rest := "; ".join(pair for pair in pairs if name.lower() != "cookie" or pair.partition("=")[0] != cookie):
            found[name] = rest
    return found
