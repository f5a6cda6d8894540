"""`adcontract diff` of one contract in its forms: our layout, a bundle, a user's own document, an imported copy."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.contract.catalog import spec_folder

if TYPE_CHECKING:
    from conftest import Changes

ROOT = Path(__file__).parents[3]
OWN = [ROOT / "mock/tests/plain/books/openapi.yaml", ROOT / "tools/tests/proof/plain/petstore/openapi.yaml"]


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def copies(document: Path, folder: Path) -> list[str]:
    """Return the document, its bundles, and a copy of it in our layout in two spellings."""
    run("bundle", document, "--out", folder)
    run("import", document, "--api", "copy", "--spec", folder / "spec")
    imported = folder / "spec/copy"
    return list(
        map(str, (document, *folder.glob("*.json"), *folder.glob("*.yaml"), imported, imported / "openapi.yaml"))
    )


def around(forms: list[str]) -> itertools.chain[tuple[str, str]]:
    """Return pairs in which each form is compared with the next, and two of them both ways."""
    return itertools.chain(itertools.pairwise([*forms, forms[0]]), [(forms[-1], forms[1])])


@pytest.mark.parametrize(
    ("api", "snapshot"),
    [("topsort", "v1"), ("affiliate-com", "v1"), pytest.param("metapic", "2025-04-03", marks=pytest.mark.slow)],
)
def test_a_contract_is_equal_in_all_its_forms(changes: Changes, tmp_path: Path, api: str, snapshot: str) -> None:
    folder = spec_folder() / api
    run("bundle", "--api", api, "--snapshot", snapshot, "--out", tmp_path)
    bundle = tmp_path / f"{api}-{snapshot}.json"
    forms = [f"{api}@{snapshot}", f"{folder}@{snapshot}", *copies(bundle, tmp_path / "more")]
    if snapshot == "v1":  # the newest
        forms += [str(folder), str(folder / "openapi.yaml")]
    for one, other in around(forms):
        assert (one, other, changes(one, other)) == (one, other, [])


@pytest.mark.parametrize("document", OWN, ids=lambda file: file.parent.name)
def test_a_document_of_a_user_is_equal_to_its_copies(changes: Changes, tmp_path: Path, document: Path) -> None:
    for one, other in around(copies(document, tmp_path)):
        assert (one, other, changes(one, other)) == (one, other, [])


def test_a_contract_is_read_with_its_payloads_wherever_it_is_named() -> None:
    folder = spec_folder() / "topsort"
    shown = run("lint", "--api", "topsort")
    assert ", 0 payloads" not in shown
    assert [run("lint", folder), run("lint", folder / "openapi.yaml")] == [shown, shown]


def test_a_component_in_a_file_of_its_own_keeps_its_name(tmp_path: Path) -> None:
    # a discriminator without a mapping names its schemas
    (tmp_path / "cat.yaml").write_text("{type: object, required: [kind], properties: {kind: {type: string}}}")
    (tmp_path / "key.yaml").write_text("{type: apiKey, in: header, name: X-Key}")
    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.0.3\n"
        "info: {title: Cats, version: '1'}\n"
        "security: [{key: []}]\n"
        "paths: {/cats: {get: {responses: {'200': {description: One., content: {application/json: {schema: {"
        "oneOf: [{$ref: cat.yaml}], discriminator: {propertyName: kind}}}}}}}}}\n"
        "components: {schemas: {Cat: {$ref: cat.yaml}}, securitySchemes: {key: {$ref: key.yaml}}}\n"
    )
    run("bundle", tmp_path / "openapi.yaml", "--out", tmp_path / "out")
    bundle = (tmp_path / "out/cats-1.yaml").read_text()
    assert "$ref: '#/components/schemas/Cat'" in bundle
    assert "Cat_2" not in bundle
    assert "key_2" not in bundle


def test_a_component_whose_file_is_missing_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: Cats, version: '1'}\npaths: {}\ncomponents: {schemas: {Cat: {$ref: cat.yaml}}}\n"
    )
    result = CliRunner().invoke(main, ["bundle", str(tmp_path / "openapi.yaml"), "--out", str(tmp_path)])
    assert result.output.count("cat.yaml does not exist") == 1
