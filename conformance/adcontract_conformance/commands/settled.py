"""The options that commands on a target share, and the mechanism by which their values come from `adcontract.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from adcontract.errors import UsageError
from adcontract.extras import extra

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = "ADCONTRACT_"
"""How the environment variables of options begin: that of --max-time is ADCONTRACT_MAX_TIME."""


_OTHERS = {"ca": "insecure", "insecure": "ca"}
"""Options that stand in the place of another: that of a target is not meant where the user gives the other."""


class SettledCommand(click.Command):
    """A command on a target. Its options take precedence over variables, the target's entry, the profile and defaults.

    It has the parameters of `on_target`. The context's `obj` is what was chosen, a `settings_file.Chosen`.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for each in self.params:
            if isinstance(each, click.Option) and not each.is_eager:
                each.envvar = VARIABLES + each.opts[0].removeprefix("--").replace("-", "_").upper()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what names the target first: the defaults of all other options depend on it."""
        given, *_ = self.make_parser(ctx).parse_args(list(args))
        parameters = {str(each.name): each for each in self.get_params(ctx)}
        is_asked = any(given.get(name) for name, each in parameters.items() if each.is_eager)
        if not (is_asked or ctx.resilient_parsing):
            with extra("check", f"`adcontract {self.name}`"):
                from adcontract_conformance.settings.settings_file import choose

            def named(name: str) -> Any:
                value, source = parameters[name].consume_value(ctx, given)
                return value if source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT) else None

            config = named("config")
            ctx.obj = choose(
                named("target"),
                named("profile"),
                Path(config) if config is not None else None,
                named("token"),
            )
            options = {option: name for name, each in parameters.items() for option in each.opts}
            ctx.default_map = {
                options[f"--{key}"]: value
                for key, value in ctx.obj.options.items()
                if f"--{key}" in options and not (key in _OTHERS and named(_OTHERS[key]))
            }
        return super().parse_args(ctx, args)


ca = click.option(
    "--ca",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Trust the certificates of this authority, in PEM, in place of the known ones.",
)
insecure = click.option("--insecure", is_flag=True, help="Accept every certificate of the server.")


def refuse_both(ca: Path | None, insecure: bool) -> None:
    """Raise a `UsageError` if a user gives --ca and --insecure."""
    if ca and insecure:
        raise UsageError("--insecure accepts every certificate, also those that --ca would refuse. Give one of them.")


def on_target(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument TARGET, and the options that say how to reach it."""
    decorators = (
        click.argument("target", required=False, expose_value=False),
        click.option(
            "--config",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            expose_value=False,
            help="The settings in place of adcontract.toml, here or in a folder above.",
        ),
        click.option(
            "--profile",
            expose_value=False,
            help="How much is done: smoke, core, extended, or one of adcontract.toml.  [default: core]",
        ),
        click.option(
            "--token",
            expose_value=False,
            help="The credential to send, user:password for HTTP Basic, here or in ADCONTRACT_TOKEN.",
        ),
        ca,
        insecure,
    )
    for decorator in reversed(decorators):
        command = decorator(command)
    return command
