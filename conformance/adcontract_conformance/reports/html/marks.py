"""An answer as a page shows it, with the part marked that breaks the contract."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract.openapi.pointer import join, split
from adcontract_conformance.reports.json_layout import laid_out

if TYPE_CHECKING:
    from adcontract_conformance.reports.document import Answer, ReportedFinding

_HEADERS = "/headers/"


@dataclass(frozen=True)
class Marked:
    """A text in three parts, of which the middle one is marked; it is empty where none is."""

    before: str
    marked: str = ""
    after: str = ""


@dataclass(frozen=True)
class ShownAnswer:
    """The answer that a finding is about.

    `status` is its first line, and `headers` are the others before the body, each with its name; a line is marked
    where the part is found there. `missing` is the header that it lacks, and `note` says what is left out of the body.
    """

    status: Marked
    headers: tuple[tuple[str, Marked], ...] = ()
    missing: str = ""
    body: Marked = Marked("")
    note: str = ""


def shown_answer(finding: ReportedFinding) -> ShownAnswer:
    """Return the answer of a finding with the broken part marked, and nothing marked where it is not found."""
    answer, spot = finding.answer, finding.spot
    if answer.status is None:
        return ShownAnswer(Marked("", f"no answer: the target {answer.reason}"))
    line = f"{answer.status} {_phrase(answer.status)}".strip()
    wanted = split(spot)[1] if spot.startswith(_HEADERS) else ""
    headers = tuple(
        (name, Marked("", value) if name.lower() == wanted else Marked(value)) for name, value in answer.headers.items()
    )
    has_header = any(name.lower() == wanted for name, _ in headers)
    return ShownAnswer(
        status=Marked("", line) if spot == "/status" else Marked(line),
        headers=headers,
        missing="" if has_header else wanted,
        body=_body(answer, spot),
        note=_note(answer),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _note(answer: Answer) -> str:
    if answer.closeup:
        return f"the part at {answer.closeup_at} of {answer.length:,} bytes"
    shown = len(answer.body.encode())
    return f"the first {shown:,} of {answer.length:,} bytes" if answer.length > shown else ""


def _body(answer: Answer, spot: str) -> Marked:
    """Return the body, with a line for each value if it is JSON."""
    parts = split(spot)[1:] if spot.startswith("/body") else None
    shown = answer.closeup or answer.body
    layout = laid_out(shown)
    if layout is None:
        return _first_line(shown, 0, len(shown)) if parts == [] and shown else Marked(shown)
    text, spans = layout
    if parts is None:
        return Marked(text)
    inner = parts[len(split(answer.closeup_at)) :]
    # what a missing field is missing in is there
    span = spans.get(join("", *inner)) or spans.get(join("", *inner[:-1]))
    return _first_line(text, span.start, span.end) if span else Marked(text)


def _first_line(text: str, start: int, end: int) -> Marked:
    """Return a text in which one of its values is marked, of several lines the first one."""
    newline = text.find("\n", start, end)
    end = newline if newline >= 0 else end
    return Marked(text[:start], text[start:end], text[end:])
