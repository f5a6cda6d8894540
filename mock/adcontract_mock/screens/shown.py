"""What the response of one operation shows in each of its named states."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adcontract import Values
from adcontract.contract.filters import selection
from adcontract.openapi.pointer import get, join, put, split
from adcontract.wording import plural
from adcontract_mock.screens.changes import CHANGES, UNCHANGED
from adcontract_mock.screens.filtering import fitted
from adcontract_mock.screens.fitting import changed, together
from adcontract_mock.screens.rows import with_parent
from adcontract_mock.state.pagination import Page
from adcontract_mock.state.payload_pointers import copied
from adcontract_mock.state.sorting import sorted_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adcontract import Operation
    from adcontract_mock.generation.consistency import Consistency
    from adcontract_mock.screens.fitting import Holds
    from adcontract_mock.screens.places import Path, Places
    from adcontract_mock.screens.rows import Rows
    from adcontract_mock.state.cursors import BodySchema

_EMPTY, _ONE, _MANY, _LAST_PAGE, _EACH_ENUM = "empty", "one", "many", "last-page", "each-enum"

DESCRIPTIONS = {
    _EMPTY: "no rows",
    _ONE: "a single row",
    _MANY: "three pages of rows, the last one not full; 25 rows where there are no pages",
    _LAST_PAGE: "the last of three pages",
    **{each.name: each.description for each in CHANGES.values()},
    _EACH_ENUM: "a row for each value of each set of values",
}
"""Every named state with a few words about it, in the order in which they are listed."""

_PAGE = 10
"""The number of rows on a page where the contract does not say it."""

_WITHOUT_PAGES = 25
_FEW = 2
_MOST = 2500
"""The highest number of rows that are made for a response: where a page has more than 1,000, pages are fewer."""


@dataclass(frozen=True)
class Screen:
    """The body of a response in a named state, in a few words what it shows, and the headers that belong to it."""

    body: Any
    reason: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Row:
    item: Any


class Shown:
    """The success of one operation, in its named states."""

    def __init__(
        self,
        operation: Operation,
        usual: Any,
        rows: Rows | None,
        holds: Holds,
        places: Places,
        schema: BodySchema,
        consistency: Consistency,
    ) -> None:
        """Take the usual body, its `rows` if it has any, whether a body is valid, and the schema of bodies."""
        self._operation = operation
        self._behavior = operation.behavior
        self._usual = usual
        self._rows = rows
        self._is_list = rows is not None and not rows.listed.of_item
        self._holds = holds
        self._places = places
        self._schema = schema
        self._consistency = consistency
        pagination = operation.behavior.pagination
        self._pagination = replace(pagination, default=pagination.default or _PAGE) if pagination else None

    def has(self, name: str) -> bool:
        """Return whether there is a state with that name: a valid body that shows what it says."""
        if name in CHANGES and not self._is_list:
            return bool(self._changed_body(name) != self._usual)
        if self._rows is None or (name == _LAST_PAGE and self._pagination is None):
            return False
        if not self._rows.first and name != _EMPTY:
            return False
        rows = self._rows.first
        if name in CHANGES and all(self._changed_row(name, number) == row for number, row in enumerate(rows)):
            return False
        if name == _EACH_ENUM and not (self._is_list and self._rows.choices):
            return False
        return self._holds(self._listing(name, Values(), "/", "", few=True).body)

    def screen(self, name: str, values: Values, path: str, query: str) -> Screen:
        """Return a state; `values` are those of the request, `path` and `query` are as they were sent."""
        if name in CHANGES and not self._is_list:
            return Screen(self._changed_body(name), CHANGES[name].description)
        return self._listing(name, values, path, query)

    def _listing(self, name: str, values: Values, path: str, query: str, *, few: bool = False) -> Screen:
        """Return a list; with `few` its pages are small, to see whether it is valid."""
        pagination, asked = self._pagination, dict(values.query)
        if pagination and few:
            pagination = replace(pagination, default=_FEW)
            asked |= {pagination.size: _FEW} if pagination.size else {}
        size = Page(pagination, asked, []).size if pagination else None
        kept = self._kept(self._candidates(name, size), name, values)
        body = copied(self._usual)
        rows: Sequence[Any] = kept
        where = self._rows_of.listed
        reason = plural(len(kept), "row")
        headers = {}
        if pagination:
            page = Page(pagination, asked, kept, path, query, schema=self._schema)
            if name == _LAST_PAGE and page.current == 1:
                asked[pagination.start] = page.start_of(page.last)
                page = Page(pagination, asked, kept, path, query, schema=self._schema)
            body, rows, headers = page.written(body), page.rows, page.headers()
            reason = f"page {page.current} of {page.last}, {len(rows)} of {plural(len(kept), 'row')}"
        if where.count is not None:
            body = put(body, where.count, len(kept))
        body = put(body, where.rows, rows)
        # what a page says of itself is true already
        return Screen(body if pagination else self._consistency.kept(self._schema.pointer, body), reason, headers)

    @property
    def _rows_of(self) -> Rows:
        if self._rows is None:
            raise LookupError(self._operation.id)
        return self._rows

    def _candidates(self, name: str, size: int | None) -> list[Any]:
        """Return the rows of a state before the request is looked at; `size` is how many a page has."""
        rows = self._rows_of
        if name == _EACH_ENUM:
            return rows.of_each_choice
        if name in CHANGES:
            return [self._changed_row(name, number) for number in range(len(rows.first))]
        if name in (_MANY, _LAST_PAGE):
            count = _WITHOUT_PAGES if size is None else min(2 * size + (size + 1) // 2, _MOST)
        else:
            count = 0 if name == _EMPTY else 1
        return [rows.row(number) for number in range(count)] if rows.first else []

    def _kept(self, rows: list[Any], name: str, values: Values) -> list[Any]:
        """Return the rows as a request filters and sorts them; those that no change makes match are left out."""
        listed, holds = self._rows_of.listed, self._rows_of.holds
        filters = self._behavior.filters
        if listed.parent:
            parent = getattr(values, listed.parent.key.location).get(listed.parent.key.name)
            rows = [with_parent(row, listed, parent, holds) for row in rows]
        if name == _EACH_ENUM:
            # the rows are there to show these values: they are not changed to match
            chosen = [each for each in filters if any(one.field in self._rows_of.choices for one in each.conditions)]
            rows = [row for row in rows if selection(chosen, values.query)(row)]
            filters = tuple(each for each in filters if each not in chosen)
        found = (fitted(row, number, filters, values.query, self._rows_of) for number, row in enumerate(rows))
        kept = [_Row(row) for row in found if row is not None]
        return [row.item for row in sorted_rows(kept, self._behavior.sorts, values.query)]

    def _changed_body(self, name: str) -> Any:
        return self._with_change(name, self._usual, self._schema.pointer, 0, self._holds, ())

    def _changed_row(self, name: str, number: int) -> Any:
        rows = self._rows_of
        row = rows.first[number]
        schema = rows.listed.schema
        return row if schema is None else self._with_change(name, row, schema, number, rows.holds, rows.listed.ids)

    def _with_change(self, name: str, value: Any, schema: str, number: int, holds: Holds, ids: tuple[str, ...]) -> Any:
        """Return a value in which everything is changed that the state `name` is about, as far as it is valid."""
        kept = {tuple(split(pointer)) for pointer in ids}
        changes: dict[Path, Any] = {}
        for index, place in enumerate(self._places.within(schema, value)):
            outer = (place.path[:length] for length in range(len(place.path)))
            if place.path not in kept and not any(path in changes for path in outer):
                new = CHANGES[name].changed(place, number + index)
                if new is not UNCHANGED:
                    changes[place.path] = new
        value = changed(value, list(changes.items()), holds)
        alike = CHANGES[name].alike
        return value if alike is None else self._alike(value, changes, alike, holds)

    def _alike(self, value: Any, changes: Mapping[Path, Any], alike: Callable[[list[Any]], Any], holds: Holds) -> Any:
        """Return a value in which the members of an object that are invalid as they should be are equal at least."""
        objects: dict[Path, dict[Path, Any]] = {}
        for path, new in changes.items():
            if path:
                objects.setdefault(path[:-1], {})[path] = new
        for members in objects.values():
            held = {path: get(value, join("", *map(str, path))) for path in members}
            common = alike(list(members.values()))
            if held != members and common is not UNCHANGED:
                value = together(value, dict.fromkeys(members, common), holds)
        return value
