"""The group `security`: documented requests without good credentials."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.security import BASIC
from adcontract_conformance.client.credentials import with_credentials, without_credentials
from adcontract_conformance.model.exchange import CREDENTIALS, Exchange, Purpose
from adcontract_conformance.model.promises import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract import Operation
    from adcontract_conformance.client.sender import Sender

_OTHER_SCHEMES = {"Bearer": "Basic YWRjb250cmFjdDphZGNvbnRyYWN0", "Basic": "Bearer adcontract"}
_WRONG_TOKEN = "adcontract-wrong-token"
_WRONG_PAIR = "adcontract:wrong-password"
WRONG = (_WRONG_TOKEN, _WRONG_PAIR)
"""The credentials that no target takes."""


def security(sender: Sender, operation: Operation, path: Mapping[str, Any]) -> Iterator[Exchange | Skip]:
    """Send a documented request without good credentials, in every way that differs from a good one.

    Should it be carried out all the same, it affects only the item that `path` leads to.
    """
    request = sender.request(sender.first_documented(operation, path))
    if not operation.secured:
        yield sender.exchange(Purpose.OPEN, operation, request)
        for purpose in CREDENTIALS:
            yield Skip(purpose, operation, "the operation needs no credentials")
        return
    yield Skip(Purpose.OPEN, operation, "the operation needs credentials")
    schemes = sender.checked.schemes(operation)

    bare = without_credentials(request, schemes)
    yield sender.exchange(Purpose.NO_CREDENTIALS, operation, bare)
    yield sender.exchange(Purpose.EMPTY_CREDENTIALS, operation, with_credentials(bare, schemes, ""))
    if others := {scheme.key: _OTHER_SCHEMES[scheme.word] for scheme in schemes if scheme.word in _OTHER_SCHEMES}:
        other = replace(bare, headers={**bare.headers, **others})
        yield sender.exchange(Purpose.WRONG_SCHEME, operation, other)
    else:
        yield Skip(Purpose.WRONG_SCHEME, operation, "the token is sent without a scheme")
    if all(map(sender.target.credentials.given, schemes)):
        wrong = bare
        for scheme in schemes:
            wrong = with_credentials(wrong, [scheme], _WRONG_PAIR if scheme.word == BASIC else _WRONG_TOKEN)
        yield sender.exchange(Purpose.WRONG_TOKEN, operation, wrong)
    else:
        yield Skip(Purpose.WRONG_TOKEN, operation, "no --token was given, so the target may accept any token")
