"""The options that several commands have: the contracts to use, the reports to write, the rules to list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from adcontract.errors import UsageError
from adcontract.reporting.output import output_of

_Command = TypeVar("_Command", bound=Callable[..., Any])

api = click.option("--api", help="Only this API.")
snapshot = click.option("--snapshot", help="Only this snapshot.")
spec = click.option(
    "--spec",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of contracts to use in place of the built-in ones.",
)


def out(default: str) -> Callable[[_Command], _Command]:
    """Give a command the option --out, the folder to write to."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(default),
        show_default=True,
        callback=_creatable,
        help="The folder to write to.",
    )


def _creatable(_context: click.Context, _option: click.Parameter, folder: Path) -> Path:
    """Return a folder to write to, after a look at what it will stand in, so that no work is done in vain."""
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not existing.is_dir():
        raise UsageError(f"--out: {existing} is a file: name another folder than {folder}.")
    return folder


def reports(*formats: str) -> Callable[[_Command], _Command]:
    """Give a command the options --format (`format_`) and --output (`outputs`) for reports in these formats."""

    def decorate(command: _Command) -> _Command:
        printed = click.option(
            "--format",
            "format_",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="The format in which the report is printed.",
        )
        written = click.option(
            "--output",
            "outputs",
            metavar="[FORMAT:]FILE",
            multiple=True,
            callback=lambda _, __, values: tuple(output_of(value, formats) for value in values),
            help="Also write the report to FILE, in the format of its ending, such as .sarif; repeatable.",
        )
        return printed(written(command))

    return decorate


class _Rules(click.Option):
    """Lists rows in columns, and ends the command. They may depend on other options, wherever those stand."""

    rows: Callable[[Mapping[str, Any]], Iterable[tuple[str, ...]]]

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        if opts.get("rules") and not ctx.resilient_parsing:
            listed = list(self.rows(opts))
            widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
            for row in listed:
                cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
                click.echo("  ".join(cells).rstrip())
            ctx.exit()
        return super().handle_parse_result(ctx, opts, args)


def rules(
    rows: Callable[[Mapping[str, Any]], Iterable[tuple[str, ...]]], sentence: str
) -> Callable[[_Command], _Command]:
    """Give a command the option --rules, which lists rows in columns and ends; `sentence` is its help.

    `rows` takes the options as they were given, by name.
    """
    option = type("Rules", (_Rules,), {"rows": staticmethod(rows)})
    return click.option("--rules", cls=option, is_flag=True, is_eager=True, expose_value=False, help=sentence)
