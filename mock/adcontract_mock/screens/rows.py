"""The rows of a list: the documented ones, and any number of others like them."""

from __future__ import annotations

from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from adcontract.errors import ContractError
from adcontract.openapi.pointer import get, join, put, split, walk
from adcontract_mock.generation.samples import like
from adcontract_mock.screens.fitting import changed
from adcontract_mock.screens.places import replaced
from adcontract_mock.state.payload_pointers import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.screens.fitting import Holds
    from adcontract_mock.screens.listed import Listed
    from adcontract_mock.screens.places import Path, Place, Places
    from adcontract_mock.state.initial_items import InitialItems

_GENERATED = 5
"""The number of rows that are generated where none is documented; the others differ from these in a few fields."""

_VARIED = 50
"""The number of rows with other values in several fields; further ones are copies of these with other ids."""

_ATTEMPTS = 20


class Rows:
    """The rows that one operation lists. The same number is always the same row.

    `listed` says where they are; `holds` whether a row is valid.
    """

    def __init__(
        self, name: str, listed: Listed, documented: list[Any], initial: InitialItems, places: Places, holds: Holds
    ) -> None:
        """Take where the rows are, and those that are documented; `name` is part of the seed of the others."""
        self.listed = listed
        self.holds = holds
        self._name = name
        self._documented = documented
        self._initial = initial
        self._places = places
        self._made: dict[int, Any] = {}

    @cached_property
    def first(self) -> list[Any]:
        """The documented rows, or a few that are generated."""
        generator, schema = self._initial.factory.generator, self.listed.schema
        if self._documented or schema is None:
            return self._documented
        found: list[Any] = []
        for number in range(_GENERATED):
            for attempt in range(_ATTEMPTS):
                try:
                    row = generator.value(schema, f"{self._name} row {number} {attempt}")
                except ContractError:
                    return found
                if self.holds(row):
                    found.append(row)
                    break
        return found

    def row(self, number: int) -> Any:
        """Return a row: one of the first, or one like these that differs in its ids and in what lists differ by."""
        if number < len(self._documented):
            return self._documented[number]
        if number not in self._made:
            self._made[number] = self._new(number)
        return self._made[number]

    def _new(self, number: int) -> Any:
        if number >= _VARIED:
            row = self.row(number - _VARIED)
            return changed(row, self._ids(row, number), self.holds)
        row = self.first[number % len(self.first)]
        varied = list(self._varied(row, number))
        others = [(tuple(split(pointer)), value) for pointer, value in varied]
        row = changed(row, [*self._ids(row, number), *others], self.holds)
        for pointer, value in varied:
            if get(row, pointer) != value:
                row = self.with_value(row, pointer, value) or row
        return row

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        """The sets of values of which a row has one, by the pointers of their fields."""
        return {join("", *map(str, place.path)): place.choices for place in self._choices}

    @cached_property
    def of_each_choice(self) -> list[Any]:
        """Rows that together have each value of each set, as far as one is valid; empty without a set."""
        waiting = [(place.path, value) for place in self._choices for value in place.choices]
        found: list[Any] = []
        for base in (self.row(number) for number in range(len(self.first) + _ATTEMPTS)):
            while waiting:
                row, shown = self._with_choices(base, waiting)
                if not shown:
                    break
                found.append(row)
                waiting = [each for each in waiting if each not in shown]
        return [changed(row, self._ids(row, number), self.holds) for number, row in enumerate(found)]

    @cached_property
    def _choices(self) -> list[Place]:
        within = self._places.within(self.listed.schema, self.first[0]) if self.first and self.listed.schema else ()
        return [place for place in within if len(place.choices) > 1 and place.value is not None]

    def _with_choices(self, base: Any, waiting: list[tuple[Path, Any]]) -> tuple[Any, list[tuple[Path, Any]]]:
        """Return a row with one of the values that each field still waits for, and those that it has."""
        row: Any = base
        shown: list[tuple[Path, Any]] = []
        for path, value in waiting:
            pointer = join("", *map(str, path))
            if all(path != other for other, _ in shown) and get(base, pointer) is not None:
                new = changed(row, [(path, value)], self.holds)
                if get(new, pointer) == value:
                    row = new
                    shown.append((path, value))
        return row, shown

    def with_value(self, row: Any, pointer: str, value: Any) -> Any:
        """Return a valid copy of a row with a value at a pointer, None if there is none.

        An object around it that the row lacks is generated. Where the row is invalid with it, every other member that
        is equal to the one before it changes as well.
        """
        new, holder, before = copied(row), pointer.rpartition("/")[0], get(row, pointer)
        if holder and get(row, holder) is None and self.listed.resource:
            schema = self.listed.resource.schema_at(holder)
            if schema is not None:
                put(new, holder, self._initial.factory.generator.value(schema, f"{self._name} {holder}"))
        put(new, pointer, value)
        if self.holds(new):
            return new
        equal = [at for at, held in walk(new) if isinstance(held, str) and held == before]
        for other in equal:
            replaced(new, tuple(split(other)), value)
        return new if equal and self.holds(new) else None

    def _varied(self, row: Any, number: int) -> Iterator[tuple[str, Any]]:
        """Yield other values for the fields of a row by which lists are filtered and sorted, with their pointers."""
        resource = self.listed.resource
        for pointer, value in self._initial.varied_values(resource, number) if resource else ():
            if get(row, pointer) is not None:
                yield pointer, value

    def _ids(self, row: Any, number: int) -> list[tuple[Path, Any]]:
        """Return other ids for a row than those of the first ones."""
        known = ((pointer, get(row, pointer)) for pointer in self.listed.ids)
        return [(tuple(split(each)), self._id(each, value, number)) for each, value in known if value is not None]

    def _id(self, pointer: str, value: Any, number: int) -> Any:
        numbers = [known for each in self.first if isinstance(known := get(each, pointer), int)]
        if numbers:
            return max(numbers) + 1 + number
        if isinstance(value, str):
            if value.isdecimal():
                return str(int(value) + 1 + number)
            return like(value, Random(f"{self._name} {pointer} {number}")) or f"{value}-{number + 1}"
        return value


def with_parent(row: Any, listed: Listed, value: Any, holds: Holds) -> Any:
    """Return a row that belongs to the parent that a request names, as far as a row shows it."""
    pointer = listed.parent.field if listed.parent else None
    if pointer is None or listed.resource is None or value is None or get(row, pointer) is None:
        return row
    new = put(copied(row), pointer, value)
    return new if holds(new) else row
