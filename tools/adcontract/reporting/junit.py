"""A report as JUnit's XML, which CI servers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from adcontract.reporting.model import Case, Level, Suite

if TYPE_CHECKING:
    from adcontract.reporting.model import Entry, Report

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, section 2.2."""


def as_junit(report: Report) -> str:
    """Return a `testsuite` for each suite, with a `testcase` for each case.

    JUnit knows no warnings: they stand in the output of a case that passes. Nor has it a place for what kept the
    command from its end, which is a case of its own.
    """
    root = ElementTree.Element("testsuites", name="adcontract")
    durations = [suite.seconds for suite in report.suites if suite.seconds is not None]
    if durations:
        root.set("time", f"{sum(durations):.1f}")
    for suite in report.suites:
        _suite(ElementTree.SubElement(root, "testsuite"), suite)
    if report.problems:
        case = Case(report.tool, "comes to its end", error="\n".join(report.problems))
        _suite(ElementTree.SubElement(root, "testsuite"), Suite(report.tool, (case,)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(element: ElementTree.Element, suite: Suite) -> None:
    element.set("name", _xml(suite.name))
    if suite.started:
        element.set("timestamp", suite.started)
    if suite.seconds is not None:
        element.set("time", f"{suite.seconds:.1f}")
    element.set("tests", str(len(suite.cases)))
    element.set("failures", str(sum(bool(_errors(case)) and not case.error for case in suite.cases)))
    element.set("errors", str(sum(bool(case.error) for case in suite.cases)))
    element.set("skipped", str(sum(bool(case.skipped) for case in suite.cases)))
    if suite.properties:
        properties = ElementTree.SubElement(element, "properties")
        for name, value in suite.properties.items():
            ElementTree.SubElement(properties, "property", name=name, value=_xml(value))
    for case in suite.cases:
        _case(ElementTree.SubElement(element, "testcase", classname=_xml(case.topic), name=_xml(case.name)), case)


def _case(element: ElementTree.Element, case: Case) -> None:
    errors = _errors(case)
    others = [entry for entry in case.entries if entry.level is not Level.ERROR]
    if case.error:
        ElementTree.SubElement(element, "error", message=_xml(case.error))
    elif case.skipped:
        ElementTree.SubElement(element, "skipped", message=_xml(case.skipped))
    elif errors:
        failure = ElementTree.SubElement(element, "failure", type=errors[0].rule, message=_xml(errors[0].message))
        failure.text = _xml("\n\n".join(map(_text, errors)))
    if others:
        ElementTree.SubElement(element, "system-out").text = _xml("\n\n".join(map(_text, others)))


def _errors(case: Case) -> list[Entry]:
    return [entry for entry in case.entries if entry.level is Level.ERROR]


def _text(entry: Entry) -> str:
    mark = f" [{entry.fingerprint}]" if entry.fingerprint else ""
    return "\n".join((f"{entry.level}: {entry.text}{mark}", str(entry.location), *entry.details))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
