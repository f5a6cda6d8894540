"""The parts of an operation that may have a fault each: its filters, sort fields, inputs, invariants and payloads."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from adcontract.contract.directions import REQUEST, is_hidden
from adcontract.contract.invariants import Invariants
from adcontract_mock.faults.place import BODY
from adcontract_mock.responses.composer import default_example, examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract import MediaType
    from adcontract.contract.behavior import Invariant
    from adcontract_mock.faults.place import Place
    from adcontract_mock.faults.registry import Parts
    from adcontract_mock.responses.served_contract import ServedContract


def filters(place: Place) -> Iterable[str]:
    """Yield the parameters of the filters of a list."""
    return (each.parameter for each in place.behavior.filters) if place.action("list") else ()


def sort_fields(place: Place) -> Iterable[str]:
    """Yield the fields by which a list can be sorted: their pointers, without the first slash."""
    if place.action("list"):
        for sort in place.behavior.sorts:
            yield from (order.field.removeprefix("/") for order in sort.orders.values())


def fields_of(location: str) -> Parts:
    """Return a function that yields the parameters of requests, or the properties of their body."""
    return lambda place: (each.field for each in place.inputs if each.location == location)


def required_parameters(place: Place) -> Iterable[str]:
    """Yield the required parameters of the query and the headers."""
    parameters = (each for each in place.operation.parameters if each.location in ("query", "header"))
    return (each.name for each in parameters if each.required)


def required_properties(place: Place) -> Iterator[str]:
    """Yield the required properties of the body, and those with required properties inside.

    A property that is `readOnly` is not required of a request.
    """
    known = {each.field for each in place.inputs}
    for each in place.inputs:
        if each.location == "body":
            properties = each.schema.get("properties", {})
            for name in each.schema.get("required", []):
                if not is_hidden(place.document, properties.get(name, {}), {REQUEST}):
                    yield name if each.field == BODY and name in known else each.field


def payloads(place: Place) -> Iterable[str]:
    """Yield the names of the documented successes that a client can ask for and that are served as they are."""
    success = place.operation.success if place.resource is None else None
    default = default_example(success) if success else None
    known = examples(success).values() if success else ()
    return (each.name for each in known if each.request is not None or each == default)


def invariants(place: Place) -> Iterable[str]:
    """Yield the invariants of its response: `PageMeta/2` is the second one of the schema `PageMeta`."""
    if place.media:
        found = _invariants(place.served).within(f"{place.media.pointer}/schema")
        yield from (_name(place.media, each) for each in found)


def words(place: Place) -> set[str]:
    """Return the words in the rule of the invariant that is the part of a place, the names of members among them."""
    found = _invariants(place.served).within(f"{place.media.pointer}/schema") if place.media else ()
    rules = [each.rule for each in found if place.media and _name(place.media, each) == place.part]
    return set(re.findall(r"\w+", " ".join(rules)))


def violations(place: Place, value: Any) -> set[str]:
    """Return the invariants that the body of a response breaks."""
    if place.media is None:
        return set()
    found = _invariants(place.served).violations(f"{place.media.pointer}/schema", value)
    return {_name(place.media, each.invariant) for each in found}


def _name(media: MediaType, invariant: Invariant) -> str:
    schema = invariant.schema.removeprefix("/components/schemas/").removeprefix(f"{media.pointer}/")
    return f"{schema}/{int(invariant.pointer.rpartition('/')[2]) + 1}"


@lru_cache(8)
def _invariants(served: ServedContract) -> Invariants:
    return Invariants(served.contract.document, served.composer.schemas)
