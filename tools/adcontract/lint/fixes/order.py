"""Corrections of the order of keys and statuses, and of the blank lines between the keys of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.lint.fixes.keys import first_line, objects, reordered
from adcontract.lint.rules.order import RANKS, blank_lines_missing, rank
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract.files.source import Source
    from adcontract.lint.fixes.keys import Keys


def key_orders(type_: str, source: Source, known: dict[str, Keys]) -> Iterator[tuple[str, list[int]]]:
    """Yield the pointer of each object whose keys are out of order, and the right order of their indexes."""
    for node in nodes(type_, source.data):
        ranks, keys = RANKS.get(node.type, {}), known.get(node.pointer)
        if not keys:
            continue
        # a key of which nothing is known stays where it is
        placed = [index for index, name in enumerate(keys.names) if rank(ranks, name) is not None]
        ordered = sorted(placed, key=lambda index: rank(ranks, keys.names[index]) or 0)
        if placed != ordered:
            order = list(range(len(keys.names)))
            for place, index in zip(placed, ordered, strict=True):
                order[place] = index
            yield node.pointer, order


def status_orders(type_: str, source: Source, known: dict[str, Keys]) -> Iterator[tuple[str, list[int]]]:
    """Yield the pointer of each object of responses whose statuses do not ascend, and the right order."""
    for node in nodes(type_, source.data):
        pointer = join(node.pointer, "responses")
        if node.type == "operation" and (keys := known.get(pointer)):
            order = sorted(range(len(keys.names)), key=lambda index: keys.names[index])
            if order != list(range(len(order))):
                yield pointer, order


ORDERS: dict[str, Callable[[str, Source, dict[str, Keys]], Iterator[tuple[str, list[int]]]]] = {
    "key-order": key_orders,
    "status-order": status_orders,
}
"""The corrections of an order, by the rule that asks for each."""


def in_order(text: str, type_: str, source: Source, rule: str, left: set[str]) -> str | None:
    """Return the text with the first object in order that is not, and is not in `left`; None without one.

    An object whose keys cannot be moved is added to `left`.
    """
    known = objects(text)
    for pointer, order in ORDERS[rule](type_, source, known):
        if pointer in left:
            continue
        left.add(pointer)
        if moved := reordered(text, known[pointer], order):
            return moved
    return None


def with_blank_lines(text: str, type_: str, source: Source) -> str:
    """Return the text with a blank line above each key of an operation or a path that lacks it."""
    lines, known = text.split("\n"), objects(text)
    above = set()
    for node in nodes(type_, source.data):
        for _, key, _ in blank_lines_missing(lines, source, node):
            keys = known[node.pointer]
            above.add(first_line(lines, keys, keys.names.index(key)))
    return "\n".join(part for index, line in enumerate(lines) for part in (["", line] if index in above else [line]))
