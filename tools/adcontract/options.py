"""The options that several commands have: which contracts they are about."""

from __future__ import annotations

from pathlib import Path

import click

api = click.option("--api", help="Only this API.")
snapshot = click.option("--snapshot", help="Only this snapshot.")
spec = click.option(
    "--spec",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of contracts in place of ours.",
)
