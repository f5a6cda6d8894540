"""`adcontract waive`: writes waivers for findings of a report."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract.errors import UsageError, did_you_mean, shown
from adcontract.extras import extra
from adcontract.wording import plural
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from adcontract_conformance.reports.document import ReportedFinding, RunReport


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("fingerprints", nargs=-1, metavar="[FINGERPRINT]...")
@click.option("--all", "every", is_flag=True, help="Waive all failures of the report: a baseline to begin with.")
@click.option(
    "--until",
    metavar="DATE",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which they are waived, as in 2027-01-31.",
)
@click.option("--reason", help="Why they may pass for now. Needed unless --all is given.")
@click.option("--owner", help="Who sees to it that they go away.  [default: the e-mail address that git knows]")
@click.option("--link", help="Where more is said, as the URL of an issue.  [default: the report]")
@click.option(
    "--waivers",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("waivers.toml"),
    show_default=True,
    help="The file that they are added to.",
)
def waive(
    report: Path,
    fingerprints: tuple[str, ...],
    every: bool,
    until: datetime,
    reason: str | None,
    owner: str | None,
    link: str | None,
    file: Path,
) -> None:
    """Let findings of a REPORT in JSON pass until a date.

    A FINGERPRINT is that of a finding, or of a cause, for all of its findings. What the file has stays as it is, and
    a finding that has a waiver gets no second one.

    \b
    Examples:
      adcontract waive report.json 3f2a91c0d4e7 --until 2027-01-31 --reason …
      adcontract waive report.json --all --until 2027-03-31
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it
    with extra("check", "`adcontract waive`"):
        from adcontract_conformance.reports.json_file import read_report
        from adcontract_conformance.settings.waivers import Waiver, as_toml, read_waivers, require_readable

    if every == bool(fingerprints):
        raise UsageError("Name the fingerprints of findings, or give --all: one of them.")
    if until.date() < date.today():
        raise UsageError(f"--until {until:%Y-%m-%d} has passed. Name a later day.")
    done = read_report(report)
    if done.options.every_snapshot:
        raise UsageError(f"{shown(report)}: this run was about all snapshots. Waive what a run on one of them finds.")
    reason, owner, link = ((each or "").strip() for each in (reason, owner, link))
    if not (every or reason):
        raise UsageError("--reason says why the findings may pass. Give one.")
    reason = reason or f"It was there when the gate began, on {done.date:%Y-%m-%d}."
    owner = owner or _git_address()
    if not owner:
        raise UsageError("--owner says who sees to it that the findings go away, and git knows no address. Give one.")
    chosen = _failures(done) if every else _named(done, fingerprints)
    if file.exists() and not file.is_file():
        raise UsageError(f"{shown(file)}: the waivers cannot be written: it is not a file. Name another file.")
    known = read_waivers(file) if file.exists() else None
    new = [each for each in chosen if not (known and known.of(each.fingerprint))]
    blocks = [
        as_toml(
            Waiver(
                check=each.check_id,
                operation=each.operation_id,
                fingerprint=each.fingerprint,
                reason=reason,
                owner=owner,
                expires=until.date(),
                link=link or shown(report),
                comes_and_goes=each.outcome is Outcome.FLAKY,
            ),
            each.sentence,
        )
        for each in new
    ]
    require_readable("\n".join(blocks), report)
    _append(file, blocks)
    had = f" {plural(len(chosen) - len(new), 'finding')} had one already." if len(new) < len(chosen) else ""
    click.echo(f"{shown(file)}: {plural(len(new), 'waiver')} added, until {until:%Y-%m-%d}, for {owner}.{had}")


def _failures(done: RunReport) -> list[ReportedFinding]:
    return [each for contract in done.apis for each in contract.findings if each.outcome is Outcome.FAIL]


def _named(done: RunReport, fingerprints: tuple[str, ...]) -> list[ReportedFinding]:
    """Return the findings with these fingerprints, or with these causes, each once."""
    every = [each for contract in done.apis for each in contract.findings]
    known = {name for each in every for name in (each.fingerprint, each.cause)}
    for name in fingerprints:
        if name not in known:
            near = did_you_mean(name, known)
            raise UsageError(f"The report has no finding {name}.{near} A report shows each fingerprint in brackets.")
    return [each for each in every if not {each.fingerprint, each.cause}.isdisjoint(fingerprints)]


def _append(file: Path, blocks: list[str]) -> None:
    """Add blocks to a file; what it has stays."""
    if not blocks:
        return
    try:
        has_text = file.exists() and file.read_bytes().strip()
        with file.open("a", encoding="utf-8") as end:
            end.write("\n".join(["\n", *blocks] if has_text else blocks))
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise UsageError(f"{shown(file)}: the waivers cannot be written: {reason}. Name another file.") from None


def _git_address() -> str:
    try:
        asked = subprocess.run(["git", "config", "user.email"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip()
