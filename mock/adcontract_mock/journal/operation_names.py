"""Finding operations by the names that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import UsageError
from adcontract.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcontract import Operation
    from adcontract_mock.responses.served_contract import ServedContract


def operations_named(name: str, documents: Sequence[ServedContract]) -> list[tuple[ServedContract, Operation]]:
    """Return the operations with that name, those of the newest documents first.

    A name is an `operationId`, which several documents may have, or a document and one: `library-v1 listBooks`.

    Raises:
        UsageError: if there is none.
    """
    known: dict[str, list[tuple[ServedContract, Operation]]] = {}
    for document in sorted(documents, key=lambda document: not document.name.newest):
        for operation in document.contract.operations:
            for key in (operation.id, document.key(operation)):
                known.setdefault(key, []).append((document, operation))
    if name in known:
        return known[name]
    more = did_you_mean(name, known, most=3) or " The openapi.json of each document names them."
    raise UsageError(f"There is no operation {name!r}.{more}")
