"""Where a response has rows that a screen lists: those of a list, or the members of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.grammar import EACH
from adcontract.openapi.pointer import get, lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract.contract.behavior import Parent
    from adcontract_mock.state.stateful_resource import StatefulResource


@dataclass(frozen=True)
class Listed:
    """The rows of a response.

    `rows` points at them in the body, `schema` is the pointer of the schema of one, None where there is none. `of_item`
    is whether they are the members of an item; `count` points at their number in the body. `ids` are the pointers of
    what identifies a row, `resource` is that of the rows of a list, and `parent` what these belong to.
    """

    rows: str
    schema: str | None
    ids: tuple[str, ...]
    of_item: bool = False
    count: str | None = None
    resource: StatefulResource | None = None
    parent: Parent | None = None


def listed(
    document: dict[str, Any], operation: Operation, schema: str, body: Any, resources: Mapping[str, StatefulResource]
) -> Listed | None:
    """Return where a response has rows, None if it has none.

    `schema` is the pointer of the schema of its body, and `body` one that it usually has.
    """
    behavior = operation.behavior
    declared, pagination = behavior.resource, behavior.pagination
    resource = resources.get(declared.name) if declared else None
    pointer: str | None = None
    found: Listed | None = None
    if pagination:
        pointer = pagination.items
    elif declared and declared.action == "list":
        pointer = declared.items or ""
    elif isinstance(body, list) and not declared:
        pointer = ""
    if pointer is not None:
        ids = resource.ids if resource else ("/id",)
        parent = declared.parent if declared else None
        found = Listed(pointer, _row(document, schema, pointer), ids, resource=resource, parent=parent)
    elif declared and resource and resource.members and declared.item is not None:
        count = declared.item + resource.count if resource.count else None
        pointer = declared.item + resource.members
        ids = (resource.member_id or "",)
        found = Listed(pointer, _row(document, schema, pointer), ids, of_item=True, count=count)
    return found if found and isinstance(get(body, found.rows), list) else None


def _row(document: dict[str, Any], schema: str, pointer: str) -> str | None:
    found = next(iter(reach(document, schema, f"{pointer}/{EACH}")), None)
    return found if found and lookup(document, found) else None
