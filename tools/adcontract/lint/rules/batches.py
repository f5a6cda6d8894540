"""The pointers and values of a batch, for the rules on declared behavior."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.batches import is_success
from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.behavior import Resource
    from adcontract.contract.operations import Operation
    from adcontract.lint.registry import Violation
    from adcontract.lint.subjects import Document

    Place = tuple[str, ...]

_HERE = ("x-resource", "batch")


def entries(document: Document, resource: Resource, body: str | None) -> list[str]:
    """Return the schemas of the entries of a batch; those of the body where the action is no batch."""
    if body is None or resource.batch is None:
        return [body] if body else []
    return reach(document.data, body, f"{resource.batch.entries}/{EACH}")


def results(document: Document, resource: Resource, response: str | None) -> list[str]:
    """Return the schemas of the results of a batch."""
    if response is None or resource.batch is None or resource.batch.results is None:
        return []
    return reach(document.data, response, f"{resource.batch.results}/{EACH}")


def batch_pointers(
    document: Document, operation: Operation, resource: Resource, response: str | None, body: str | None
) -> Iterator[tuple[Place, list[str], str]]:
    """Yield each pointer of a batch: its own place, the schemas that it leads into, and itself."""
    batch = resource.batch
    if batch is None:
        return
    yield (*_HERE, "entries"), [body] if body else [], f"{batch.entries}/{EACH}"
    if batch.results is not None:
        yield (*_HERE, "results"), [response] if response else [], f"{batch.results}/{EACH}"
    if ACTIONS[resource.action].each != "create":
        place = (*_HERE, "id") if "id" in operation.data["x-resource"]["batch"] else _HERE
        yield place, entries(document, resource, body), batch.id
    shown = results(document, resource, response)
    for name in ("status", "item", "shows_id"):
        if (pointer := getattr(batch, name)) is not None:
            yield (*_HERE, name), shown, pointer


def batch_values(document: Document, operation: Operation, response: str | None) -> Iterator[Violation]:
    """Yield each word for success that the schema of the status does not allow, and a status without such a word."""
    resource = operation.behavior.resource
    batch = resource.batch if resource else None
    if resource is None or batch is None or batch.status is None:
        return
    shown = results(document, resource, response)
    schemas = [each for one in shown for each in reach(document.data, one, batch.status)]
    listed = [value for each in schemas for value in _listed(document, each)]
    for index, word in enumerate(batch.ok):
        if (listed and word not in listed) or (schemas and not any(document.schemas.valid(e, word) for e in schemas)):
            where = document.where(join(operation.pointer, *_HERE, "ok", str(index)))
            message = (
                f"{json.dumps(word)} is not a value of {batch.status} by its schema at {document.where(schemas[0])}."
            )
            yield where, message, "Correct the word, or the schema of the status."
    if listed and not batch.ok and not any(is_success(batch, value) for value in listed):
        where = document.where(join(operation.pointer, *_HERE, "status"))
        yield where, f"No value of {batch.status} says that an entry was carried out.", "Name those that do under ok."


def _listed(document: Document, pointer: str) -> list[Any]:
    """Return the values that a schema lists; empty where others are possible."""
    _, schema = document.follow(pointer)
    return list(schema.get("enum") or schema.get("x-extensible-enum") or ())
