"""A double of a target, in this process: it answers as a contract says, so that a run learns what it would send."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adcontract_conformance.groups.security import WRONG
from adcontract_conformance.model.exchange import Request
from adcontract_conformance.plan.actions import carried_out
from adcontract_conformance.plan.batches import each_carried_out
from adcontract_conformance.plan.shelf import NoSuchItem, Shelf

if TYPE_CHECKING:
    from requests import PreparedRequest

    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract

_STATUS = re.compile(r"code=(\d+)")


class Double:
    """Answers the requests of one contract below a base URL; credentials that are `refused` are not good."""

    def __init__(self, checked: CheckedContract, base: str, refused: tuple[str, ...] = ()) -> None:
        self._checked = checked
        self._refused = {b"", *(wrong.encode() for wrong in (*WRONG, *refused))}
        self._base = base
        types = checked.contract.resources
        self._shelves: dict[str, Shelf] = {}
        for name, type_ in types.items():
            self._shelves[name] = Shelf(checked, type_, self._shelves)
        self._declared = {each.operation.id: each for type_ in types.values() for each in type_.operations}

    def answer(self, prepared: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        """Return the status, the headers and the body of the answer to a request."""
        body = prepared.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        headers = {str(name): str(value) for name, value in prepared.headers.items()}
        request = Request(str(prepared.method), str(prepared.url), headers, content)
        path = urlsplit(request.url).path.removeprefix(urlsplit(self._base).path.rstrip("/"))
        at_path = self._checked.operations_at(path)
        operation = next((each for each in at_path if each.method == request.method), None)
        if operation is None:
            allow = {"Allow": ", ".join(each.method for each in at_path)} if at_path else {}
            return self._error("unknown-method" if at_path else "unknown-path", allow)
        if not self._is_let_in(operation, request):
            return self._error("unauthenticated", {}, operation)
        reading = self._checked.read(operation, request, self._base)
        if reading is None:
            return self._error("unknown-path")
        if reading.faults:
            return self._error("malformed" if reading.faults[0].malformed else "invalid", {}, operation)
        return self._success(operation, request, reading)

    def _success(self, operation: Operation, request: Request, reading: Any) -> tuple[int, dict[str, str], bytes]:
        success = operation.success
        status = int(success.status) if success and success.status.isdecimal() else 200
        media = success.media[0] if success and success.media else None
        headers = {"Content-Type": media.written} if media else {}
        prefer = request.headers.get("Prefer")
        if prefer:
            asked = _STATUS.search(prefer)
            return int(asked[1]) if asked else status, {**headers, "Preference-Applied": prefer}, b"{}"
        each = self._declared.get(operation.id)
        if each is None:
            example = media.examples[0].value if media and media.examples else {}
            return status, headers, json.dumps(example).encode() if media and media.is_json else b""
        try:
            shelf, query = self._shelves[each.declared.name], urlsplit(request.url).query
            if each.declared.batch:
                value = each_carried_out(each, each.declared.batch, shelf, reading)
            else:
                value = carried_out(each, shelf, reading, query, headers)
        except NoSuchItem:
            return 404, {}, b""
        return status, headers, b"" if value is None else json.dumps(value).encode()

    def _is_let_in(self, operation: Operation, request: Request) -> bool:
        headers = {name.lower().encode(): value.encode("latin-1", "replace") for name, value in request.headers.items()}
        query = urlsplit(request.url).query.encode()
        given = [scheme.reader()(headers, query) for scheme in self._checked.schemes(operation)]
        return self._refused.isdisjoint(given)

    def _error(
        self, fault: str, headers: dict[str, str] | None = None, operation: Operation | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        response = self._checked.error(operation, fault) if operation else self._checked.errors[fault]
        return int(response.status), headers or {}, b""
