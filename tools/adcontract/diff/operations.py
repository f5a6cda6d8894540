"""The comparison of two documents, operation by operation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.assembly.vocabulary import keywords
from adcontract.diff import messages
from adcontract.diff.change import Change, at, change
from adcontract.diff.keywords import provenance
from adcontract.diff.pairs import Pairs
from adcontract.openapi.paths import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import MediaType, Operation, Parameter
    from adcontract.diff.document import ComparedDocument

WHOLE = "The whole API"
"""Stands in place of an operation for a change that concerns all of them."""

NOT_COMPARED = {"x-inferred", "x-source", "x-payloads"}
"""The keywords about where an operation is documented, not about its behavior; the first has rules of its own."""


def compare(old: ComparedDocument, new: ComparedDocument) -> Iterator[tuple[str, Change]]:
    """Yield every change with the operation it concerns: first the added operations, then the removed, then the rest.

    Operations match by method and path; the names of path parameters do not matter. Descriptions are not compared, and
    examples only by their number.
    """
    before, after = (_by_shape(document) for document in (old, new))
    for key, operation in after.items():
        if key not in before:
            yield (
                label(operation),
                change("endpoint-added", "the operation", None, operation.pointer, None, _summary(operation)),
            )
    for key, operation in before.items():
        if key not in after:
            how = "with" if operation.data.get("deprecated") else "without"
            rule = f"api-removed-{how}-deprecation"
            yield label(operation), change(rule, "the operation", operation.pointer, None, _summary(operation))
    yield from ((WHOLE, change) for change in _servers(old.data, new.data))
    pairs = Pairs(old.data, new.data)
    for key, operation in after.items():
        if key in before:
            for each in _operation(pairs, before[key], operation):
                yield label(operation), each


def label(operation: Operation) -> str:
    """Return the name of an operation in reports: `GET /offers/{id}`."""
    return f"{operation.method} {operation.path}"


def _summary(operation: Operation) -> str:
    return str(operation.data.get("summary", operation.id))


def _by_shape(document: ComparedDocument) -> dict[tuple[str, str], Operation]:
    return {(operation.method, shape(operation.path)): operation for operation in document.operations}


def _operation(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    yield from _itself(old, new)
    yield from _tags(old, new)
    yield from _security(pairs, old, new)
    yield from messages.parameters(pairs, old, new)
    yield from messages.body(pairs, old, new)
    yield from messages.responses(pairs, old, new)
    yield from _behavior(old, new)
    yield from _examples(old, new)


def _servers(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = (_urls(each) for each in (old, new))
    for url, (written, where) in before.items():
        if url not in after:
            yield change("server-removed", "the server", where, None, written)
    for url, (written, where) in after.items():
        if url not in before:
            yield change("server-added", "the server", None, where, None, written)


_HOST = re.compile(r"https?://[^/{]*", re.IGNORECASE)


def _urls(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the URL of each server as written and its pointer, by the URL as it is compared."""
    servers = enumerate(document.get("servers") or [{"url": "/"}])
    urls = ((server["url"], f"/servers/{index}" if "servers" in document else "") for index, server in servers)
    return {_HOST.sub(lambda host: host.group().lower(), url).rstrip("/"): (url, where) for url, where in urls}


def _itself(old: Operation, new: Operation) -> Iterator[Change]:
    part = "the operation"
    if bool(old.data.get("deprecated")) != bool(new.data.get("deprecated")):
        fate = "deprecated" if new.data.get("deprecated") else "reactivated"
        yield change(f"endpoint-{fate}", part, *_where(old, new, "deprecated"))
    if old.data.get("operationId") != new.data.get("operationId"):
        yield change("api-operation-id-changed", part, *_where(old, new, "operationId"), old.id, new.id)
    if known := provenance(old.data, new.data, old.data.keys() & new.data.keys()):
        yield change(f"api-became-{known}", part, *_where(old, new, "x-inferred"))


def _where(old: Operation, new: Operation, keyword: str) -> tuple[str, str]:
    return at(old.data, old.pointer, keyword), at(new.data, new.pointer, keyword)


def _tags(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = (operation.data.get("tags", []) for operation in (old, new))
    for tag in before:
        if tag not in after:
            yield change("api-tag-removed", "the operation", *_where(old, new, "tags"), tag)
    for tag in after:
        if tag not in before:
            yield change("api-tag-added", "the operation", *_where(old, new, "tags"), None, tag)


def _security(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the credentials. A scheme that only has another name is the same."""
    before, after = (_accepted(document, each) for document, each in zip(pairs.documents, (old, new), strict=True))
    where = _security_of(old), _security_of(new)
    if not old.secured and not new.secured:
        return
    if old.secured != new.secured:
        fate = "required" if new.secured else "optional"
        yield change(f"api-security-became-{fate}", "the operation", *where, None, list(after.values()))
        return
    for key, name in before.items():
        if key not in after:
            yield change("api-security-removed", "the operation", *where, name)
    for key, name in after.items():
        if key not in before:
            yield change("api-security-added", "the operation", *where, None, name)


def _security_of(operation: Operation) -> str:
    """Return the pointer of the security requirements: those of the operation, else those of the document."""
    return f"{operation.pointer if 'security' in operation.data else ''}/security"


def _accepted(document: dict[str, Any], operation: Operation) -> dict[str, str]:
    """Return the names of the accepted alternatives of credentials, by their content."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    return {
        repr(sorted((_content(schemes.get(name, {})), sorted(scopes)) for name, scopes in each.items())): " and ".join(
            f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in each.items()
        )
        for each in operation.security
    }


def _content(scheme: dict[str, Any]) -> str:
    lowered = {"http": "scheme", "apiKey": "name" if scheme.get("in") == "header" else ""}.get(scheme.get("type", ""))
    compared = {key: value for key, value in scheme.items() if key != "description" and not key.startswith("x-")}
    return repr(sorted((key, value.lower() if key == lowered else value) for key, value in compared.items()))


def _behavior(old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changed declarations of behavior, such as `x-pagination`."""
    declared = [key for key in keywords()["operation"] if key in {**old.data, **new.data} and key not in NOT_COMPARED]
    for key in declared:
        before, after = old.data.get(key, {}), new.data.get(key, {})
        if before != after:
            rule = "api-behavior-added" if _extends(before, after) else "api-behavior-changed"
            yield change(rule, f"`{key}`", *_where(old, new, key))


def _extends(old: Any, new: Any) -> bool:
    """Return whether `new` holds all that `old` holds."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _extends(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return all(value in new for value in old)
    return bool(old == new)


def _examples(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = (_count(operation) for operation in (old, new))
    if before != after:
        yield change("api-example-count-changed", "the operation", old.pointer, new.pointer, before, after)


def _count(operation: Operation) -> int:
    """Return the number of examples of an operation: payloads and values of parameters."""
    responses = [media for response in operation.responses.values() for media in response.media]
    holders: list[Parameter | MediaType] = [*operation.parameters, *operation.body, *responses]
    return sum(len(holder.data.get("examples", {})) + ("example" in holder.data) for holder in holders)
