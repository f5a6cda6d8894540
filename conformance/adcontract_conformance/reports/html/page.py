"""The HTML report: a page without scripts and without anything from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from adcontract_conformance.reports.coverage import shortfalls
from adcontract_conformance.reports.html.coverage import MARKS, WORDS, coverage_views
from adcontract_conformance.reports.html.marks import shown_answer
from adcontract_conformance.reports.html.views import contract_views
from adcontract_conformance.reports.python_code import python_code
from adcontract_conformance.reports.sentences import plain_verdict

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from adcontract_conformance.reports.document import RunReport

_CONTROL = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
"""Characters that HTML does not have, each as the picture of it."""

SYMBOLS = {
    "pass": "✓",
    "fail": "✕",
    "warn": "!",
    "flaky": "~",
    "error": "E",
    "waived": "w",
    "skipped": "·",
    "note": "i",
}
"""A sign for each outcome, so that no reader depends on colors."""


def as_html(report: RunReport) -> str:
    """Return a report as one page of HTML."""
    text = _template().render(
        report=report,
        headline=_headline(report),
        contracts=contract_views(report),
        coverages=coverage_views(report),
        marks=MARKS,
        words=WORDS,
        shortfalls=[line for contract in report.apis for line in shortfalls(report, contract, whole=True)],
        symbols=SYMBOLS,
        shown_answer=shown_answer,
        python_code=python_code,
    )
    return text.translate(_CONTROL)


def _headline(report: RunReport) -> str:
    if report.options.every_snapshot and report.verdicts:
        served = [each for each in report.verdicts if each.speaks]
        return " ".join(each.says for each in served or report.verdicts)
    words = plain_verdict(report)
    is_of_target = words.startswith(("conforms", "does not conform"))
    return f"The target {words}" if is_of_target else f"{words[0].upper()}{words[1:]}"


@lru_cache(1)
def _template() -> Template:
    environment = _environment()
    return environment.get_template("page.html.jinja")


def _environment() -> Environment:
    # imported here, so that a run without this report does not wait for it
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
