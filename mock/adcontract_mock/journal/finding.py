"""Finding exchanges of the journal by filters."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from adcontract import UsageError
from adcontract_mock.http.session_name import known_as
from adcontract_mock.journal.entry import entry
from adcontract_mock.journal.journal import KEPT, is_of, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.journal.journal import AnyJournal
    from adcontract_mock.journal.redaction import Redaction


def _breaks(exchange: Exchange) -> bool:
    """Return whether a real server's response breaks the contract."""
    return bool(exchange.forwarded and exchange.forwarded.breaches)


FILTERS: dict[str, Callable[[Exchange, str], bool]] = {
    "breaches": lambda exchange, value: _breaks(exchange) == (value == "true"),
    "document": lambda exchange, value: exchange.document == value,
    "method": lambda exchange, value: exchange.method == value.upper(),
    "operation": is_of,
    "path": lambda exchange, value: value in exchange.path.decode("latin-1"),
    "session": lambda exchange, value: exchange.session == known_as(value),
    "status": lambda exchange, value: fnmatchcase(str(status(exchange) or "none"), value.lower().replace("x", "?")),
    "violations": lambda exchange, value: bool(exchange.faults) == (value == "true"),
}
"""The filters of exchanges. A path matches any part of it, `4XX` all statuses of that class, `none` no response."""

_OTHERS = ("text", "after", "limit")


def find(journal: AnyJournal, asked: Mapping[str, str], redaction: Redaction) -> Iterator[tuple[int, Exchange]]:
    """Yield the exchanges that match every filter in `asked`, the newest first, each with its number.

    Besides `FILTERS` there are `text` (a part of the path, the query, the operation or a body, in upper or lower case),
    `after` (only those with higher numbers) and `limit` (at most that many). What `redaction` removes is not found.

    Raises:
        UsageError: if `asked` has an unknown filter, or an invalid value.
    """
    for name in asked:
        if name not in (*FILTERS, *_OTHERS):
            known = ", ".join((*sorted(FILTERS), "text"))
            raise UsageError(f"There is no filter {name!r}. There are {known}, after and limit.")
    for name in ("breaches", "violations"):
        if asked.get(name, "true") not in ("true", "false"):
            raise UsageError(f"{name} is true or false, not {asked[name]!r}.")
    after, limit = _number(asked, "after", 0), _number(asked, "limit", len(journal))
    filters = [(FILTERS[name], value) for name, value in asked.items() if name in FILTERS]
    if text := asked.get("text", "").casefold():
        filters.append((lambda exchange, value: _shows(exchange, value, redaction), text))

    def found() -> Iterator[tuple[int, Exchange]]:
        left = limit
        for number, exchange in journal.newest():
            if number <= after or not left:
                return
            if all(fits(exchange, value) for fits, value in filters):
                left -= 1
                yield number, exchange

    return found()


def _shows(exchange: Exchange, text: str, redaction: Redaction) -> bool:
    """Return whether `text` is in what the journal shows of an exchange: in its path, query, operation or bodies."""
    response = exchange.response.body[:KEPT] if exchange.response else b""
    raw = [exchange.operation or ""]
    raw += [part.decode("utf-8", "replace") for part in (exchange.path, exchange.query, exchange.body, response)]
    if not _is_in(text, raw):
        return False
    # removing credentials takes long, and is done for the few that may match
    shown = entry(0, exchange, redaction, None)
    bodies = (shown[side]["body"] or {} for side in ("request", "response"))
    names = (shown[name] or "" for name in ("operation", "path", "query"))
    return _is_in(text, [*names, *(body.get("text", "") for body in bodies)])


def _is_in(text: str, parts: list[str]) -> bool:
    return any(
        text in part.casefold() or (not {"%", "+"}.isdisjoint(part) and text in unquote_plus(part).casefold())
        for part in parts
    )


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{name} is a whole number of at most nine digits, not {text!r}.")
    return int(text)
