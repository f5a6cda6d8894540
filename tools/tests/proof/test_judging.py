"""A planted fault is caught only by a failure that names its operation and is of a check for faults of its class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from adcontract_conformance.model.promises import CHECKS as DECLARED
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.run import suite  # noqa: F401 - fills the registry
from adcontract_mock.faults.registry import CLASSES
from adcontract_proof.fault import Fault
from adcontract_proof.judging import CHECKS, is_about


@dataclass
class Found:
    """What is looked at of a finding."""

    check_id: str = "examples.body"
    operation_id: str = "getBook"
    sentence: str = "The body does not fit."


@dataclass
class Cause:
    """What is looked at of a cause."""

    findings: list[Found] = field(default_factory=lambda: [Found()])
    outcome: Outcome = Outcome.FAIL


def fault(**other: Any) -> Fault:
    return Fault(**{"api": "a", "snapshot": "v1", "kind": "k", "group": "schema", "operation": "getBook", **other})


@pytest.mark.parametrize(
    "cause",
    [
        Cause(),
        Cause([Found(operation_id="listBooks"), Found()]),
        Cause([Found(operation_id="listBooks", sentence="The item differs from what getBook shows.")]),
    ],
    ids=["of the operation", "of several operations", "with the operation in its sentence"],
)
def test_a_failure_that_names_the_operation_is_about_the_fault(cause: Any) -> None:
    assert is_about(fault(), cause)


@pytest.mark.parametrize(
    "cause",
    [
        Cause([Found(operation_id="listBooks")]),
        Cause([Found(operation_id="listBooks", sentence="The item differs from what getBookcase shows.")]),
        Cause([Found(check_id="security.missing")]),
        Cause(outcome=Outcome.WARN),
        Cause(outcome=Outcome.FLAKY),
    ],
    ids=["another operation", "an operation whose name begins alike", "another kind", "a warning", "flaky"],
)
def test_another_finding_is_not_about_the_fault(cause: Any) -> None:
    assert not is_about(fault(), cause)


def test_a_fault_of_a_whole_document_has_no_operation() -> None:
    found: Any = Cause([Found("rejection.unknown-path", "listBooks")])
    assert is_about(fault(group="protocol", of_document=True), found)


def test_every_class_has_checks_and_every_check_that_is_named_exists() -> None:
    assert set(CHECKS) == set(CLASSES)
    known = {check.id.partition(".")[2] for check in DECLARED.values()}
    assert {name for names in CHECKS.values() for name in names} <= known
