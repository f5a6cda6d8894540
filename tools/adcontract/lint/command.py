"""`adcontract lint`: the contracts themselves, checked against the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.reporting.output import prepare, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract.reporting.output import Output


def _rules() -> Iterator[tuple[str, str]]:
    from adcontract.lint.rules import RULES

    return ((rule.id, rule.sentence) for rule in RULES.values())


@click.command()
@options.api
@options.snapshot
@options.spec
@options.reports("text", "json", "github", "sarif", "markdown", "junit")
@options.rules(lambda _: _rules(), "List the rules.")
def lint(api: str | None, snapshot: str | None, spec: Path | None, format_: str, outputs: tuple[Output, ...]) -> None:
    """Check the contracts themselves against the rules.

    The rules are those of OpenAPI 3.0, and the conventions of spec/README.md; --rules lists them.
    Each finding names its location, the rule, the cause and a fix.

    \b
    Exit status: 0 no findings, 1 findings, 2 the contracts could not be checked.

    \b
    Examples:
      adcontract lint --api metapic
      adcontract lint --format github --output reports/lint.sarif
    """  # noqa: D301 - click wants the escape itself
    # imported here, because --help needs none of them
    from adcontract.contract.catalog import spec_folder
    from adcontract.lint.report import FORMATS
    from adcontract.lint.run import lint as run

    prepare(outputs)
    result = run(spec or spec_folder(), api, snapshot)
    with written(outputs, FORMATS, result):
        click.echo(FORMATS[format_](result))
    raise SystemExit(1 if result.findings else 0)
