"""Secrets that differ a little from a good one, so that a target has to refuse them: how each is made of that one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.settings.access import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_SHORT = 8
"""A secret with fewer characters is a word of texts, or what is left of it is."""


@dataclass(frozen=True)
class Difference:
    """How a secret differs from a good one: `words` say it, and a shell and Python make it, as `change` does.

    `excuse` returns why a target may take a secret that differs from this one in that way; None if it may not.
    """

    name: str
    words: str
    change: Callable[[str], str]
    shell: str
    python: str
    excuse: Callable[[str], str | None]

    def of(self, secret: Secret) -> Secret:
        """Return the secret that differs from another one."""
        return Secret(f"{secret.variable}_{self.name}", self.change(secret.value))


def _is_short(value: str) -> str | None:
    return "the token is too short for that" if len(_credential(value)) < _SHORT else None


def _has_one_case(value: str) -> str | None:
    credential = _credential(value)
    if credential.lower() != credential and credential.upper() != credential:
        return _is_short(value)
    return "the token has no letters of both cases: it may be a number, whose digits have none"


def _ends_in_padding(value: str) -> str | None:
    return "the token ends in padding, after which a target may read no more" if value.endswith("=") else None


def _credential(value: str) -> str:
    """Return a secret without the authentication scheme before it, if there is one."""
    return value.rpartition(" ")[2]


# padding says nothing in Base64
CUT = Difference(
    "WITHOUT_ITS_END",
    "without its last character",
    lambda value: re.sub("(?s).=*$", "", value),
    "sed 's/.=*$//'",
    're.sub(".=*$", "", {})',
    _is_short,
)
OTHER_CASE = Difference(
    "IN_OTHER_CASE",
    "with its letters in the other case",
    str.swapcase,
    "tr A-Za-z a-zA-Z",
    "{}.swapcase()",
    _has_one_case,
)
# one character may be less than a byte of what Base64 or hexadecimal digits stand for, and be left out in reading them
LONGER = Difference(
    "WITH_MORE",
    "with two more characters at its end",
    lambda value: f"{value}00",
    "sed 's/$/00/'",
    '{} + "00"',
    lambda value: _is_short(value) or _ends_in_padding(value),
)
DIFFERENCES = (CUT, OTHER_CASE, LONGER)


def near_secrets(secrets: Iterable[Secret | None]) -> Iterator[Secret]:
    """Yield the secrets that differ from each of these in a way that is worth a request."""
    for secret in secrets:
        if secret is not None:
            yield from (each.of(secret) for each in DIFFERENCES if each.excuse(secret.value) is None)


def made_of(variable: str) -> tuple[str, Difference] | None:
    """Return from which variable the secret in another one is made, and how; None if it is not made."""
    for each in DIFFERENCES:
        if variable.endswith(f"_{each.name}"):
            return variable.removesuffix(f"_{each.name}"), each
    return None
