"""The report of a pass for people: as lines for a terminal, and as Markdown for an issue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.reporting.markdown import escaped
from adcontract.wording import plural
from adcontract_conformance.watch.overlay_text import overlay_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.watch.report import Api, Report, Sight

_OPERATIONS = 3
_LISTED = 12


def as_text(report: Report) -> str:
    """Return the lines for a terminal."""
    lines = [line for api in report.apis for line in _text_of(api)]
    return "\n".join([*lines, *report.left_out, f"{plural(report.requests, 'request')}, all of them reads."])


def _text_of(api: Api) -> Iterator[str]:
    yield api.says
    for each in api.new:
        yield f"  {each.kind:10}  {each.says}"
        yield f"  {'':10}  {_at(each)} ({each.where})"
    for each in api.of_other_snapshots:
        yield f"  {each.kind:10}  {each.says}; {' and '.join(each.snapshots)} has it"
    yield f"  compared: {api.compared} of {plural(api.reads, 'operation')} that read{_others(api)}"
    for unseen in api.unseen[:_LISTED]:
        yield f"  not seen: {unseen.operation} {unseen.reason}"
    if len(api.unseen) > _LISTED:
        yield f"  not seen: {len(api.unseen) - _LISTED} more"
    if by_hand := [each.name for each in api.new if each.by_hand]:
        yield f"  to be written by hand: {', '.join(by_hand)}"
    if api.file:
        yield f"  written: {api.file}"


def _at(sight: Sight) -> str:
    more = len(sight.operations) - _OPERATIONS
    return ", ".join(sight.operations[:_OPERATIONS]) + (f" and {more} more" if more > 0 else "")


def _others(api: Api) -> str:
    others = [f"{number} from {name}" for name, number in api.differences.items() if name != api.snapshot]
    return f"; differences: {api.differences[api.snapshot]} from {api.snapshot}, {', '.join(others)}" if others else ""


def as_markdown(report: Report) -> str:
    """Return the text of an issue or of a job summary."""
    blocks = [f"## What {escaped(report.target)} served on {report.date}"]
    for api in report.apis:
        blocks += _markdown_of(api, report.date)
    blocks += [escaped(line) for line in report.left_out]
    return "\n\n".join(blocks)


def _markdown_of(api: Api, date: str) -> Iterator[str]:
    compared = f"{api.compared} of {plural(api.reads, 'operation')} that read were compared{_others(api)}."
    yield f"**{escaped(api.says)}** {compared}"
    if api.new:
        rows = [f"| {each.kind} | {escaped(each.says)} | {_at(each)} | `{each.where}` |" for each in api.new]
        yield "\n".join(["| | what | operations | contract |", "|---|---|---|---|", *rows])
    if api.of_other_snapshots:
        yield "\n".join(
            f"- {escaped(each.says)}; {' and '.join(each.snapshots)} has it" for each in api.of_other_snapshots
        )
    if api.unseen:
        yield "\n".join(f"- not seen: {unseen.operation} {escaped(unseen.reason)}" for unseen in api.unseen)
    if by_hand := [each.name for each in api.new if each.by_hand]:
        yield f"To be written by hand: {escaped(', '.join(by_hand))}."
    if api.actions:
        text = entry_text(api, date)
        yield f"The entry for `spec/{entry_file(api, date)}`:"
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        yield f"{fence}yaml\n{text}{fence}"


def entry_file(api: Api, date: str) -> str:
    """Return the path of the overlay below `spec/`."""
    return f"{api.api}/seen/{api.snapshot}.{date}.overlay.yaml"


def entry_text(api: Api, date: str) -> str:
    """Return the overlay for `spec/`."""
    return overlay_text(f"{api.api} {api.snapshot}, with what a server showed", date, api.actions)
