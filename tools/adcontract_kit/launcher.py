"""The package adcontract-mock, which starts the mock for test runners of JavaScript. It depends on no contract."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import orjson

from adcontract import UsageError
from adcontract.errors import shown

LAUNCHER = "adcontract-mock"
"""The name of the package, and of its folder."""

_FILES = Path(__file__).parent / "launcher"


def write_launcher(folder: Path) -> None:
    """Write the package to a folder, in place of what is there.

    Raises:
        UsageError: if it cannot be written.
    """
    described = {**orjson.loads((_FILES / "package.json").read_bytes()), "version": version("adcontract")}
    try:
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(_FILES, folder)
        (folder / "package.json").write_bytes(
            orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    except OSError as error:
        raise UsageError(f"{shown(folder)} cannot be written: {error.strerror}.") from None
