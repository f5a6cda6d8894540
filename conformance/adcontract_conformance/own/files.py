"""The files in which a team declares checks and laws of its own."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from adcontract.errors import AdcontractError, UsageError, did_you_mean, shown
from adcontract_conformance.own.declarations import DECLARED
from adcontract_conformance.own.promises import registered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


@contextmanager
def own_checks(files: Sequence[Path]) -> Iterator[None]:
    """Let a run in the block carry out what files declare, and what was declared before.

    Raises:
        UsageError: if a file cannot be read or carried out, or declares nothing; the message names its line.
    """
    before, path = dict(DECLARED), list(sys.path)
    try:
        for file in dict.fromkeys(each.resolve() for each in files):
            _load(file)
        with registered():
            yield
    finally:
        sys.path[:] = path
        DECLARED.clear()
        DECLARED.update(before)


def require_operations(known: Iterable[str], others: Callable[[], Iterable[str]]) -> None:
    """Check that what was declared is about operations that are known; `others` are looked up where one is not.

    Raises:
        UsageError: if there is no such operation; the message names the line.
    """
    found = set(known)
    for each in DECLARED.values():
        if not found.issuperset(each.operations):
            found.update(others())
        for operation in each.operations:
            if operation not in found:
                raise UsageError(
                    f"{each.at(each.line)}: there is no operation {operation}.{did_you_mean(operation, found)} "
                    "Name an operationId of spec/."
                )


def _load(file: Path) -> None:
    if not file.is_file():
        reason = "is a folder" if file.is_dir() else "does not exist"
        raise UsageError(f"{shown(file)} {reason}. Name a file with checks of your own: --checks my_checks.py.")
    # what it imports from beside it is found, and shadows nothing
    sys.path.append(str(file.parent))
    loader = SourceFileLoader(f"adcontract_own_checks_{len(DECLARED)}_{file.stem}", str(file))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        place = f"{shown(Path(error.filename or file))}:{error.lineno or 1}:{error.offset or 1}"
        raise UsageError(f"{place}: this is not Python: {error.msg}.") from None
    except AdcontractError:
        raise
    except OSError as error:
        if error.filename != str(file):
            raise _broken(file, error) from None
        raise UsageError(f"{shown(file)} cannot be read: {error.strerror}.") from None
    except (Exception, SystemExit) as error:
        raise _broken(file, error) from None
    if all(each.file != str(file) for each in DECLARED.values()):
        raise UsageError(
            f"{shown(file)} declares no check and no law. Declare one with check or law of adcontract_conformance."
        )


def _broken(file: Path, error: BaseException) -> UsageError:
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == str(file)]
    return UsageError(f"{shown(file)}:{lines[-1] if lines else 1}: {type(error).__name__}: {error}")
