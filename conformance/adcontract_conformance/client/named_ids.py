"""Ids for new items where a client names them: such as nothing has, and as the contract allows."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import TYPE_CHECKING, Any

from adcontract_conformance.client.replies import NotTestable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation, Parameter, Schemas
    from adcontract_conformance.client.items import ParentIds
    from adcontract_conformance.client.resources import ResourceClient

_HIGH = 2_000_000_000
"""A number that few items reach."""

_KINDS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def id_to_name(resources: ResourceClient, upsert: Operation, parent_ids: ParentIds) -> Any:
    """Return an id that the target has nothing at, for an operation whose requests name the item that they create.

    Raises:
        NotTestable: if none can be found.
    """
    client, resource = resources.client, resources.resource(upsert)
    if resource.key is None:
        raise NotTestable(f"{upsert.id} names no item")
    place = resource.key.location, resource.key.name
    parameter = next(each for each in upsert.parameters if (each.location, each.name) == place)
    documented = getattr(client.documented(upsert), resource.key.location).get(resource.key.name)
    readers = [each for each in resources.every("read") if resources.resource(each).id == resource.id]
    for id_ in _fitting(parameter, documented, client.sender.checked.schemas):
        if not any(client.ask(each, **resources.address(each, id_, parent_ids)).ok for each in readers[:1]):
            return id_
    raise NotTestable(f"no new id for {resources.a} is known")


def _fitting(parameter: Parameter, documented: Any, schemas: Schemas) -> Iterator[Any]:
    """Yield ids that fit the schema of a parameter: made up, and like a documented one. Few may be left to make up."""
    pointer = parameter.schema_pointer
    for each in _candidates(parameter, documented):
        if each != documented and (not pointer or schemas.valid(pointer, each)):
            yield each


def _candidates(parameter: Parameter, documented: Any) -> Iterator[Any]:
    new = uuid.uuid4()
    if isinstance(documented, int):
        schema = parameter.data.get("schema", {})
        least, most = schema.get("minimum", 1), schema.get("maximum", _HIGH)
        low = max(int(least), int(most) // 2)
        yield from (low + secrets.randbelow(max(int(most) - low, 1)) for _ in range(3))
        return
    text = str(documented)
    if text.isdecimal():
        yield str(_HIGH // 2 + secrets.randbelow(_HIGH // 2))
    try:
        uuid.UUID(text)
    except ValueError:
        yield f"adcontract-{new.hex[:12]}"
    yield str(new)
    yield f"{text}-{new.hex[:6]}"
    # with a pattern, each character may have to be of its kind
    yield from ("".join(map(_other, text)) for _ in range(3))


def _other(character: str) -> str:
    return next((secrets.choice(kind) for kind in _KINDS if character in kind), character)
