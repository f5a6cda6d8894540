"""The servers of a document, and the operations that have others (OpenAPI 3.0.3, Server Object)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract.contract.operations import Operation

_HOST = re.compile(r"https?://[^/{]*", re.IGNORECASE)


def servers_of(holder: dict[str, Any]) -> dict[str, str]:
    """Return the URLs of the servers of an object as written, by the form in which they are compared."""
    servers = holder.get("servers") or [{"url": "/"}]
    return {_HOST.sub(lambda host: host.group().lower(), each["url"]).rstrip("/"): each["url"] for each in servers}


def server_holder(document: dict[str, Any], operation: Operation) -> tuple[dict[str, Any], str]:
    """Return the innermost object that says which servers an operation has, and its pointer."""
    path = document["paths"][operation.path], operation.pointer.rpartition("/")[0]
    holders = ((operation.data, operation.pointer), path)
    return next(((node, pointer) for node, pointer in holders if node.get("servers")), (document, ""))


def elsewhere(document: dict[str, Any], operations: Iterable[Operation]) -> dict[str, str]:
    """Return the operations that no server of the whole document has, by `operationId`, each with a server that has it.

    A document that names no servers leaves open where the operations without servers of their own are.
    """
    if not document.get("servers"):
        return {}
    every = servers_of(document).keys()
    own = {each.id: servers_of(server_holder(document, each)[0]) for each in operations}
    return {id_: next(iter(urls.values())) for id_, urls in own.items() if not urls.keys() & every}
