"""`adcontract lint --fix`: the form is corrected, every comment stays, and no document changes."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adcontract.bundle import bundle
from adcontract.cli import main
from adcontract.files.source import parse_yaml
from adcontract.lint.fixes.keys import objects, reordered

HERE = Path(__file__).resolve().parents[1]
FIXABLE = [
    "blank-line",
    "byte-order-mark",
    "final-newline",
    "key-order",
    "line-ending",
    "path-file-name",
    "status-order",
    "tab",
    "trailing-space",
]


def fix(spec: Path) -> Result:
    return CliRunner().invoke(main, ["lint", "--fix", "--spec", str(spec)])


def content(spec: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in sorted(spec.rglob("*")) if file.is_file()}


def bundled(spec: Path, folder: Path) -> dict[str, Any]:
    done = CliRunner().invoke(bundle, ["--spec", str(spec), "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return {file.name: json.loads(file.read_text()) for file in folder.glob("*.json")}


@pytest.mark.parametrize("rule", FIXABLE)
def test_a_fault_of_form_is_corrected_and_the_bundle_is_the_same(rule: str, spec: Path, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("expect.txt")
    shutil.copytree(HERE / "faulty" / rule, spec / "shop", dirs_exist_ok=True, ignore=ignored)
    before = bundled(spec, tmp_path / "before")
    result = fix(spec)
    assert result.stdout.endswith(": no findings\n")
    assert result.exit_code == 0
    assert f": corrected {rule}\n" in result.stderr
    assert bundled(spec, tmp_path / "after") == before
    known = content(spec)
    assert fix(spec).stderr == ""
    assert content(spec) == known


def test_comments_move_with_what_they_are_about(spec: Path) -> None:
    file = spec / "shop/paths/orders_order_id.yaml"
    file.write_text(
        file.read_text().replace(
            "  operationId: getOrder\n  summary: Get an order\n  tags: [Orders]\n",
            "  tags: [Orders]  # one of them\n  # of this operation\n  summary: Get an order\n  # as code names it\n"
            "  operationId: getOrder\n",
        )
    )
    assert fix(spec).exit_code == 0
    assert (
        "get:\n  # as code names it\n  operationId: getOrder\n  # of this operation\n  summary: Get an order\n"
        "  tags: [Orders]  # one of them\n\n  responses:\n"
    ) in file.read_text()


def test_everything_out_of_order_is_put_in_order(spec: Path, tmp_path: Path) -> None:
    """The keys of every object of every file are shuffled, in blocks, in braces, and behind the hyphen of a list."""
    chosen = random.Random(20261126)
    shuffled = 0
    for file in [
        *(spec / "shop/paths").glob("*"),
        *(spec / "shop/components").rglob("*.yaml"),
        spec / "shop/openapi.yaml",
    ]:
        text = file.read_text()
        for pointer in objects(text):
            keys = objects(text)[pointer]
            moved = reordered(text, keys, chosen.sample(range(len(keys.names)), len(keys.names)))
            assert moved is not None
            assert parse_yaml(file, moved).data == parse_yaml(file, text).data
            shuffled += moved != text
            text = moved
        file.write_text(text)
    assert shuffled > 40
    before = bundled(spec, tmp_path / "before")
    result = fix(spec)
    assert (result.exit_code, result.stdout) == (0, "2 contracts, 8 operations, 20 payloads: no findings\n")
    assert bundled(spec, tmp_path / "after") == before


def test_spaces_that_belong_to_a_text_stay(spec: Path) -> None:
    file = spec / "shop/components/schemas/Customer.yaml"
    text = (
        file.read_text()
        .replace("  name:\n", "  name: \n")
        .replace("type: object\n", "type: object\ndescription: |\n  a  \n  b\n")
    )
    file.write_text(text)
    result = fix(spec)
    assert file.read_text() == text.replace("  name: \n", "  name:\n")
    assert f"{file}:3:4  trailing-space  " in result.stdout
    assert result.exit_code == 1


def test_nothing_is_corrected_where_that_cannot_be_held_to_a_document(spec: Path) -> None:
    (spec / "shop/components/schemas/Customer.yaml").write_text("type: [")
    file = spec / "shop/components/schemas/NewOrder.yaml"
    file.write_text(file.read_text().rstrip())
    known = content(spec)
    result = fix(spec)
    assert result.exit_code == 1
    assert result.stderr == (
        "shop: nothing was corrected: its documents cannot be assembled. Correct the other findings first.\n"
    )
    assert content(spec) == known
