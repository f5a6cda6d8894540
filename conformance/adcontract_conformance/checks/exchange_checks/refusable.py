"""Valid requests that a server may refuse all the same, because of what no contract says of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.openapi.patches import JSON_PATCH, MERGE_PATCH
from adcontract.openapi.pointer import put, split, walk
from adcontract_conformance.checks.exchange_checks.common import require_entries, response_of
from adcontract_conformance.client.replies import NotTestable

if TYPE_CHECKING:
    from adcontract import Operation, Values
    from adcontract.contract.schemas import Schemas
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange


def require_certain(checked: CheckedContract, exchange: Exchange) -> None:
    """Check that a request is not refused for what a server may refuse, whatever its contract says.

    Raises:
        NotTestable: if it is: for the item that it is for, for a number or a text that not every server takes, or for
            an order that the contract does not have.
    """
    require_entries(exchange)
    require_applicable(checked, exchange)
    reading = exchange.reading
    if reading is None or not 400 <= response_of(exchange).status < 500:
        return
    values = [reading.path, reading.query, reading.header, reading.cookie, reading.body]
    parts = [part for _, part in walk(values)]
    if any(isinstance(part, int | float) and not -(2**31) <= part < 2**31 for part in parts):
        raise NotTestable("a number needs more than 32 bits, and not every server takes those")
    texts = (text for part in parts for text in (part if isinstance(part, dict) else [part]) if isinstance(text, str))
    if any(map(_CONTROL.search, texts)):
        raise NotTestable("a text has a control character, and not every server takes those")
    for sort in exchange.operation.behavior.sorts:
        if sort.parameter in reading.query and not sort.asked(reading.query[sort.parameter]):
            raise NotTestable(f"{sort.parameter} asks for an order that the contract does not have")


def require_applicable(checked: CheckedContract, exchange: Exchange) -> None:
    """Check that a refused request is one that can be carried out on every item.

    Raises:
        NotTestable: if its body is a JSON Patch, which may test for a value, or name a place, that the item lacks, or
            a JSON Merge Patch of an object that the item may lack.
    """
    headers = {name.lower(): value for name, value in exchange.request.headers.items()}
    media = exchange.operation.body_for(headers.get("content-type", ""))
    if media is None or not 400 <= response_of(exchange).status < 500:
        return
    if media.essence == JSON_PATCH:
        raise NotTestable("whether a JSON Patch can be applied depends on the item")
    if media.essence == MERGE_PATCH and _is_partial(checked.schemas, exchange.operation, exchange.reading):
        raise NotTestable("the patch leaves out what an object needs, and the item may lack that object")


def _is_partial(schemas: Schemas, operation: Operation, reading: Values | None) -> bool:
    """Return whether a merge patch has an object that lacks what it needs, unless the item has that already."""
    success, resource = operation.success, operation.behavior.resource
    media = success.json if success else None
    if media is None or reading is None or not isinstance(reading.body, dict):
        return False
    nested = {name: value for name, value in reading.body.items() if isinstance(value, dict)}
    place = (resource.item if resource else None) or ""
    faults = schemas.faults(f"{media.pointer}/schema", put({}, place, nested)) if nested else []
    return any(each.keyword == "required" and len(each.path) > len(split(place)) + 1 for each in faults)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for a tab and the ends of lines; databases do not take NUL, for example."""
