"""The programs of npm that write the types of the packages and compile them, installed once from a lock file."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from adcontract import AdcontractError, UsageError
from adcontract.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HERE = Path(__file__).parent
_TOOLBOX = _HERE / "toolbox"
_RUNTIME = _HERE / "runtime"
_OLDEST_NODE = 20


def versions() -> dict[str, str]:
    """Return the versions of the packages in the toolbox, by name."""
    declared: dict[str, str] = json.loads((_TOOLBOX / "package.json").read_text("utf-8"))["dependencies"]
    return declared


def compile_packages(packages: Mapping[str, Mapping[str, str]], out: Path) -> None:
    """Write the packages to the folder `out`, by the name of the folder of each: its files by name.

    Raises:
        UsageError: if the toolbox cannot be installed, or a folder cannot be written.
        AdcontractError: if the packages cannot be compiled.
    """
    toolbox = _installed()
    # below the toolbox, so that Node and the compiler find its packages
    with tempfile.TemporaryDirectory(dir=toolbox, prefix="build-") as folder:
        sources, compiled = Path(folder) / "sources", Path(folder) / "compiled"
        for name, files in packages.items():
            shutil.copytree(_RUNTIME, sources / name)
            for file, text in files.items():
                (sources / name / file).write_text(text, encoding="utf-8")
        names = list(packages)
        program = shutil.copy(_TOOLBOX / "types.mjs", folder)
        _run(["node", program, *(str(sources / name) for name in names)])
        compiler = str(toolbox / "node_modules/typescript/bin/tsc")
        _run(["node", compiler, "--project", str(_configured(sources, names))])
        for name, files in packages.items():
            for file in (each for each in files if not each.endswith(".ts")):
                shutil.copy(sources / name / file, compiled / name / file)
            _replace(out / name, compiled / name)


def _replace(folder: Path, new: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(new, folder)
    except OSError as error:
        raise UsageError(f"{shown(folder)} cannot be written: {error.strerror}.") from None


def _configured(sources: Path, names: Sequence[str]) -> Path:
    """Write the configuration of the compiler, and return its path."""
    options = {
        "target": "es2023",
        "module": "nodenext",
        "lib": ["es2023", "dom", "dom.iterable"],
        "types": [],
        "strict": True,
        "noUncheckedIndexedAccess": True,
        "exactOptionalPropertyTypes": True,
        # those of the libraries: all of the package are compiled here
        "skipLibCheck": True,
        "declaration": True,
        "rootDir": ".",
        "outDir": "../compiled",
    }
    file = sources / "tsconfig.json"
    file.write_text(json.dumps({"compilerOptions": options, "include": [f"{name}/*.ts" for name in names]}))
    (sources / "package.json").write_text('{"type": "module"}')
    return file


def check_node() -> None:
    """Check that there is what runs the toolbox.

    Raises:
        UsageError: if Node or npm is missing or too old.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise UsageError(f"`adcontract kit` needs {program}: install Node {_OLDEST_NODE} or newer, which has npm.")
    found = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(found.lstrip("v").partition(".")[0] or 0) < _OLDEST_NODE:
        raise UsageError(f"`adcontract kit` needs Node {_OLDEST_NODE} or newer, and finds {found or 'none'}.")


def _installed() -> Path:
    """Return the folder of the toolbox in the user's cache, installed anew where the lock file has changed.

    Raises:
        UsageError: if it cannot be installed.
    """
    digest = hashlib.sha256((_TOOLBOX / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = platformdirs.user_cache_path("adcontract", appauthor=False) / f"kit-{digest}"
    if folder.is_dir():
        return folder
    if sys.stderr.isatty():
        print("Installing openapi-typescript and what else compiles the packages (once)", file=sys.stderr)  # noqa: T201
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="kit-new-") as new:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(_TOOLBOX / file, new)
        line = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(line, cwd=new, capture_output=True, text=True, check=False)
        if done.returncode:
            cause = next((each for each in done.stderr.splitlines() if each.strip()), "npm said nothing")
            raise UsageError(f"npm cannot install what `adcontract kit` needs: {cause}")
        # another process may have been faster
        if not folder.is_dir():
            shutil.copytree(new, folder, symlinks=True)
    return folder


def _run(line: Sequence[str]) -> None:
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AdcontractError(f"The package cannot be compiled:\n{done.stdout.strip() or done.stderr.strip()}")
