"""`adcontract check --plan`: what a run would send, and nothing is sent."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click
from rich.console import Console

from adcontract.errors import AdcontractError, UsageError
from adcontract_conformance.plan.document import as_json, as_text, plan_of
from adcontract_conformance.plan.planning import counted

if TYPE_CHECKING:
    from adcontract.reporting.output import Output
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.run.options import Options

_FORMATS = {"text": as_text, "json": as_json}


def show_plan(
    target: Target, contracts: list[CheckedContract], options: Options, format_: str, outputs: tuple[Output, ...]
) -> None:
    """Print the plan of a run. Nothing is sent, and the target is closed.

    Raises:
        UsageError: if a report is asked for, or another format.
        AdcontractError: if the suite itself fails.
    """
    if outputs or format_ not in _FORMATS:
        raise UsageError(
            "--plan sends nothing, so that there is no report: it is printed as text, or with --format json. "
            "Leave other formats and files out."
        )
    with closing(target), Console(stderr=True).status("Counting what would be sent …"):
        found = counted(target, contracts, options)
    if found.errors:
        raise AdcontractError(f"The suite itself failed: {found.errors[0]}. Please report it with this command.")
    click.echo(_FORMATS[format_](plan_of(found, target, contracts, options)))
