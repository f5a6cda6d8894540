"""What a run may find out: the checks on each operation of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_conformance.checks.latency import LATENCY
from adcontract_conformance.groups.mistakes import UNKNOWN
from adcontract_conformance.laws.law import LAWS
from adcontract_conformance.model.exchange import Purpose
from adcontract_conformance.model.promises import CHECKS
from adcontract_conformance.own.promises import OWN_LAWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import Operation
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.promises import Check


def promised(
    checked: CheckedContract, groups: Sequence[str], *, latency: bool
) -> Iterator[tuple[str, Check, Operation | None]]:
    """Yield what may have a result, as the id of an operation, a check, and the operation.

    There is no operation where a path is asked for that the contract does not have. Of some laws only the target shows
    whether they are about an operation: these may have no result.

    Args:
        checked: the contract.
        groups: the groups that are asked for, in their order.
        latency: whether the time of responses is bounded.
    """
    chosen = [each for each in CHECKS.values() if each.group in groups and (latency or each is not LATENCY)]
    chosen.sort(key=lambda each: groups.index(each.group))
    for operation in checked.operations:
        yield from ((operation.id, check, operation) for check in chosen if _is_about(check, operation))
    yield from ((UNKNOWN, check, None) for check in chosen if Purpose.UNKNOWN_PATH in check.purposes)


def _is_about(check: Check, operation: Operation) -> bool:
    law = {each.check.id: each for each in (*LAWS.values(), *OWN_LAWS.values())}.get(check.id)
    if law is not None:
        return law.applies_to(operation)
    return check.purposes != {Purpose.UNKNOWN_PATH} and check.is_about(operation)
