"""The requests that a contract documents, as they are sent to a target."""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.files.payload_files import DEFAULT
from adcontract.openapi.pointer import get, put
from adcontract.requests.documented import DocumentedRequest, Sample
from adcontract.requests.documented import documented as documented_requests
from adcontract_conformance.client.credentials import with_credentials
from adcontract_conformance.model.exchange import Request
from adcontract_conformance.model.promises import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from adcontract import Key, Operation
    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.model.checked_contract import CheckedContract

__all__ = ["DEFAULT", "Documented", "Sample", "documented", "id_in_body", "no_request"]


class Documented(DocumentedRequest):
    """One documented request."""

    def request(self, checked: CheckedContract, base: str, mark: Callable[[SecurityScheme], str]) -> Request:
        """Return the request to the server at `base`, with a `mark` for a credential where the operation needs one."""
        headers: dict[str, str] = {}
        success = self.operation.success
        if success is not None and success.media:
            headers["Accept"] = success.media[0].written
        headers |= self.headers
        request = Request(self.operation.method, self.url(base), headers, self._of_path.content)
        return with_credentials(request, checked.schemes(self.operation), mark)

    @property
    def _of_path(self) -> Documented:
        """The same with the id that its path has also in its body, if that may create the item, and has one."""
        found = id_in_body(self.operation)
        if found is None or not isinstance(self.body, dict):
            return self
        key, pointer = found
        documented = [get(each.value, pointer) for media in self.operation.body for each in media.examples]
        id_ = getattr(self, key.location).get(key.name)
        if get(self.body, pointer) not in documented or id_ is None:
            return self
        return replace(self, body=put(copy.deepcopy(self.body), pointer, id_))


def id_in_body(operation: Operation) -> tuple[Key, str] | None:
    """Return the parameter that names the item that a request may create, and where its id is in the body, if it is.

    It is None for other operations. A server may demand that the two are the same.
    """
    resource = operation.behavior.resource
    if resource is None or resource.key is None or not ACTIONS[resource.action].may_create:
        return None
    return resource.key, resource.id or "/id"


def documented(operation: Operation, sample: Sample, known: Mapping[str, Any] | None = None) -> list[Documented]:
    """Return the requests that are documented for `operation`, as `adcontract.requests.documented` does.

    Values of its path and query that are `known` on the target, by name, stand in the place of the documented ones.
    A documented cursor is left out, and so is a condition: a target knows only those cursors and tags that it has
    given. A condition that must be there is that the item exists.
    """
    known = known or {}
    requests = (
        Documented(**{field.name: getattr(each, field.name) for field in fields(each)})
        for each in documented_requests(operation, sample)
    )
    cursor, asked = operation.behavior.cursor, operation.conditions.asked
    exists = {each.name: "*" for each in operation.parameters if each.required and each.name in asked}
    return [
        replace(
            each,
            path=_with(each.path, known),
            query=_with(each.query, known, without=(cursor,)),
            header={**_with(each.header, {}, without=asked), **exists},
        )
        for each in requests
    ]


def no_request(checked: CheckedContract, operation: Operation) -> str:
    """Return the reason for which an operation is not tried that no valid request can be generated for."""
    where = checked.contract.where(operation.pointer)
    return f"not tried: no valid request can be generated for {operation.id} ({where}): {IMPOSSIBLE}"


def _with(
    values: Mapping[str, Any], known: Mapping[str, Any], *, without: Container[str | None] = ()
) -> dict[str, Any]:
    return {name: known.get(name, value) for name, value in values.items() if name not in without}
