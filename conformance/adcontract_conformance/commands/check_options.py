"""The options of `adcontract check`, by what they are about."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from adcontract import options
from adcontract_conformance.commands.texts import min_coverage_option, rate_option, shard_option
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., object]")


class _Seconds(click.FloatRange):
    """A time above 0. What is not a number, `nan`, would be no bound."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, as its base does."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return found


def _together(*decorators: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def decorate(command: _Command) -> _Command:
        for each in reversed(decorators):
            command = each(command)
        return command

    return decorate


about = _together(
    options.api,
    click.option(
        "--snapshot",
        help="This snapshot in place of the newest. Type `all` to learn which snapshots the server conforms to.",
    ),
    click.option("--groups", help=f"Only these groups of checks, separated by commas: {', '.join(GROUPS)}."),
    click.option(
        "--only",
        multiple=True,
        metavar="OPERATION",
        help="Only the operation with this operationId; repeatable. No other one creates or changes anything.",
    ),
    # what pytest has selected: other operations may be needed for these
    click.option("--focus", multiple=True, hidden=True),
    click.option(
        "--checks",
        metavar="FILE",
        type=click.Path(path_type=Path),
        multiple=True,
        help="Also run the checks and laws that this Python file declares; repeatable.",
    ),
)
"""What is checked."""

sending = _together(
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        help="The same seed sends the same requests, but for ids and keys that have to be new.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Send the requests of schema and rejection from so many processes: the same ones, sooner.",
    ),
    click.option(
        "--generated",
        type=click.IntRange(min=1),
        default=20,
        show_default=True,
        metavar="N",
        help="Generate so many requests for each operation in schema and rejection, beside those at the edges.",
    ),
    click.option(
        "--max-pages",
        type=click.IntRange(min=2),
        default=60,
        show_default=True,
        metavar="N",
        help="Read so many pages of a list at most. What a longer one lacks is not judged.",
    ),
    click.option(
        "--plan",
        is_flag=True,
        help="Send nothing, and print what would be sent, by operation and kind, and for how long.",
    ),
    click.option(
        "--read-only", is_flag=True, help="Send nothing but GET, HEAD and OPTIONS, whatever else is asked for."
    ),
    click.option(
        "--allow-writes",
        is_flag=True,
        help="Also write to a host that is not this machine. --read-only goes before it.",
    ),
    rate_option,
    click.option(
        "--max-requests",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop after so many requests, from one process, with a report. What removes created items comes on top.",
    ),
    click.option(
        "--max-requests-per-operation",
        type=click.IntRange(min=1),
        metavar="N",
        help="Send no operation more requests than so many, from one process.",
    ),
    click.option(
        "--max-time",
        type=_Seconds(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after this time, with a report.",
    ),
)
"""What is sent, and how much of it."""

judging = _together(
    click.option(
        "--max-failures",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop when N causes fail, with a report. Findings of one cause count once.",
    ),
    click.option(
        "--max-latency",
        type=_Seconds(min=0, min_open=True),
        metavar="SECONDS",
        help="Fail on operations that take longer to respond; a single slow response does not fail.",
    ),
    click.option(
        "--allow-untried",
        is_flag=True,
        help="Exit 0 although some operations carried out no request and stay untested.",
    ),
    min_coverage_option,
    shard_option,
    click.option(
        "--for",
        "for_",
        type=click.Choice(("vendor", "own")),
        default="vendor",
        show_default=True,
        help="Whose server it is. One written for the contract (own) also fails on breaches of inferred parts.",
    ),
    click.option(
        "--waivers",
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="The findings that are waived, in place of waivers.toml here or beside adcontract.toml.",
    ),
)
"""What a run is held to, and when it ends."""
