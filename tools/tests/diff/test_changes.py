"""`adcontract changes`: CHANGES.md of an API, from its snapshots."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

SPEC = Path(__file__).parent / "spec"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    shutil.copytree(SPEC, tmp_path / "spec")
    return tmp_path / "spec"


def test_the_notes_have_a_section_for_each_two_neighbors_the_newest_first(run: Run, spec: Path) -> None:
    result = run("--spec", spec, command="changes")
    assert result.exit_code == 0
    assert result.output == f"{spec}/shop/CHANGES.md: 3 snapshots\n"
    text = (spec / "shop/CHANGES.md").read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "shop@2025-02-01 → shop@2025-03-01",
        "shop@2025-01-01 → shop@2025-02-01",
    ]
    assert "- `POST /things`: 2025-03-01 lets things be created." in text


def test_fresh_notes_pass_and_stale_ones_do_not(run: Run, spec: Path) -> None:
    assert run("--spec", spec, "--check", command="changes").exit_code == 1
    run("--spec", spec, command="changes")
    fresh = run("--spec", spec, "--check", command="changes")
    assert (fresh.exit_code, fresh.output) == (0, f"{spec}/shop/CHANGES.md: up to date\n")
    overlay = spec / "shop/changes/2025-02-01.overlay.yaml"
    overlay.write_text(overlay.read_text().replace("pages of 100", "large pages"))
    result = run("--spec", spec, "--check", command="changes")
    assert result.exit_code == 1
    assert "CHANGES.md: out of date with the snapshots. Run `adcontract changes` and commit the file." in result.stderr


def test_an_api_with_one_snapshot_gets_no_notes(run: Run, spec: Path) -> None:
    shutil.rmtree(spec / "shop/changes")
    for older in ("2025-01-01", "2025-02-01"):
        shutil.rmtree(spec / "shop/examples" / older)
    assert run("--spec", spec, command="changes").exit_code == 0
    assert not (spec / "shop/CHANGES.md").exists()
