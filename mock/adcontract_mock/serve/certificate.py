"""A certificate for a mock with TLS, created when needed and kept, so that a browser has to trust it only once."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs

from adcontract import UsageError

_VALID = timedelta(days=397)
"""The longest validity that browsers accept."""

_FRESH = timedelta(days=30)
_ALWAYS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate: `authority` for clients to trust, `server` with the key and the certificate."""

    authority: Path
    server: Path


def certificate(host: str) -> Certificate:
    """Return the certificate of a mock that listens at `host`: for that and for the names of this machine itself.

    It is created if there is none, or if it ends within a month. The key that signs it is not kept.

    Raises:
        UsageError: if it cannot be created or written.
    """
    folder = platformdirs.user_cache_path("adcontract", appauthor=False) / "tls" / host.replace(":", "_")
    found = Certificate(folder / "ca.pem", folder / "server.pem")
    try:
        if not _good(found):
            _create(folder, host)
    except OSError as error:
        raise UsageError(f"{folder}: the certificate cannot be written: {error.strerror}.") from None
    except UnicodeError:
        raise UsageError(f"{host} cannot stand in a certificate. Name an address, or a host as DNS has it.") from None
    return found


def _good(files: Certificate) -> bool:
    try:
        created = min(file.stat().st_mtime for file in (files.authority, files.server))
    except FileNotFoundError:
        return False
    return time.time() < created + (_VALID - _FRESH).total_seconds()


def _create(folder: Path, host: str) -> None:
    # imported late: it takes a while, and only --tls needs it
    import trustme

    authority = trustme.CA(organization_name="adcontract mock")
    signed = authority.issue_cert(*dict.fromkeys((*_ALWAYS, host)), not_after=datetime.now(UTC) + _VALID)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # both files are moved into place at once, and no other user can read them
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        ready = Path(place) / "ready"
        ready.mkdir()
        signed.private_key_and_cert_chain_pem.write_to_path(ready / "server.pem")
        authority.cert_pem.write_to_path(ready / "ca.pem")
        (ready / "server.pem").chmod(0o600)
        shutil.rmtree(folder, ignore_errors=True)
        ready.rename(folder)
