"""What a client asks of an answer: in the header `Prefer`, as `__name=value` in the query, or for its whole session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from adcontract_mock.http.network_faults import FAULTS
from adcontract_mock.http.response import HttpResponse, mock_response
from adcontract_mock.preferences.prefer_header import preferences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARK = "__"
"""What a preference starts with in the query."""

_MARK = MARK.encode()

LONGEST_DELAY = 60_000
_DELAY = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
_STATES = {"on": True, "off": False}
_SWITCH = {"": True, "true": True, "false": False}
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

KNOWN = {
    "code": "The status: one that the contract declares for the operation.",
    "example": "The name of a documented payload of that status.",
    "dynamic": "true: a body that is made from the schema.",
    "seed": "What such a body is made from: the same for the same seed and request.",
    "delay": "How long to wait before the answer, in milliseconds: 200, or 100-500.",
    "fault": "What goes wrong on the way: " + ", ".join(FAULTS) + ".",
    "state": "on: what the session has made of it; off: what is documented.",
    "snapshot": "The snapshot of the contract, on the vendor's own paths.",
}
"""Every preference that the mock knows, and what it does."""

CONTENT = ("code", "example", "dynamic", "seed")
"""Those that choose the body together: one of them in a request replaces all of them that its session has."""


class Preference(NamedTuple):
    """The value of a preference, and whose it is: `Prefer`, `query` or `session`.

    What is wished for all operations of a session (`for_all`) is passed over where an operation does not have it.
    """

    value: str
    origin: str
    for_all: bool = False


class InvalidPreference(Exception):  # noqa: N818 - it says what it is
    """A preference has a value that there is not; `answer` says so and lists those that there are."""

    def __init__(self, message: str, **listed: object) -> None:
        super().__init__(message)
        self.answer: HttpResponse = mock_response(400, message, message=message, **listed)


@dataclass(slots=True)
class Preferences:
    """What is asked of an answer, by name.

    `delay` is in seconds, from and to; `state` is whether the answer comes from the state, None where that is not asked
    for; `wrong` is what cannot be had of it.
    """

    asked: Mapping[str, Preference]
    dynamic: bool = False
    delay: tuple[float, float] | None = None
    fault: str | None = None
    state: bool | None = None
    wrong: InvalidPreference | None = None

    def value(self, name: str) -> str | None:
        """Return the value of a preference as it was written, None where it is not asked for."""
        wish = self.asked.get(name)
        return wish.value if wish else None


def preferences_in(headers: Iterable[tuple[bytes, bytes]], query: bytes) -> dict[str, Preference]:
    """Return what a request asks for: of a name in both places the one in `Prefer`.

    Raises:
        WrongWish: if a name in the query starts with `__` and is none of `KNOWN`; `Prefer` may hold what others obey.
    """
    asked: dict[str, Preference] = {}
    marked = b"&".join(pair for pair in query.split(b"&") if pair.startswith(_MARK))
    for name, value in parse_qsl(marked.decode("latin-1"), keep_blank_values=True):
        if name.removeprefix(MARK) not in KNOWN:
            known = [f"{MARK}{each}" for each in KNOWN]
            raise InvalidPreference(f"There is no {name}. There are {', '.join(known)}.", known=known)
        asked.setdefault(name.removeprefix(MARK), Preference(value, "query"))
    preferred = preferences(headers)
    return asked | {name: Preference(preferred[name], "Prefer") for name in preferred.keys() & KNOWN.keys()}


def query_without_preferences(query: bytes) -> bytes:
    """Return a query string without the preferences in it."""
    if _MARK not in query:
        return query
    return b"&".join(pair for pair in query.split(b"&") if not pair.startswith(_MARK))


def combined(asked: Mapping[str, Preference], defaults: Mapping[str, Preference]) -> Preferences:
    """Return what a request and its session ask for together: what the request says goes first."""
    if any(name in asked for name in CONTENT):
        defaults = {name: wish for name, wish in defaults.items() if name not in CONTENT}
    read = Preferences({**defaults, **asked})
    try:
        read.dynamic = _switch(read.value("dynamic") if "dynamic" in read.asked else "false")
        read.delay = _delay(read.value("delay"))
        read.fault = _fault(read.value("fault"))
        read.state = _state(read.value("state"))
    except InvalidPreference as wrong:
        read.wrong = wrong
    return read


def applied_header(applied: Mapping[str, str]) -> str:
    """Return preferences as a header has them (RFC 7240, 2)."""
    return ", ".join(
        f"{name}={value if _TOKEN.fullmatch(value) else _quoted(value)}" for name, value in applied.items()
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _switch(text: str | None) -> bool:
    if text is None or text.lower() not in _SWITCH:
        raise InvalidPreference(f"dynamic is true or false, not {text!r}.", known=["true", "false"])
    return _SWITCH[text.lower()]


def _delay(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    match = _DELAY.fullmatch(text)
    low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not low <= high <= LONGEST_DELAY:
        known = ["200", "100-500"]
        raise InvalidPreference(
            f"delay is a number of milliseconds up to {LONGEST_DELAY}, or two like 100-500, not {text!r}.", known=known
        )
    return low / 1000, high / 1000


def _fault(text: str | None) -> str | None:
    if text is not None and text not in FAULTS:
        raise InvalidPreference(f"There is no fault {text!r}. There are {', '.join(FAULTS)}.", faults=list(FAULTS))
    return text


def _state(text: str | None) -> bool | None:
    if text is not None and text not in _STATES:
        raise InvalidPreference(f"state is on or off, not {text!r}.", known=list(_STATES))
    return None if text is None else _STATES[text]
