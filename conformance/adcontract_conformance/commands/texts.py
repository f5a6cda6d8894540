"""Options of commands whose values are texts of a form of their own: --rate, --min-coverage, --shard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from adcontract.errors import UsageError
from adcontract.extras import extra

if TYPE_CHECKING:
    from collections.abc import Callable


class _Text(click.ParamType[Any]):
    """A text that a function reads, which is imported only when it is needed."""

    def __init__(self, name: str, reader: Callable[[], Callable[[str], Any]]) -> None:
        self.name = name
        self._reader = reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002
        if not isinstance(value, str):
            return value
        with extra("check", f"--{self.name}"):
            read = self._reader()
        try:
            return read(value)
        except UsageError as error:
            raise UsageError(f"--{self.name}: {error}") from None


def _rate() -> Callable[[str], Any]:
    from adcontract_conformance.client.limits import Rate

    return Rate.parse


def _minimums() -> Callable[[str], Any]:
    from adcontract_conformance.settings.minimums import parse_minimums

    return parse_minimums


def _shard() -> Callable[[str], Any]:
    from adcontract_conformance.run.shard import Shard

    return Shard.parse


rate_option = click.option(
    "--rate",
    metavar="N/s|N/min",
    type=_Text("rate", _rate),
    help="Send no more requests than so many in a second or a minute, such as 10/s or 300/min, from one process.",
)

min_coverage_option = click.option(
    "--min-coverage",
    metavar="NAME=PERCENT,…",
    type=_Text("min-coverage", _minimums),
    help="Fail if less of a contract is covered: operations, statuses, media-types, parameters or laws, as in "
    "operations=100,laws=90.",
)

shard_option = click.option(
    "--shard",
    metavar="N/COUNT",
    type=_Text("shard", _shard),
    help="Check a part of the operations, such as 2/5, the second of five. `adcontract merge` joins the reports.",
)
