"""A standard output that cannot be written ends a command with status 2, in one line; a closed pipe ends it quietly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
COMMANDS = (["--help"], ["lint", "--rules"], ["lint", "--api", "topsort"])

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")]


def run(arguments: list[str], stdout: int, *, buffered: bool) -> tuple[int, str]:
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    done = subprocess.run(line, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, env=environment)
    return done.returncode, done.stderr


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_device_is_reported_in_one_line(arguments: list[str], buffered: bool) -> None:
    with FULL.open("w") as full:
        found = run(arguments, full.fileno(), buffered=buffered)
    assert found == (2, "Error: the standard output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_has_gone_is_no_error_to_report(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(arguments, writer, buffered=True) == (2, "")
    finally:
        os.close(writer)


def test_the_files_are_written_when_the_report_cannot_be_printed(tmp_path: Path) -> None:
    file = tmp_path / "lint.md"
    with FULL.open("w") as full:
        assert run(["lint", "--api", "topsort", "--output", str(file)], full.fileno(), buffered=True)[0] == 2
    assert file.read_text().startswith("## adcontract lint")
