"""What a preference for all operations may have: what some operation of the contracts has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract_mock.preferences.registry import PREFERENCES, Available
from adcontract_mock.screens.shown import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract_mock.responses.served_contract import ServedContract


def available(documents: Sequence[ServedContract]) -> Available:
    """Return the statuses, examples, states and snapshots of all operations of the contracts."""
    operations = [operation for document in documents for operation in document.contract.operations]
    statuses = {status for operation in operations for status in operation.responses}
    shared = {each.status for document in documents for each in document.contract.error_responses.values()}
    successes = [operation.success for operation in operations if operation.success]
    examples = sorted({each.name for success in successes for media in success.media for each in media.examples})
    snapshots = sorted({document.name.snapshot for document in documents}, reverse=True)
    return Available(
        statuses=[(status, f"{status}: where documented") for status in sorted(statuses)],
        shared_statuses=[(status, status) for status in sorted(shared - statuses)],
        examples=[(name, f"{name}: where documented") for name in examples],
        states=[(name, f"{name}: {description}") for name, description in DESCRIPTIONS.items()],
        snapshots=[(snapshot, snapshot) for snapshot in snapshots],
    )


def check_available(name: str, value: str, offered: Available) -> None:
    """Check that some operation can obey the preference `name` for all; the others ignore it.

    Raises:
        UsageError: if none can; it lists the values that there are.
    """
    field = PREFERENCES[name].field
    if field and field.of_all and not field.free_text:
        known = [option for option, _ in (*field.options(offered), *field.more(offered))]
        is_wide = name == "code" and re.fullmatch("[2-5][0-9]{2}", value) and {f"{value[0]}XX", "default"} & {*known}
        if value not in known and not is_wide:
            raise UsageError(f"No contract has the {name} {value}. There are {', '.join(known)}.")
