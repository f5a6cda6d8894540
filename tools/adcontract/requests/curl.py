"""A request as a command line of curl, in which the shell puts the secret."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "$ADCONTRACT_TOKEN"
"""Stands for the token in every request that is shown, so that no output can hold the secret."""

_SPECIAL = re.compile(r'[\\"`]|\$(?!ADCONTRACT_TOKEN)')
_JOINED = re.compile(r"\$(ADCONTRACT_TOKEN)(?=[A-Za-z0-9_])")


def curl_arguments(url: str, headers: Mapping[str, str], body: bytes = b"") -> Iterator[str]:
    """Yield the arguments of curl that send a request, quoted for a POSIX shell; a body that is not text needs bash.

    The shell puts the secret in the place of `TOKEN`, and curl encodes it in the query and for HTTP Basic. If the
    request has a body and its query the token, the arguments need curl 7.87 or newer.
    """
    address, _, query = url.partition("?")
    pairs = query.split("&") if query else []
    secret = [pair for pair in pairs if TOKEN in pair.partition("=")[2]]
    rest = "&".join(pair for pair in pairs if pair not in secret)
    yield _quoted(f"{address}?{rest}" if rest else address)
    if secret and not body:
        yield "-G"
    for pair in secret:
        name, _, value = pair.partition("=")
        yield from ("--url-query" if body else "--data-urlencode", _quoted(f"{name}={unquote_plus(value)}"))
    for name, value in headers.items():
        if TOKEN in value and value.startswith("Basic "):
            yield from ("-u", _quoted(value.removeprefix("Basic ")))
        else:
            yield from ("-H", _quoted(f"{name}: {value}"))
    if body:
        yield from ("--data-raw", _quoted_body(body))


def _quoted(text: str) -> str:
    """Return a text as one word for a shell, which replaces only `TOKEN` in it."""
    if TOKEN not in text:
        return shlex.quote(text)
    safe = _JOINED.sub(r"${\1}", _SPECIAL.sub(r"\\\g<0>", text))
    return f'"{safe}"'


def _quoted_body(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and text:
        return _quoted(text)
    return "$'" + "".join(f"\\x{byte:02x}" for byte in body) + "'"
