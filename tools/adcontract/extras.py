"""The optional parts of the package: what to install where one of them is missing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcontract.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def extra(name: str, user: str) -> Iterator[None]:
    """Import here what the extra `name` installs, for `user`, such as the name of a command.

    Raises:
        UsageError: if a package of the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "adcontract").startswith("adcontract"):
            raise
        raise UsageError(f"{user} needs the extra {name}: pip install 'adcontract[{name}]'") from None
