"""A report as Markdown, for the summary of a job or a comment on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.reporting.model import Level
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.reporting.model import Entry, Report

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def as_markdown(report: Report) -> str:
    """Return the conclusion, then the problems, then the entries by level, the gravest first, and topic."""
    lines = [f"## {escaped(report.title)}", ""]
    lines += [f"- {escaped(line)}" for line in report.summary] if len(report.summary) > 1 else []
    lines += [escaped(line) for line in report.summary] if len(report.summary) == 1 else []
    lines += [line for problem in report.problems for line in ("", f"**{escaped(problem)}**")]
    for level, topic in sorted(dict.fromkeys((entry.level, entry.topic) for entry in report.entries), key=_rank):
        entries = [entry for entry in report.entries if (entry.level, entry.topic) == (level, topic)]
        lines += ["", f"### {plural(len(entries), level.value)}{f': {escaped(topic)}' if topic else ''}", ""]
        lines += [line for entry in entries for line in _entry(entry)]
    return "\n".join(lines)


def _rank(heading: tuple[Level, str]) -> int:
    return list(Level).index(heading[0])


def _entry(entry: Entry) -> Iterator[str]:
    yield f"- {escaped(entry.text)}  "
    yield f"  `{entry.location}` · `{entry.rule}`"
    if entry.details:
        # a fence is longer than any that it holds
        ticks = max((len(found) for found in re.findall("`+", "\n".join(entry.details))), default=0)
        fence = "`" * max(3, ticks + 1)
        yield from ("", f"  {fence}text")
        yield from (f"  {line}" for detail in entry.details for line in detail.splitlines())
        yield from (f"  {fence}", "")


def escaped(text: str) -> str:
    """Return a text in one line that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
