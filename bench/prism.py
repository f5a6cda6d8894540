"""Installs Prism, an independent mock and validating proxy, once below `build/`; it needs npm."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

VERSION = "5.14.2"
_FOLDER = Path(__file__).resolve().parents[1] / "build" / "prism"
_PATIENCE = 300
_ESCAPE = re.compile(r"\\([^\w^$\\.*+?()\[\]{}|/-])|\\.")
"""An escape in a pattern; its group is a character that needs none."""


def installed() -> tuple[Path | None, str]:
    """Return the program and an empty text, or None and the reason that it is missing."""
    program = _FOLDER / VERSION / "node_modules" / ".bin" / "prism"
    if program.exists():
        return program, ""
    npm = shutil.which("npm")
    if npm is None:
        return None, "npm is not installed. It comes with Node.js: https://nodejs.org"
    program.parents[2].mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", "."]
    try:
        subprocess.run(
            [*command, f"@stoplight/prism-cli@{VERSION}"],
            cwd=program.parents[2],
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return None, f"npm did not install it within {_PATIENCE} s"
    except subprocess.CalledProcessError as error:
        cause = error.stderr.strip().splitlines()
        return None, f"npm could not install it: {cause[-1] if cause else 'it gave no reason'}"
    return program, ""


def readable(document: Any) -> Any:
    """Return a document with patterns that Prism can read, which mean the same.

    It compiles them with the flag `u`, which allows few escapes. If it cannot, it lets every response of the operation
    pass without a word.
    """
    if isinstance(document, list):
        return [readable(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: _ESCAPE.sub(lambda found: found[1] or found[0], value)
        if key == "pattern" and isinstance(value, str)
        else readable(value)
        for key, value in document.items()
    }
