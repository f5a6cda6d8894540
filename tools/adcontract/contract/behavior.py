"""The behavior that a contract declares for an operation: x-pagination, x-filter, x-sort and x-resource.

All pointers are JSON Pointers (RFC 6901). What an `x-inferred` says of a declaration is its `inferred`, None where the
vendor's page states the behavior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Op = Literal["equals", "in", "contains", "gte", "lte", "has", "pairs"]


@dataclass(frozen=True)
class Pagination:
    """How a list is cut into pages.

    `start` is the query parameter with the number of the page, from 1 (style `page`), or of rows to skip (`offset`).
    `size` is the one with the rows a page holds at most; None where no request can say it. `default` and `max` are
    that parameter's, in rows; None where unknown. `items` points at the rows in the answer, and `envelope` at what
    else the answer says, by role: total, current, last, from, to, per_page, path, more, next, prev, first_link,
    last_link, links. The links are URLs; `next` of the style `offset` is an object with both parameters.
    """

    style: Literal["page", "offset"]
    start: str
    size: str | None
    default: int | None
    max: int | None
    items: str
    envelope: dict[str, str]
    inferred: str | None


@dataclass(frozen=True)
class Condition:
    """A comparison of the `field` of an item with the value of a parameter.

    `equals`: the same text. `in`: one of the values. `contains`: the text is part of it, whatever the case.
    `gte`, `lte`: not below, not above (`adcontract.openapi.ordering`). `has`: a list that has one of the values as a
    member. `pairs`: an object with one of the pairs. What is no text is compared as the text that a URL has for it.
    """

    field: str
    op: Op


@dataclass(frozen=True)
class Filter:
    """What the query parameter `parameter` leaves in a list: the items that meet one of the `conditions`.

    Filters narrow a list together, but what an `alternative` one finds is in the list whatever the others say. An empty
    value, and the value `all` where there is one, filters nothing. A `hidden` one also looks at fields that no answer
    shows, so it finds all that meet the conditions, and perhaps others.
    """

    parameter: str
    conditions: tuple[Condition, ...]
    alternative: bool
    hidden: bool
    all: Any
    inferred: str | None


@dataclass(frozen=True)
class Order:
    """An order by the `field` of an item, as `adcontract.openapi.ordering` compares, else as text."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Sort:
    """The orders that the query parameter `parameter` can ask for, by its value."""

    parameter: str
    orders: dict[str, Order]
    inferred: str | None


@dataclass(frozen=True)
class Key:
    """The parameter that holds an id: its location (`path` or `query`) and its name."""

    location: str
    name: str


@dataclass(frozen=True)
class Parent:
    """What an item belongs to: the parent that has at `id`, None for the id of its kind, what `key` holds.

    `field` points at the parent's id in the item; None where the item does not show it.
    """

    name: str
    key: Key
    id: str | None
    field: str | None


@dataclass(frozen=True)
class Resource:
    """What an operation does to which kind of thing.

    In the request: `key` holds the id of the item, which is at `id` in the item; `parent` says what it belongs to;
    `echo` has, by pointers into the item, pointers into the body to what the item keeps (a moment keeps its value and
    takes the form that the item's schema has); `takes` has parameters whose values the item keeps; `named` points at
    the ids of members. A resource without `key` and with a parent is one of a kind: each parent has one.
    An `add` without `members` that `makes` items makes one of every id in the body, unless its parent has one of it:
    the pointers go into the item and into the body, where `*` is every entry. Otherwise it appends what the lists of
    its `echo` lack.
    In the item: `set` has values by pointers, which the action writes; `members` is the list that add, remove and a
    create that names some are about, `member_id` the id in each, `count` their number.
    In the answer: `item` points at the item, `items` at the rows of a list, both None where there is none; `shows_id`
    at the item's id where the answer has no item; `done` and `ignored` at the ids of members.
    After a delete, `gone` is `hidden` (neither read nor listed) or `status` (`set` says what tells it from others).
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


@dataclass(frozen=True)
class Behavior:
    """All that the contract declares of what an operation does."""

    pagination: Pagination | None
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    resource: Resource | None


@dataclass(frozen=True)
class Invariant:
    """A rule, in CEL, that holds for `self`, every value of the schema at `schema`; what it says, in a sentence.

    `pointer` is its place in the document.
    """

    rule: str
    says: str
    schema: str
    pointer: str
    inferred: str | None
