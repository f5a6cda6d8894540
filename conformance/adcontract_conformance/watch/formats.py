"""The formats of the report of a pass, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.watch.report import as_json
from adcontract_conformance.watch.texts import as_markdown, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_conformance.watch.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
"""Every format by its name."""
