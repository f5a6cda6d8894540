"""The checks by their ids, the groups they belong to, and how a check ends: its outcome and the breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering
from typing import TYPE_CHECKING

from adcontract_conformance.model.exchange import Purpose

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange

GROUPS = ("examples", "security", "behavior", "state", "schema", "rejection")
"""The groups of the suite, in the order in which they run: those with few requests come first."""

_FEW = 3
"""How many of them send few requests."""

UNNAMED = "was not named (--only)"
"""The end of a reason for which something is not tried: it would write through an operation that is not checked."""

READ_ONLY = "it would write (--read-only)"
"""The end of a reason for which something is not tried, as the user wants it."""

UNALLOWED = "it would write (no --allow-writes)"
"""The end of a reason for which something is not tried: the target is not this machine."""

IMPOSSIBLE = "give what it requires an example that fits, or correct the schemas"
"""The end of a reason for which something is not tried: no valid request can be generated."""


NEIGHBOR = "neighbour"
"""The part of a breach by which another item changes, spelled as in the fingerprints of earlier findings."""


@total_ordering
class Outcome(Enum):
    """How a check ended on an operation, from the least to the gravest; its value is its name in reports.

    `WAIVED`: a breach that a waiver lets pass. `FLAKY`: a breach that was seen, and not in most of the tries.
    `ERROR`: the suite broke, not the target.
    """

    DISABLED = "disabled"
    SKIPPED = "skipped"
    PASS = "pass"
    WAIVED = "waived"
    FLAKY = "flaky"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"

    def __init__(self, word: str) -> None:
        self.word = word
        self.rank = len(type(self).__members__)

    def __lt__(self, other: Outcome) -> bool:
        return self.rank < other.rank


@dataclass(frozen=True)
class Breach:
    """A part of the contract that a response breaks.

    `pointer` is the place of that part in the document, empty for the document as a whole, `part` distinguishes two
    breaches at one place, and `inferred` is the sentence that says why it is inferred, None where the vendor's page
    documents it. `is_open` is whether neither a page nor the contract says it, and `inferred` is the suite's sentence.
    A `grave` breach loses or mixes data, or lets anybody in. `is_known` says that the target has shown that it knows
    every parameter of the request. `way` says how the part is broken, from the general to the
    particular, where the sentence differs from place to place. `spot` is the part of the response that shows it, as a
    pointer: `/status`, `/headers/NAME`, or `/body` and a pointer in its JSON; empty where it is none of them. `near` is
    the place to look at where the breach is of the document as a whole.
    """

    sentence: str
    pointer: str
    inferred: str | None = None
    part: str = ""
    is_open: bool = False
    grave: bool = False
    is_known: bool = False
    way: tuple[str, ...] = ()
    spot: str = ""
    near: str = ""


@dataclass(frozen=True)
class Found:
    """A breach, and the exchange that shows it, or shows it with others: `alone` says that no other is needed.

    A breach that comes and goes was seen in `seen` of `tries` tries; otherwise both are 0. A `steady` one counts only
    if every try shows it: others may have done what came once.
    """

    breach: Breach
    exchange: Exchange
    seen: int = 0
    tries: int = 0
    alone: bool = False
    steady: bool = False


@dataclass(frozen=True)
class Skip:
    """Requests of one purpose that are not sent to an operation, and why; None for all others of a group."""

    purpose: Purpose | None
    operation: Operation
    reason: str


@dataclass(frozen=True)
class LawResult:
    """The result of a law on an operation: the number of requests, the breaches, and why it was not tried.

    `untried` says with what it was not tried, where it was tried with something else.
    """

    check_id: str
    operation: Operation
    requests: int
    found: tuple[Found, ...] = ()
    reason: str = ""
    untried: str = ""


@dataclass(frozen=True)
class SuiteError:
    """The suite itself failed on an operation, or, where that is not `ours`, could not remove what it created.

    `check_id` is the check that could not be carried out, if it is that one alone.
    """

    operation: Operation | None
    message: str
    ours: bool = True
    check_id: str = ""


class FaultyCheckError(Exception):
    """A team's own check cannot be carried out; the message names the line of its file, and what is wrong there."""


Judge = Callable[["CheckedContract", "Exchange"], Iterator[Breach]]


@dataclass(frozen=True)
class Check:
    """A promise of a conforming server: its id, sentence and group, the requests that it is about, and its judge.

    A law is about several requests: it is tried as a whole and has no judge. A team's own check is `declared` at a line
    of its file, and looks at the responses of every group. `operations` are the operationIds that it is about, all if
    there are none.
    """

    id: str
    sentence: str
    group: str
    purposes: frozenset[Purpose]
    judge: Judge | None
    declared: str = ""
    operations: frozenset[str] = frozenset()

    def is_about(self, operation: Operation) -> bool:
        """Return whether it has a result on an operation."""
        return not self.operations or operation.id in self.operations

    def looks_at(self, group: str, exchange: Exchange) -> bool:
        """Return whether it judges an exchange of a group; and of laws, if it names them, whatever its own group."""
        if exchange.purpose not in self.purposes:
            return False
        if self.declared:
            return self.is_about(exchange.operation)
        return self.group == group or (exchange.purpose is Purpose.LAW and self.group != _LAWS)

    @property
    def promise(self) -> str:
        """Its promise as a sentence."""
        return f"{self.sentence[0].upper()}{self.sentence[1:]}."

    @property
    def is_about_bodies(self) -> bool:
        """Whether it looks at nothing but the body of a response."""
        return self.id.endswith((".body", ".shown", ".invariants"))


_LAWS = "behavior"
"""The group of the laws."""

CHECKS: dict[str, Check] = {}


def known_groups() -> tuple[str, ...]:
    """Return all groups in the order in which they run: those of a team's own checks before the many requests."""
    own = dict.fromkeys(each.group for each in CHECKS.values() if each.declared)
    return (*GROUPS[:_FEW], *own, *GROUPS[_FEW:])


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
