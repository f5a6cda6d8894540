"""The request header `Prefer` (RFC 7240)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PREFERENCE = re.compile(rf'\s*({_TOKEN})\s*(?:=\s*(?:{_QUOTED}|({_TOKEN}))?)?\s*(?:;(?:[^",]|{_QUOTED})*)?(?:,|$)')
_ESCAPE = re.compile(r"\\(.)")


def preferences(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the preferences in the headers of a request, as ASGI gives them, by lower-case name.

    A name without a value has an empty one; of a name given twice the first counts; parameters after `;`, and anything
    that is not a preference, are ignored, as RFC 7240 asks.
    """
    found: dict[str, str] = {}
    for key, line in headers:
        if key == b"prefer":
            for name, quoted, token, _ in _PREFERENCE.findall(_decoded(line)):
                found.setdefault(name.lower(), _ESCAPE.sub(r"\1", quoted) or token)
    return found


def _decoded(line: bytes) -> str:
    """Return the value of a header, which command lines send in UTF-8, and browsers in Latin-1."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def without(line: bytes, names: Container[str]) -> bytes:
    """Return the value of the header without the preferences with these names; empty if there are no others."""
    text = line.decode("latin-1")
    kept = [match[0].rstrip(",") for match in _PREFERENCE.finditer(text) if match[1].lower() not in names]
    return ",".join(kept).strip().encode("latin-1")
