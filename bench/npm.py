"""Installs programs from npm, once, below `build/`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_BUILD = Path(__file__).resolve().parents[1] / "build"
_PATIENCE = 300


def installed(package: str, version: str, program: str) -> tuple[Path | None, str]:
    """Return the program of a package and an empty text, or None and the reason that it is missing."""
    folder = _BUILD / program / version
    found = folder / "node_modules" / ".bin" / program
    if found.exists():
        return found, ""
    npm = shutil.which("npm")
    if npm is None:
        return None, "npm is not installed. It comes with Node.js: https://nodejs.org"
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", ".", f"{package}@{version}"]
    try:
        subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=_PATIENCE, text=True)
    except subprocess.TimeoutExpired:
        return None, f"npm did not install it within {_PATIENCE} s"
    except subprocess.CalledProcessError as error:
        cause = error.stderr.strip().splitlines()
        return None, f"npm could not install it: {cause[-1] if cause else 'it gave no reason'}"
    return found, ""
