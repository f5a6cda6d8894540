"""The behavior that a contract declares for an operation: x-pagination, x-filter, x-sort, x-resource and x-states.

All pointers are JSON Pointers (RFC 6901). `inferred` is the sentence of the `x-inferred` of a declaration, None where
the vendor's page states the behavior.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from adcontract.contract.states import States

Op = Literal["equals", "in", "contains", "words", "gt", "gte", "lt", "lte", "has", "pairs"]

BOUNDS: frozenset[Op] = frozenset(("gt", "gte", "lt", "lte"))
"""The comparisons by an order."""


@dataclass(frozen=True)
class Pagination:
    """How a list is divided into pages.

    `start` is the query parameter with the number of the page, from 1 (style `page`), of rows to skip (`offset`), or
    with the cursor that the page before has given (`cursor`), which the first page is asked for without.
    `size` is the query parameter with the maximum of rows in a page; None without one. `default` and `max` are that
    parameter's, in rows; None where unknown. `items` points at the rows in the response, and `envelope` at its other
    parts, by role: total, current, last, from, to, per_page, path, more, next, next_cursor, prev, first_link,
    last_link, links. The links are URLs; `next` of the style `offset` is an object with both parameters.
    `headers` has the names of the headers of the response that have such a part, by role: for a link it is `Link`.
    `refused` is the status of the response to a cursor that no page has given; None where nothing is declared.
    """

    style: Literal["page", "offset", "cursor"]
    start: str
    size: str | None
    default: int | None
    max: int | None
    items: str
    envelope: dict[str, str]
    headers: dict[str, str]
    refused: str | None
    inferred: str | None

    @property
    def roles(self) -> frozenset[str]:
        """The roles of all parts of the envelope, in the body and in headers."""
        return frozenset((*self.envelope, *self.headers))


@dataclass(frozen=True)
class Condition:
    """A comparison of the `field` of an item with the value of a parameter.

    `equals`: the same text. `in`: one of the values. `contains`: the text is part of it, whatever the case.
    `words`: a text, or a list of texts, with each word of the value as a word, whatever the case. `gt`, `gte`, `lt`,
    `lte`: above, not below, below, not above (`adcontract.openapi.ordering`). `has`: a list that has one of the values
    as a member. `pairs`: an object with one of the pairs. Any value that is not a text is compared as a URL writes it.
    A `negated` condition is met by what does not meet it otherwise.
    """

    field: str
    op: Op
    negated: bool = False


@dataclass(frozen=True)
class Filter:
    """A filter of a list: the query parameter `parameter` keeps the items that meet one of the `conditions`.

    Filters narrow a list together, but an item that an `alternative` one keeps is in the list in any case. An empty
    value, and the value `all` where there is one, filters nothing. A `hidden` filter also looks at fields that no
    response shows: it keeps every item that meets the conditions, and perhaps others. If the page speaks only of items
    that have certain values, those are in `about`, each with its field: others may be missing, although they match.
    """

    parameter: str
    conditions: tuple[Condition, ...]
    alternative: bool
    hidden: bool
    all: Any
    inferred: str | None
    about: tuple[tuple[str, Any], ...] = ()

    @property
    def is_by_words(self) -> bool:
        """Whether it searches by words: it may also keep what has others with their meaning."""
        return any(each.op == "words" for each in self.conditions)

    @property
    def is_exact(self) -> bool:
        """Whether it keeps no other items than those that meet its conditions."""
        return not self.hidden and not self.is_by_words


@dataclass(frozen=True)
class Order:
    """An order by the `field` of an item, as `adcontract.openapi.ordering` compares, else as text."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Sort:
    """The orders that the query parameter `parameter` can ask for, by the key that names each of them.

    With a `separator` between them a value may have several keys: the first decides, and the next orders what is equal
    in it. A parameter that is an array `is_list` of keys.
    """

    parameter: str
    orders: dict[str, Order]
    inferred: str | None
    separator: str | None = None
    is_list: bool = False

    def value(self, *keys: str) -> str | list[str]:
        """Return the value of the parameter that asks for the orders of these keys."""
        return [*keys] if self.is_list else (self.separator or "").join(keys)

    def keys(self, value: Any) -> list[str]:
        """Return the keys of a value of the parameter; of one without a value there are none."""
        if value is None:
            return []
        if isinstance(value, list):
            return [str(each) for each in value]
        return str(value).split(self.separator) if self.separator else [str(value)]

    def asked(self, value: Any) -> tuple[Order, ...]:
        """Return the orders that a value of the parameter asks for, the one that decides first; of a wrong one none.

        Of several orders by one field the first decides, and the others are left out.
        """
        keys = self.keys(value)
        is_known = all(key in self.orders for key in keys) and (self.separator is not None or len(keys) == 1)
        first: dict[str, Order] = {}
        for key in keys if is_known else ():
            first.setdefault(self.orders[key].field, self.orders[key])
        return tuple(first.values())


@dataclass(frozen=True)
class Key:
    """The parameter that holds an id: its location (`path` or `query`) and its name."""

    location: str
    name: str


@dataclass(frozen=True)
class Parent:
    """The parent of an item: `key` holds its value at `id`, or its own id where `id` is None.

    `field` points at the parent's id in the item; None where the item does not show it.
    """

    name: str
    key: Key
    id: str | None
    field: str | None


@dataclass(frozen=True)
class Batch:
    """How the body of a request has many entries, each of which an action is carried out for.

    `entries` points at them in the body, `id` at the id of the item in an entry, which a create does not have.
    In the response, `results` points at a list with a result for each entry, in the same order; None without one. In a
    result, `item` points at the item, `shows_id` at its id, and `status` at a status code, true or false, or one of
    some words, of which `ok` are those that mean success; each is None where there is none. In an `atomic` batch either
    every entry is carried out or none.
    """

    entries: str
    id: str
    results: str | None
    status: str | None
    ok: tuple[Any, ...]
    item: str | None
    shows_id: str | None
    atomic: bool


@dataclass(frozen=True)
class Sum:
    """The sum of a `field` over all items of the child resource `of`; their number where `field` is None."""

    of: str
    field: str | None


@dataclass(frozen=True)
class Resource:
    """The x-resource of an operation: resource, action, and pointers into the request, the item and the response.

    In the request: `key` holds the id of the item, which is at `id` in the item; `parent` is the parent of the item;
    `echo` has, by pointers into the item, pointers into the body to the values that the item keeps (a date keeps its
    value and takes the form of the item's schema); `takes` has parameters whose values the item keeps; `named` points
    at the ids of members. A resource with a parent and without `key` is single: each parent has one.
    An `add` without `members` that `makes` items creates one for every id in the body that its parent lacks: the
    pointers go into the item and into the body, where `*` is every entry. Otherwise it appends to the
    lists of its `echo` the entries that they lack.
    In the item: `set` has values by pointers, which the action writes; `members` is the list that add and remove
    change, and a create fills that names members, `member_id` the id in each, `count` their number; `sums` has, by
    pointers, what adds up over the items of child resources.
    A `batch` carries the action out for each entry of the body; then `echo` leads into an entry.
    In the response: `item` points at the item, `items` at the rows of a list, both None where there is none; `shows_id`
    at the item's id where the response has no item; `done` and `ignored` at the ids of members.
    After a delete, `gone` is `hidden` (neither read nor listed) or `status` (`set` has the value that marks it).
    """

    name: str
    action: str
    key: Key | None
    id: str | None
    parent: Parent | None
    item: str | None
    items: str | None
    shows_id: str | None
    echo: dict[str, str]
    takes: dict[str, Key]
    makes: dict[str, str]
    set: dict[str, Any]
    gone: Literal["hidden", "status"] | None
    members: str | None
    member_id: str | None
    count: str | None
    named: str | None
    done: str | None
    ignored: str | None
    inferred: str | None
    batch: Batch | None = None
    sums: dict[str, Sum] = field(default_factory=dict)


@dataclass(frozen=True)
class Behavior:
    """The behavior that the contract declares for an operation."""

    pagination: Pagination | None
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    resource: Resource | None
    states: States | None = None

    @property
    def cursor(self) -> str | None:
        """The query parameter that takes the cursor of a page, None where pages are not asked for by cursor."""
        return self.pagination.start if self.pagination and self.pagination.style == "cursor" else None


@dataclass(frozen=True)
class Invariant:
    """A rule, in CEL, that holds for `self`, every value of the schema at `schema`, and the same in a sentence.

    `pointer` is where it stands in the document.
    """

    rule: str
    says: str
    schema: str
    pointer: str
    inferred: str | None
