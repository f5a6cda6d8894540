"""The comparison of two documents, operation by operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.assembly.vocabulary import keywords
from adcontract.contract.provenance import inferred
from adcontract.contract.servers import server_holder, servers_of
from adcontract.diff import messages
from adcontract.diff.change import Change, at, change
from adcontract.diff.credentials import flows, security
from adcontract.diff.keywords import provenance
from adcontract.diff.pairs import Pairs
from adcontract.openapi.paths import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operation_parts import MediaType, Parameter
    from adcontract.contract.operations import Operation
    from adcontract.diff.document import ComparedDocument

WHOLE = "The whole API"
"""Stands in place of an operation for a change that concerns all of them."""

NOT_COMPARED = {"x-inferred", "x-source", "x-payloads"}
"""The keywords about where an operation is documented, not about its behavior; the first has rules of its own."""

_CLOSED = {"x-states"}
"""The keywords that promise less where they say more: a client meets a state that it does not know."""


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
    yield from ((WHOLE, change) for change in (*_servers(old.data, new.data, "", ""), *flows(old.data, new.data)))
    pairs = Pairs(old.data, new.data)
    is_declared = all(any(map(_declared, document.operations)) for document in (old, new))
    for key, operation in after.items():
        if key in before:
            for each in _operation(pairs, before[key], operation, is_declared):
                yield label(operation), each


def label(operation: Operation) -> str:
    """Return the name of an operation in reports: `GET /offers/{id}`."""
    return f"{operation.method} {operation.path}"


def _summary(operation: Operation) -> str:
    return str(operation.data.get("summary", operation.id))


def _by_shape(document: ComparedDocument) -> dict[tuple[str, str], Operation]:
    return {(operation.method, shape(operation.path)): operation for operation in document.operations}


def _operation(pairs: Pairs, old: Operation, new: Operation, is_declared: bool) -> Iterator[Change]:
    yield from _itself(old, new)
    yield from _own_servers(pairs, old, new)
    yield from _sunset(old, new)
    yield from _tags(old, new)
    yield from security(pairs, old, new)
    yield from messages.parameters(pairs, old, new)
    yield from messages.body(pairs, old, new)
    yield from messages.responses(pairs, old, new)
    yield from _behavior(old, new, is_declared)
    yield from _examples(old, new)


def _servers(old: dict[str, Any], new: dict[str, Any], old_pointer: str, new_pointer: str) -> Iterator[Change]:
    """Yield the changes of the servers of two objects, which are the documents or parts of them."""
    before, after = _urls(old, old_pointer), _urls(new, new_pointer)
    for url, (written, where) in before.items():
        if url not in after:
            yield change("server-removed", "the server", where, None, written)
    for url, (written, where) in after.items():
        if url not in before:
            yield change("server-added", "the server", None, where, None, written)


def _urls(holder: dict[str, Any], pointer: str) -> dict[str, tuple[str, str]]:
    """Return the URL of each server as written and its pointer, by the URL as it is compared."""
    return {
        url: (written, f"{pointer}/servers/{index}" if "servers" in holder else pointer)
        for index, (url, written) in enumerate(servers_of(holder).items())
    }


def _own_servers(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the servers of an operation, where these are not those of the document."""
    sides = [server_holder(*side) for side in zip(pairs.documents, (old, new), strict=True)]
    if any(pointer for _, pointer in sides):
        (before, old_pointer), (after, new_pointer) = sides
        yield from _servers(before, after, old_pointer, new_pointer)


def _sunset(old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the date on which an operation ends: the extension `x-sunset`, of which many tools know."""
    before, after = (operation.data.get("x-sunset") for operation in (old, new))
    if before != after:
        fate = "added" if before is None else "removed" if after is None else None
        fate = fate or ("earlier" if str(after) < str(before) else "later")
        yield change(f"sunset-{fate}", "the operation", *_where(old, new, "x-sunset"), before, after)


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
    if any(inferred(operation.data, "tags") for operation in (old, new)) and not (before and after):
        return  # an import gives a tag to an operation that has none
    for tag in before:
        if tag not in after:
            yield change("api-tag-removed", "the operation", *_where(old, new, "tags"), tag)
    for tag in after:
        if tag not in before:
            yield change("api-tag-added", "the operation", *_where(old, new, "tags"), None, tag)


def _declared(operation: Operation) -> list[str]:
    """Return the keywords by which an operation declares behavior, such as `x-pagination`."""
    return [key for key in keywords()["operation"] if key in operation.data and key not in NOT_COMPARED]


def _behavior(old: Operation, new: Operation, is_declared: bool) -> Iterator[Change]:
    """Yield the changed declarations of behavior.

    Where a document declares none at all (not `is_declared`), what is only inferred in the other one, as an import
    suggests it, is no change.
    """
    for key in dict.fromkeys((*_declared(old), *_declared(new))):
        before, after = (_without_reasons(operation.data.get(key, {})) for operation in (old, new))
        if before != after and (is_declared or not all(_is_inferred(each.data.get(key)) for each in (old, new))):
            rule = "api-behavior-added" if _adds(key, before, after) else "api-behavior-changed"
            yield change(rule, f"`{key}`", *_where(old, new, key))


def _adds(key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether a declaration says what it said before, and perhaps more.

    A word more in a filter, such as `not`, is another filter.
    """
    if key == "x-filter" and any(_words(node) != _words(new.get(name, {})) for name, node in old.items()):
        return False
    if key == "x-resource" and _other_batch_or_sums(old, new):
        return False
    return _extends(old, new) and not (old and key in _CLOSED)


def _other_batch_or_sums(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether a batch, or a sum, is another one; every word in them changes what they are about."""
    sums, others = old.get("sums", {}), new.get("sums", {})
    return bool(old) and (old.get("batch") != new.get("batch") or any(others.get(each) != sums[each] for each in sums))


def _words(filter_: dict[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in filter_.items() if word != "x-inferred"}


def _is_inferred(declared: Any) -> bool:
    """Return whether a declaration, or each of its entries, is inferred; one that is not there is, too."""
    if declared is None or inferred(declared):
        return True
    return isinstance(declared, dict) and bool(declared) and all(map(inferred, declared.values()))


def _without_reasons(node: Any) -> Any:
    """Return a declaration with what is inferred in it, but not why."""
    if not isinstance(node, dict):
        return node
    return {key: bool(value) if key == "x-inferred" else _without_reasons(value) for key, value in node.items()}


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
