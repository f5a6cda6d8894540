"""`adcontract bundle --strict`: other words, and the same values are valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.bundle import bundle
from adcontract.contract.operations import operations_of
from adcontract.contract.schemas import Schemas
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import get

SAMPLES = [None, True, 3, -1.5, "", "a b", "2026-11-26", [], ["x"], {}, {"id": 1}, {"url": "https://example.com"}]


def bundled(folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    done = CliRunner().invoke(bundle, ["--out", str(folder), *options])
    assert done.exit_code == 0, done.output
    return {file.name: json.loads(file.read_text()) for file in folder.glob("*.json")}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    plain = bundled(tmp_path_factory.mktemp("plain"))
    strict = bundled(tmp_path_factory.mktemp("strict"), "--strict")
    assert plain.keys() == strict.keys()
    return [(document, strict[name]) for name, document in plain.items()]


def test_the_words_are_those_that_other_tools_read(both: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    changed = 0
    for document, strict in both:
        changed += document != strict
        schemas = Schemas(strict)
        for node in nodes("document", strict):
            assert not isinstance(node.data.get("x-inferred"), dict)
            if node.type == "schema":
                assert "type" in node.data or "nullable" not in node.data
                assert '\\"' not in node.data.get("pattern", "")
            for example in node.data.get("examples", {}).values() if node.type == "parameter" else ():
                assert schemas.valid(f"{node.pointer}/schema", example["value"])
    assert changed > 0


def test_what_is_valid_stays_valid_and_nothing_else_is(both: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    nullable = 0
    for document, strict in both:
        before, after = Schemas(document), Schemas(strict)
        for node in nodes("document", document):
            if node.type == "schema" and get(strict, node.pointer) is not None:
                nullable += node.data.get("nullable") is True and "type" not in node.data
                for value in SAMPLES:
                    assert before.valid(node.pointer, value) == after.valid(node.pointer, value), (node.pointer, value)
        for operation in operations_of(document):
            for media in (each for response in operation.responses.values() for each in response.media):
                for example in media.examples if "schema" in media.data else ():
                    assert after.valid(f"{media.pointer}/schema", example.value)
    assert nullable > 0
