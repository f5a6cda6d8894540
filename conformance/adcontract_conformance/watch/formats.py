"""The formats of the report of a pass, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.reporting.formats import in_printable_lines
from adcontract_conformance.watch.report import as_json
from adcontract_conformance.watch.texts import as_markdown, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_conformance.watch.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": in_printable_lines(as_text),
    "json": as_json,
    "markdown": in_printable_lines(as_markdown),
}
"""Every format by its name."""
