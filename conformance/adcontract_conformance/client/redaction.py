"""Redaction: secrets are replaced where a run keeps something to be shown; responses are judged as they came."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, urlsplit

from adcontract.contract.secret_forms import Secrets, base64_cores, basic_secrets
from adcontract.contract.security import cookie_value
from adcontract.requests.curl import TOKEN
from adcontract_conformance.model.exchange import CUT, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adcontract_conformance.model.exchange import Exchange, NoResponse, Request
    from adcontract_conformance.settings.access import Secret

PASSWORD = "***"
"""Stands for a password of the target's URL."""

_COOKIE = re.compile(r"\s*[\w.-]+=([^=].{3,})")

_RECOGNIZABLE = 4
"""How many characters of a secret are replaced where the text was cut in its middle."""


class Redaction:
    """Replaces each secret by its mark and a password by `PASSWORD`, in every form in which a message may hold them.

    With `basic` the password alone of a secret `user:password` is one too. `gateway` is the user and the password of
    the URL.
    """

    def __init__(self, secrets: Iterable[Secret] = (), gateway: str | None = None, *, basic: bool = False) -> None:
        marks: dict[str, str] = {}
        if gateway and gateway.partition(":")[2]:
            marks |= dict.fromkeys(basic_secrets(gateway), PASSWORD)
        for each in secrets:
            for part in _parts(each.value):
                password, *encoded = basic_secrets(part)
                passwords = [password] if basic or part != each.value else []
                cores = [core for secret in (part, *passwords) for core in base64_cores(secret)]
                found = dict.fromkeys((part, *encoded, *passwords, *cores), each.mark)
                marks = {**found, **marks}
        marks.pop("", None)
        self._marks = tuple(dict.fromkeys((TOKEN, *marks.values())))
        self._secrets = Secrets(marks)
        forms = {form: mark for secret, mark in marks.items() for form in _forms(secret)}
        self._forms = dict(sorted(forms.items(), key=lambda form: -len(form[0])))

    def text(self, text: str) -> str:
        """Return a text without the secrets, also where it was cut in the middle of one."""
        found = self._secrets.text(text)
        return self._without_rests(found) if CUT in found else found

    def body(self, body: bytes) -> bytes:
        """Return a body without the secrets."""
        return self._secrets.body(body)

    def request(self, request: Request) -> Request:
        """Return a request without the secrets."""
        return replace(
            request,
            url=self.text(request.url),
            headers=self._headers(request.headers),
            body=self.body(request.body),
            marks=self._marks,
        )

    def response(self, response: HttpResponse | NoResponse) -> HttpResponse | NoResponse:
        """Return a response without the secrets."""
        if isinstance(response, HttpResponse):
            return replace(response, headers=self._headers(response.headers), body=self.body(response.body))
        return replace(response, reason=self.text(response.reason))

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange without the secrets."""
        if not self._forms:
            return exchange
        return replace(
            exchange,
            request=self.request(exchange.request),
            response=self.response(exchange.response),
            before=tuple(map(self.request, exchange.before)),
            schemathesis_failures={name: self.text(text) for name, text in exchange.schemathesis_failures.items()},
        )

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {self.text(name): self.text(value) for name, value in headers.items()}

    def _without_rests(self, text: str) -> str:
        """Return a text whose middle was left out without the parts of a secret beside the gap."""
        for form, name in self._forms.items():
            for length in range(len(form) - 1, _RECOGNIZABLE - 1, -1):
                text = text.replace(f"{form[:length]}{CUT}", f"{name}{CUT}").replace(
                    f"{CUT}{form[-length:]}", f"{CUT}{name}"
                )
        return text


def _parts(secret: str) -> Iterator[str]:
    """Yield a secret, and what of it is one alone: after a scheme of `Authorization`, in a cookie, in a URL."""
    yield secret
    word, _, credential = secret.partition(" ")
    if word.isalpha() and credential:
        yield credential
        if word.lower() == "basic":
            yield base64.b64decode(f"{credential}==", validate=False).decode(errors="replace")
    yield from (match[1] for pair in secret.split(";") if (match := _COOKIE.match(pair)))
    if "://" in secret and "@" in secret:
        yield unquote(urlsplit(secret).netloc.rpartition("@")[0])


def _forms(secret: str) -> set[str]:
    """Return a secret as it may be written where a text is cut in its middle."""
    in_json = json.dumps(secret)[1:-1]
    encoded = {quote(secret, safe=""), quote_plus(secret), quote(secret)}
    lower = {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), each) for each in encoded}
    others = {cookie_value(secret), in_json, in_json.replace("/", "\\/"), html.escape(secret), repr(secret)[1:-1]}
    return {secret, *encoded, *lower, *others}
