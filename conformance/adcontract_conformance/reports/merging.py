"""The reports of the shards of a run joined into that of the whole run."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace

from adcontract.errors import UsageError, shown
from adcontract_conformance.client.leftovers import Stays, stays
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.command_line import no_operation, resent
from adcontract_conformance.reports.created_items import Count, CreatedItems
from adcontract_conformance.reports.document import RateLimit, RunReport, WaiverToEdit
from adcontract_conformance.reports.from_run import concluded
from adcontract_conformance.reports.merged_contracts import merged_contracts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from adcontract_conformance.reports.document import ContractReport

_SHARD = re.compile(r" --shard \d+/\d+")

_STAYS = ("unremovable", "marked", "unnamed", "undone")


def merged(named: Sequence[tuple[Path, RunReport]]) -> RunReport:
    """Return the report of a whole run from those of all of its shards, each with its file, in any order.

    Raises:
        UsageError: if one is not of a shard, or is of another run, if one is there twice, or one is missing.
    """
    for file, report in named:
        _refuse_other(file, report, *named[0])
    ordered = sorted(named, key=lambda each: _number(each[1]))
    _refuse_gaps(ordered)
    reports = [report for _, report in ordered]
    first = reports[0]
    try:
        apis = merged_contracts(reports)
    except ValueError as error:
        raise UsageError(f"{error} The contract has changed between the shards: run all of them again.") from None
    counts = {name: _summed(getattr(each.created, name) for each in reports) for name in _STAYS}
    whole = replace(
        first,
        date=min(each.date for each in reports),
        options=replace(first.options, shard=None),
        again=_SHARD.sub("", first.again),
        seconds=round(sum(each.seconds for each in reports), 1),
        stopped=next((each.stopped for each in reports if each.stopped), None),
        bound=next((each.bound for each in reports if each.bound), None),
        resent=sum(each.resent for each in reports),
        rate_limit=RateLimit(
            refused=sum(each.rate_limit.refused for each in reports),
            waited=round(sum(each.rate_limit.waited for each in reports), 1),
        ),
        created=CreatedItems(
            removed=sum(each.created.removed for each in reports),
            left=tuple(item for each in reports for item in each.created.left),
            file=next((each.created.file for each in reports if each.created.file), None),
            **counts,
        ),
        notes=tuple(_notes(reports, counts)),
        waivers_to_edit=tuple(_waivers(reports, apis)),
        waivers_unused=(),
        apis=apis,
    )
    return concluded(whole)


def _number(report: RunReport) -> int:
    return int(str(report.options.shard).partition("/")[0])


def _refuse_other(file: Path, report: RunReport, first_file: Path, first: RunReport) -> None:
    """Refuse a report that is not of a shard of the same run as the first one."""
    if not re.fullmatch(r"[1-9]\d*/[1-9]\d*", report.options.shard or ""):
        raise UsageError(f"{shown(file)}: this is no shard. Name the reports of `adcontract check … --shard N/COUNT`.")
    for what, own, other in (
        ("a run of adcontract", report.suite.version, first.suite.version),
        ("the target", report.target, first.target),
        ("the seed", report.seed, first.seed),
        ("a run in", _count(report), _count(first)),
    ):
        if own != other:
            raise _is_other(file, f"{what} {own}", first_file, other)
    ours, theirs = (asdict(replace(each.options, shard=None)) for each in (report, first))
    if others := [name.rstrip("_").replace("_", "-") for name in ours if ours[name] != theirs[name]]:
        raise _is_other(file, f"other options: {', '.join(others)}", first_file)
    # options of which a report has nothing else
    lines = (shlex.split(_SHARD.sub("", each.again))[1:] for each in (report, first))
    for own, other in zip_longest(*lines, fillvalue="nothing"):
        if own != other:
            raise _is_other(file, f"other options: {own}", first_file, other)
    if report.checks != first.checks:
        raise _is_other(file, "other checks of your own", first_file)


def _count(report: RunReport) -> str:
    return f"{str(report.options.shard).partition('/')[2]} shards"


def _is_other(file: Path, what: str, first: Path, other: object = None) -> UsageError:
    theirs = f" is of {other}" if other is not None else " is not"
    return UsageError(f"{shown(file)} is of {what}, and {shown(first)}{theirs}. Name the shards of one run.")


def _refuse_gaps(ordered: Sequence[tuple[Path, RunReport]]) -> None:
    """Refuse two reports of one shard, and a shard without a report."""
    known: dict[int, Path] = {}
    for file, report in ordered:
        number = _number(report)
        if number in known:
            raise UsageError(f"{shown(file)}: this is shard {report.options.shard}, as {shown(known[number])} is.")
        known[number] = file
    count = int(str(ordered[0][1].options.shard).partition("/")[2])
    if missing := [f"{number}/{count}" for number in range(1, count + 1) if number not in known]:
        words = f"shard {missing[0]} is" if len(missing) == 1 else f"the shards {', '.join(missing)} are"
        raise UsageError(f"Not the whole run: {words} missing. Name all reports.")


def _summed(counts: Iterable[Iterable[Count]]) -> tuple[Count, ...]:
    total = Counter[tuple[str, str]]()
    for each in counts:
        total.update({(one.api, one.name): one.count for one in each})
    return tuple(Count(api=api, name=name, count=count) for (api, name), count in sorted(total.items()))


def _stays(counts: dict[str, Any]) -> list[str]:
    return stays(Stays(**{name: {(each.api, each.name): each.count for each in counts[name]} for name in _STAYS}))


def _notes(reports: Sequence[RunReport], counts: dict[str, tuple[Count, ...]]) -> list[str]:
    """Return the notes of all shards, each once, with the numbers of all in those that have numbers."""
    again = resent(sum(each.resent for each in reports))
    others: dict[str, None] = {}
    for each in reports:
        own = {*_stays(asdict(each.created)), *resent(each.resent), no_operation(str(each.options.shard))}
        others.update(dict.fromkeys(note for note in each.notes if note not in own))
    return [*_stays(counts), *again, *others]


def _waivers(reports: Sequence[RunReport], apis: Sequence[ContractReport]) -> Iterable[WaiverToEdit]:
    """Return the waivers to edit: those that have expired, and those whose finding no shard has found."""
    found = {finding.fingerprint for contract in apis for finding in contract.findings}
    expired = {each.fingerprint: each for report in reports for each in report.waivers_to_edit}
    unused = {each.fingerprint: each for report in reports for each in report.waivers_unused}
    stale = (each for name, each in unused.items() if name not in found and _has_passed(each, apis))
    return sorted((*expired.values(), *stale), key=lambda each: (each.where.file, each.where.line))


def _has_passed(waiver: WaiverToEdit, apis: Sequence[ContractReport]) -> bool:
    return any(
        (result.check, result.operation) == (waiver.check_id, waiver.operation_id)
        and result.outcome >= Outcome.PASS
        and not result.untried
        and result.group not in contract.unreached
        for contract in apis
        for result in contract.results
    )
