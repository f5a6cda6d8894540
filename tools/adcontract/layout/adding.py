"""`adcontract add`: the files of an operation whose page is read by hand."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import shown

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("method")
@click.argument("path")
@options.of_api
@options.contracts
def add(method: str, path: str, api: str, spec: Path) -> None:
    """Add the skeleton of an operation to a contract.

    It has the parameters of PATH, a response and the places of its payloads, by
    the conventions of spec/README.md. Each part that is still to be read from
    the page is marked as a placeholder. Files and operations that exist are not
    overwritten.

    \b
    Examples:
      adcontract new orders
      adcontract add GET '/orders/{order_id}' --api orders
    """  # noqa: D301 - click wants the escape itself
    from adcontract.layout.addition import addition
    from adcontract.layout.folder import add_files

    folder = spec / api
    added = addition(spec, api, method, path)
    add_files(folder, added.files, added.changed)
    for name in added.files:
        click.echo(f"{shown(folder / name)}: written")
    for name in added.changed:
        click.echo(f"{shown(folder / name)}: extended")
    click.echo(f"Now write what the page says of {added.operation_id} in place of each placeholder.")
    click.echo(
        "Name the fields of a body in `properties`, and in `required` those that it always has: no other is missed."
    )
    click.echo(f"Then check it: adcontract lint --spec {shlex.quote(shown(spec))}")
