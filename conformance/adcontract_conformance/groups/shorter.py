"""Shorter requests that still show a finding: without parameters of the query and parts of the body.

Only what changes nothing is sent again, or what the suite removes: a request that reads, creates or updates an item of
a resource whose items the suite creates and deletes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from adcontract_conformance.model.exchange import Exchange, Purpose

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.client.created import Created
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.exchange import Request

REQUESTS = 20
"""How many requests are sent for a finding."""

LONG = 40
"""From how many characters on a query or a body is worth a shorter one."""

SLOW = 1.0
"""From how many seconds on a response is waited for only once."""


def shorter(sender: Sender, created: Created, finding: Finding) -> Generator[Exchange, None, None]:
    """Send shorter requests, for as long as they show a finding, and yield all of them with their responses."""
    best, tried = finding.exchange, set[tuple[str, bytes]]()
    if best.purpose not in (Purpose.VALID, Purpose.INVALID) or not _repeatable(created, best):
        return
    if best.response.seconds > SLOW:
        return
    left = REQUESTS
    while left and _length(best.request) > LONG:
        for request in sorted(_without_a_part(best.request), key=lambda each: each.size):
            if (request.url, request.body) in tried:
                continue
            tried.add((request.url, request.body))
            reading = sender.checked.read(best.operation, request, sender.target.url)
            # with the response to the longer request, to send only what can show the finding
            foreseen = Exchange(best.purpose, best.operation, request, best.response, reading)
            faulty = best.purpose is Purpose.INVALID
            if reading is None or bool(reading.faults) is not faulty or not _shows(sender, finding, foreseen):
                continue
            exchange = sender.exchange(best.purpose, best.operation, request, reading=reading)
            created.note(exchange)
            left -= 1
            yield exchange
            if _shows(sender, finding, exchange):
                best = exchange
                break
            if not left:
                return
        else:
            return


def _repeatable(created: Created, exchange: Exchange) -> bool:
    resource = exchange.operation.behavior.resource
    if exchange.request.method in ("GET", "HEAD"):
        return True
    actions = ("create", "update", "upsert")
    return resource is not None and resource.action in actions and created.removable(resource.name)


def _shows(sender: Sender, finding: Finding, exchange: Exchange) -> bool:
    breaches = finding.check.judge(sender.checked, exchange) if finding.check.judge else ()
    broken = finding.breach
    return any((each.pointer, each.part) == (broken.pointer, broken.part) for each in breaches)


def _length(request: Request) -> int:
    return len(urlsplit(request.url).query) + len(request.body)


def _without_a_part(request: Request) -> Iterator[Request]:
    """Yield a request without some of the parameters of its query, and without some parts of its body."""
    url = urlsplit(request.url)
    for pairs in _without_some(url.query.split("&") if url.query else []):
        yield replace(request, url=urlunsplit(url._replace(query="&".join(pairs))))
    try:
        body = json.loads(request.body)
    except ValueError:
        return
    for value in _smaller(body):
        yield replace(request, body=json.dumps(value).encode())


def _smaller(value: Any) -> Iterator[Any]:
    """Yield a value without some of its parts, however deep they are."""
    if isinstance(value, dict):
        yield from map(dict, _without_some(list(value.items())))
        yield from ({**value, name: each} for name, part in value.items() for each in _smaller(part))
    elif isinstance(value, list):
        yield from _without_some(value)
        yield from ([*value[:i], each, *value[i + 1 :]] for i, part in enumerate(value) for each in _smaller(part))


def _without_some(parts: list[Any]) -> Iterator[list[Any]]:
    """Yield a list without each half of it, each quarter, and so on to each of its items."""
    size = len(parts)
    while size > 1:
        size = (size + 1) // 2
        yield from (parts[:start] + parts[start + size :] for start in range(0, len(parts), size))
    if len(parts) == 1:
        yield []
