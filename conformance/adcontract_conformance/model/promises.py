"""The checks by their ids, and the groups they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Breach, Exchange, Purpose

Judge = Callable[[CheckedContract, Exchange], Iterator[Breach]]

GROUPS = ("examples", "security", "behavior", "state", "schema", "rejection")
"""In the order in which they are run: those of few requests come first."""


@dataclass(frozen=True)
class Check:
    """A promise of a conforming server: its id, sentence and group, the requests that it is about, and who judges.

    A law is about no single request: it is tried as a whole, and nothing is judged but what it has found.
    """

    id: str
    sentence: str
    group: str
    purposes: frozenset[Purpose]
    judge: Judge | None


CHECKS: dict[str, Check] = {}


def check(id: str, sentence: str, *purposes: Purpose) -> Callable[[Judge], Judge]:  # noqa: A002
    """Register a function as the check `<group>.<name>` on every request that was sent for one of `purposes`."""

    def register(judge: Judge) -> Judge:
        CHECKS[id] = Check(id, sentence, id.partition(".")[0], frozenset(purposes), judge)
        return judge

    return register


def register_law(id: str, sentence: str) -> Check:  # noqa: A002
    """Register a promise over several requests, and return its check."""
    CHECKS[id] = Check(id, sentence, id.partition(".")[0], frozenset(), None)
    return CHECKS[id]
