"""Taking the parts out of a generated value that do not fit its schema, as far as they are optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract import Schemas

_ROUNDS = 20


def pruned(schemas: Schemas, pointer: str, value: Any) -> Any:
    """Return `value`, changed in place, without parts that do not fit the schema at `pointer`.

    A required part goes with the object that it is in. The value may still not fit: as a whole it has to be there.
    """
    for _ in range(_ROUNDS):
        faults = schemas.faults(pointer, value)
        if not faults or not _remove(value, max((each.path for each in faults), key=len)):
            break
    return value


def _remove(value: Any, path: Sequence[str | int]) -> bool:
    """Remove the part at a path, or the one around it if there is none; return whether there was any."""
    holders = [value]
    for part in path:
        try:
            holders.append(holders[-1][part])
        except LookupError:
            break  # it is missing
    if len(holders) == 1:
        return False
    del holders[-2][path[len(holders) - 2]]
    return True
