"""`adcontract init`: a settings file for a target, with what the target says of itself."""

from __future__ import annotations

import os
import shlex
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import UsageError, shown
from adcontract.extras import extra
from adcontract.wording import plural, printable
from adcontract_conformance.commands import settled

if TYPE_CHECKING:
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.settings.template import NewTarget
    from adcontract_conformance.watch.survey import Survey, SurveyedApi

_MOCK = "http://127.0.0.1:4010"


def _print_schema(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        with extra("check", "`adcontract init`"):
            from adcontract_conformance.settings.schema import published_schema
        click.echo(published_schema(), nl=False)
        ctx.exit()


@click.command()
@click.argument("url", required=False)
@click.option("--name", help="The name of the target in the file.  [default: from the host of URL]")
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default="adcontract.toml",
    show_default=True,
    help="The file to write.",
)
@options.api
@click.option(
    "--token",
    envvar="ADCONTRACT_TOKEN",
    show_envvar=True,
    help="The credential to ask with. The file names only the variable.",
)
@settled.ca
@settled.insecure
@options.spec
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of the file, for an editor, and end.",
)
def init(
    url: str | None,
    name: str | None,
    config: Path,
    api: str | None,
    token: str | None,
    ca: Path | None,
    insecure: bool,
    spec: Path | None,
) -> None:
    """Write adcontract.toml, with the server at URL as a target.

    The server is first asked a few safe questions, with GET: whether it is up, which APIs and snapshots it serves, and
    whether it takes the token. The answers stand in the file as comments. Without URL nothing is asked.
    The file is not overwritten if there is one.

    \b
    Examples:
      adcontract init http://127.0.0.1:4010
      adcontract init https://staging.example.com/api --api topsort --name staging
      adcontract init --schema > adcontract.schema.json
    """  # noqa: D301 - click wants the escape itself
    with extra("check", "`adcontract init`"):
        from adcontract_conformance.settings.schema import NAME, published_schema
        from adcontract_conformance.settings.template import NewTarget, name_of, settings_text

    settled.refuse_both(ca, insecure)
    _refuse_if_there(config)
    if url is None:
        target = NewTarget(_MOCK, name or name_of(_MOCK), True, ("No URL was given, so nothing was asked: our mock.",))
    else:
        target = _asked(url, name or name_of(url), api, token, ca, insecure, spec, config)
    _write(config, settings_text(target))
    for sentence in (*target.said, target.about_token):
        if sentence:
            click.echo(printable(sentence))
    click.echo(f"{shown(config)} is written, with the target {target.name}.")
    schema = config.with_name(NAME)
    if not schema.exists():
        _write(schema, published_schema())
        click.echo(f"{shown(schema)} is written, by which editors complete and explain the keys.")
    file = "" if config == Path("adcontract.toml") else f" --config {shown(config)}"
    click.echo(f"Check it: adcontract check {shlex.quote(target.name)}{file} --profile smoke")


def _asked(
    url: str,
    name: str,
    api: str | None,
    token: str | None,
    ca: Path | None,
    insecure: bool,
    spec: Path | None,
    config: Path,
) -> NewTarget:
    """Return a target with what it has answered."""
    from adcontract_conformance.client.limits import Limits, is_this_machine
    from adcontract_conformance.run.selection import ALL, checked_contracts
    from adcontract_conformance.settings.access import Access, Secret
    from adcontract_conformance.settings.template import NewTarget
    from adcontract_conformance.watch.reads import RememberingTarget
    from adcontract_conformance.watch.survey import survey
    from adcontract_conformance.watch.watching import senders_of

    contracts = checked_contracts(spec, api, ALL, ())
    access = Access() if token is None else Access(Secret("ADCONTRACT_TOKEN", token))
    basic = any(checked.takes_basic for checked in contracts)
    limits = Limits(read_only=True)
    with closing(RememberingTarget(url, access, basic=basic, ca=ca, insecure=insecure, limits=limits)) as target:
        found = survey(target, senders_of(contracts, target))
        date = f"{datetime.now(UTC):%Y-%m-%d}"
        asked = f"Asked on {date}, with {plural(target.requests, 'GET request')}:"
    served = found.served
    only = served[0] if len(served) == 1 else None
    return NewTarget(
        url,
        name,
        is_this_machine(url),
        (asked, *map(_said, found.apis)),
        tuple(each.api for each in served),
        only.snapshot if only and len(only.snapshots) > 1 else None,
        _from(config, spec),
        _from(config, ca),
        insecure,
        token is not None or any(each.refused for each in served),
        _about_token(found, given=token is not None),
        _example(contracts, {each.api for each in served}),
    )


def _said(api: SurveyedApi) -> str:
    """Return a sentence on what the target says to an API."""
    if api.missing:
        return f"{api.api} is not served: {api.missing}."
    if api.refused:
        return f"{api.api} may be served: {api.refused}."
    if len(api.snapshots) == 1:
        return f"{api.api} {api.snapshots[0]} is served."
    known = f"{api.api} is served. It has {len(api.snapshots)} snapshots, and"
    if api.snapshot is None:
        return f"{known} nothing was shown that differs between them."
    if not api.differences:
        return f"{known} {api.snapshot} fits all that was shown."
    return f"{known} {api.snapshot} fits best what was shown: {plural(api.differences, 'difference')}."


def _about_token(found: Survey, *, given: bool) -> str:
    if any(each.refused for each in found.served):
        return "It refuses the token that it was sent. Set ADCONTRACT_TOKEN to one that it takes."
    if found.takes_any_token is None:
        return "Whether it checks the token is not known."
    if found.takes_any_token:
        return "It takes any token."
    return "It takes the token of ADCONTRACT_TOKEN, and refuses another." if given else "It takes the default token."


def _example(contracts: list[CheckedContract], served: set[str]) -> tuple[str, str] | None:
    """Return an operation that reads an item, and the parameter that names it; None if there is none."""
    for checked in contracts:
        for operation in checked.contract.operations:
            path = [each.name for each in operation.parameters if each.location == "path"]
            if checked.api in served and operation.method == "GET" and len(path) == 1:
                return operation.id, path[0]
    return None


def _from(config: Path, path: Path | None) -> str | None:
    """Return a path as it is seen from the folder of a file."""
    return None if path is None else os.path.relpath(path, config.parent)


def _refuse_if_there(config: Path) -> None:
    if config.exists() or config.is_symlink():
        raise UsageError(
            f"{shown(config)} is there already, and is not overwritten. "
            "Add the target to it, or write another file with --config FILE."
        )


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        _refuse_if_there(file)
    except OSError as error:
        reason = (error.strerror or "it is not a file").lower()
        raise UsageError(f"{shown(file)} cannot be written: {reason}. Name another with --config.") from None
