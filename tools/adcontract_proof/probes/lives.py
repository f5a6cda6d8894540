"""The lives of items: they are created, changed in every way and removed, and looked at after each step."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import BATCHES, batched
from adcontract.openapi.pointer import get, put
from adcontract_proof.probes.family import UNKNOWN, Family, json_of
from adcontract_proof.probes.writer import placed

if TYPE_CHECKING:
    from adcontract.requests.documented import DocumentedRequest
    from adcontract_proof.probes.exchanges import Tour

_AMOUNTS = (0.1, 0.2, 0.7)
"""Amounts whose sum is not exact in binary fractions."""


def lives(family: Family) -> Tour:
    """Create items under two parents, change them in every way, and remove them; look at them after each step."""
    parents = yield from family.parents()
    for number, parent in enumerate(parents[:2]):
        yield from family.observed(family.documented_item(), parent)
        items = [] if number else [family.documented_item()]
        for create in family.of("create"):
            for _ in range(2):
                response = yield family.writer.written(family.at(create, parent=parent))
                item = family.created(create, response)
                yield from family.observed(item, parent)
            items.append(item)
        for upsert in family.of("upsert"):
            fresh = family.fresh(upsert)
            for item in fresh:
                yield family.writer.written(family.at(upsert, item, parent))
                yield from family.observed(item, parent)
            items += fresh[:2]
        yield from _batches(family, parent)
        for lister in family.lister:
            rows = yield from family.rows(lister, parent)
            items += family.named(rows[1:])[:1]
        for item in items:
            yield from _life(family, item, parent)


def _life(family: Family, item: Any, parent: Any) -> Tour:
    writer = family.writer
    yield from family.observed(item, parent)
    for operation in family.of("update", "upsert", "set", "add", "remove", "add"):
        request = family.at(operation, item, parent)
        documented = [
            replace(each, path=request.path, query={**each.query, **request.query})
            for each in writer.documented(operation)
        ]
        for each in (*documented[:2], *documented[:1]):
            yield writer.written(each)
            yield from family.observed(item, parent)
        yield from _members(family, documented[0], item, parent)
    yield from _children(family, item, parent)
    for operation in family.of("delete"):
        request = family.at(operation, item, parent)
        for _ in range(2):
            yield writer.written(request)
            yield from family.observed(item, parent)


def _members(family: Family, request: DocumentedRequest, item: Any, parent: Any) -> Tour:
    """Add or remove members that the item has, and others, all at once."""
    declared = request.operation.behavior.resource
    if declared is None or declared.named is None or declared.members is None:
        return
    known = list[Any]()
    for operation in family.of("read")[:1]:
        response = yield family.writer.written(family.at(operation, item, parent))
        seen = operation.behavior.resource
        shown = get(json_of(response), (seen.item if seen else "") or "")
        known += [get(each, declared.member_id or "") for each in get(shown, declared.members) or ()]
    sent = get(request.body, declared.named) or []
    for named in (known[:2], [*known[:1], *sent], [*sent, *sent], known[::-1][:3]):
        if named:
            yield family.writer.with_json(request, put(copy.deepcopy(request.body), declared.named, named))
            yield from family.observed(item, parent)


def _children(family: Family, item: Any, parent: Any) -> Tour:
    """Create items that belong to one, with several amounts where it shows their sum, and remove the last."""
    for child, create in family.children_creates():
        declared = create.behavior.resource
        fields = {each.field for each in family.type.sums.values() if each.of == child.name and each.field}
        sources = [source for ours, source in (declared.echo.items() if declared else ()) if ours in fields]
        request, made = family.below(create, item), None
        for amount in (None, *(_AMOUNTS if sources else ())):
            body = copy.deepcopy(request.body)
            for source in sources if amount is not None else ():
                body = put(body, source, amount)
            response = yield family.writer.with_json(request, body) if sources else family.writer.written(request)
            made = family.created(create, response) or made
            yield from family.observed(item, parent)
        for remove in child.of("delete")[:1]:
            key, value = remove.declared.key, get(made, remove.declared.id or child.id)
            if key is not None and value is not None:
                yield family.writer.written(placed(family.below(remove.operation, item), key, value))
                yield from family.observed(item, parent)


def _batches(family: Family, parent: Any) -> Tour:
    """Send batches about several items, and about some that there are not."""
    for operation in family.of(*BATCHES):
        declared, request = operation.behavior.resource, family.at(operation, parent=parent)
        batch = declared.batch if declared else None
        if batch is None or declared is None:
            continue
        entries, rows = get(request.body, batch.entries) or [None], list[Any]()
        for lister in family.lister:
            rows = yield from family.rows(lister, parent)
        ids = [get(row, declared.id or family.type.id) for row in family.named(rows)[:4]]
        unknown = UNKNOWN[0] if ids and isinstance(ids[0], int) else UNKNOWN[1]
        groups: list[list[Any]] = [entries, [*entries, *entries, *entries]]
        if declared.action != batched("create"):
            named = [ids[:2], [*ids[:1], unknown], [unknown, *ids[1:3]]]
            groups = [[put(copy.deepcopy(entries[0]), batch.id, each) for each in group] for group in named]
        for group in groups:
            yield family.writer.with_json(request, put(copy.deepcopy(request.body), batch.entries, group))
            yield from family.observed(None, parent)
