"""A run as JSON, with all details."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from adcontract_conformance.model.exchange import HttpResponse
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports.sentences import command_line, excerpt, whose
from adcontract_conformance.reports.snapshots import verdicts

if TYPE_CHECKING:
    from adcontract_conformance.checks.causes import Cause
    from adcontract_conformance.checks.finding import Finding
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.run.result import Run


def as_json(run: Run) -> str:
    """Return a run as one JSON document."""
    report = {
        "suite": {"name": "adcontract", "version": version("adcontract")},
        "target": run.target.url,
        "date": run.started.isoformat(timespec="seconds"),
        "seed": run.options.seed,
        "options": {
            "groups": list(run.options.groups),
            "max_time": run.options.seconds,
            "workers": run.options.workers,
            "max_failures": run.options.max_failures,
            "max_latency": run.options.max_latency,
            "for": whose(run),
            "token": "given" if run.target.token_given else "default",
        },
        "again": command_line(run),
        "seconds": round(run.seconds, 1),
        "stopped": run.stopped,
        "resent": run.target.timing.resent,
        "rate_limit": {"refused": run.target.timing.refused, "waited": round(run.target.timing.waited, 1)},
        "created": _created(run),
        "verdicts": [
            {
                "api": each.api,
                "speaks": each.served and each.served.checked.contract.name.snapshot,
                "says": each.sentence,
            }
            for each in verdicts(run)
        ],
        "apis": [_ledger(ledger) for ledger in run.ledgers],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _created(run: Run) -> dict[str, Any]:
    """Return what was created and removed, what is left of it, and what the contracts cannot remove."""
    book = run.book
    counts = {"unremovable": book.unremovable, "marked": book.marked, "unnamed": book.unnamed, "undone": book.others}
    return {
        "removed": len(book.removed),
        "left": [
            {
                "api": each.checked.api,
                "resource": each.resource,
                "id": each.id,
                "reason": run.target.redaction.text(each.reason),
            }
            for each in book.open
        ],
        "file": str(run.left) if run.left else None,
        **{
            name: [{"api": api, "name": of, "count": count} for (api, of), count in sorted(counter.items()) if count]
            for name, counter in counts.items()
        },
    }


def _ledger(ledger: Ledger) -> dict[str, Any]:
    of = {finding.fingerprint: cause for cause in ledger.causes for finding in cause.findings}
    return {
        "api": ledger.checked.api,
        "snapshot": ledger.checked.contract.name.snapshot,
        "outcome": ledger.outcome.word,
        "operations": len(ledger.checked.operations),
        "requests": ledger.requests,
        "left_out": ledger.left_out,
        "untried": {name: {str(status): n for status, n in seen.items()} for name, seen in ledger.untried.items()},
        "unreached": ledger.unreached,
        "unreached_operations": {group: ledger.unreached_operations(group) for group in ledger.unreached},
        "limited": ledger.limited,
        "unread": dict(ledger.unread),
        "errors": [each.message for each in ledger.broken],
        "causes": [_cause(cause) for cause in ledger.causes],
        "findings": [_finding(finding, of[finding.fingerprint]) for finding in ledger.findings],
        "results": [
            {
                "group": result.check.group,
                "check": result.check.id,
                "operation": result.operation.id,
                "outcome": result.outcome.word,
                "requests": result.requests,
                **({"reason": result.reason} if result.outcome in (Outcome.SKIPPED, Outcome.ERROR) else {}),
                **({"untried": result.untried} if result.untried else {}),
                "findings": [finding.fingerprint for finding in result.findings],
            }
            for result in ledger.results
            if result.outcome is not Outcome.DISABLED
        ],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "fingerprint": cause.fingerprint,
        "outcome": cause.outcome.word,
        "sentence": cause.sentence,
        "operations": cause.operations,
        "places": list(map(str, cause.places)),
        "findings": [finding.fingerprint for finding in cause.findings],
    }


def _finding(finding: Finding, cause: Cause) -> dict[str, Any]:
    response = finding.exchange.response
    return {
        "fingerprint": finding.fingerprint,
        "cause": cause.fingerprint,
        "outcome": finding.outcome.word,
        "check": finding.check.id,
        "promise": finding.check.sentence,
        "operation": finding.operation.id,
        "method": finding.operation.method,
        "path": finding.operation.path,
        "sentence": finding.sentence,
        **({"seen": finding.seen, "tries": finding.tries} if finding.tries else {}),
        "where": str(finding.where),
        "inferred": finding.breach.inferred,
        "basis": finding.basis.partition(":")[0],
        "count": finding.count,
        "curl": finding.exchange.request.curl(),
        "before": finding.exchange.curl()[:-1],
        "answer": (
            {"status": response.status, "body": excerpt(response)}
            if isinstance(response, HttpResponse)
            else {"status": None, "reason": response.reason}
        ),
    }
