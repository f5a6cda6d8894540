"""`adcontract lint --watch`: a save is answered at once, until Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from adcontract.cli import main


@pytest.mark.slow
def test_a_save_is_answered_with_the_findings_and_ctrl_c_ends_it(spec: Path) -> None:
    program = "from adcontract.cli import main; main()"
    line = [sys.executable, "-u", "-c", program, "lint", "--watch", "--spec", spec]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert " shop-2025-02-01: no findings (" in process.stdout.readline()
            assert " shop-2025-01-01: no findings (" in process.stdout.readline()
            file = spec / "shop/paths/orders.yaml"
            sound, answers = file.read_text(), []
            for text, answer in (
                (sound.replace("/data}", "/rows}"), "  behavior-pointer  "),
                (sound, ": no findings ("),
            ):
                saved = time.monotonic()
                file.write_text(text)
                while answer not in (printed := process.stdout.readline()):
                    assert printed
                answers.append(time.monotonic() - saved)
            assert max(answers) < 2
            assert " shop-2025-01-01: no findings (" in process.stdout.readline()
            (spec / "shop/openapi.yaml").rename(spec / "shop/away")
            assert "no contract here" in process.stdout.readline()
            (spec / "shop/away").rename(spec / "shop/openapi.yaml")
            assert " shop-2025-02-01: no findings (" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 130
            assert process.stderr is not None
            assert process.stderr.read() == ""
        finally:
            process.kill()


@pytest.mark.parametrize("option", [["--format", "json"], ["--fix"], ["--output", "a.json"]])
def test_a_watch_prints_text_and_changes_nothing(option: list[str], spec: Path) -> None:
    result = CliRunner().invoke(main, ["lint", "--watch", "--spec", str(spec), *option])
    assert result.exit_code == 2
    assert result.stderr.endswith("Leave out --format, --output and --fix.\n")
