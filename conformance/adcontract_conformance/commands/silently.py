"""`adcontract check` within another command or a program: it prints nothing, and leaves its report in a file."""

from __future__ import annotations

import io
import warnings
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from adcontract.errors import AdcontractError
from adcontract_conformance.commands.check import check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def check_silently(arguments: Sequence[str], report: Path) -> int:
    """Run `adcontract check` with its JSON report in the file `report`, and return its exit status.

    Raises:
        AdcontractError: if nothing was checked.
        ClickException: if it does not take the arguments.
    """
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
            # the settings of a program, such as pytest, are about its own code
            warnings.simplefilter("ignore")
            check.main([*arguments, "--json", str(report)], prog_name="adcontract check", standalone_mode=False)
    except SystemExit as error:
        return int(error.code or 0)
    except AdcontractError:
        if not report.exists():
            raise
    return 2
