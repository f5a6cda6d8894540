"""Safe requests that show whether a target serves a contract, and in what way it fails if it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import TYPE_CHECKING

from adcontract_conformance.model.exchange import HttpResponse, NoResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Request

PROBES = 12
"""How many requests of a contract have to fail at most: a token may have no right to the first ones."""

SILENT = 2
"""How many of them have to stay without a response, for each may take long."""

_REDIRECTS = (301, 302, 303, 307, 308)
_HTML = (b"<!doctype html", b"<html")
_EXPECTS_TLS = re.compile(rb"https port|https server|ssl-enabled", re.IGNORECASE)
"""What nginx, Go and Apache answer to plain HTTP at a port of TLS."""


class Way(Enum):
    """How a probe fails."""

    SILENT = auto()
    TLS = auto()
    REDIRECTED = auto()
    PAGE = auto()
    REFUSED = auto()
    MISSING = auto()
    LIMITED = auto()
    BROKEN = auto()


@dataclass(frozen=True)
class Failure:
    """A probe that failed."""

    way: Way
    operation: Operation
    request: Request
    response: HttpResponse | NoResponse


def probe(sender: Sender) -> list[Failure]:
    """Send probes until the response to one could be right; return how they failed.

    None are returned if one did not fail, or if they do not fail in one way, which could have one cause.

    Raises:
        TargetDownError: if there is no connection.
        TlsError: if there is none with TLS.
    """
    found = list[Failure]()
    for operation in probed(sender):
        if found and found[0].way is Way.REFUSED and found[0].operation.secured and not operation.secured:
            break
        failure = _probe(sender, operation)
        if failure is None or (found and failure.way is not found[0].way):
            return []
        found.append(failure)
        if failure.way is Way.SILENT and len(found) == SILENT:
            break
    return found if _is_telling(sender.checked, found) else []


def _probe(sender: Sender, operation: Operation) -> Failure | None:
    request = sender.request(sender.documented(operation)[0])
    response = sender.send(operation, request)
    failed = way(operation, response)
    return None if failed is None else Failure(failed, operation, request, response)


def probed(sender: Sender) -> Iterator[Operation]:
    """Yield the operations to probe: those that are checked, need credentials and name no item come first."""

    def rank(operation: Operation) -> tuple[bool, bool, bool]:
        return operation not in sender.checked.operations, not operation.secured, not names_no_item(operation)

    safe = [each for each in sender.checked.contract.operations if each.method == "GET"]
    return islice(filter(sender.has_request, sorted(safe, key=rank)), PROBES)


def names_no_item(operation: Operation) -> bool:
    """Return whether the path of an operation has no parameter: a target may lack the documented items."""
    return "{" not in operation.path


def way(operation: Operation, response: HttpResponse | NoResponse) -> Way | None:
    """Return in what way a probe failed; None if the response could be right."""
    if isinstance(response, NoResponse):
        return Way.SILENT
    status = response.status
    if status in _REDIRECTS and "location" in response.headers and not operation.names(status):
        return Way.REDIRECTED
    if status >= 500:
        return Way.BROKEN
    if 200 <= status < 300 and _is_page(operation, response):
        return Way.PAGE
    if status == 400 and _EXPECTS_TLS.search(response.body):
        return Way.TLS
    return {401: Way.REFUSED, 403: Way.REFUSED, 404: Way.MISSING, 429: Way.LIMITED}.get(status)


def statuses(failures: list[Failure]) -> list[int]:
    """Return the statuses of the responses, without doubles."""
    return sorted({each.response.status for each in failures if isinstance(each.response, HttpResponse)})


def _is_telling(checked: CheckedContract, failures: list[Failure]) -> bool:
    """Return whether what failed has to work: a part that is not checked may be missing, broken or forbidden."""
    if not failures:
        return False
    asked = [each.operation for each in failures if each.operation in checked.operations]
    if failures[0].way is Way.MISSING:
        return any(map(names_no_item, asked))
    if failures[0].way is Way.BROKEN or statuses(failures) == [403]:
        return bool(asked)
    return True


def _is_page(operation: Operation, response: HttpResponse) -> bool:
    """Return whether a body is HTML where the contract has JSON."""
    media = operation.success.media if operation.success else ()
    return any(each.is_json for each in media) and response.body.lstrip().lower().startswith(_HTML)
