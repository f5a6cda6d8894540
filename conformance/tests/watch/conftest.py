"""A server that is watched, and the command that watches it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main

SOUND = Path(__file__).resolve().parents[3] / "tools" / "tests" / "sound"


@dataclass
class Watched:
    """What a run of `adcontract watch` gave."""

    code: int
    output: str
    report: dict[str, Any]

    @property
    def new(self) -> list[str]:
        """What no snapshot has, in sentences."""
        return [f"{each['kind']}: {each['says']}" for api in self.report["apis"] for each in api["new"]]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A folder with one contract, `shop`, at two dates."""
    shutil.copytree(SOUND, tmp_path / "spec")
    return tmp_path / "spec"


@pytest.fixture
def run():
    """Run a command of `adcontract`."""

    def run(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments)], env={"ADCONTRACT_TOKEN": None})

    return run


@pytest.fixture
def watch(run, tmp_path):
    """Run `adcontract watch …`."""

    def watch(url, *arguments):
        file = tmp_path / "watch.json"
        file.unlink(missing_ok=True)
        result = run("watch", url, *arguments, "--output", file)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Watched(result.exit_code, result.output, json.loads(file.read_text()) if file.exists() else {})

    return watch


@pytest.fixture
def methods():
    """Return the methods of the requests that a server has in its log."""
    return lambda server: {each.method for each in server.log}
