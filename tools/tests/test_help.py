"""Help and the list of commands wait for no package that takes long to import."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

SLOW = {
    "cel",
    "connexion",
    "hypothesis",
    "jsonschema_rs",
    "openapi_spec_validator",
    "requests",
    "rich",
    "schemathesis",
    "starlette",
    "uvicorn",
    "yaml",
}

PROGRAM = f"""
import sys
from adcontract.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*({SLOW!r} & set(sys.modules)), file=sys.stderr)
"""

COMMANDS = sorted(entry_points(group="adcontract.commands").names)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=lambda each: "".join(each) or "all")
def test_help_imports_nothing_slow(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert (done.returncode, done.stderr.split()) == (0, [])
    usage, *lines = done.stdout.splitlines()
    assert usage.startswith("Usage: ")
    assert [line for line in lines if len(line) > 80 or line.endswith("...")] == []


def test_the_check_sees_what_is_imported() -> None:
    done = run("lint", "--rules")
    assert done.returncode == 0
    assert {"jsonschema_rs", "yaml"} <= set(done.stderr.split())


def test_a_misspelled_command_is_answered_with_the_closest() -> None:
    done = run("lnt")
    assert done.returncode == 2
    assert "Error: No such command 'lnt'. Did you mean lint?" in done.stderr.splitlines()


def test_every_command_is_listed() -> None:
    lines = run("--help").stdout.splitlines()
    listed = [line.split()[0] for line in lines[lines.index("Commands:") + 1 :] if line.strip()]
    assert listed == COMMANDS
    assert len(listed) >= 6
