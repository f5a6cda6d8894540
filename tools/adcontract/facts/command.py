"""`adcontract facts`: how much of a contract is documented, how much is inferred, and what the pages leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.reporting.output import prepare, written

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.reporting.output import Output


@click.command()
@options.api
@options.snapshot
@options.spec
@click.option("--list", "list_facts", is_flag=True, help="Also list each fact, by line of its page.")
@click.option("--no-fact", "list_silences", is_flag=True, help="Also list the lines without a fact, with reasons.")
@click.option("--unstated", "list_unstated", is_flag=True, help="Also list documented parts that no fact states.")
@options.reports("text", "json")
def facts(
    api: str | None,
    snapshot: str | None,
    spec: Path | None,
    list_facts: bool,
    list_silences: bool,
    list_unstated: bool,
    format_: str,
    outputs: tuple[Output, ...],
) -> None:
    """Count what the pages state and what is inferred.

    A fact is one assertion of a vendor's page that the contract meets, as kept in
    spec/<api>/facts/. Inferred are the nodes and keywords that x-inferred marks, which no page
    states; a shared one counts once for the document, and once for each operation that uses it.
    Unstated are the parts without x-inferred that no kept fact states. The JSON report has all
    lists.

    \b
    Examples:
      adcontract facts
      adcontract facts --api topsort --list --no-fact
      adcontract facts --format json --output reports/facts.json
    """  # noqa: D301 - click wants the escape itself
    # imported here, because --help needs none of them
    from adcontract.contract.catalog import spec_folder
    from adcontract.facts.account import account_of
    from adcontract.facts.report import FORMATS, Result
    from adcontract.loading import load_named, names

    prepare(outputs)
    root = spec or spec_folder()
    accounts = tuple(account_of(load_named(name, root, seen=False)) for name in names(root, api, snapshot))
    result = Result(accounts, list_facts, list_silences, list_unstated)
    with written(outputs, FORMATS, result):
        click.echo(FORMATS[format_](result))
