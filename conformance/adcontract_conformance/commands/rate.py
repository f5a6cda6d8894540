"""The option --rate of commands that send requests."""

from __future__ import annotations

from typing import Any

import click

from adcontract.errors import UsageError
from adcontract.extras import extra


class _Rate(click.ParamType[Any]):
    """A rate of requests, such as 10/s."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        with extra("check", "--rate"):
            from adcontract_conformance.client.limits import Rate
        try:
            return value if isinstance(value, Rate) else Rate.parse(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


rate_option = click.option(
    "--rate",
    metavar="N/s|N/min",
    type=_Rate(),
    help="Send no more requests than so many in a second or a minute, such as 10/s or 300/min, from one process.",
)
