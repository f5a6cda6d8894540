"""The bodies of updates that are a JSON Patch, as the values that they give the fields of an item, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.patches import JSON_PATCH, TEST, PatchError, assignment, patched, steps
from adcontract.openapi.pointer import join, put, split
from adcontract_conformance.client.replies import MISSING, at

if TYPE_CHECKING:
    from adcontract import MediaType, Operation


def is_json_patch(operation: Operation) -> bool:
    """Return whether the first media type of the bodies of an operation is JSON Patch."""
    return bool(operation.body) and operation.body[0].essence == JSON_PATCH


def media_of(operation: Operation, essence: str) -> MediaType | None:
    """Return a media type of the bodies of an operation, None if it is none of them."""
    return next((each for each in operation.body if each.essence == essence), None)


def target_of(operation: Operation, shown: Any) -> Any:
    """Return an item, as it is shown, with the fields that it keeps where a patch names them."""
    resource = operation.behavior.resource
    target = dict(shown) if isinstance(shown, dict) else {}
    for ours, theirs in resource.echo.items() if resource else ():
        if (value := at(shown, ours)) is not MISSING and ours != theirs:
            put(target, theirs, value)
    return target


def as_sent(operation: Operation, body: Any, shown: Any) -> Any:
    """Return the body by which an item, as it is shown, is given the values of the fields in `body`, an object.

    It is `body` itself where that is no JSON Patch.
    """
    if not is_json_patch(operation) or not isinstance(body, dict):
        return body
    target = target_of(operation, shown)
    return [assignment(join("", name), value, target) for name, value in body.items()]


def values_in(operation: Operation, body: Any, shown: Any) -> Any:
    """Return the values of the fields that an item, as it is shown, has once it is changed by a body.

    Those that a JSON Patch names have its values, and the others those that they have. Where the body is no JSON Patch,
    it is returned as it is.
    """
    resource = operation.behavior.resource
    if not is_json_patch(operation) or resource is None:
        return body
    target = target_of(operation, shown)
    try:
        after = patched(target, [each for each in steps(body) if each.op != TEST])
    except PatchError:
        after = target
    names = [split(theirs)[0] for theirs in resource.echo.values() if theirs.count("/") == 1]
    return {name: after[name] for name in names if isinstance(after, dict) and after.get(name) is not None}
