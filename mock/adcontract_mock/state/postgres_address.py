"""The URL of a database of PostgreSQL, and how it is shown: without its password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET = ("password", "sslpassword")

_DEFAULTS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "application_name": "adcontract mock",
    # a machine that is gone without a word is noticed in some seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}

_BEFORE_REASONS = (" failed: ", "FATAL: ")
"""What stands before the reason in the text of an error of libpq, of which the last attempt to connect counts."""


class Address:
    """The URL of a database. `parameters` are those of a connection, and its text has no password."""

    def __init__(self, url: str) -> None:
        """Take a URL.

        Raises:
            UsageError: if it is not a valid one.
        """
        try:
            given = conninfo_to_dict(url) if _is_cut_well(url) else None
        except psycopg.Error:
            given = None
        # neither the URL nor the message of libpq is shown: each may have a part of the password in another place
        if given is None or not str(given.get("port", "0")).replace(",", "").isdigit():
            form = "postgresql://user:password@host:5432/database, where special characters are as %40"
            raise UsageError(f"the URL of --state is not valid: it has the form {form}.")
        self._secrets = [str(given[name]) for name in _SECRET if given.get(name)]
        self.parameters = {**_DEFAULTS, **given, "client_encoding": "utf8"}
        self._text = _shown(**{name: str(value) for name, value in given.items()})

    def __str__(self) -> str:
        return self._text

    def reason(self, error: psycopg.Error) -> str:
        """Return in one line, without a password, what an error says."""
        lines = (error.diag.message_primary or str(error)).splitlines() or [type(error).__name__]
        reason = next((line for line in reversed(lines) if any(each in line for each in _BEFORE_REASONS)), lines[0])
        for each in _BEFORE_REASONS:
            reason = reason.rpartition(each)[2]
        for secret in self._secrets:
            reason = reason.replace(secret, "***")
        return reason.strip().rstrip(".")


def _is_cut_well(url: str) -> bool:
    """Return whether the password ends where it seems to: an @ or a / in it has to be written as %40 or %2F."""
    rest = url.partition("://")[2]
    return rest.count("@") == rest.partition("/")[0].count("@") <= 1


def _shown(host: str = "", port: str = "", user: str = "", dbname: str = "", **_: object) -> str:
    is_socket = host.startswith("/")
    place = f"{'' if is_socket else host}{port and f':{port}'}"
    return f"postgresql://{user and f'{user}@'}{place}/{dbname}{f'?host={host}' if is_socket else ''}"
