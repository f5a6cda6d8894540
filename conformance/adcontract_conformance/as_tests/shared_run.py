"""The run that the tests of a session share, in whichever process they are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from adcontract.errors import AdcontractError
from adcontract_conformance.commands.silently import check_silently
from adcontract_conformance.reports.json_file import read_report
from adcontract_conformance.run.suite import INTERRUPTED

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from adcontract_conformance.reports.document import RunReport


class NoRunError(Exception):
    """There is no run: the message says why. It `is_news` for who has tried it first."""

    def __init__(self, reason: str, *, is_news: bool) -> None:
        super().__init__(reason)
        self.is_news = is_news


def shared_report(folder: Path, arguments: Sequence[str]) -> tuple[RunReport, int]:
    """Return the report of `adcontract check` with these arguments, which is run once, and its exit status.

    Args:
        folder: a folder that all processes of the session share, and no other session has.
        arguments: the same in all of them.

    Raises:
        NoRunError: if it could not be run.
        KeyboardInterrupt: if it was interrupted.
    """
    file, status, failed = folder / "report.json", folder / "status.txt", folder / "failed.txt"
    with _locked(folder / "lock"):
        is_news = not file.exists() and not failed.exists()
        if is_news:
            status.write_text(str(_run(arguments, file, failed)))
        if failed.exists():
            raise NoRunError(failed.read_text(encoding="utf-8"), is_news=is_news)
    report = read_report(file)
    if report.stopped == INTERRUPTED:
        raise KeyboardInterrupt
    return report, int(status.read_text())


def _run(arguments: Sequence[str], file: Path, failed: Path) -> int:
    """Run the command, and return its exit status."""
    try:
        return check_silently(arguments, file)
    except click.ClickException as error:
        failed.write_text(error.format_message(), encoding="utf-8")
    except AdcontractError as error:
        failed.write_text("\n".join(error.lines()), encoding="utf-8")
    return 2


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process after the other carry out the block."""
    with path.open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
