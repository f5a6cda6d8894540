"""`adcontract lint --watch`: an API is checked again when one of its files is saved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract.contract.catalog import apis
from adcontract.errors import AdcontractError
from adcontract.files.stamps import stamps
from adcontract.lint.report import finding_line
from adcontract.lint.run import lint
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adcontract.errors import Finding
    from adcontract.lint.run import Result

_LOOK = 0.04
"""The seconds between two looks at the files: a save is answered after one or two."""


def watch(spec: Path, api: str | None, snapshot: str | None, profile: str, echo: Callable[[str], object]) -> None:
    """Report the findings, and then those of each API whose files change, until the process is interrupted.

    A finding is printed once the files, or the document that shows it, are checked: the newest document first. A line
    with their number so far follows each document.

    Raises:
        UsageError: if there is no such API or snapshot at the start.
    """
    seen = dict(stamps(spec))
    _answer(spec, [api] if api else apis(spec), snapshot, profile, echo)
    while True:
        time.sleep(_LOOK)
        now = dict(stamps(spec))
        if now == seen:
            continue
        while (later := dict(stamps(spec))) != now:  # it is still written
            now = later
            time.sleep(_LOOK)
        changed = {Path(file).relative_to(spec).parts[0] for file, _ in seen.items() ^ now.items()}
        seen = now
        try:
            chosen = [each for each in apis(spec) if each in changed and api in (None, each)]
            _answer(spec, chosen, snapshot, profile, echo)
        except (AdcontractError, OSError) as error:  # a file may vanish while it is read
            echo(f"{error}")


def _answer(
    spec: Path, chosen: Iterable[str], snapshot: str | None, profile: str, echo: Callable[[str], object]
) -> None:
    for each in chosen:
        printed: set[Finding] = set()
        start = time.monotonic()

        def progress(result: Result, name: str, printed: set[Finding] = printed, start: float = start) -> None:
            for finding in result.findings:
                if finding not in printed:
                    echo(finding_line(finding))
                    printed.add(finding)
            if name:
                count = plural(len(printed), "finding") if printed else "no findings"
                echo(f"{time.strftime('%H:%M:%S')} {name}: {count} ({time.monotonic() - start:.2f} s)")

        progress(lint(spec, each, snapshot, profile, progress), "")
