"""`adcontract new`: the least contract that is sound and served."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import shown

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("name")
@options.contracts
def new(name: str, spec: Path) -> None:
    """Begin a contract, for an API whose page is read by hand.

    It has no operations yet: `adcontract add` adds them. Its snapshot is today.

    \b
    Examples:
      adcontract new orders
      adcontract add GET /orders --api orders
    """  # noqa: D301 - click wants the escape itself
    from adcontract.contract.default_errors import add_default_errors
    from adcontract.layout.folder import check_new, write_new
    from adcontract.layout.splitting import split
    from adcontract.layout.yaml_text import Comments

    check_new(spec, name)
    today = datetime.now(UTC).date().isoformat()
    document = {
        "openapi": "3.0.3",
        "info": {"title": name, "version": today, "x-source": f"The page of {name} as seen on {today}"},
        "paths": {},
    }
    add_default_errors(document)
    target = write_new(spec, name, split(document, Comments()))
    where = f"--spec {shlex.quote(shown(spec))}"
    click.echo(
        f"{shown(target)}: a contract without operations. Add one: adcontract add GET /path --api {name} {where}"
    )
    click.echo(f"Then check it with adcontract lint {where}, and serve it with adcontract mock {where}")
