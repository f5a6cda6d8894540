"""`adcontract mock`: serve the contracts."""

from __future__ import annotations

import gc
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.errors import UsageError
from adcontract.extras import extra
from adcontract.reporting.notes import show_notes
from adcontract_mock.serve.server import listen, serve, serve_in_processes, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@click.command()
@options.document
@options.api
@options.snapshot
@options.spec
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="A name by which the mock may be reached, besides those of this machine; repeatable.",
)
@click.option(
    "--cors-origin",
    "cors_origins",
    metavar="ORIGIN",
    multiple=True,
    help="An origin whose pages may use the mock, besides those of this machine, or *; repeatable.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=4010, show_default=True, help="0 takes a free port.")
@click.option(
    "--token",
    envvar="ADCONTRACT_TOKEN",
    show_envvar=True,
    help="The only valid credential, user:password for HTTP Basic.  [default: any]",
)
@click.option("--rate-limit", help="The limit for each credential, such as 300/min, then 429.  [default: none]")
@click.option("--tls", is_flag=True, help="Serve HTTPS, with a certificate that is created once and kept.")
@click.option("--watch", is_flag=True, help="Watch contracts and scenarios: the next request sees your changes.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add every exchange, without credentials, to this HAR file, which browsers can open.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1),
    default=10_000_000,
    show_default=True,
    help="The bytes that the body of a request may have.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the port. Each has its own rate limits, and journal and sessions without --state.",
)
@click.option(
    "--stateful", is_flag=True, help="Keep a state for each session: created items can be read, changed and deleted."
)
@click.option(
    "--seed-items",
    type=click.IntRange(0, 10_000),
    default=0,
    show_default=True,
    help="Items that each collection begins with, besides the documented ones.",
)
@click.option(
    "--state",
    metavar="FILE|URL",
    type=click.Path(dir_okay=False),
    help="The file that keeps the state, for all workers and later runs, or the URL of a PostgreSQL database, for mocks"
    " on several machines: postgresql://user@host/database.  [default: in memory]",
)
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of scenarios: responses of several operations under one name, in sequence or by chance.",
)
@click.option(
    "--plant",
    metavar="FAULT[@OPERATION[:PART]]",
    help="Serve an operation, or a part of it, with a fault, to see whether a check catches it; `list` names all.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    help="The format of --plant list.  [default: text]",
)
@click.option(
    "--until-eof",
    is_flag=True,
    help="End when standard input ends, and so with the program that started the mock, also when that is killed.",
)
@click.option(
    "--upstream",
    metavar="URL",
    help="Forward requests to this server, unless a response is chosen, and compare both directions with the contract.",
)
@click.option(
    "--on-breach",
    type=click.Choice(["report", "fail"]),
    help="Pass on what breaks the contract, or answer 502 where that is documented.  [default: report]",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the payloads of --upstream below this folder, without secrets, as files for a folder of contracts.",
)
def mock(
    api: str | None,
    snapshot: str | None,
    spec: Path | None,
    host: str,
    allowed_hosts: tuple[str, ...],
    cors_origins: tuple[str, ...],
    port: int,
    token: str | None,
    rate_limit: str | None,
    tls: bool,
    watch: bool,
    record: Path | None,
    max_body: int,
    workers: int,
    stateful: bool,
    seed_items: int,
    state: str | None,
    scenarios: Path | None,
    plant: str | None,
    format_: str | None,
    until_eof: bool,
    upstream: str | None,
    on_breach: str | None,
    save: Path | None,
) -> None:
    """Serve the contracts as a mock of their APIs.

    DOCUMENT is an OpenAPI document of your own, 3.0 or 3.1, as JSON or YAML: a file, with others that it refers to in
    its folder or below, or a URL on this machine. Without it the built-in contracts are served.

    Each is served at /<api>/<snapshot>, and the newest of each API also at the vendor's own paths. A client chooses
    another response with the header Prefer: code=503, delay=2000, fault=reset, or a state that a screen has to show,
    such as example=empty, example=many or example=long-text; /_mock/states lists those of each operation.

    \b
    Examples:
      adcontract mock
      adcontract mock openapi.yaml --stateful --watch
      adcontract mock --api topsort --port 8080 --token secret
      adcontract mock --host 0.0.0.0 --allowed-host mock --cors-origin "*"
      adcontract mock --spec my-contracts --watch
      adcontract mock --stateful --seed-items 250
      adcontract mock --stateful --state postgresql://me@db.example/adcontract
      adcontract mock --scenarios scenarios.yaml
      adcontract mock --plant list --api topsort
      adcontract mock --plant missing-field@listCampaigns --stateful
      adcontract mock --plant filter-ignored@listCampaigns:status --stateful
      adcontract mock --api topsort --upstream https://api.example.com --save seen
    """  # noqa: D301 - click wants the escape itself
    _check_alone(workers, {"--watch": watch, "--record": record, "--plant": plant, "--save": save})
    _check_upstream(
        upstream,
        {"--save": save, "--on-breach": on_breach},
        {"--stateful": stateful, "--rate-limit": rate_limit, "--plant": plant},
    )
    if stateful and workers > 1 and state is None:
        raise UsageError(
            "--stateful with several workers needs a file or a database that they share: name one with --state."
        )
    if format_ and plant != "list":
        raise UsageError("--format is the format of the list of faults: add --plant list, or leave it out.")
    if plant == "list":
        with extra("mock", "`adcontract mock`"):
            from adcontract_mock.serve.fault_list import fault_list

        click.echo(fault_list(api, snapshot, spec, token or None, format_ or "text"))
        return
    if until_eof:
        from adcontract_mock.serve.until_eof import end_with_standard_input

        end_with_standard_input()
    with listen(host, port) as listening, ExitStack() as ending:
        with _garbage_collection_paused(freeze=not watch):
            # imported here, so that --help does not wait for it
            with extra("mock", "`adcontract mock`"):
                from adcontract_mock.serve.banner import banner, openness
                from adcontract_mock.serve.certificate import certificate
                from adcontract_mock.serve.service import Service
                from adcontract_mock.serve.settings import Settings

            settings = Settings(
                api, snapshot, token or None, rate_limit, spec, stateful, seed_items, state, plant, scenarios
            )
            settings = replace(
                settings, bound=host, allowed_hosts=allowed_hosts, cors_origins=cors_origins, max_body=max_body
            )
            if upstream is not None:
                settings = replace(settings, upstream=upstream, on_breach=on_breach or "report", save=save)
            service = Service(settings, watch=watch)
        runtime = service.mock.runtime
        secured = certificate(host) if tls else None
        url = url_of(host, listening, tls)
        if record:
            from adcontract_mock.journal.recording import Record

            ending.enter_context(closing(Record(record, runtime.journal, lambda: runtime.redaction, url)))
        contracts = [document.contract for document in runtime.documents]
        show_notes(contracts)
        faults = [document.fault for document in runtime.documents if document.fault]
        authority = secured.authority if secured else None
        for line in banner(contracts, url, token, authority, stateful=stateful, faults=faults, upstream=upstream):
            click.echo(line)
        if opened := openness(host):
            click.echo(click.style(opened, fg="yellow"))
        if workers == 1:
            serve(service, listening, secured)
        else:
            runtime.state.close()
            serve_in_processes(
                replace(settings, in_service=True, page_token=runtime.page_token), workers, listening, secured
            )


def _check_alone(workers: int, given: Mapping[str, object]) -> None:
    """Check that no option is given that one process alone can have."""
    alone = next((name for name, value in given.items() if value), None)
    if workers > 1 and alone:
        raise UsageError(f"{alone} needs one worker: leave --workers out.")


def _check_upstream(upstream: str | None, own: Mapping[str, object], others: Mapping[str, object]) -> None:
    """Check that the `own` options of --upstream are given with it only, and the `others` without it only."""
    wrong = next((name for name, value in (own if upstream is None else others).items() if value), None)
    if wrong and upstream is None:
        raise UsageError(f"{wrong} is about --upstream: name a server with it.")
    if wrong:
        raise UsageError(f"{wrong} is about what the mock answers, and --upstream about a real server: leave one out.")


@contextmanager
def _garbage_collection_paused(*, freeze: bool) -> Iterator[None]:
    """Pause garbage collection, which takes a seventh of the start and finds next to nothing.

    To `freeze` exempts what was created by then: contracts that are not watched stay as long as the process.
    """
    gc.disable()
    try:
        yield
        if freeze:
            gc.freeze()
    finally:
        gc.enable()
