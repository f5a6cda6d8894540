"""Mistakes that no schema describes: a body that is not JSON, and a path that the contract does not have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract import Operation
from adcontract_conformance.client.credentials import with_credentials
from adcontract_conformance.model.exchange import Exchange, Purpose, Request
from adcontract_conformance.model.promises import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.model.checked_contract import CheckedContract

UNKNOWN = "(unknown path)"
"""Stands for the id of an operation in the results on a path that the contract does not have."""

_UNKNOWN = "adcontract-no-such-path"


def unreadable_body(sender: Sender, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange | Skip]:
    """Send a body that is not JSON, to the item that `path` leads to."""
    if not operation.body or not operation.body[0].is_json:
        yield Skip(Purpose.UNREADABLE, operation, "the operation has no JSON body")
        return
    documented = sender.first_documented(operation, path)
    request = sender.request(replace(documented, media=operation.body[0]))
    request = replace(request, body=b'{"adcontract": ')
    reading = sender.checked.read(operation, request, sender.target.url)
    yield sender.exchange(Purpose.UNREADABLE, operation, request, reading=reading)


def unknown_path(sender: Sender) -> Iterator[Exchange]:
    """Send a request to a path that is similar to those of the contract, and not one of them."""
    expected = sender.checked.errors["unknown-path"]
    path = _unknown_path(sender.checked)
    operation = Operation(UNKNOWN, "GET", path, {}, expected.pointer, (), (), False, {expected.status: expected}, ())
    request = Request("GET", f"{sender.target.url}{path}")
    schemes = sender.checked.schemes(sender.checked.named[0])
    request = with_credentials(request, schemes, sender.target.credentials.mark)
    yield sender.exchange(Purpose.UNKNOWN_PATH, operation, request)


def _unknown_path(checked: CheckedContract) -> str:
    """Return a path that is not in the contract, below the longest literal beginning that all of its paths share."""
    paths = [path.split("/")[1:-1] for path in checked.contract.document["paths"]]
    shared: list[str] = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1 or "{" in parts[0]:
            break
        shared.append(parts[0])
    while shared and checked.knows("/".join(["", *shared, _UNKNOWN])):
        shared.pop()
    return "/".join(["", *shared, _UNKNOWN])
