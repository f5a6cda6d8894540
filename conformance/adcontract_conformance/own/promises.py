"""A team's own checks and laws as the checks and laws of the suite."""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from adcontract.errors import AdcontractError
from adcontract_conformance.checks.exchange_checks.answers import answered
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.laws.law import Law
from adcontract_conformance.model.exchange import Purpose
from adcontract_conformance.model.promises import CHECKS, Breach, Check, FaultyCheckError, Found
from adcontract_conformance.own.client import Client
from adcontract_conformance.own.declarations import ANSWERED, DECLARED
from adcontract_conformance.own.response import response_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client as LawClient
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.own.declarations import Declaration

# the response to HEAD has no body to look at
_PURPOSES = frozenset(Purpose) - {Purpose.UNKNOWN_PATH, Purpose.HEAD, Purpose.HEAD_WITHOUT_CREDENTIALS}
_MEANT = frozenset((Purpose.DOCUMENTED, Purpose.LAW))

OWN_LAWS: dict[str, Law] = {}
"""The laws of a team that a run tries, by id."""


@contextmanager
def registered() -> Iterator[None]:
    """Let a run in the block carry out what was declared."""
    added = [each for group in _groups() for each in _checks(group)]
    CHECKS.update({each.id: each for each in added})
    OWN_LAWS.update({id_: _law(each) for id_, each in DECLARED.items() if each.statuses is None})
    try:
        yield
    finally:
        OWN_LAWS.clear()
        for each in added:
            del CHECKS[each.id]


def laws_of(group: str) -> list[Law]:
    """Return the laws of a group."""
    return [each for each in OWN_LAWS.values() if each.check.group == group]


def _groups() -> list[str]:
    return list(dict.fromkeys(each.group for each in DECLARED.values()))


def _checks(group: str) -> Iterator[Check]:
    """Yield the checks of a group: the one for requests of laws that get no response, or a 5xx, and those of a team."""
    own = [each for each in DECLARED.values() if each.group == group]
    about = frozenset(name for each in own for name in each.operations)
    sentence = f"a request of the group {group} gets a response other than 5xx"
    everything = any(not each.operations for each in own)
    operations = frozenset[str]() if everything else about
    yield Check(f"{group}.{ANSWERED}", sentence, group, _MEANT, answered, operations=operations)
    for each in own:
        purposes, judge = (frozenset[Purpose](), None) if each.statuses is None else (_PURPOSES, _judge(each))
        place = each.at(each.line)
        yield Check(each.id, each.sentence, group, purposes, judge, place, frozenset(each.operations))


def _judge(own: Declaration) -> Callable[[CheckedContract, Exchange], Iterator[Breach]]:
    statuses = own.statuses or ()

    def judge(checked: CheckedContract, exchange: Exchange) -> Iterator[Breach]:  # noqa: ARG001
        response = response_of(exchange)
        if response.status not in statuses:
            raise NotTestable(f"no response has a status that it is about; the last one was {response.status}")
        for sentence in _sentences(own, response):
            yield _breach(own, exchange.operation, sentence)

    return judge


def _law(own: Declaration) -> Law:
    def run(client: LawClient, operation: Operation) -> Iterator[Found]:
        start = len(client.sent)
        for sentence in _sentences(own, Client(client, operation)):
            if len(client.sent) == start:
                raise FaultyCheckError(f"{own.at(own.line)}: {own.id} reports a breach before it has sent a request.")
            yield Found(_breach(own, operation, sentence), _evidence(client.sent[start:]))
        if len(client.sent) == start:
            raise NotTestable("it has sent no request")

    return Law(CHECKS[own.id], lambda operation: operation.id in own.operations, run, (), None)


def _evidence(sent: list[Exchange]) -> Exchange:
    """Return the last exchange of a law, after the requests that changed something before it."""
    return replace(sent[-1], before=tuple(each.request for each in sent[:-1] if each.request.method != "GET"))


def _breach(own: Declaration, operation: Operation, sentence: str) -> Breach:
    # the sentences may have values in them
    return Breach(sentence, operation.pointer, way=(f"Not kept: {own.sentence}.",))


def _sentences(own: Declaration, argument: Any) -> Iterator[str]:
    """Yield the sentences that a function reports.

    Raises:
        NotTestable: if the function does.
        FaultyCheckError: if it raises something else, or reports something else than sentences.
    """
    try:
        report: Any = own.function(argument)
        if report is None:
            return
        if not isinstance(report, Iterable):
            raise _reports(own, report)
        for each in [report] if isinstance(report, str) else report:
            if not isinstance(each, str) or not each.strip():
                raise _reports(own, each)
            yield each
    except (AdcontractError, NotTestable, FaultyCheckError):
        raise
    except (Exception, SystemExit) as error:
        line, is_raised_there = _line(own, error)
        if not isinstance(error, AssertionError) or not is_raised_there:
            raise FaultyCheckError(f"{own.at(line)}: {own.id}: {type(error).__name__}: {error}") from error
        yield _asserted(own, line, str(error))


def _reports(own: Declaration, value: Any) -> FaultyCheckError:
    return FaultyCheckError(f"{own.at(own.line)}: {own.id} reports {value!r}, and not a sentence for each breach.")


def _asserted(own: Declaration, line: int, message: str) -> str:
    """Return the sentence of an assertion: its message, or else its text. pytest has added lines to the message."""
    first = message.strip().partition("\n")[0]
    if first and not first.startswith("assert "):
        return first
    return f"This is not true: {linecache.getline(own.file, line).strip().removeprefix('assert ')}"


def _line(own: Declaration, error: BaseException) -> tuple[int, bool]:
    """Return the line of a file at which something was raised, or called, and whether it was raised there."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    lines = [line for file, line in frames if file == own.file]
    return (lines[-1] if lines else own.line), bool(lines) and frames[-1][0] == own.file
