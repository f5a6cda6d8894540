"""The place that keeps the state, as `--state` names it: a file, or a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract.extras import extra
from adcontract_mock.state.sqlite_keeper import SqliteKeeper

if TYPE_CHECKING:
    from adcontract_mock.state.keeper import Keeper

_DATABASES = ("postgresql", "postgres")


def is_database(place: str) -> bool:
    """Return whether a place is a database, which mocks of several machines may share."""
    return "://" in place


def keeper_at(place: str, *, may_be_gone: bool = False) -> Keeper:
    """Return what keeps the state at a place; with `may_be_gone` a database need not be there yet.

    Raises:
        UsageError: if it cannot be used.
    """
    if not is_database(place):
        return SqliteKeeper(Path(place))
    scheme = place.partition("://")[0]
    if scheme not in _DATABASES:
        raise UsageError(f"--state is a file, or the URL of a database: postgresql://…, not {scheme}://….")
    with extra("postgres", "--state postgresql://…"):
        from adcontract_mock.state.postgres_keeper import PostgresKeeper
    return PostgresKeeper(place, may_be_gone=may_be_gone)
