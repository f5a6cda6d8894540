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
        self._alternatives = [
            [(scheme.reader(), None if token is None else scheme.as_read(token)) for scheme in each]
            for each in alternatives
        ]

    def find(self, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
        """Return the valid credential of a request, empty where none is needed; None if it has no valid one."""
        if not self._alternatives:
            return b""
        for schemes in self._alternatives:
            credential = b""
            for read, valid in schemes:
                credential = read(headers, query)
                if not credential or (valid is not None and credential != valid):
                    break
            else:
                return credential
        return None
