"""Recognizes a target before a run: whether it serves the contracts, and if not, what would mend that."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from adcontract import UsageError
from adcontract.contract.security import BASIC
from adcontract.openapi.paths import base_path
from adcontract.requests.curl import TOKEN
from adcontract_conformance.client.explanations import explanation, numbered
from adcontract_conformance.client.probes import Way, names_no_item, probe, probed, way
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.client.probes import Failure
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.checked_contract import CheckedContract

_USUAL = "/api"
"""A base path that many servers have."""


def recognize(senders: list[Sender]) -> dict[CheckedContract, str]:
    """Send safe requests of each contract, and return those that the target does not serve, with the cause.

    Raises:
        UsageError: if it serves none of them, or a token does not have the form that one takes.
        TargetDownError: if there is no connection.
        TlsError: if there is none with TLS.
    """
    for sender in senders:
        _check_token(sender)
    silent = False
    failed: dict[Sender, list[Failure]] = {}
    for sender in senders:
        if failures := probe(sender):
            failed[sender] = failures
            # the probes of another contract would take as long, and end no better
            if silent := failures[0].way is Way.SILENT:
                break
    target = senders[0].target
    if silent or len(failed) == len(senders):
        raise UsageError(target.redaction.text(_refusal(failed)))
    return {
        sender.checked: target.redaction.text(explanation(target, failures).cause)
        for sender, failures in failed.items()
    }


def _refusal(failed: dict[Sender, list[Failure]]) -> str:
    """Return why a target serves none of the contracts, and what would mend that."""
    url, tried = next(iter(failed)).target.url, list[str]()
    for sender, failures in failed.items():
        if failures[0].way in (Way.MISSING, Way.PAGE):
            for base in _bases(sender.checked, url):
                if _serves(sender, base):
                    cause = explanation(sender.target, failures).cause
                    fix = f"add {base.removeprefix(url)} to the URL" if base.startswith(url) else f"use {base}"
                    return f"{cause} of {sender.checked.title}, but {base} serves it: {fix}."
                tried.append(base)
    for sender, failures in failed.items():
        if failures[0].way is not Way.MISSING:
            return str(explanation(sender.target, failures))
    titles = " and ".join(each.checked.title for each in failed)
    one = len(failed) == 1
    requests = numbered(next(iter(failed.values()))) if one else "all safe requests"
    others = list(dict.fromkeys(tried))
    below = f", and {' and '.join(others)} {'does' if len(others) == 1 else 'do'} not serve it either" if others else ""
    return (
        f"{url} answers 404 to {requests} of {titles}{below}. "
        "Correct the URL, or choose another contract with --api and --snapshot."
    )


def _serves(sender: Sender, base: str) -> bool:
    """Return whether there is something at another base URL: a success, or a refusal that a missing path has not."""
    operation = next(filter(names_no_item, probed(sender)), None)
    if operation is None:
        return False
    response = sender.send(operation, sender.request(sender.documented(operation)[0], base))
    failed = way(operation, response)
    found = isinstance(response, HttpResponse) and 200 <= response.status < 300
    return found if failed is None else failed in (Way.REFUSED, Way.LIMITED)


def _bases(checked: CheckedContract, url: str) -> Iterator[str]:
    """Yield other base URLs at which a target may serve a contract, those of the contract first."""
    name, parts = checked.contract.name, urlsplit(url)
    servers = map(base_path, checked.contract.document.get("servers", ()))
    paths = ["", f"/{name.api}/{name.snapshot}", *servers, _USUAL]
    above = [parts.path.rpartition("/")[0]] if parts.path else []
    bases = (urlunsplit(parts._replace(path=root + path)) for root in (parts.path, *above, "") for path in paths)
    yield from (base for base in dict.fromkeys(bases) if base != url)


def _check_token(sender: Sender) -> None:
    """Check that a given token has the form that a contract takes."""
    target, title = sender.target, sender.checked.title
    if not sender.checked.takes_basic:
        return
    schemes = {each for operation in sender.checked.operations for each in sender.checked.schemes(operation)}
    for scheme in (each for each in schemes if each.word == BASIC):
        given = target.credentials.given(scheme)
        if given and ":" not in given.value:
            where = "" if given.mark == TOKEN else f" in {given.variable}"
            raise UsageError(
                f"{title} takes a user name and a password (HTTP Basic). Give the token as user:password{where}."
            )
    if target.gateway:
        raise UsageError(
            f"{title} takes a user name and a password (HTTP Basic). Give them as --token user:password "
            "or in ADCONTRACT_TOKEN, and not in the URL."
        )
