"""Forwarding a request to the real server, and comparing both directions with the contract."""

from __future__ import annotations

import secrets
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

from adcontract import RequestError
from adcontract.contract.secret_forms import basic_secrets, is_secret_name
from adcontract.contract.security import BASIC
from adcontract_mock.http.exchange import Breach, Forwarded
from adcontract_mock.http.response import HttpResponse, mock_response
from adcontract_mock.journal.entry import violation
from adcontract_mock.journal.journal import KEPT
from adcontract_mock.journal.redaction import texts_named
from adcontract_mock.preferences.preferences import query_without_preferences
from adcontract_mock.upstream.comparison import breaches, has_body
from adcontract_mock.upstream.passing import to_client, to_server
from adcontract_mock.upstream.server import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from adcontract import Operation, Values
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.preferences.preferences import Preferences
    from adcontract_mock.responses.served_contract import ServedContract
    from adcontract_mock.upstream.payloads import PayloadFiles
    from adcontract_mock.upstream.server import Answer, Server

HEADER = "Mock-Breaches"
"""The header that names what of the contract a request and its answer break."""

_LONGEST = 1000
_LEARNED = 6
"""A shorter secret is a word that other texts have by chance; where it stands it is not shown either."""


class Forwarding:
    """Responds to requests with what the server answers; with `fails`, a breach of what is documented is a 502.

    What the contract infers is reported in either case, as no page states it. A request that breaks the contract, and
    that the server refuses, is passed on: both are of one mind.
    """

    def __init__(
        self, server: Server, learn: Callable[[Iterable[str]], object], files: PayloadFiles | None, *, fails: bool
    ) -> None:
        """Take the server; `learn` is called with the secrets in each request, and `files` keep payloads, if any."""
        self.server = server
        self._learn = learn
        self._files = files
        self._fails = fails
        self._name = f"adcontract-{secrets.token_hex(4)}".encode()

    def takes(self, preferred: Preferences | None, *, keeps_state: bool) -> bool:
        """Return whether a request is forwarded: nothing is preferred that the mock would have to answer itself."""
        if preferred is None:
            return True
        is_of_state = keeps_state and "state" in preferred.asked
        return not (preferred.invalid or preferred.selects_body or is_of_state)

    async def respond(
        self, served: ServedContract, operation: Operation | None, values: Values | None, exchange: Exchange
    ) -> HttpResponse:
        """Return the response to a request, and note in `exchange` what it and the answer break.

        `operation` and `values` are None where the contract has no such operation.
        """
        url = self.server.url
        exchange.faults = values.faults if values else (_unknown(exchange),)
        exchange.forwarded = Forwarded(url)
        named = dict(exchange.headers)
        self._learn(_secrets(served, values, named, exchange.query))
        if len(exchange.body) > self.server.most:
            message = f"The body has more than {self.server.most:,} bytes, and was not forwarded."
            return mock_response(413, message, message=message)
        if self._name in named.get(b"via", b""):
            message = f"{url} leads to this mock itself: --upstream is to name another server."
            return mock_response(508, message, message=message)
        path = exchange.path.decode("latin-1")
        prefix = served.prefix if path.startswith(f"{served.prefix}/") else ""
        query = query_without_preferences(exchange.query)
        headers = list(to_server(exchange.headers, self._name))
        try:
            sent = path.removeprefix(prefix).encode("latin-1")
            answer = await self.server.send(exchange.method, sent, query, headers, exchange.body)
        except NoAnswer as error:
            message = f"{url} {error}"
            return mock_response(502, message, message=f"{message}.")
        return self._judged(served, operation, values, exchange, answer, prefix)

    def _judged(
        self,
        served: ServedContract,
        operation: Operation | None,
        values: Values | None,
        exchange: Exchange,
        answer: Answer,
        prefix: str,
    ) -> HttpResponse:
        found: tuple[Breach, ...] = ()
        saved: tuple[str, ...] = ()
        bodied = has_body(exchange.method, answer.status)
        named = dict(exchange.headers)
        if operation and values:
            found = breaches(served, operation, exchange.method, answer)
            if self._files and bodied:
                content_type = named.get(b"content-type", b"").decode("latin-1")
                saved = self._files.save(served, operation, values, content_type, answer)
        headers = tuple(to_client(answer, self.server, prefix, has_body=bodied, of_page=b"origin" in named))
        response = HttpResponse(answer.status, headers, answer.body if bodied else b"", "")
        reason, withheld = f"from {self.server.url}", None
        if self._fails and _is_grave(exchange.faults, found, answer.status):
            withheld = replace(response, body=response.body[:KEPT])
            reason = f"{self.server.url} answered {answer.status}; --on-breach fail"
            response = self._failure(served, exchange, found, answer.status)
        exchange.forwarded = Forwarded(self.server.url, answer.status, found, saved, withheld)
        count = sum(each.times for each in found) + len(exchange.faults)
        reason += f"; {_counted(count)}" if count else ""
        reason += f"; saved {saved[0]}" if saved else ""
        response = response.with_reason(reason, operation.id if operation else "")
        return response.with_header(HEADER, _summary(exchange.faults, found)) if count else response

    def _failure(
        self, served: ServedContract, exchange: Exchange, found: tuple[Breach, ...], status: int
    ) -> HttpResponse:
        message = f"{self.server.url} answered {status}, and the exchange breaks the contract."
        both = {
            "request": [violation(each, served) for each in exchange.faults],
            "response": [violation(each, served) | {"times": each.times} for each in found],
        }
        return mock_response(502, message, message=message, upstream=self.server.url, status=status, breaches=both)


def _is_grave(faults: Iterable[RequestError], found: Iterable[Breach], status: int) -> bool:
    """Return whether an exchange breaks what is documented; a request that was refused as it should be does not."""
    is_refused = 400 <= status < 500
    of_request = (each.inferred for each in faults if not is_refused)
    return None in (*of_request, *(each.inferred for each in found))


def _counted(count: int) -> str:
    return "1 breach" if count == 1 else f"{count} breaches"


def _unknown(exchange: Exchange) -> RequestError:
    """Return the fault of a request that the contract does not have."""
    path = exchange.path.decode("latin-1")
    return RequestError("path", path, f"is not in the contract with {exchange.method}", "/paths")


def _summary(faults: Iterable[RequestError], found: Iterable[Breach]) -> str:
    """Return the breaches of both directions in one line."""
    of_request = (f"request {_place(each)}: {each.message}" for each in faults)
    of_response = (f"response {_place(each)}: {each.message}" for each in found)
    text = "; ".join(chain(of_request, of_response))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _place(fault: RequestError | Breach) -> str:
    return fault.location if fault.field == fault.location else f"{fault.location} {fault.field}"


def _secrets(
    served: ServedContract, values: Values | None, headers: Mapping[bytes, bytes], query: bytes
) -> Iterator[str]:
    """Yield the secrets in a request: its credentials, its cookies, and whatever is named like a secret."""
    for scheme in served.contract.security_schemes.values():
        credential = scheme.reader()(headers, query).decode("latin-1")
        yield from _long([credential, *(basic_secrets(credential) if scheme.word == BASIC and credential else ())])
    for name, line in headers.items():
        text = line.decode("latin-1").strip()
        if name == b"cookie":
            yield from _long(pair.partition("=")[2].strip(' "') for pair in text.split(";"))
        elif is_secret_name(name.decode("latin-1")):
            yield from _long([text, text.partition(" ")[2].strip()])
    if values is not None:
        sent = [values.path, values.query, values.header, values.body]
        yield from _long(texts_named(sent, is_secret_name))


def _long(texts: Iterable[str]) -> Iterator[str]:
    return (each for text in texts for each in {text, unquote(text)} if len(each) >= _LEARNED)
