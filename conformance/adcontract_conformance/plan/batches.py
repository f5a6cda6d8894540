"""What a batch does to the items of a double: an action is carried out for each entry of the body."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import ACTIONS
from adcontract.contract.batches import said_of
from adcontract.contract.behavior import Key
from adcontract.openapi.pointer import get, put
from adcontract_conformance.plan.actions import carried_out
from adcontract_conformance.plan.shelf import NoSuchItem

if TYPE_CHECKING:
    from adcontract import Values
    from adcontract.contract.behavior import Batch
    from adcontract.contract.resources import ResourceOperation
    from adcontract_conformance.plan.shelf import Shelf


def each_carried_out(each: ResourceOperation, batch: Batch, shelf: Shelf, values: Values) -> Any:
    """Carry an action out for each entry of a body, and return the body of the response with a result for each."""
    template: Any = copy.deepcopy(each.payloads[0]) if each.payloads else ({} if each.media else None)
    known = get(template, batch.results) if batch.results is not None else None
    done, failed = (
        next((one for one in known or () if said_of(batch, one) is said), dict[str, Any]()) for said in (True, False)
    )
    single = replace(
        each.declared,
        action=ACTIONS[each.action].each,
        key=None if ACTIONS[each.action].each == "create" else Key("query", ""),
        id=each.declared.id or shelf.type.id,
        item=batch.item,
        shows_id=batch.shows_id,
        batch=None,
    )
    operation = replace(each, declared=single)
    operation.__dict__["payloads"] = [done]
    results = []
    for entry in get(values.body, batch.entries) or ():
        about = replace(values, body=entry, query={**values.query, "": get(entry, batch.id)})
        try:
            results.append(carried_out(operation, shelf, about, "", {}))
        except NoSuchItem:
            results.append(copy.deepcopy(failed))
    return template if batch.results is None or template is None else put(template, batch.results, results)
