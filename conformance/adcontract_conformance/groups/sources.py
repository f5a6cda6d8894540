"""The requests of our own: ones without good credentials, and mistakes that no schema describes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract import Operation
from adcontract_conformance.client.documented import Documented, documented
from adcontract_conformance.model.exchange import (
    CREDENTIALS,
    TOKEN,
    Exchange,
    HttpResponse,
    Purpose,
    Request,
    Skip,
    SuiteError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract_conformance.client.documented import Sample
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract

_UNKNOWN = "adcontract-no-such-path"
_OTHER_SCHEMES = {"Bearer ": "Basic YWRjb250cmFjdDphZGNvbnRyYWN0", "Basic ": "Bearer adcontract"}


class Sources:
    """Sends our own requests to one target for one contract."""

    def __init__(self, checked: CheckedContract, target: Target, sample: Sample) -> None:
        self.checked = checked
        self.target = target
        self._sample = sample

    def documented(self, operation: Operation) -> list[Documented]:
        """Return the documented requests of an operation."""
        return documented(operation, self._sample)

    def _at(self, operation: Operation, path: Mapping[str, Any]) -> Documented:
        first = self.documented(operation)[0]
        return replace(first, path={**first.path, **path})

    def exchange(self, purpose: Purpose, operation: Operation, request: Request, **more: Any) -> Exchange:
        """Send a request and return it with its answer."""
        return Exchange(purpose, operation, request, self.target.send(request), **more)

    @cached_property
    def prefer_is_taken(self) -> bool:
        """Whether a safe operation applies it: a target that does not know `Prefer` would carry out what is asked."""
        for operation in self.checked.contract.operations:
            if operation.method == "GET" and operation.success:
                request = self.documented(operation)[0].request(self.checked, self.target.url)
                wish = f"code={operation.success.status}"
                answer = self.target.send(replace(request, headers={**request.headers, "Prefer": wish}))
                return isinstance(answer, HttpResponse) and "preference-applied" in answer.headers
        return False

    def security(self, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange | Skip | SuiteError]:
        """Send a documented request without good credentials, in every way that can be told from a good one.

        Should it be carried out all the same, it is on what `path` leads to.
        """
        request = self._at(operation, path).request(self.checked, self.target.url)
        if not operation.secured:
            yield self.exchange(Purpose.OPEN, operation, request)
            for purpose in CREDENTIALS:
                yield Skip(purpose, operation, "the operation wants no credentials")
            return
        yield Skip(Purpose.OPEN, operation, "the operation wants credentials")
        schemes = self.checked.schemes(operation)

        def sent(purpose: Purpose, credentials: dict[str, str]) -> Exchange:
            others = {name: value for name, value in request.headers.items() if TOKEN not in value}
            return self.exchange(purpose, operation, replace(request, headers={**others, **credentials}))

        yield sent(Purpose.NO_CREDENTIALS, {})
        yield sent(Purpose.EMPTY_CREDENTIALS, dict(schemes))
        if others := {name: _OTHER_SCHEMES[word] for name, word in schemes if word in _OTHER_SCHEMES}:
            yield sent(Purpose.WRONG_SCHEME, others)
        else:
            yield Skip(Purpose.WRONG_SCHEME, operation, "the token is sent without a scheme")
        if self.target.token_given:
            yield sent(Purpose.WRONG_TOKEN, {name: f"{word}adcontract-wrong-token" for name, word in schemes})
        else:
            yield Skip(Purpose.WRONG_TOKEN, operation, "no --token was given, so the target may take any")

    def mistakes(self, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange | Skip | SuiteError]:
        """Send a body that is no JSON, to what `path` leads to."""
        each = self._at(operation, path)
        if not operation.body or not operation.body[0].is_json:
            yield Skip(Purpose.UNREADABLE, operation, "the operation takes no JSON")
            return
        request = replace(each, media=operation.body[0]).request(self.checked, self.target.url)
        request = replace(request, body=b'{"adcontract": ')
        reading = self.checked.read(operation, request, self.target.url)
        yield self.exchange(Purpose.UNREADABLE, operation, request, reading=reading)

    def unknown_path(self) -> Iterator[Exchange | Skip | SuiteError]:
        """Send a request to a path that is near those of the contract, and none of them."""
        expected = self.checked.errors["unknown-path"]
        path = _unknown_path(self.checked)
        operation = Operation(
            "(unknown path)", "GET", path, {}, expected.pointer, (), (), False, {expected.status: expected}, ()
        )
        headers = {name: f"{word}{TOKEN}" for name, word in self.checked.schemes(self.checked.operations[0])}
        request = Request("GET", f"{self.target.url}{path}", headers)
        yield self.exchange(Purpose.UNKNOWN_PATH, operation, request)


def _unknown_path(checked: CheckedContract) -> str:
    """Return a path that is not in the contract, below the longest literal beginning that all of its paths share."""
    paths = [path.split("/")[1:-1] for path in checked.contract.document["paths"]]
    shared: list[str] = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1 or "{" in parts[0]:
            break
        shared.append(parts[0])
    while shared and checked.knows("/".join(["", *shared, _UNKNOWN])):
        shared.pop()
    return "/".join(["", *shared, _UNKNOWN])
