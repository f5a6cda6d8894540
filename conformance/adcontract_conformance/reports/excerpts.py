"""What a report shows of an answer and of the contract: not all of it, but the part that is broken."""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import TYPE_CHECKING

from adcontract.openapi.pointer import join, split
from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.reports.document import Answer, SourceLines
from adcontract_conformance.reports.json_layout import laid_out, values_on_the_way

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract import Location
    from adcontract_conformance.model.exchange import NoResponse

_BODY = 4000
"""How much of the body of a response a report has, in bytes."""

_CLOSEUP = 1500
"""How much of it a report has beside its beginning, in characters."""

_BEFORE, _AFTER = 3, 8
"""How many lines of the contract a report has before and after the one that is broken."""


def answer_of(response: HttpResponse | NoResponse, spot: str) -> Answer:
    """Return a response as a report has it; `spot` is the broken part of it."""
    if not isinstance(response, HttpResponse):
        return Answer(status=None, reason=response.reason)
    # a character is not cut in its middle
    is_cut = len(response.body) > _BODY
    body = codecs.getincrementaldecoder("utf-8")("replace").decode(response.body[:_BODY], final=not is_cut)
    at, closeup = _closeup(response.body, spot) if is_cut and spot.startswith("/body/") else ("", "")
    return Answer(
        status=response.status,
        headers=dict(response.headers),
        body=body,
        length=len(response.body),
        closeup=closeup,
        closeup_at=at,
    )


def _closeup(body: bytes, spot: str) -> tuple[str, str]:
    """Return the largest part of a JSON body around a spot that a report can have, and its pointer."""
    parts = split(spot)[1:]
    for depth, text in enumerate(values_on_the_way(body.decode(errors="replace"), parts)):
        # laid out, it is a little longer
        if len(text) <= _CLOSEUP and (layout := laid_out(text)):
            return join("", *parts[:depth]), layout[0]
    return "", ""


def lines_around(where: Location) -> SourceLines | None:
    """Return the lines of a file around a place in it, None if it cannot be read."""
    lines = _lines(where.file)
    first = max(where.line - _BEFORE, 1)
    found = lines[first - 1 : where.line + _AFTER]
    return SourceLines(first=first, lines=tuple(found)) if found else None


@lru_cache(32)
def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
