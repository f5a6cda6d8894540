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


@pytest.mark.slow
def test_a_document_is_checked_again_when_a_file_that_it_refers_to_is_saved(tmp_path: Path) -> None:
    file, part = tmp_path / "openapi.yaml", tmp_path / "pet.yaml"
    head = "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\npaths: {}\n"
    file.write_text(head)
    part.write_text("{type: object}")
    (tmp_path / "notes.yaml").write_text("a: b")
    program = "from adcontract.cli import main; main()"
    line = [sys.executable, "-u", "-c", program, "lint", "--watch", file]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert f" {file}: no findings (" in process.stdout.readline()
            file.write_text(f"{head}components: {{schemas: {{Pet: {{$ref: pet.yaml}}}}}}\n")
            assert f" {file}: no findings (" in process.stdout.readline()
            (tmp_path / "notes.yaml").write_text("a: c")  # it is none of the document
            part.write_text("{type: objekt}")
            assert f"{part}:1:2  openapi-form  " in process.stdout.readline()
            assert f" {file}: 1 finding (" in process.stdout.readline()
            part.write_text("{type: object}")
            assert f" {file}: no findings (" in process.stdout.readline()
        finally:
            process.kill()


def test_what_is_about_folders_is_refused_for_a_document_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\npaths: {}\n")
    result = CliRunner().invoke(main, ["lint", "--fix", str(tmp_path / "openapi.yaml")])
    assert result.exit_code == 2
    assert (
        "is a document of your own, and --fix corrects the order and names of contracts in a folder." in result.stderr
    )


@pytest.mark.parametrize("option", [["--format", "json"], ["--fix"], ["--output", "a.json"]])
def test_a_watch_prints_text_and_changes_nothing(option: list[str], spec: Path) -> None:
    result = CliRunner().invoke(main, ["lint", "--watch", "--spec", str(spec), *option])
    assert result.exit_code == 2
    assert result.stderr.endswith("Leave out --format, --output and --fix.\n")
