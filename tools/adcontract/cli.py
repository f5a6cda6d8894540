"""The command `adcontract`. Its subcommands are the installed entry points of the group `adcontract.commands`.

The module of a subcommand imports little, for the list of commands imports it too. The packages that it needs to run,
some of them from an extra, are imported when it runs.
"""

from __future__ import annotations

from importlib.metadata import entry_points, version
from typing import Any

import click

from adcontract.errors import AdcontractError, did_you_mean
from adcontract.standard_output import checked_output
from adcontract.wording import printable_lines

GROUP = "adcontract.commands"


class Commands(click.Group):
    """A group of subcommands, each of which is imported when it is first asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the installed subcommands."""
        return sorted(entry_points(group=GROUP).names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the subcommand `cmd_name`, or None."""
        found = next(iter(entry_points(group=GROUP, name=cmd_name)), None)
        command: click.Command | None = found.load() if found else None
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand that the arguments name; an unknown one is answered with the closest."""
        if self.get_command(ctx, args[0]) is None and args[0].isidentifier():
            ctx.fail(f"No such command {args[0]!r}.{did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; an interrupt is no result, so the exit status is 2 and not 1."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            raise SystemExit(2) from None

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; print an AdcontractError as plain lines, with exit status 2."""
        try:
            with checked_output():
                return super().main(*args, **kwargs)
        except AdcontractError as error:
            for line in error.lines():
                click.echo(f"{click.style('Error:', fg='red')} {printable_lines(line)}", err=True)
            raise SystemExit(2) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("adcontract"), prog_name="adcontract")
def main() -> None:
    """Executable contracts of APIs: serve them as a mock, check a server against them, lint and compare them.

    \b
    Examples:
      adcontract mock                          serve all on http://127.0.0.1:4010
      adcontract check http://127.0.0.1:4010   check that server
      adcontract lint                          check the contracts themselves
    """  # noqa: D301 - click wants the escape itself
