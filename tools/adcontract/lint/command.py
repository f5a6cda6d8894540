"""`adcontract lint`: the contracts themselves, checked against the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adcontract import options
from adcontract.reporting.notes import show
from adcontract.reporting.output import prepare, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract.reporting.output import Output


PROFILES = ("openapi", "house")
# as the registry has them, which takes long to import


def _rules(given: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    from adcontract.errors import UsageError, did_you_mean
    from adcontract.lint.registry import HOUSE, in_profile
    from adcontract.lint.rules import RULES

    chosen = str(given.get("profile") or HOUSE)
    if chosen not in PROFILES:
        known = did_you_mean(chosen, PROFILES)
        raise UsageError(f"--profile: there is no profile {chosen}.{known} Known: {', '.join(PROFILES)}.")
    return ((rule.id, rule.profile, rule.sentence) for rule in RULES.values() if in_profile(rule, chosen))


def _explain(context: click.Context, _option: click.Parameter, rule: str | None) -> None:
    """Print what a rule asks for, and end the command."""
    if rule is not None and not context.resilient_parsing:
        from adcontract.lint.explain import as_text, rule_named

        click.echo(as_text(rule_named(rule)))
        context.exit()


def _fix(spec: Path, api: str | None) -> None:
    """Correct what can be corrected, and print what that was; standard output is for the report."""
    from adcontract.errors import UsageError, shown
    from adcontract.lint.fixes.run import fix

    if not spec.is_dir():
        reason = "is a document of your own, and --fix corrects the order and names of contracts in a folder"
        raise UsageError(f"--fix: {shown(spec)} {reason}. Leave it out, or make a contract by `adcontract import`.")
    fixed = fix(spec, api)
    for file, rules in fixed.files.items():
        click.echo(f"{shown(file)}: corrected {', '.join(rules)}", err=True)
    for name, reason in fixed.refused.items():
        click.echo(f"{name}: nothing was corrected: {reason}.", err=True)


def _watch(spec: Path, api: str | None, snapshot: str | None, profile: str, *, alone: bool) -> None:
    """Watch a folder of contracts or a document, and end the command with the status of an interrupt."""
    from adcontract.errors import UsageError
    from adcontract.lint.watch import watch
    from adcontract.plain.fetching import is_fetched

    if not alone:
        raise UsageError("--watch prints text to the terminal. Leave out --format, --output and --fix.")
    if is_fetched(spec):
        raise UsageError("--watch: a document at a URL is read once. Save it to a file, and name that.")
    try:
        watch(spec, api, snapshot, profile, click.echo)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _note_those_here(built_in: Path) -> None:
    """Name the contracts of the current folder, which `adcontract new` has written, where others are checked."""
    here = Path("spec")
    if here.resolve() != built_in.resolve() and any(here.glob("*/openapi.yaml")):
        click.echo("These are the built-in contracts. To check those in spec, add --spec spec.", err=True)


@click.command()
@options.document
@options.api
@options.snapshot
@options.spec
@options.reports("text", "json", "github", "sarif", "markdown", "junit")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="The rules: openapi, which hold for anybody's document (the default for a file), or house, which are all.",
)
@click.option(
    "--explain",
    metavar="RULE",
    callback=_explain,
    is_eager=True,
    expose_value=False,
    help="Explain a rule, with a fault and its correction.",
)
@click.option("--fix", "fixing", is_flag=True, help="First correct order, spaces, line ends, names of path files.")
@click.option(
    "--watch",
    "watching",
    is_flag=True,
    help="Check an API or document again when a file of it is saved, until Ctrl-C.",
)
@options.rules(_rules, "List the rules of the profile.")
def lint(
    api: str | None,
    snapshot: str | None,
    spec: Path | None,
    format_: str,
    outputs: tuple[Output, ...],
    profile: str | None,
    fixing: bool,
    watching: bool,
) -> None:
    """Check the contracts themselves against the rules.

    The rules are those of OpenAPI 3.0, and the conventions of spec/README.md;
    --rules lists them, and --explain shows a fault that one reports. Each
    finding names its location, the rule, the cause and a fix.

    \b
    Exit status: 0 no findings, 1 findings, 2 the contracts could not be checked,
    130 a watch was interrupted.

    \b
    Examples:
      adcontract lint openapi.yaml --watch
      adcontract lint --api metapic
      adcontract lint --fix --spec spec
      adcontract lint --explain payload-fits
      adcontract lint --format github --output reports/lint.sarif
    """  # noqa: D301 - click wants the escape itself
    # imported here, because --help needs none of them
    from adcontract.contract.catalog import spec_folder
    from adcontract.lint.report import FORMATS
    from adcontract.lint.run import lint as run

    if spec is None:
        _note_those_here(spec_folder())
    chosen = profile or PROFILES[not (spec and spec.is_file())]
    if watching:
        _watch(spec or spec_folder(), api, snapshot, chosen, alone=format_ == "text" and not outputs and not fixing)
    prepare(outputs)
    if fixing:
        _fix(spec or spec_folder(), api)
    result = run(spec or spec_folder(), api, snapshot, chosen)
    show(result.notes)
    with written(outputs, FORMATS, result):
        click.echo(FORMATS[format_](result))
    raise SystemExit(1 if result.findings else 0)
