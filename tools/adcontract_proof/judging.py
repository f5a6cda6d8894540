"""Whether a finding is about a planted fault: it names the operation, or what has the fault in common, and the kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.reports.document import ReportedFinding
    from adcontract_proof.fault import Fault

_BODY = {"body", "shown", "invariants", "answer", "answers"}
_REFUSAL = {"refused", "unreadable", "unknown", "unknown-method", "unknown-path", "answered"}
_REFUSALS = {"refusal-body", "refusal-missing", "refusal-limit", "refusal-method"}
_SECURITY = {
    "open",
    "token",
    "token-end",
    "token-case",
    "token-longer",
    "scheme",
    "empty",
    "missing",
    "missing-head",
    "query",
}
_WIRE = {"accepted", "answered", "headers", "media-type", "status", "head", *_REFUSAL, *_REFUSALS, *_BODY, *_SECURITY}
_LISTS = {
    *("filter", "filter-nothing", "filter-all", "filter-or", "filter-and", "filter-alternative"),
    *("sort-all", "sort-order", "sort-reverse", "sort-filtered", "page-links", "page-size", "page-default"),
    *("page-cursor", "cursor-unknown", "sort-several"),
    *("page-maximum", "page-beyond", "page-walk", "page-total", "page-envelope", "read"),
}
_STATE = {
    *("create", "change", "delete", "add", "remove", "read", "parent", "unknown", "there", "gone", "again"),
    *("etag", "if-match", "location", "key", "upsert", "sum", "batch", "batch-failure", "states"),
    *("merge-patch", "json-patch", "read-only", "write-only"),
}

CHECKS: Mapping[str, set[str]] = {
    "schema": _BODY | _LISTS | _STATE,
    "protocol": _WIRE | _STATE,
    "security": _SECURITY | _STATE | _LISTS | {"answer", "answered", "headers"},
    "input": _REFUSAL | _REFUSALS | {"answer", "status", "accepted", "body", "change", "create"},
    "lists": _LISTS | _STATE | _BODY,
    "state": _STATE | _LISTS | _BODY | _REFUSALS,
    "rules": _BODY | _LISTS | _STATE | {"accepted"},
    "time": {"latency", "answered"},
}
"""The names of the checks, without their groups, of which a finding has the kind of a fault of a class."""


def names_operation(fault: Fault, cause: Cause[ReportedFinding]) -> bool:
    """Return whether a cause holds the operation that has the fault, or a finding of it names that in its sentence."""
    if fault.of_document:
        return True
    word = re.compile(rf"\b{re.escape(fault.operation)}\b")
    return any(each.operation_id == fault.operation or word.search(each.sentence) for each in cause.findings)


def names_kind(fault: Fault, cause: Cause[ReportedFinding]) -> bool:
    """Return whether a finding of a cause is of a check that speaks about faults of that class."""
    return any(each.check_id.partition(".")[2] in CHECKS[fault.group] for each in cause.findings)


def is_about(fault: Fault, cause: Cause[ReportedFinding]) -> bool:
    """Return whether a cause is that of the fault: a failure that names the operation and the kind."""
    return cause.outcome.word == "fail" and names_operation(fault, cause) and names_kind(fault, cause)
