"""The command that repeats a run, and the sentences on its target: what stays there, and its rate limit."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract.wording import plural
from adcontract_conformance.client.allowance import PER_OPERATION
from adcontract_conformance.client.bounds import PAGES
from adcontract_conformance.client.credentials import DEFAULT_TOKEN
from adcontract_conformance.client.leftovers import stays, what_stays
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.timing import LONGEST_WAIT
from adcontract_conformance.groups.generated import EXAMPLES
from adcontract_conformance.model.promises import UNALLOWED, known_groups
from adcontract_conformance.run.selection import ALL

if TYPE_CHECKING:
    from adcontract_conformance.client.limits import Limits
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.client.timing import Timing
    from adcontract_conformance.run.options import Options
    from adcontract_conformance.run.result import Run


def notes(run: Run) -> list[str]:
    """Return a sentence on all that a reader should know of the target: what stays there, its rate limit, its token."""
    token = f"No token was given, so {DEFAULT_TOKEN} was sent; whether the target checks tokens was not tested."
    lines = stays(what_stays(run.book))
    if run.unwritable:
        lines.append(f"No file names what was created while the run lasted ({run.unwritable}). Run it where one can.")
    if run.left:
        lines.append(f"Remove what is left: {_clear_line(run, run.left)}")
    lines += [f"An earlier run has left items. Remove them: {_clear_line(run, file)}" for file in run.earlier]
    tokens = [] if run.target.credentials.are_given else [token]
    empty = [] if run.ledgers else [no_operation(str(run.options.shard))]
    return [
        *empty,
        *lines,
        *only_read(run.target),
        *_limit(run.target.timing),
        *resent(run.target.timing.resent),
        *_closed(run.target.timing.closed),
        *tokens,
    ]


def only_read(target: Target) -> list[str]:
    """Return the line on a target to which nothing is written because it is not this machine; none for others."""
    if target.allowance.read_only != UNALLOWED:
        return []
    return [
        f"{target.shown} is not this machine, so nothing is written to it: only {', '.join(SAFE)} are sent. "
        "Let it be written to with --allow-writes, or say with --read-only that reading is what you want."
    ]


def _clear_line(run: Run, file: Path) -> str:
    spec = ["--spec", str(run.options.spec)] if run.options.spec else []
    writes = ["--allow-writes"] if run.target.allowance.read_only == UNALLOWED else []
    return shlex.join([*_target(run), *writes, *spec, "--clear", str(file)])


def _target(run: Run) -> list[str]:
    """Return the beginning of a command on the target of a run."""
    trust = ["--ca", str(run.target.ca)] if run.target.ca else ["--insecure"] if run.target.insecure else []
    writes = ["--allow-writes"] if run.target.limits.allow_writes else []
    config = ["--config", str(run.options.config)] if run.options.config else []
    return [_program(), "check", run.options.name or run.target.shown, *config, *trust, *writes]


def resent(times: int) -> list[str]:
    """Return the sentence on requests that were sent again so many times; none if none was."""
    requests = plural(times, "request")
    return [f"The target closed connections on which requests came: {requests} had to be sent again."][:times]


def _closed(times: int) -> list[str]:
    requests = plural(times, "request")
    return [f"The target answered {requests} with 503 and Retry-After. The run waited, and sent each again."][:times]


def no_operation(shard: str) -> str:
    """Return the sentence on a shard that has nothing to do."""
    return f"Shard {shard} has no operation: the other shards have them all."


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
    checked_contracts = run.contracts
    parts = _target(run)
    parts += ["--profile", options.profile] if options.profile else []
    apis = {checked.api for checked in checked_contracts}
    if len(apis) == 1:
        parts += ["--api", *apis]
    if options.every_snapshot:
        parts += ["--snapshot", ALL]
    elif len(checked_contracts) == 1:
        parts += ["--snapshot", checked_contracts[0].contract.name.snapshot]
    for checked in checked_contracts:
        if len(checked.named) < len(checked.contract.operations):
            parts += [part for each in checked.named for part in ("--only", each.id)]
    # what the settings say of a target would stand where the command says nothing
    if options.groups != known_groups() or options.name:
        parts += ["--groups", ",".join(options.groups)]
    parts += ["--seed", str(options.seed)]
    parts += [*_bounds(options), *_limits(run.target.limits)]
    parts += [part for file in options.checks for part in ("--checks", str(file))]
    if options.spec is not None:
        parts += ["--spec", str(options.spec)]
    parts += _demands(options)
    # the last one, as all others are the same for every shard
    parts += ["--shard", str(options.shard)] if options.shard else []
    return shlex.join(parts)


def _demands(options: Options) -> list[str]:
    untried = ["--allow-untried"] if options.allow_untried else []
    least = ",".join(f"{name}={percent}" for name, percent in options.min_coverage.items())
    coverage = ["--min-coverage", least] if least else []
    whose = ["--for", "own" if options.own else "vendor"] if options.own or options.name else []
    return [*untried, *coverage, *whose]


def _bounds(options: Options) -> list[str]:
    seconds = ["--max-time", f"{options.seconds:g}"] if options.seconds is not None else []
    failures = ["--max-failures", str(options.max_failures)] if options.max_failures is not None else []
    latency = ["--max-latency", f"{options.max_latency:g}"] if options.max_latency is not None else []
    workers = ["--workers", str(options.workers)] if options.workers > 1 else []
    generated = ["--generated", str(options.generated)] if options.name or options.generated != EXAMPLES else []
    pages = ["--max-pages", str(options.pages)] if options.name or options.pages != PAGES else []
    return [*workers, *generated, *pages, *seconds, *failures, *latency]


def _limits(limits: Limits) -> list[str]:
    read_only = ["--read-only"] if limits.read_only else []
    rate = ["--rate", str(limits.rate)] if limits.rate else []
    requests = ["--max-requests", str(limits.requests)] if limits.requests is not None else []
    each = [PER_OPERATION, str(limits.per_operation)] if limits.per_operation is not None else []
    return [*read_only, *rate, *requests, *each]


def _program() -> str:
    """Return how a shell finds the command that runs: by its name, or by the path that started it."""
    name, started = "adcontract", Path(sys.argv[0])
    if started.name != name or not started.is_file():
        return name
    found = shutil.which(name)
    return name if found and started.samefile(found) else str(started)
