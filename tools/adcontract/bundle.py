"""`adcontract bundle`: every contract as one file, for other tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from adcontract import options
from adcontract.reporting.notes import show_notes
from adcontract.wording import plural

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.document
@options.api
@options.snapshot
@options.spec
@options.out("build")
@click.option("--strict", "is_strict", is_flag=True, help="Write it in words that other tools read as they are meant.")
def bundle(api: str | None, snapshot: str | None, spec: Path | None, out: Path, is_strict: bool) -> None:
    """Write each contract as one self-contained document.

    The documents are OpenAPI 3.0.3, as JSON and as YAML, for tools that cannot read split documents.
    With --strict, `nullable` without a type is an alternative, no parameter has an empty text as an
    example that its schema refuses, and patterns are valid with the flag u: Redocly and Spectral find
    no error.

    \b
    Examples:
      adcontract bundle --api metapic --out build
      adcontract bundle openapi.yaml
      adcontract bundle --strict --out build/strict
    """  # noqa: D301 - click wants the escape itself
    from adcontract.assembly.strict import strict
    from adcontract.contract.catalog import spec_folder
    from adcontract.loading import load_named, names

    root = spec or spec_folder()
    out.mkdir(parents=True, exist_ok=True)
    for name in names(root, api, snapshot):
        contract = load_named(name, root)
        show_notes([contract])
        document = strict(contract.copy()) if is_strict else contract.document
        (out / f"{name}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (out / f"{name}.yaml").write_text(as_yaml(document), encoding="utf-8")
        operations = sum(len(item) for item in document["paths"].values())
        click.echo(f"{out / f'{name}.json'} and .yaml: {plural(operations, 'operation')}")


def as_yaml(document: dict[str, Any]) -> str:
    """Return `document` as YAML, with its order of keys."""
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
