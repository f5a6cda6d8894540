"""`adcontract replay`: tries one finding of a report again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import UsageError, did_you_mean, shown
from adcontract.extras import extra
from adcontract.wording import plural, printable
from adcontract_conformance.commands import settled
from adcontract_conformance.model.promises import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract_conformance.reports.document import ContractReport, ReportedFinding, RunReport


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("fingerprint")
@click.argument("target", required=False)
@click.option("--token", help="The credential to send, here or in ADCONTRACT_TOKEN.")
@click.option("--allow-writes", is_flag=True, help="Also write to a host that is not this machine.")
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings in place of adcontract.toml, here or in a folder above.",
)
@settled.ca
@settled.insecure
@click.option(
    "--checks",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    help="The file of checks of your own that the finding is of; repeatable.",
)
@options.spec
def replay(
    report: Path,
    fingerprint: str,
    target: str | None,
    token: str | None,
    allow_writes: bool,
    config: Path | None,
    ca: Path | None,
    insecure: bool,
    checks: tuple[Path, ...],
    spec: Path | None,
) -> None:
    """Try a finding of a report again: whether it still stands.

    What its check sends to its operation is sent again, with the options of that run, and nothing else but what that
    takes, such as an item to read. It goes to the target of the report, or to TARGET, a URL or the name of a target
    of adcontract.toml. FINGERPRINT stands in brackets in every report.

    A report may come from somebody else. So the files of that run, whether it wrote, and which certificates it
    trusted are not taken from it, nor is a host that is neither this machine nor in adcontract.toml: name them again.

    \b
    Exit status: 0 it is gone, 1 it still stands, 2 this was not determined.

    \b
    Examples:
      adcontract replay report.json 3f2a91c0d4e7
      adcontract replay report.json 3f2a91c0d4e7 http://127.0.0.1:4010
    """  # noqa: D301 - click wants the escape itself
    # imported here, so that --help does not wait for it
    with extra("check", "`adcontract replay`"):
        from adcontract_conformance.commands.repeated import Given, repeated
        from adcontract_conformance.reports.json_file import read_report

    settled.refuse_both(ca, insecure)
    read = read_report(report)
    contract, finding = _found(read, report, fingerprint)
    given = Given(target, token, allow_writes, config, ca, insecure, checks, spec)
    done = _checked([*repeated(read, report, given), *_focus(read, contract, finding)], report)
    click.echo(printable(f"{finding.operation_id}, {finding.check_id}: {finding.sentence}"))
    sentence, status, now = _verdict(done, finding)
    click.echo(printable(sentence))
    if now is not None:
        from adcontract_conformance.reports.sentences import excerpt

        for line in now.curls:
            click.echo(printable(f"  {line}"))
        answer = now.answer
        received = f"none, it {answer.reason}" if answer.status is None else f"{answer.status} {excerpt(answer)}"
        click.echo(printable(f"  response: {' '.join(received.split())}"))
    raise SystemExit(status)


def _found(report: RunReport, file: Path, fingerprint: str) -> tuple[ContractReport, ReportedFinding]:
    """Return the finding with a fingerprint, or the first of a cause."""
    every = [(contract, finding) for contract in report.apis for finding in contract.findings]
    for contract, finding in every:
        if fingerprint in (finding.fingerprint, finding.cause):
            return contract, finding
    near = did_you_mean(fingerprint, {finding.fingerprint for _, finding in every})
    raise UsageError(f"{shown(file)} has no finding {fingerprint}.{near} A report shows each fingerprint in brackets.")


def _focus(report: RunReport, contract: ContractReport, finding: ReportedFinding) -> list[str]:
    """Return the arguments of `adcontract check` that try one finding, and no other."""
    # what is about no operation has a name in brackets
    focus = [] if finding.operation_id.startswith("(") else ["--focus", finding.operation_id]
    group = next(each.group for each in report.checks if each.id == finding.check_id)
    return ["--api", contract.api, "--snapshot", contract.snapshot, "--groups", group, *focus, "--allow-untried"]


def _checked(arguments: Sequence[str], report: Path) -> RunReport:
    """Run `adcontract check`, and return its report; what it prints is about more than the finding.

    Raises:
        UsageError: if it does not take the arguments, which are those of the `report`.
    """
    from adcontract_conformance.commands.silently import check_silently
    from adcontract_conformance.reports.json_file import read_report

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        try:
            check_silently(arguments, file)
        except click.ClickException as error:
            raise UsageError(f"{shown(report)}: this run cannot be repeated: {error.format_message()}") from None
        return read_report(file)


def _verdict(done: RunReport, finding: ReportedFinding) -> tuple[str, int, ReportedFinding | None]:
    """Return whether a finding still stands as a sentence, the exit status, and the finding as it is now."""
    (contract,) = done.apis
    now = next((each for each in contract.findings if each.fingerprint == finding.fingerprint), None)
    if now is not None:
        return f"It still stands, as {now.outcome.word}: {now.sentence}", 1, now
    result = next(
        (each for each in contract.results if (each.check, each.operation) == (finding.check_id, finding.operation_id)),
        None,
    )
    if contract.left_out or done.stopped:
        return f"Not determined: {contract.left_out or done.stopped}", 2, None
    if result is None or result.outcome <= Outcome.SKIPPED or result.outcome is Outcome.ERROR:
        return f"Not determined: {result.reason if result else 'its check was not tried'}.", 2, None
    return f"It is gone: the check has looked at {plural(result.requests, 'request')}.", 0, None
