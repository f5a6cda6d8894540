"""Credentials in requests: a mark stands in the place of each secret until a request is sent, and again afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from adcontract.contract.security import Placeholder, basic_credential, cookie_value, write_credential
from adcontract.requests.curl import TOKEN
from adcontract_conformance.settings.access import Access, Secret
from adcontract_conformance.settings.near_secrets import near_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.model.exchange import Request

DEFAULT_TOKEN = "adcontract"


class Credentials:
    """The secrets of one target, each with its mark. Where none is given for a scheme, a default one is sent.

    `near_values` are secrets that differ a little from those.
    """

    def __init__(self, access: Access) -> None:
        default = Secret(TOKEN.removeprefix("$"), DEFAULT_TOKEN)
        self.default = default if access.token is None else None
        self._token = access.token or default
        self._access = access
        near = tuple(near_secrets((access.token, *access.credentials.values())))
        self.near_values = tuple(each.value for each in near)
        self._values = {each.mark: each.value for each in (default, *near, *access.secrets)}
        names = sorted(map(re.escape, self._values), key=len, reverse=True)
        self._mark = re.compile(rf"(\bBasic )?({'|'.join(names)})")
        self.marks = tuple(self._values)

    @property
    def are_given(self) -> bool:
        """Whether any is given."""
        return bool(self.variables)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of those that are given."""
        given = (self._access.token, *self._access.credentials.values())
        return tuple(dict.fromkeys(each.variable for each in given if each))

    def given(self, scheme: SecurityScheme) -> Secret | None:
        """Return the secret for a security scheme; None if the default one is sent."""
        return self._access.credentials.get(scheme.name, self._access.token)

    def mark(self, scheme: SecurityScheme) -> Placeholder:
        """Return what stands in the place of the secret for a security scheme."""
        return Placeholder((self.given(scheme) or self._token).mark)

    def with_headers(self, request: Request) -> Request:
        """Return a request with those headers of the target that it does not have itself."""
        known = {name.lower() for name in request.headers}
        added = {
            name: value.mark if isinstance(value, Secret) else value
            for name, value in self._access.headers.items()
            if name.lower() not in known
        }
        return replace(request, headers={**added, **request.headers}) if added else request

    def sent(self, request: Request) -> tuple[str, dict[str, str]]:
        """Return the URL and the headers of a request with the secrets, encoded as their places ask."""
        headers = {
            name: self.filled(value, cookie_value if name.lower() == "cookie" and value not in self._values else str)
            for name, value in self.with_headers(request).headers.items()
        }
        return self.filled(request.url, lambda secret: quote(secret, safe="")), headers

    def filled(self, text: str, encode: Callable[[str], str] = str) -> str:
        """Return a text with the secrets in the places of their marks."""

        def secret(match: re.Match[str]) -> str:
            value = self._values[match[2]]
            if not match[1]:
                return encode(value)
            is_default = self.default is not None and match[2] == self.default.mark
            return f"Basic {basic_credential(f'{value}:{value}' if is_default else value)}"

        return self._mark.sub(secret, text)


def with_credentials(
    request: Request, schemes: Iterable[SecurityScheme], credential: str | Callable[[SecurityScheme], str]
) -> Request:
    """Return a request with a credential where each of the schemes carries it: one for all, or one for each."""
    url, headers = request.url, request.headers
    for scheme in schemes:
        own = credential if isinstance(credential, str) else credential(scheme)
        url, headers = write_credential([scheme], own, url, headers)
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
