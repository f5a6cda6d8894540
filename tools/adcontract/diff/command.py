"""`adcontract diff`: what changed for a client between two documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.diff.render import FORMATS
from adcontract.diff.rules import RULES, Level

if TYPE_CHECKING:
    from pathlib import Path


def _list_rules(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        width = max(map(len, RULES))
        for rule in RULES.values():
            click.echo(f"{rule.id:{width}}  {rule.level.value:<8}  {rule.says}")
        ctx.exit()


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice([Level.BREAKING.value, Level.RISKY.value]),
    help="End with status 1 if there is a change of this class or a worse one.",
)
@options.spec
@click.option("--rules", is_flag=True, is_eager=True, expose_value=False, callback=_list_rules, help="List the rules.")
def diff(old: str, new: str, form: str, fail_on: str | None, spec: Path | None) -> None:
    """Tell every change from OLD to NEW, by operation, with what it means for a client.

    OLD and NEW are <api>@<snapshot>, <api> for its newest snapshot, or one JSON or YAML file of
    OpenAPI 3.0.
    A change is breaking (a client of OLD can stop working), risky (that cannot be told), or safe.
    Exit status: 0, or 1 as --fail-on says, 2 could not run.

    \b
    Examples:
      adcontract diff metapic@2024-10-17 metapic@2025-08-08
      adcontract diff metapic ./openapi.yaml --fail-on breaking
      adcontract diff metapic@2025-04-03 metapic --format markdown
    """  # noqa: D301 - click wants the escape itself
    from adcontract.contract.catalog import spec_folder
    from adcontract.diff.comparison import comparison
    from adcontract.diff.document import document

    root = spec or spec_folder()
    found = comparison(document(old, root), document(new, root))
    click.echo(FORMATS[form](found))
    if fail_on and any(found.count(level) for level in Level if level.rank <= Level(fail_on).rank):
        raise SystemExit(1)
