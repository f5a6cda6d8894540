"""`adcontract lint`: the contracts held to their own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.lint.report import WRITERS

if TYPE_CHECKING:
    from pathlib import Path


def _list_rules(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from adcontract.lint.rules import RULES

        width = max(map(len, RULES))
        for rule in RULES.values():
            click.echo(f"{rule.id:{width}}  {rule.sentence}")
        ctx.exit()


@click.command()
@options.api
@options.snapshot
@options.spec
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
@click.option("--rules", is_flag=True, is_eager=True, expose_value=False, callback=_list_rules, help="List the rules.")
@click.pass_context
def lint(ctx: click.Context, api: str | None, snapshot: str | None, spec: Path | None, form: str) -> None:
    """Hold the contracts to OpenAPI 3.0 and to the rules of spec/README.md.

    Tells every finding with its place and the way out. Exit status: 0 no findings, 1 findings, 2 could not run.

    \b
    Examples:
      adcontract lint --api metapic
      adcontract lint --format sarif > lint.sarif
    """  # noqa: D301 - click wants the escape itself
    from adcontract.contract.catalog import spec_folder
    from adcontract.lint.run import lint as run

    result = run(spec or spec_folder(), api, snapshot)
    for line in WRITERS[form](result):
        click.echo(line)
    ctx.exit(1 if result.findings else 0)
