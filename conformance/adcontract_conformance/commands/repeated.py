"""The command of a report, repeated without what a report must not decide: it may come from somebody else."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from adcontract.errors import UsageError, shown
from adcontract_conformance.client.limits import is_this_machine
from adcontract_conformance.client.redaction import PASSWORD
from adcontract_conformance.commands.check import check
from adcontract_conformance.reports.json_file import place_in
from adcontract_conformance.settings.settings_file import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from adcontract_conformance.reports.document import RunReport

_HARMLESS = (
    "profile",
    "for_",
    "seed",
    "generated",
    "max_pages",
    "read_only",
    "rate",
    "max_requests",
    "max_requests_per_operation",
    "max_time",
    "max_latency",
)
"""The parameters of `adcontract check` that a report may decide."""


@dataclass(frozen=True)
class Given:
    """What the user gives beside the report."""

    target: str | None
    token: str | None
    allow_writes: bool
    config: Path | None
    ca: Path | None
    insecure: bool
    checks: tuple[Path, ...]
    spec: Path | None

    @property
    def arguments(self) -> list[str]:
        """The same as arguments of `adcontract check`, but for the target."""
        values = {"--token": self.token, "--config": self.config, "--ca": self.ca, "--spec": self.spec}
        files = [part for file in self.checks for part in ("--checks", str(file))]
        flags = {"--allow-writes": self.allow_writes, "--insecure": self.insecure}
        return [
            *(part for name, value in values.items() if value is not None for part in (name, str(value))),
            *files,
            *(name for name, is_set in flags.items() if is_set),
        ]


def repeated(report: RunReport, file: Path, given: Given) -> list[str]:
    """Return the arguments of `adcontract check` that repeat the run of a report in `file`.

    Raises:
        UsageError: if the report has no such command, or names what only the user may name and has not.
    """
    options = _options(report, file)
    _refuse_files(options, file, given)
    named = given.target or _target(options.get("target"), file, given)
    by_name = {str(each.name): each for each in check.params if isinstance(each, click.Option)}
    kept = [part for name in _HARMLESS if name in options for part in _option(by_name[name], options[name])]
    return [named, *kept, *given.arguments]


def _options(report: RunReport, file: Path) -> Mapping[str, Any]:
    try:
        words = shlex.split(report.again)
        if words[1:2] != ["check"]:
            raise ValueError("it is not one of `adcontract check`")
        options, *_ = check.make_parser(click.Context(check)).parse_args(words[2:])
    except click.ClickException as error:
        raise _not_a_command(file, error.format_message()) from None
    except ValueError as error:
        raise _not_a_command(file, str(error)) from None
    return options


def _not_a_command(file: Path, cause: str) -> UsageError:
    text = f"{cause[:1].lower()}{cause[1:]}".removesuffix(".")
    place = place_in(file, "/again")
    return UsageError(f"{place}: the command of this run cannot be repeated: {text}. Write the report again.")


def _refuse_files(options: Mapping[str, Any], file: Path, given: Given) -> None:
    """Refuse a report of a run with files or a trust that the user has not named again: code, contracts, settings."""
    needed = {
        "--config": (options.get("config"), given.config),
        "--spec": (options.get("spec"), given.spec),
        "--ca": (options.get("ca"), given.ca),
        "--insecure": (options.get("insecure"), given.insecure or given.ca),
        "--checks": (options.get("checks"), given.checks),
    }
    missing = {name: theirs for name, (theirs, ours) in needed.items() if theirs and not ours}
    for name, value in missing.items():
        values = value if isinstance(value, list) else [value]
        words = [name] if value is True else [word for each in values for word in (name, str(each))]
        raise UsageError(
            f"{place_in(file, '/again')}: this run had {shlex.join(words)}, which is not taken from a report: it may "
            f"come from somebody else. Give {name} to `adcontract replay`, too."
        )


def _target(named: object, file: Path, given: Given) -> str:
    """Return the target of a report: this machine, or one of the user's own settings."""
    if not isinstance(named, str) or named.startswith("-"):
        raise _not_a_command(file, "it names no target")
    if PASSWORD in named:
        raise UsageError(f"The report does not have the password of {named}. Name the target with it.")
    chosen = choose(named, None, given.config, given.token)
    if chosen.name is None and not is_this_machine(chosen.url):
        known = [entry.url for entry in chosen.file.value.targets.values()]
        if chosen.url not in known:
            raise UsageError(
                f"{place_in(file, '/again')}: this run was on {named}, which is neither this machine nor a target of "
                "adcontract.toml, and a report may come from somebody else. If the token may go there, name it as "
                f"TARGET: adcontract replay {shlex.quote(shown(file))} FINGERPRINT {shlex.quote(named)}"
            )
    return named


def _option(option: click.Option, value: Any) -> Iterator[str]:
    yield option.opts[0]
    if not option.is_flag:
        yield str(value)
