"""Probes of requests with a condition, and of those that are sent again with the key of another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.text import as_text
from adcontract_proof.probes.single import bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Request, Tour
    from adcontract_proof.probes.family import Family
    from adcontract_proof.probes.writer import Writer


def conditional(family: Family, item: Any, parent: Any) -> Tour:
    """Name each condition of an operation, with the tag of an item and with others, and look at what it has changed."""
    operation, writer = family.operation, family.writer
    conditions = operation.conditions
    for parameter in filter(None, (conditions.if_match, conditions.if_none_match)):
        tags = ['"other"', "*"]
        for read in family.of("read")[:1]:
            response = yield writer.written(family.at(read, item, parent))
            tags += [text for name, text in response.headers if name.lower() == "etag"]
        for tag in tags:
            yield writer.written(family.at(operation, item, parent), headers={parameter.name: tag})
            yield from family.observed(item, parent)


def keyed(writer: Writer, request: DocumentedRequest) -> Iterator[Request]:
    """Yield a request twice with one key, and then others with the same."""
    idempotency = request.operation.idempotency
    if idempotency is None:
        return
    name, pointer = idempotency.key.name.lower(), idempotency.key.schema_pointer
    key = as_text(writer.value(pointer, "key")) if pointer else "adcontract-key"
    first = writer.written(request)
    for each in (first, first, *bodies(writer, request)):
        others = [header for header in each.headers if header[0] != name]
        yield replace(each, headers=(*others, (name, key)))
