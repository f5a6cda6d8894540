"""The options that several commands have: the contracts to use, the reports to write, the rules to list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from adcontract.errors import UsageError
from adcontract.reporting.output import output_of

_Command = TypeVar("_Command", bound=Callable[..., Any])

_DOCUMENT = "adcontract.document"
_API = "adcontract.api"
api = click.option("--api", callback=lambda ctx, _, value: value or ctx.meta.get(_API), help="Only this API.")
snapshot = click.option("--snapshot", help="Only this snapshot.")


class _Spec(click.ParamType[Path]):
    """A folder of contracts, one contract in it, the file of an OpenAPI document, or its URL on this machine."""

    name = "folder or file"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from adcontract.contract.catalog import contract_of
        from adcontract.plain.fetching import fetch, is_url

        if isinstance(value, str) and is_url(value):
            return fetch(value)
        if not Path(value).exists():
            self.fail(f"{value} does not exist.", param, ctx)
        if ctx and (contract := contract_of(Path(value))):
            # an option that is given comes before one that is not
            spec, ctx.meta[_API] = contract
            return spec
        return Path(value)


def _spec(ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Return what the option names, or the argument DOCUMENT in its place."""
    document: Path | None = ctx.meta.get(_DOCUMENT)
    if value and document:
        raise UsageError(f"--spec and {document} are both given: name one of them.")
    return value or document


spec = click.option(
    "--spec",
    type=_Spec(),
    metavar="PATH",
    callback=_spec,
    help="Use this folder of contracts, OpenAPI document, or URL of one on this machine, not the built-in contracts.",
)
document = click.argument(
    "document",
    required=False,
    type=_Spec(),
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({_DOCUMENT: value}),
)

source = click.argument("source", metavar="DOCUMENT", type=_Spec())
new_api = click.option("--api", required=True, metavar="NAME", help="The name of the API, and of its folder.")
of_api = click.option("--api", required=True, metavar="NAME", help="The API to add to.")
contracts = click.option(
    "--spec",
    type=click.Path(path_type=Path),
    default=Path("spec"),
    show_default=True,
    metavar="FOLDER",
    help="The folder of contracts to write to.",
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
