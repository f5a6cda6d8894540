"""`adcontract diff`: the changes between two documents, and their impact on a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.diff.rules import RULES, Impact
from adcontract.errors import UsageError
from adcontract.reporting.output import prepare, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract.reporting.output import Output


def _rules() -> Iterator[tuple[str, str, str]]:
    return ((rule.id, rule.impact.value, rule.sentence) for rule in RULES.values())


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@options.spec
@click.option(
    "--since",
    metavar="TAG",
    help="Take one document, and compare what it was at this tag (or another revision of git) with what it is now.",
)
@click.option(
    "--fail-on",
    type=click.Choice([Impact.BREAKING.value, Impact.RISKY.value]),
    help="End with status 1 if there is a change of this class or a worse one.",
)
@options.reports("text", "json", "markdown", "github", "sarif")
@options.rules(lambda _: _rules(), "List the rules, each with the class of its changes.")
def diff(
    old: str,
    new: str | None,
    spec: Path | None,
    since: str | None,
    fail_on: str | None,
    format_: str,
    outputs: tuple[Output, ...],
) -> None:
    """Report the changes from OLD to NEW for a client.

    OLD and NEW are <api>@<snapshot>, <api> for its newest snapshot, the folder of a contract, or the
    JSON or YAML file of a document of OpenAPI 3.0 or 3.1.
    A change is breaking (a client of OLD can stop working), safe (it keeps working), or risky
    (the documents do not show which).

    \b
    Exit status: 0, or 1 by --fail-on; 2 the documents could not be compared.

    \b
    Examples:
      adcontract diff metapic@2024-10-17 metapic@2025-08-08
      adcontract diff metapic ./openapi.yaml --fail-on breaking
      adcontract diff metapic@2025-04-03 metapic --format markdown
      adcontract diff openapi.yaml --since v1.4.0 --fail-on breaking
    """  # noqa: D301 - click wants the escape itself
    # imported here, because --help needs none of them
    from adcontract.contract.catalog import spec_folder
    from adcontract.diff.comparison import comparison
    from adcontract.diff.document import document, documents
    from adcontract.diff.history import document_at
    from adcontract.diff.report import FORMATS
    from adcontract.loading import without_collection

    if (new is None) is (since is None):
        raise UsageError("Name two documents, or one document and a tag of git with --since.")
    prepare(outputs)
    root = spec or spec_folder()
    with without_collection():
        if new is not None:
            found = comparison(*documents(old, new, root))
        else:
            one = document(old, root)
            found = comparison(document_at(since or "", old, root), one)
    with written(outputs, FORMATS, found):
        click.echo(FORMATS[format_](found))
    if fail_on and any(found.count(impact) for impact in Impact if impact.rank <= Impact(fail_on).rank):
        raise SystemExit(1)
