"""`adcontract changes`: the notes of an API's releases, made from its snapshots and kept beside them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.diff.render import as_markdown
from adcontract.errors import shown

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract.contract.catalog import DocumentName

FILE = "CHANGES.md"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; end with status 1 if a file is not fresh.")
@options.spec
def changes(check: bool, spec: Path | None) -> None:
    """Write CHANGES.md of each API with several snapshots: every change from one to the next, the newest first.

    \b
    Example:
      adcontract changes --check
    """  # noqa: D301 - click wants the escape itself
    from adcontract.contract.catalog import apis, names, spec_folder

    root = spec or spec_folder()
    stale = False
    for api in apis(root):
        snapshots = names(root, api)
        if len(snapshots) < 2:
            continue
        file, text = root / api / FILE, notes(snapshots, root)
        if not check:
            file.write_text(text, encoding="utf-8")
            click.echo(f"{shown(file)}: {len(snapshots)} snapshots")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale = True
            click.echo(f"{shown(file)}: not what the snapshots say. Run `adcontract changes` and commit it.", err=True)
    if stale:
        raise SystemExit(1)


def notes(snapshots: list[DocumentName], spec: Path) -> str:
    """Return the notes of `snapshots`, which are of one API, the newest first."""
    from adcontract.diff.comparison import comparison
    from adcontract.diff.document import of_contract
    from adcontract.loading import load_named

    documents = [of_contract(load_named(name, spec)) for name in snapshots]
    head = f"# Changes of {snapshots[0].api}\n\nMade by `adcontract changes` from the snapshots; not edited by hand.\n"
    sections = [as_markdown(comparison(older, newer)) for newer, older in pairwise(documents)]
    return "\n".join([head, *(f"{section}\n" for section in sections)])
