"""What a client prefers: in the header `Prefer`, as `__name=value` in the query, or for its whole session."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from adcontract_mock.preferences.prefer_header import preferences
from adcontract_mock.preferences.registry import PREFERENCES, InvalidPreference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARK = "__"
"""What a preference starts with in the query."""

_MARK = MARK.encode()
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class Preference(NamedTuple):
    """The text of a preference, and where it comes from: `Prefer`, `query` or `session`.

    One that a session has for all operations (`for_all`) is ignored where an operation does not have that value.
    """

    value: str
    origin: str
    for_all: bool = False


@dataclass(slots=True)
class Preferences:
    """The preferences that hold for a request, by name: as they were written, and their parsed values.

    `invalid` is the first that cannot be obeyed, in the order of the registry, None if all can.
    """

    asked: Mapping[str, Preference]
    values: dict[str, Any] = field(default_factory=dict)
    invalid: InvalidPreference | None = None

    def text(self, name: str) -> str | None:
        """Return a preference as it was written, None where there is none."""
        preferred = self.asked.get(name)
        return preferred.value if preferred else None

    @property
    def selects_body(self) -> bool:
        """Whether any of them takes part in choosing the body."""
        return selects_body(self.asked)


def preferences_in(headers: Iterable[tuple[bytes, bytes]], query: bytes) -> dict[str, Preference]:
    """Return the preferences of a request by name; `Prefer` goes before the query.

    Raises:
        InvalidPreference: if a name in the query starts with `__` and is not that of a preference. A name that is
            unknown in `Prefer` is ignored, as other servers may obey it.
    """
    asked: dict[str, Preference] = {}
    marked = b"&".join(pair for pair in query.split(b"&") if pair.startswith(_MARK))
    for name, value in parse_qsl(marked.decode("latin-1"), keep_blank_values=True):
        if name.removeprefix(MARK) not in PREFERENCES:
            known = [f"{MARK}{each}" for each in PREFERENCES]
            raise InvalidPreference(f"There is no {name}. There are {', '.join(known)}.", known=known)
        asked.setdefault(name.removeprefix(MARK), Preference(value, "query"))
    preferred = preferences(headers)
    return asked | {name: Preference(preferred[name], "Prefer") for name in PREFERENCES if name in preferred}


def query_without_preferences(query: bytes) -> bytes:
    """Return a query string without the preferences in it."""
    if _MARK not in query:
        return query
    return b"&".join(pair for pair in query.split(b"&") if not pair.startswith(_MARK))


def combined(asked: Mapping[str, Preference], defaults: Mapping[str, Preference]) -> Preferences:
    """Return the preferences of a request together with those of its session; the request goes first.

    If the request prefers anything about the body, nothing that its session prefers about the body holds.
    """
    if selects_body(asked):
        defaults = {name: preferred for name, preferred in defaults.items() if not PREFERENCES[name].selects_body}
    both = {**defaults, **asked}
    read = Preferences({name: both[name] for name in PREFERENCES if name in both})
    for name, preferred in read.asked.items():
        try:
            read.values[name] = PREFERENCES[name].parse(preferred.value)
        except InvalidPreference as invalid:
            read.invalid = read.invalid or invalid
    return read


def applied_header(applied: Mapping[str, str]) -> str:
    """Return preferences as a header has them (RFC 7240, 2)."""
    return ", ".join(
        f"{name}={value if _TOKEN.fullmatch(value) else _quoted(value)}" for name, value in applied.items()
    )


def selects_body(asked: Mapping[str, Preference]) -> bool:
    """Return whether any of these preferences takes part in choosing the body."""
    return any(PREFERENCES[name].selects_body for name in asked)


def changes_response(asked: Mapping[str, Preference]) -> bool:
    """Return whether any of these preferences changes a finished response, also a refusal."""
    return any(PREFERENCES[name].change for name in asked)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
