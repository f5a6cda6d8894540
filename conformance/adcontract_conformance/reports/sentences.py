"""The sentences that several reports of a run share."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract.wording import plural
from adcontract_conformance.client.leftovers import stays
from adcontract_conformance.client.timing import LONGEST_WAIT
from adcontract_conformance.client.transport import MOST
from adcontract_conformance.model.promises import GROUPS, UNNAMED, Outcome
from adcontract_conformance.run.selection import ALL

if TYPE_CHECKING:
    from collections import Counter

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.client.timing import Timing
    from adcontract_conformance.model.exchange import HttpResponse
    from adcontract_conformance.model.promises import Check
    from adcontract_conformance.run.options import Options
    from adcontract_conformance.run.result import Run

_NAMED = 5
"""How many untried operations a sentence names."""

_WHOLE = " … (whole with --verbose) … "

_EXCERPT = 400
"""How much of a body a report shows, in bytes."""

_VERDICTS = {
    Outcome.ERROR: "not determined",
    Outcome.FAIL: "does not conform",
    Outcome.WARN: "conforms, with warnings",
    Outcome.FLAKY: "conforms, with breaches that come and go",
    Outcome.PASS: "conforms",
    Outcome.SKIPPED: "not determined: nothing was checked",
}


def promise(check: Check) -> str:
    """Return the promise that a check is about, as a sentence."""
    return f"{check.sentence[0].upper()}{check.sentence[1:]}."


def verdict(run: Run, ledger: Ledger) -> str:
    """Return in one line whether the target conforms to a contract, and how much was checked."""
    open_ = ledger.outcome < Outcome.FAIL and gaps(run, ledger)
    seconds = sum(ledger.seconds[group] for group in GROUPS)
    counts = f"{plural(len(ledger.checked.operations), 'operation')}, {plural(ledger.requests, 'request')}"
    return (
        f"{ledger.checked.title}: {_VERDICTS[Outcome.ERROR if open_ else ledger.outcome]} "
        f"({counts}, seed {run.options.seed}, {seconds:.0f} s, --for {whose(run)})"
    )


def whose(run: Run) -> str:
    """Return whose server was checked: `vendor`, or `own` for one written for the contract."""
    return "own" if run.options.own else "vendor"


def extent(cause: Cause) -> str:
    """Return in brackets how many findings have a cause, and in how many operations; nothing for a single one."""
    findings, operations = len(cause.findings), len(cause.operations)
    if findings == 1:
        return ""
    words = [plural(findings, "place")] if findings > operations else []
    words += [f"in {operations} operations"] if operations > 1 else []
    warned = sum(finding.outcome is not cause.outcome for finding in cause.findings)
    only = f", {plural(warned, 'warning')} among them" if warned else ""
    return f" ({' '.join(words)}{only})"


def variety(cause: Cause, number: int | None = None) -> list[str]:
    """Return lines on the findings of a cause beside its first: in which ways, and in which operations it is found.

    A line names a `number` of them, or all.
    """
    kinds, operations = cause.kinds, cause.operations[1:]
    lines = []
    if len(kinds) > 1 and not set(kinds) <= set(cause.operations):
        others = [kind for kind in kinds if kind != cause.sentence.rstrip(".")]
        lines.append(f"among them {_few(others, number, '; ')}")
    if operations:
        lines.append(f"also in {_few(operations, number)}")
    elif checks := {each.check.id: None for each in cause.findings if each.check is not cause.findings[0].check}:
        lines.append(f"also by {', '.join(checks)}")
    return lines


def shortened(text: str, length: int, gap: str = _WHOLE) -> str:
    """Return a text without its middle where it is longer than a line may be, with a `gap` in its place."""
    if len(text) <= length:
        return text
    half = (length - len(gap)) // 2
    return f"{text[:half]}{gap}{text[-half:]}"


def gaps(run: Run, ledger: Ledger, *, whole: bool = False) -> list[str]:
    """Return a line for each part of a contract that the run was asked to check and could not.

    Unless `whole`, a line names a few operations of many.
    """
    if ledger.left_out:
        return [left_out(ledger)]
    lines = []
    if untried := {} if run.options.allow_untried else ledger.untried:
        named = [
            f"{name} ({'; '.join([_received(statuses), *_unnamed(ledger, name)])})"
            for name, statuses in untried.items()
        ]
        lines.append(
            f"{len(untried)} of {plural(len(ledger.checked.operations), 'operation')} never succeeded, so nothing is "
            f"known of them: {_few(named, None if whole else _NAMED)}."
        )
    if ledger.limited and not run.options.allow_untried:
        lines.append(
            f"{ledger.limited} of {plural(ledger.requests, 'request')} were refused with 429, so their checks saw "
            "nothing. Raise the target's rate limit for this run."
        )
    if ledger.unread and not run.options.allow_untried:
        named = [f"{name} ({plural(count, 'time')})" for name, count in ledger.unread.most_common(_NAMED)]
        lines.append(
            f"{plural(ledger.unread.total(), 'response')} had a body of more than {MOST / 2**20:g} MiB, which was not "
            f"looked at: {', '.join(named)}. Let the target answer with less."
        )
    if ledger.unreached:
        reason = "the run ended early" if run.stopped else run.bound
        groups = [_unreached(ledger, group, whole=whole) for group in ledger.unreached]
        lines.append(f"Not finished, because {reason}: {', '.join(groups)}.")
    return [f"{ledger.checked.title}: {line}" for line in lines]


def left_out(ledger: Ledger) -> str:
    """Return the line of a contract that the target does not serve."""
    return f"{ledger.checked.title}: {ledger.left_out}"


def problems(run: Run) -> list[str]:
    """Return a line for each error of the suite, and for each item that it could not remove."""
    lines = []
    for ledger in run.ledgers:
        for broken in ledger.broken:
            operation = f" {broken.operation.id}" if broken.operation else ""
            lines.append(f"{ledger.checked.title}{operation}: {broken.message}")
    return lines


def _unreached(ledger: Ledger, group: str, *, whole: bool) -> str:
    operations = ledger.unreached_operations(group)
    if len(operations) == len(ledger.checked.operations) and not whole:
        return group
    return f"{group} of {_few(operations, None if whole else _NAMED)}" if operations else group


def _few(names: list[str], number: int | None, separator: str = ", ") -> str:
    """Return so many names, or all of them, and how many others there are."""
    if number is None or len(names) <= number:
        return separator.join(names)
    return f"{separator.join(names[:number])} and {len(names) - number} more"


def _unnamed(ledger: Ledger, operation: str) -> list[str]:
    """Return why an operation could not be tried, if that would have taken one that `--only` does not name."""
    reasons = (each.reason for each in ledger.results if each.operation.id == operation)
    return [each.removeprefix("not tried: ") for each in reasons if each.endswith(UNNAMED)][:1]


def _received(statuses: Counter[int]) -> str:
    if not statuses:
        return "no request was possible"
    counts = [f"{status or 'no response'}, {plural(count, 'time')}" for status, count in statuses.most_common(2)]
    return ", ".join(counts)


def notes(run: Run) -> list[str]:
    """Return the lines after the verdicts: what stays on the target, its rate limit, and how to repeat the run."""
    token = f"No token was given, so {run.target.token} was sent; whether the target checks tokens was not tested."
    lines = stays(run.book)
    if run.left:
        lines.append(f"Remove what is left: {_clear_line(run, run.left)}")
    lines += [f"An earlier run has left items. Remove them: {_clear_line(run, file)}" for file in run.earlier]
    tokens = [] if run.target.token_given else [token]
    return [*lines, *_limit(run.target.timing), *_resent(run.target.timing), *tokens, f"Again: {command_line(run)}"]


def _clear_line(run: Run, file: Path) -> str:
    spec = ["--spec", str(run.options.spec)] if run.options.spec else []
    return shlex.join([*_target(run), *spec, "--clear", str(file)])


def _target(run: Run) -> list[str]:
    """Return the beginning of a command on the target of a run."""
    trust = ["--ca", str(run.target.ca)] if run.target.ca else ["--insecure"] if run.target.insecure else []
    return [_program(), "check", run.target.shown, *trust]


def _resent(timing: Timing) -> list[str]:
    requests = plural(timing.resent, "request")
    return [f"The target closed connections on which requests came: {requests} had to be sent again."][: timing.resent]


def _limit(timing: Timing) -> list[str]:
    if not timing.refused:
        return []
    refused = f"The target refused {plural(timing.refused, 'request')} with 429"
    waited = f"{refused}. The run waited {timing.waited:.0f} s because of that."
    if timing.asked is None:
        return [waited]
    if timing.asked > LONGEST_WAIT:
        return [f"{waited} It did not wait for the {timing.asked:g} s that the target asked for."]
    return [f"{waited} It stopped waiting, which did not help."]


def command_line(run: Run) -> str:
    """Return the command that repeats a run."""
    options = run.options
    checked_contracts = [ledger.checked for ledger in run.ledgers]
    parts = _target(run)
    apis = {checked.api for checked in checked_contracts}
    if len(apis) == 1:
        parts += ["--api", *apis]
    if options.every_snapshot:
        parts += ["--snapshot", ALL]
    elif len(checked_contracts) == 1:
        parts += ["--snapshot", checked_contracts[0].contract.name.snapshot]
    for checked in checked_contracts:
        if len(checked.operations) < len(checked.contract.operations):
            parts += [part for each in checked.operations for part in ("--only", each.id)]
    if options.groups != GROUPS:
        parts += ["--groups", ",".join(options.groups)]
    parts += ["--seed", str(options.seed)]
    parts += _bounds(options)
    if options.spec is not None:
        parts += ["--spec", str(options.spec)]
    if options.allow_untried:
        parts.append("--allow-untried")
    return shlex.join([*parts, "--for", "own"] if options.own else parts)


def _bounds(options: Options) -> list[str]:
    seconds = ["--max-time", f"{options.seconds:g}"] if options.seconds is not None else []
    failures = ["--max-failures", str(options.max_failures)] if options.max_failures is not None else []
    latency = ["--max-latency", f"{options.max_latency:g}"] if options.max_latency is not None else []
    workers = ["--workers", str(options.workers)] if options.workers > 1 else []
    return [*workers, *seconds, *failures, *latency]


def _program() -> str:
    """Return how a shell finds the command that runs: by its name, or by the path that started it."""
    name, started = "adcontract", Path(sys.argv[0])
    if started.name != name or not started.is_file():
        return name
    found = shutil.which(name)
    return name if found and started.samefile(found) else str(started)


def excerpt(response: HttpResponse) -> str:
    """Return the beginning of a response's body as text."""
    text = response.body[:_EXCERPT].decode(errors="replace")
    return f"{text}…" if len(response.body) > _EXCERPT else text
