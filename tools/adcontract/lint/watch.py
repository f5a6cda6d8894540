"""`adcontract lint --watch`: an API, or a document, is checked again when one of its files is saved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract.contract.catalog import apis
from adcontract.errors import AdcontractError
from adcontract.files.stamps import stamps, stamps_of
from adcontract.lint.report import finding_line
from adcontract.lint.run import lint
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adcontract.errors import Finding
    from adcontract.files.stamps import Stamp
    from adcontract.lint.run import Result

_LOOK = 0.04
"""The seconds between two looks at the files: a save is answered after one or two."""


def watch(spec: Path, api: str | None, snapshot: str | None, profile: str, echo: Callable[[str], object]) -> None:
    """Report the findings, and then those of each API whose files change, until the process is interrupted.

    `spec` is a folder of contracts, or the file of a document of a user's own. A finding is printed once the files, or
    the document that shows it, are checked: the newest document first. A line with their number so far follows each
    document.

    Raises:
        UsageError: if there is no such API or snapshot at the start.
    """
    is_folder = spec.is_dir()
    files = [spec]

    def look() -> dict[str, Stamp]:
        return dict(stamps(spec) if is_folder else stamps_of(files))

    def answer(chosen: list[str | None]) -> None:
        for each in chosen:
            files[:] = _answer(spec, each, snapshot, profile, echo).files or [spec]

    def known(began: int) -> dict[str, Stamp]:
        # a document may have come to refer to more files; one that was saved since is to be checked again
        return {file: each for file, each in look().items() if each[0] < began}

    seen, began = look(), time.time_ns()
    answer([api] if api or not is_folder else [*apis(spec)])
    seen = seen if is_folder else known(began) | seen
    while True:
        time.sleep(_LOOK)
        now = look()
        if now == seen:
            continue
        while (later := look()) != now:  # it is still written
            now = later
            time.sleep(_LOOK)
        changed = seen.items() ^ now.items()
        seen, began = now, time.time_ns()
        try:
            answer(_changed_apis(spec, api, changed) if is_folder else [api])
        except (AdcontractError, OSError) as error:  # a file may vanish while it is read
            echo(f"{error}")
        seen = seen if is_folder else known(began) | seen


def _changed_apis(spec: Path, api: str | None, changed: Iterable[tuple[str, Stamp]]) -> list[str | None]:
    folders = {Path(file).relative_to(spec).parts[0] for file, _ in changed}
    return [each for each in apis(spec) if each in folders and api in (None, each)]


def _answer(spec: Path, api: str | None, snapshot: str | None, profile: str, echo: Callable[[str], object]) -> Result:
    printed: set[Finding] = set()
    start = time.monotonic()

    def progress(result: Result, name: str) -> None:
        for finding in result.findings:
            if finding not in printed:
                echo(finding_line(finding))
                printed.add(finding)
        if name:
            count = plural(len(printed), "finding") if printed else "no findings"
            echo(f"{time.strftime('%H:%M:%S')} {name}: {count} ({time.monotonic() - start:.2f} s)")

    result = lint(spec, api, snapshot, profile, progress)
    progress(result, "")
    return result
