"""A contract for people to read: its named states are among the examples of its responses."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import Values
from adcontract.openapi.pointer import join, put

if TYPE_CHECKING:
    from adcontract import Operation
    from adcontract_mock.responses.served_contract import ServedContract


@lru_cache(16)
def with_states(served: ServedContract) -> bytes:
    """Return `served.openapi`, where the success of each operation shows its states after the documented payloads."""
    document = orjson.loads(served.openapi)
    for operation in served.contract.operations:
        success = operation.success
        media = success.json if success else None
        states = _states(served, operation)
        if success is None or media is None or not states:
            continue
        documented = {each.name: {"value": each.value} for each in media.examples} | media.data.get("examples", {})
        others = {name: value for name, value in media.data.items() if name != "example"}
        # components are shared, and the states are those of this operation
        examples = documented | {name: state for name, state in states.items() if name not in documented}
        content = success.data["content"] | {media.type: others | {"examples": examples}}
        put(document, join(operation.pointer, "responses", success.status), success.data | {"content": content})
    return orjson.dumps(document)


def _states(served: ServedContract, operation: Operation) -> dict[str, Any]:
    screens = served.composer.screens
    return {
        name: {
            "summary": f"{name}: {description}",
            "value": screens.screen(operation, name, Values(), operation.path, "").body,
        }
        for name, description in screens.names(operation).items()
    }
