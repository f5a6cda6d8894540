"""The id of a new item: its response shows it, or names its place in `Location`, unless the request has named it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from adcontract.contract.actions import ACTIONS
from adcontract_conformance.client.replies import MISSING, at, json_of
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange


def shown_in(exchange: Exchange) -> Any:
    """Return the item in the response to a create, `MISSING` where it shows none."""
    resource, response = exchange.operation.behavior.resource, exchange.response
    if resource is None or resource.item is None or not isinstance(response, HttpResponse):
        return MISSING
    return at(json_of(response.body), resource.item)


def new_id(checked: CheckedContract, exchange: Exchange, base: str) -> Any:
    """Return the id of the item that a create of a target at `base` has made; `MISSING` where it is not shown."""
    resource, response = exchange.operation.behavior.resource, exchange.response
    if resource and resource.key and ACTIONS[resource.action].may_create:
        asked = checked.read(exchange.operation, exchange.request, base)
        return getattr(asked, resource.key.location).get(resource.key.name, MISSING) if asked else MISSING
    if resource is None or not isinstance(response, HttpResponse):
        return MISSING
    id_ = at(shown_in(exchange), resource.id or "/id")
    if resource.shows_id:
        id_ = at(json_of(response.body), resource.shows_id)
    named = response.headers.get("location")
    if id_ not in (MISSING, None, "") or not named or exchange.operation.conditions.location is None:
        return id_
    request = replace(exchange.request, method="GET", url=urljoin(exchange.request.url, named), body=b"")
    for reader in checked.contract.resources[resource.name].of("read"):
        key, reading = reader.declared.key, checked.read(reader.operation, request, base)
        if key is not None and reading is not None and reader.declared.id == resource.id:
            return getattr(reading, key.location).get(key.name, MISSING)
    return id_
