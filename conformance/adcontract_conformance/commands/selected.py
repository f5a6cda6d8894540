"""What the options of `adcontract check` choose: the groups of checks, and the contracts with their operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.core import ParameterSource

from adcontract.errors import UsageError
from adcontract.reporting.notes import show, show_notes
from adcontract_conformance.model.promises import GROUPS
from adcontract_conformance.reports import snapshots
from adcontract_conformance.run.named import check_names
from adcontract_conformance.run.selection import ALL, checked_contracts, chosen_groups, left_out, with_own_groups

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.settings.settings_file import Chosen


def selected(
    ctx: click.Context,
    groups: str | None,
    *,
    api: str | None,
    snapshot: str | None,
    only: tuple[str, ...],
    focus: tuple[str, ...],
    spec: Path | None,
) -> tuple[tuple[str, ...], list[CheckedContract]]:
    """Return the groups to try, and the contracts with the operations that are checked.

    Raises:
        UsageError: if an option, or the settings, name one that there is not.
    """
    settled: Chosen = ctx.obj
    with settled.placed("groups"):
        chosen = _groups(ctx, groups, every=snapshot == ALL)
    with settled.placed("api", "snapshot", "only"):
        contracts = checked_contracts(spec, api, snapshot, only, focus)
    show_notes(each.contract for each in contracts)
    show(note for each in contracts for note in left_out(each))
    check_names(settled, contracts, spec)
    return chosen, contracts


def _groups(ctx: click.Context, asked: str | None, *, every: bool) -> tuple[str, ...]:
    """Return the groups to try: those that are named, or those of the profile with those of a team's own checks."""
    chosen, own = chosen_groups(asked), with_own_groups(())
    if ctx.get_parameter_source("groups") is not ParameterSource.DEFAULT_MAP or set(own) & set(chosen):
        given = ctx.get_parameter_source("checks") is ParameterSource.COMMANDLINE
        if given and not ctx.params["focus"] and own and not set(own) & set(chosen):
            raise UsageError(f"--checks declares checks of {', '.join(own)}, which --groups does not name. Add them.")
        return chosen
    return snapshots.GROUPS if every and chosen == GROUPS else with_own_groups(chosen)
