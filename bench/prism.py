"""Prism, a mock and a judge by others: installed once below `build/`, where npm is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

VERSION = "5.14.2"
_ROOM = Path(__file__).resolve().parents[1] / "build" / "prism"
_PATIENCE = 300


def installed() -> tuple[Path | None, str]:
    """Return the program, or None and why it cannot be had."""
    program = _ROOM / VERSION / "node_modules" / ".bin" / "prism"
    if program.exists():
        return program, ""
    npm = shutil.which("npm")
    if npm is None:
        return None, "npm is not here. Node.js brings it: https://nodejs.org"
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
        return None, f"npm could not install it: {cause[-1] if cause else 'it does not say why'}"
    return program, ""
