"""The group `security`: documented requests without good credentials."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract_conformance.model.exchange import CREDENTIALS, TOKEN, Exchange, Purpose
from adcontract_conformance.model.promises import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract import Operation
    from adcontract_conformance.client.sender import Sender

_OTHER_SCHEMES = {"Bearer ": "Basic YWRjb250cmFjdDphZGNvbnRyYWN0", "Basic ": "Bearer adcontract"}


def security(sender: Sender, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange | Skip]:
    """Send a documented request without good credentials, in every way that can be told from a good one.

    Should it be carried out all the same, it is on what `path` leads to.
    """
    request = sender.request(sender.first_documented(operation, path))
    if not operation.secured:
        yield sender.exchange(Purpose.OPEN, operation, request)
        for purpose in CREDENTIALS:
            yield Skip(purpose, operation, "the operation wants no credentials")
        return
    yield Skip(Purpose.OPEN, operation, "the operation wants credentials")
    schemes = sender.checked.schemes(operation)

    def sent(purpose: Purpose, credentials: dict[str, str]) -> Exchange:
        others = {name: value for name, value in request.headers.items() if TOKEN not in value}
        return sender.exchange(purpose, operation, replace(request, headers={**others, **credentials}))

    yield sent(Purpose.NO_CREDENTIALS, {})
    yield sent(Purpose.EMPTY_CREDENTIALS, dict(schemes))
    if others := {name: _OTHER_SCHEMES[word] for name, word in schemes if word in _OTHER_SCHEMES}:
        yield sent(Purpose.WRONG_SCHEME, others)
    else:
        yield Skip(Purpose.WRONG_SCHEME, operation, "the token is sent without a scheme")
    if sender.target.token_given:
        yield sent(Purpose.WRONG_TOKEN, {name: f"{word}adcontract-wrong-token" for name, word in schemes})
    else:
        yield Skip(Purpose.WRONG_TOKEN, operation, "no --token was given, so the target may take any")
