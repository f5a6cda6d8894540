"""`adcontract kit`: a package for frontends of each contract."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from adcontract import options
from adcontract.extras import extra
from adcontract.wording import plural

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_kit.recorded import Recorded


@click.command()
@options.document
@options.api
@options.snapshot
@options.spec
@options.out("build/kit")
def kit(api: str | None, snapshot: str | None, spec: Path | None, out: Path) -> None:
    """Write an npm package for frontends for each contract.

    It has the types of the API, a client, the payloads by name, handlers for
    MSW that answer as the mock does, and Zod schemas. Besides there is the
    package adcontract-mock, which starts the mock for Playwright, Vitest, Jest
    and Cypress. This needs Node 20 or newer, and npm to install what generates
    them, once.

    \b
    Examples:
      adcontract kit openapi.yaml --out kit
      adcontract kit --api topsort --out kit
      npm install ./kit/topsort-v1
      npm install --save-dev ./kit/adcontract-mock
    """  # noqa: D301 - click wants the escape itself
    with extra("mock", "`adcontract kit`"):
        from adcontract import names, spec_folder
        from adcontract_kit.asking import Mock
        from adcontract_kit.launcher import LAUNCHER, write_launcher
        from adcontract_kit.package import check_replaceable, package_json, package_name, readme
        from adcontract_kit.recorded import recorded
        from adcontract_kit.sources import sources
        from adcontract_kit.toolbox import check_node, compile_packages, versions
        from adcontract_mock.serve.in_thread import running

    check_node()
    chosen = names(spec or spec_folder(), api, snapshot)
    check_replaceable(out / LAUNCHER, LAUNCHER)
    for name in chosen:
        check_replaceable(out / str(name), package_name(name))
    documents = []
    for name in chosen:
        # one at a time, so that each is at the vendor's own paths, which links name
        with running(api=name.api, snapshot=name.snapshot, spec=spec) as served:
            (document,) = served.mock.runtime.documents
            with closing(Mock(served.url, document)) as mock:
                documents.append(recorded(mock))
    files = {
        str(each.contract.name): {
            **sources(each),
            "package.json": package_json(each.contract, versions()),
            "README.md": readme(each),
        }
        for each in documents
    }
    compile_packages(files, out)
    write_launcher(out / LAUNCHER)
    for each in documents:
        click.echo(_line(each, out / str(each.contract.name)))
    click.echo(f"{out / LAUNCHER}: starts the mock in test runners")


def _line(document: Recorded, folder: Path) -> str:
    """Return what a package has, in a line."""
    payloads = sum(len(response.payloads) for each in document.operations for response in each.responses.values())
    size = sum(file.stat().st_size for file in folder.iterdir()) // 1000
    return f"{folder}: {plural(len(document.operations), 'operation')}, {plural(payloads, 'payload')}, {size:,} kB"
