"""`adcontract import`: a document of a user's own as a folder of contracts has it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import UsageError, shown
from adcontract.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@click.command("import")
@options.source
@options.new_api
@options.contracts
def import_(source: Path, api: str, spec: Path) -> None:
    """Write an OpenAPI document as a contract, in files.

    DOCUMENT is a file of OpenAPI 3.0 or 3.1, in YAML or JSON, with the files
    that it refers to, or the URL of one on this machine. The contract has the
    layout of spec/README.md: each path and component becomes a file, each
    example a payload file. Pagination, filters, orders and resources that names,
    schemas and payloads suggest are declared, each with x-inferred and the
    reason: read these before you rely on them. What is changed or left out is
    listed, and the number of findings that `adcontract lint` has.

    \b
    Example:
      adcontract import openapi.yaml --api orders
    """  # noqa: D301 - click wants the escape itself
    from adcontract.layout.folder import check_new, write_new
    from adcontract.layout.reading import read

    if source.is_dir():
        raise UsageError(f"{shown(source)}: this is a folder. Name the file of the document in it.")
    check_new(spec, api)
    imported = read(source)
    target = write_new(spec, api, imported.files)
    payloads = sum(name.startswith("examples/") for name in imported.files)
    click.echo(f"{shown(target)}: {plural(imported.operations, 'operation')}, {plural(payloads, 'payload')}.")
    _list("Suggested, each with its reason as x-inferred:", imported.suggestions.declared)
    _list("Looks like behavior, and is not declared:", imported.suggestions.left_out)
    _list("Changed or left out:", imported.remarks)
    _lint(spec, api)


def _lint(spec: Path, api: str) -> None:
    from adcontract.contract.catalog import spec_folder
    from adcontract.lint.run import lint

    where = "" if spec.resolve() == spec_folder().resolve() else f" --spec {shown(spec)}"
    rules = Counter(finding.rule for finding in lint(spec, api).findings)
    if rules:
        counts = ", ".join(f"{rule} ({number:,})" for rule, number in rules.most_common())
        click.echo(f"{plural(sum(rules.values()), 'finding')} of `adcontract lint --api {api}{where}`: {counts}.")
    else:
        click.echo("`adcontract lint` finds nothing.")
    click.echo(f"Serve it: adcontract mock --api {api}{where}")


def _list(title: str, sentences: Iterable[str]) -> None:
    lines = [f"  {printable(sentence)}" for sentence in sentences]
    if lines:
        click.echo("\n".join([title, *lines]))
