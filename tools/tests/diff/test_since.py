"""`adcontract diff --since TAG`: a document beside what it was at a tag of git."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

SPEC = Path(__file__).parent / "spec"
DOCUMENT = """openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{$ref: 'common/parameters.json#/Limit'}]
      responses: {'200': {description: They.}}
"""
PARAMETER = {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}}


def git(folder: Path, *arguments: str | Path) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@shop.example", "-c", "init.defaultBranch=main")
    command = ["git", "-C", folder, *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", tag)
    git(folder, "tag", tag)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose document has changed since the tag v1, and whose contracts since v2, in the working tree."""
    folder = tmp_path / "shop"
    (folder / "api" / "common").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "readme.txt").write_text("Nothing.")
    commit(folder, "v0")
    (folder / "api" / "openapi.yaml").write_text(DOCUMENT)
    (folder / "api" / "common" / "parameters.json").write_text(json.dumps(PARAMETER))
    commit(folder, "v1")
    (folder / "api" / "common" / "parameters.json").write_text(json.dumps(PARAMETER).replace("integer", "string"))
    shutil.copytree(SPEC, folder / "spec")
    commit(folder, "v2")
    paths = folder / "spec" / "shop" / "paths" / "things.yaml"
    paths.write_text(paths.read_text().replace("maximum: 100", "maximum: 200"))
    monkeypatch.chdir(folder)
    return folder


def test_a_file_is_compared_with_those_that_it_referred_to_then(run: Run, repository: Path) -> None:
    before = git(repository, "status", "--short"), git(repository, "log", "--all", "--format=%H")
    result = run("api/openapi.yaml", "--since", "v1")
    assert result.output.startswith("api/openapi.yaml at v1 → api/openapi.yaml\n")
    assert "is now of type `string`; it was `integer`, which is narrower." in result.output
    assert "v1:api/common/parameters.json:1:" in result.output
    assert run("api/openapi.yaml", "--since", "v2", "--fail-on", "risky").exit_code == 0
    # nothing is checked out
    assert before == (git(repository, "status", "--short"), git(repository, "log", "--all", "--format=%H"))


def test_a_contract_is_compared_with_its_files_then(run: Run, repository: Path) -> None:
    result = run("shop", "--since", "v2", "--spec", "spec", "--fail-on", "breaking")
    assert result.output.startswith("shop@2025-03-01 at v2 → shop@2025-03-01\n")
    assert "v2:spec/shop/paths/things.yaml:" in result.output
    assert "0 breaking, 0 risky, 1 safe changes" in result.output
    assert repository.exists()


def test_a_shallow_clone_says_how_to_get_a_tag_and_has_it_then(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-tags", f"file://{repository}", clone)
    monkeypatch.chdir(clone)
    refused = run("api/openapi.yaml", "--since", "v1")
    fix = "git fetch --depth 1 origin tag v1"
    assert refused.stderr == f"Error: This clone is shallow, and v1 is not in it. `{fix}` gets a tag.\n"
    git(clone, *fix.split()[1:])
    assert "is now of type `string`" in run("api/openapi.yaml", "--since", "v1").output


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["api/openapi.yaml", "--since", "v01"],
            "There is no revision v01. Did you mean v1? `git tag` lists the tags.",
        ),
        (["api/openapi.yaml", "--since", "--all"], "There is no revision --all. `git tag` lists the tags."),
        (
            ["api/openapi.yaml", "--since", "v0"],
            "api/openapi.yaml did not exist at v0. Name a later revision, or two documents.",
        ),
        (
            ["shop", "--since", "v1", "--spec", "spec"],
            "shop did not exist at v1. Name a later revision, or two documents.",
        ),
        (["api/openapi.yaml"], "Name two documents, or one document and a tag of git with --since."),
        (
            ["api/openapi.yaml", "api/openapi.yaml", "--since", "v1"],
            "Name two documents, or one document and a tag of git with --since.",
        ),
        (
            ["../alone/openapi.yaml", "--since", "v1"],
            "../alone/openapi.yaml is not in a repository of git, so that --since finds no earlier one.",
        ),
    ],
)
def test_what_is_missing_is_one_line(run: Run, repository: Path, arguments: list[str], line: str) -> None:
    shutil.copytree(repository / "api", repository.parent / "alone")
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")


def test_a_document_that_was_none_then_is_placed_as_git_names_it(run: Run, repository: Path) -> None:
    file = repository / "api" / "openapi.yaml"
    file.write_text("openapi: 3.0.3\npaths: [\n")
    commit(repository, "broken")
    file.write_text(DOCUMENT)
    result = run("api/openapi.yaml", "--since", "broken")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: broken:api/openapi.yaml:3:1: yaml-syntax: ")
