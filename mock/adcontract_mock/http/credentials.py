"""The credentials of the requests of one operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcontract import SecurityScheme


class Credentials:
    """Finds the credential of a request, in place of Connexion's security, which takes longer than all the rest."""

    def __init__(self, alternatives: Sequence[Sequence[SecurityScheme]], token: str | None) -> None:
        """Take the alternatives that the contract allows, none for an open operation, and the only valid credential.

        Without a `token` any credential is valid that is not empty.
        """
        self._alternatives = [[scheme.reader() for scheme in each] for each in alternatives]
        self._token = token.encode() if token is not None else None

    def find(self, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
        """Return the valid credential of a request, empty where none is needed; None if it has no valid one."""
        if not self._alternatives:
            return b""
        for readers in self._alternatives:
            credential = b""
            for read in readers:
                credential = read(headers, query)
                if not credential or (self._token is not None and credential != self._token):
                    break
            else:
                return credential
        return None
