"""A comparison in every format: as text for a terminal, as JSON, as Markdown, and as a report for code hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from adcontract.diff.rules import RULES, Impact
from adcontract.errors import shown
from adcontract.reporting import model
from adcontract.reporting.formats import report_formats
from adcontract.reporting.model import Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract.diff.comparison import Comparison, SharedChange
    from adcontract.diff.document import ComparedDocument

_COLORS = {Impact.BREAKING: "red", Impact.RISKY: "yellow", Impact.SAFE: "green"}
_LEVELS = {
    Impact.BREAKING: model.Level.ERROR,
    Impact.RISKY: model.Level.WARNING,
    Impact.SAFE: model.Level.NOTE,
}
_NAMED = 3
"""The number of other operations that the text names."""


def as_text(comparison: Comparison) -> str:
    """Return a comparison as text, with colors, by operation; the last line has the counts."""
    lines = [click.style(f"{comparison.old.name} → {comparison.new.name}", bold=True), ""]
    for (operation, *others), by_sentence in comparison.groups.items():
        lines.append(click.style(operation, bold=True))
        if others:
            more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
            lines.append(f"and {', '.join(others[:_NAMED])}{more}")
        for sentence, entries in by_sentence.items():
            lines += [f"  {sentence}"] if sentence else []
            lines += [line for entry in entries for line in _lines(comparison, entry)]
        lines.append("")
    return "\n".join([*lines, f"{comparison.summary}."])


def _lines(comparison: Comparison, entry: SharedChange) -> Iterator[str]:
    rule = entry.change.rule
    impact = click.style(f"{rule.impact.value:<8}", fg=_COLORS[rule.impact])
    yield f"  {impact}  {_sentence(entry)} {click.style(f'[{rule.id}]', dim=True)}"
    places = (str(document.where(pointer)) for document, pointer in _places(comparison, entry))
    yield f"{' ' * 12}{' → '.join(dict.fromkeys(places))}"


def _sentence(entry: SharedChange) -> str:
    return f"{entry.change.sentence}{' (inferred)' if entry.inferred else ''}"


def _places(comparison: Comparison, entry: SharedChange) -> list[tuple[ComparedDocument, str]]:
    pairs = (comparison.old, entry.change.before), (comparison.new, entry.change.after)
    return [(document, pointer) for document, pointer in pairs if pointer is not None]


def as_json(comparison: Comparison) -> str:
    """Return a comparison as JSON, with all details."""
    return json.dumps(
        {
            "before": comparison.old.name,
            "after": comparison.new.name,
            "counts": {
                "added": len(comparison.added),
                "removed": len(comparison.removed),
                **{impact.value: comparison.count(impact) for impact in Impact},
            },
            "changes": [_entry(comparison, entry) for entry in comparison.entries],
        },
        indent=2,
        ensure_ascii=False,
    )


def _entry(comparison: Comparison, entry: SharedChange) -> dict[str, Any]:
    change = entry.change
    return {
        "rule": change.rule.id,
        "class": change.rule.impact.value,
        "message": change.sentence,
        "overlay": entry.sentence,
        "inferred": entry.inferred,
        "before": _place(comparison.old, change.before, change.old),
        "after": _place(comparison.new, change.after, change.new),
        "operations": [{"operation": operation, "message": shown.sentence} for operation, shown in entry.shows],
    }


def _place(document: ComparedDocument, pointer: str | None, value: Any) -> dict[str, Any] | None:
    if pointer is None:
        return None
    where = document.where(pointer)
    place = {"pointer": pointer, "file": shown(where.file), "line": where.line, "column": where.column}
    return {**place, "value": value}


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as release notes, without file positions: they change only with the API."""
    lines = [f"## {comparison.old.name} → {comparison.new.name}", "", f"{comparison.summary}."]
    for title, entries in (("Added", comparison.added), ("Removed", comparison.removed)):
        if entries:
            lines += ["", f"### {title} operations", ""]
            lines += [f"- `{entry.operations[0]}`: {entry.sentence or _summary(entry)}" for entry in entries]
    listed = {entry.operations for entry in (*comparison.added, *comparison.removed)}
    changed = {names: group for names, group in comparison.groups.items() if names not in listed}
    if changed:
        lines += ["", "### Changed operations"]
    for (operation, *others), by_sentence in changed.items():
        lines += ["", f"#### `{operation}`"]
        if others:
            lines += ["", f"And {', '.join(f'`{name}`' for name in others)}."]
        for sentence, entries in by_sentence.items():
            lines += ["", *([sentence, ""] if sentence else [])]
            lines += [
                f"- **{entry.change.rule.impact.value}** {_sentence(entry)} (`{entry.change.rule.id}`)"
                for entry in entries
            ]
    return "\n".join(lines)


def _summary(entry: SharedChange) -> str:
    return f"{entry.change.new or entry.change.old}."


def report(comparison: Comparison) -> Report:
    """Return a comparison as a report: an entry for each change, at its place in the new document, else in the old."""
    old, new = comparison.old.name, comparison.new.name
    return Report(
        "adcontract diff",
        f"{old} → {new}",
        (f"{comparison.summary}.",),
        tuple(Rule(rule.id, rule.sentence) for rule in RULES.values()),
        tuple(_report_entry(comparison, entry) for entry in comparison.entries),
    )


def _report_entry(comparison: Comparison, entry: SharedChange) -> model.Entry:
    *related, location = (document.where(pointer) for document, pointer in _places(comparison, entry))
    return model.Entry(
        entry.change.rule.id,
        _LEVELS[entry.change.rule.impact],
        f"{_sentence(entry)}{f' {entry.sentence}' if entry.sentence else ''}",
        location,
        subject=", ".join(entry.operations),
        related=tuple(related),
    )


FORMATS: dict[str, Callable[[Comparison], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    **report_formats(report, "github", "sarif"),
}
"""Every format by its name."""
