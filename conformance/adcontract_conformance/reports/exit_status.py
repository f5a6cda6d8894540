"""The exit status of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.reports import snapshots
from adcontract_conformance.reports.coverage import shortfalls
from adcontract_conformance.reports.sentences import gaps

if TYPE_CHECKING:
    from adcontract_conformance.reports.document import RunReport


def exit_status(done: RunReport) -> int:
    """Return 0 if the target conforms, 1 if it does not, and 2 if that was not determined.

    With every snapshot of an API, it is enough to conform to one. A shard without an operation leaves nothing open.
    """
    if done.options.shard and not done.apis:
        return 0
    worst = max(contract.outcome for contract in done.apis)
    if done.options.every_snapshot and done.stopped:
        return 2
    if done.options.every_snapshot and worst < Outcome.ERROR:
        if not all(verdict.served for verdict in snapshots.verdicts(done)):
            return 1
        return 0 if done.served == list(done.apis) else 2
    if done.waivers_to_edit or any(contract.outcome is Outcome.FAIL for contract in done.apis):
        return 1
    if any(shortfalls(done, contract) for contract in done.apis):
        return 1
    complete = not any(gaps(done, contract) for contract in done.apis)
    return 0 if complete and Outcome.PASS <= worst <= Outcome.WARN else 2
