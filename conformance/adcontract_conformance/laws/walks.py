"""Walks: the pages of a list have every item once, whatever their size."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.replies import MISSING, NotTestable, at, canonical
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.pages import KEYWORD, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.lists import Walk
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.model.promises import Found


ONES = 3
"""How many pages of one item each are read."""


def _listed(operation: Operation) -> bool:
    return operation.behavior.pagination is not None or does("list")(operation)


@law("page-walk", "the pages of a list have every item once, whatever their size", _listed, needs=("page-cursor",))
def page_walk(client: Client, operation: Operation) -> Iterator[Found]:
    """Read a list in small pages, and compare it with the largest pages. One without pages has each id once."""
    whole = client.lists.whole(operation)
    if len(whole.rows) < 2:
        raise NotTestable(f"the list has {len(whole.rows)} items")
    if operation.behavior.pagination is None:
        yield from _ids_once(operation, whole)
        return
    every, is_divided = Counter(client.lists.keys(operation, whole)), False
    for size in sizes(client, operation, len(whole.rows)):
        walk = client.lists.walk(operation, size=size)
        seen = Counter(client.lists.keys(operation, walk))
        is_divided |= len(walk.replies) > 1
        if seen != every or seen.total() > len(seen):
            is_known = _knows_pages(client, operation, walk)
        if doubled := [key for key, count in seen.items() if count > 1]:
            sentence = f"{_some(doubled)} is listed more than once in pages of {size}."
            found = broken(operation, KEYWORD, walk.last, sentence, part="once", of="page", grave=True)
            yield replace(found, breach=replace(found.breach, is_known=is_known))
        if lost := [key for key in every if key not in seen] or [key for key in seen if key not in every]:
            sentence = f"{_some(lost)} is listed in pages of one size only, of {size} and the largest."
            found = broken(operation, KEYWORD, walk.last, sentence, part="all", of="page", grave=True)
            yield replace(found, breach=replace(found.breach, is_known=is_known))
        if seen == every and len(walk.replies) > 1:
            yield from _same_again(client, operation, walk.replies[0])
    yield from _pages_of_one(client, operation, len(whole.rows))
    if not is_divided and operation.behavior.pagination.size is None:
        raise NotTestable(f"its {len(whole.rows)} items are on one page, and no request can ask for a smaller one")


def _pages_of_one(client: Client, operation: Operation, total: int) -> Iterator[Found]:
    """Yield a breach if the first pages of one item each have one twice: a page of one may be cut on its own."""
    pagination = operation.behavior.pagination
    if pagination is None or pagination.size is None:
        return
    replies = list(client.lists.pages(operation, size=1, most=min(total, ONES)))
    shown = [client.lists.rows(operation, reply) for reply in replies]
    keys = [client.lists.key(operation, rows[0]) for rows in shown if len(rows) == 1]
    if len(keys) == len(replies) and (doubled := [key for key, count in Counter(keys).items() if count > 1]):
        sentence = f"{_some(doubled)} is listed more than once in pages of 1."
        yield broken(operation, KEYWORD, replies[-1], sentence, part="once", of="page", grave=True)


def _ids_once(operation: Operation, walk: Walk) -> Iterator[Found]:
    resource = operation.behavior.resource
    held = [at(row, resource.id) for row in walk.rows] if resource and resource.id else []
    ids = Counter(canonical(each) for each in held if each not in (MISSING, None))
    if not ids:
        raise NotTestable("no item of the list has an id")
    if doubled := [key for key, count in ids.items() if count > 1]:
        sentence = f"{_some(doubled)} is listed more than once."
        yield broken(operation, "x-resource", walk.last, sentence, part="once", grave=True)


def _same_again(client: Client, operation: Operation, first: Reply) -> Iterator[Found]:
    """Yield a breach if the first page has other items when it is asked for again: who reads on then misses some.

    It is asked for twice: of two servers that take turns, each may have another order.
    """
    known = {client.lists.key(operation, row) for row in client.lists.rows(operation, first)}
    for _ in range(2):
        again = client.send(operation, first.exchange.request)
        if more := {client.lists.key(operation, row) for row in client.lists.rows(operation, again)} - known:
            sentence = f"The first page has {len(more)} other items when it is asked for again."
            yield broken(operation, KEYWORD, again, sentence, part="all", of="page")
            return


def _knows_pages(client: Client, operation: Operation, walk: Walk) -> bool:
    """Return whether a target knows the parameter that names a page: the last one has items that the first one lacks.

    Both are asked for again: a target that does not know it may give other items each time.
    """
    first, last = walk.replies[0], walk.replies[-1]
    then, now = list[list[bytes]](), list[list[bytes]]()
    for each in (first, last):
        again = client.send(operation, each.exchange.request)
        then.append([client.lists.key(operation, row) for row in client.lists.rows(operation, each)])
        now.append([client.lists.key(operation, row) for row in client.lists.rows(operation, again)])
    return then == now and not {*then[1]} <= {*then[0]}


def _some(keys: list[bytes]) -> str:
    first = keys[0].decode()[:40]
    return f"The item {first}" + (f" (and {len(keys) - 1} more)" if len(keys) > 1 else "")
