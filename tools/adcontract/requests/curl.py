"""A request as a command line of curl, in which the shell puts the secret."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOKEN = "$ADCONTRACT_TOKEN"
"""Stands for the token in every request that is shown, so that no output can hold the secret."""


def curl_arguments(
    url: str, headers: Mapping[str, str], body: bytes = b"", marks: Sequence[str] = (TOKEN,)
) -> Iterator[str]:
    """Yield the arguments of curl that send a request, quoted for a POSIX shell; a body that is not text needs bash.

    The shell puts the secrets in the place of `marks`, which are variables with their `$`, and curl encodes them in the
    query and for HTTP Basic. If the request has a body and its query a secret, the arguments need curl 7.87 or newer.
    """
    quoted = _Quoting(marks)
    address, _, query = url.partition("?")
    pairs = query.split("&") if query else []
    secret = [pair for pair in pairs if quoted.has_mark(pair.partition("=")[2])]
    rest = "&".join(pair for pair in pairs if pair not in secret)
    yield quoted.text(f"{address}?{rest}" if rest else address)
    if secret and not body:
        yield "-G"
    for pair in secret:
        name, _, value = pair.partition("=")
        yield from ("--url-query" if body else "--data-urlencode", quoted.text(f"{name}={unquote_plus(value)}"))
    for name, value in headers.items():
        if quoted.has_mark(value) and value.startswith("Basic "):
            yield from ("-u", quoted.text(value.removeprefix("Basic ")))
        else:
            yield from ("-H", quoted.text(f"{name}: {value}"))
    if body:
        yield from ("--data-raw", quoted.body(body))


class _Quoting:
    """Quotes texts for a shell, which replaces only the `marks` in them."""

    def __init__(self, marks: Sequence[str]) -> None:
        names = sorted((mark.removeprefix("$") for mark in marks), key=len, reverse=True)
        self._mark = re.compile(rf"\$({'|'.join(map(re.escape, names))})")
        self._special = re.compile(rf'[\\"`]|\$(?!{"|".join(map(re.escape, names))})')

    def has_mark(self, text: str) -> bool:
        return self._mark.search(text) is not None

    def text(self, text: str) -> str:
        """Return a text as one word."""
        if not self.has_mark(text):
            return shlex.quote(text)
        return f'"{self._mark.sub(_joined, self._special.sub(_escaped, text))}"'

    def body(self, body: bytes) -> str:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = ""
        if text.isprintable() and text:
            return self.text(text)
        return "$'" + "".join(f"\\x{byte:02x}" for byte in body) + "'"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _joined(match: re.Match[str]) -> str:
    """Return a variable in braces where the text goes on as its name could."""
    follows = match.string[match.end() : match.end() + 1]
    return f"${{{match[1]}}}" if re.match("[A-Za-z0-9_]", follows) else match[0]
