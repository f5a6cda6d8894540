"""How the entry of a target says it is reached: its secrets are looked up in the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from adcontract_conformance.settings.access import Access, Secret, is_server
from adcontract_conformance.settings.model import Variable

if TYPE_CHECKING:
    from adcontract_conformance.settings.model import Settings, TargetEntry
    from adcontract_conformance.settings.toml_file import TomlFile

_SECRET = re.compile(r"authorization|cookie|token|secret|password|api-?key|credential", re.IGNORECASE)
"""Is in the name of a header that carries a secret."""

_FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = ("accept", "connection", "content-length", "content-type", "host", "prefer", "transfer-encoding")
"""Headers that the suite writes itself, or leaves out to see what happens."""


@dataclass(frozen=True)
class Reach:
    """Reads the entry of a target, at `keys` of a file.

    Its methods raise `UsageError` with the place of a key that has a secret in clear text, a variable without a value,
    or one that cannot be sent.
    """

    file: TomlFile[Settings]
    keys: tuple[str, ...]

    def url(self, entry: TargetEntry) -> str:
        """Return the URL of a target."""
        url = self._secret(entry.url, "url").value if isinstance(entry.url, Variable) else entry.url
        if not is_server(url):
            cause = "not the URL of a server. Write it as http://127.0.0.1:4010 or http://host/base/path."
            raise self.file.error((*self.keys, "url"), cause)
        if isinstance(entry.url, str):
            self._check_password(url, "url")
        return url

    def access(self, entry: TargetEntry, token: Secret | None) -> Access:
        """Return how a target is reached: with the token that the user gives, or else the credentials of the entry."""
        credentials = {} if token else entry.credentials
        return Access(
            token or (None if entry.token is UNSET else self._secret(entry.token, "token")),
            {name: self._secret(each, "credentials", name) for name, each in credentials.items()},
            {name: self._header(name, each) for name, each in entry.headers.items()},
            self._proxy(entry),
            entry.known,
        )

    def _header(self, name: str, value: str | Variable) -> str | Secret:
        keys = ("headers", name)
        if not _FIELD.fullmatch(name):
            raise self.file.error((*self.keys, *keys), f"{name} is not the name of a header. Correct it.")
        if name.lower() in _OURS:
            raise self.file.error((*self.keys, *keys), f"the suite writes {name} itself. Leave it out.")
        if isinstance(value, Variable):
            return self._secret(value, *keys)
        if _SECRET.search(name):
            raise self.file.error((*self.keys, *keys), Variable.INSTEAD_OF_TEXT)
        if not (value.isascii() and value.isprintable()) or value != value.strip():
            raise self.file.error((*self.keys, *keys), f"{name} has characters that a header cannot carry. Use ASCII.")
        return value

    def _proxy(self, entry: TargetEntry) -> str | Secret | None:
        if entry.proxy is UNSET:
            return None
        given = self._secret(entry.proxy, "proxy") if isinstance(entry.proxy, Variable) else entry.proxy
        url = given.value if isinstance(given, Secret) else given
        if not re.match(r"https?://[^/\s]+", url):
            raise self.file.error((*self.keys, "proxy"), "not the URL of a proxy. Write it as http://host:port.")
        if isinstance(given, str):
            self._check_password(given, "proxy")
        return given

    def _secret(self, variable: Variable, *keys: str) -> Secret:
        name, value = variable.env, os.environ.get(variable.env, "")
        place = (*self.keys, *keys, "env")
        if not value.strip():
            raise self.file.error(place, f"the environment has no {name}. Set it, as in: export {name}=…")
        if not (value.isascii() and value.isprintable()):
            raise self.file.error(place, f"{name} has characters that a header cannot carry. Use ASCII.")
        return Secret(name, value)

    def _check_password(self, url: str, key: str) -> None:
        if "@" in url.partition("://")[2].partition("/")[0]:
            message = Variable.INSTEAD_OF_TEXT.replace("a secret", "a URL with a password")
            raise self.file.error((*self.keys, key), message)
