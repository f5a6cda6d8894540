"""The comparison of two schemas keyword by keyword: each function covers some keywords and yields what changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.diff.rules import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from adcontract.diff.schema import Schema

    Comparer = Callable[[Schema, Schema], Iterator["Found"]]


@dataclass(frozen=True)
class Found:
    """A change: the rule's id without its subject, the keyword it is about, and its two values."""

    rule: str
    keyword: str
    old: Any = None
    new: Any = None


COMPARERS: list[Comparer] = []
"""Every comparison of an old schema and a new one."""

SILENT = frozenset(("description", "title", "example", "externalDocs", "xml"))
"""The keywords that say nothing of a value."""

COVERED = {*SILENT, "readOnly", "writeOnly"}
"""The keywords that a comparison covers; at first those that need none, or are heeded while a schema is read."""


def covers(*keywords: str) -> Callable[[Comparer], Comparer]:
    """Register a comparison of `keywords`."""

    def register(comparer: Comparer) -> Comparer:
        COMPARERS.append(comparer)
        COVERED.update(keywords)
        return comparer

    return register


def compare_keywords(old: Schema, new: Schema) -> Iterator[Found]:
    """Yield what changed in the keywords of a schema; one that no comparison covers is told as it stands."""
    for comparer in COMPARERS:
        yield from comparer(old, new)
    for keyword in sorted((old.data.keys() | new.data.keys()) - COVERED):
        if old.data.get(keyword) != new.data.get(keyword):
            yield Found("keyword-changed", keyword, _as_it_stands(old, keyword), _as_it_stands(new, keyword))


def _as_it_stands(schema: Schema, keyword: str) -> str:
    return f"{keyword}: {json.dumps(schema.data[keyword])}" if keyword in schema.data else "nothing"


def _presence(old: Schema, new: Schema, keyword: str, rule: str) -> Iterator[Found]:
    """Yield that `keyword` was added, removed or changed."""
    if keyword not in old.data or keyword not in new.data:
        if keyword in new.data:
            yield Found(f"{rule}-added", keyword, new=new.data[keyword])
        elif keyword in old.data:
            yield Found(f"{rule}-removed", keyword, old.data[keyword])
    elif old.data[keyword] != new.data[keyword]:
        yield Found(f"{rule}-changed", keyword, old.data[keyword], new.data[keyword])


@covers("type")
def _type(old: Schema, new: Schema) -> Iterator[Found]:
    before, after = old.data.get("type"), new.data.get("type")
    if before == after:
        return
    change = "changed"
    if _wider(after, before, text=new.text):
        change = "generalized"
    elif _wider(before, after, text=new.text):
        change = "specialized"
    yield Found(f"type-{change}", "type", before or "any", after or "any")


def _wider(wide: str | None, narrow: str | None, *, text: bool) -> bool:
    if wide is None or (wide, narrow) == ("number", "integer"):
        return True
    return text and wide == "string" and narrow in ("integer", "number", "boolean")


_WIDER_FORMATS = {("int64", "int32"), ("double", "float")}


@covers("format")
def _format(old: Schema, new: Schema) -> Iterator[Found]:
    if old.data.get("type") != new.data.get("type"):
        return
    pair = new.data.get("format"), old.data.get("format")
    if pair in _WIDER_FORMATS:
        yield Found("format-generalized", "format", pair[1], pair[0])
    elif pair[::-1] in _WIDER_FORMATS:
        yield Found("format-specialized", "format", pair[1], pair[0])
    else:
        yield from _presence(old, new, "format", "format")


@covers("pattern")
def _pattern(old: Schema, new: Schema) -> Iterator[Found]:
    yield from _presence(old, new, "pattern", "pattern")


@covers("default")
def _default(old: Schema, new: Schema) -> Iterator[Found]:
    yield from _presence(old, new, "default", "default-value")


@covers("enum")
def _enum(old: Schema, new: Schema) -> Iterator[Found]:
    # null is among the values where the schema is nullable, and that is told as such
    before, after = (_without_null(schema.data.get("enum")) for schema in (old, new))
    if before is None or after is None:
        if after is not None:
            yield Found("became-enum", "enum", new=after)
        elif before is not None:
            yield Found("enum-removed", "enum", before)
        return
    yield from _values(before, after, "enum", "enum-value")


@covers("x-extensible-enum")
def _extensible_enum(old: Schema, new: Schema) -> Iterator[Found]:
    keyword = "x-extensible-enum"
    if keyword in old.data and keyword in new.data:
        yield from _values(old.data[keyword], new.data[keyword], keyword, f"{keyword}-value")
    else:
        yield from _presence(old, new, keyword, keyword)


def _without_null(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else [value for value in values if value is not None]


def _values(old: list[Any], new: list[Any], keyword: str, rule: str) -> Iterator[Found]:
    if gone := [value for value in old if value not in new]:
        yield Found(f"{rule}-removed", keyword, gone)
    if added := [value for value in new if value not in old]:
        yield Found(f"{rule}-added", keyword, new=added)


@covers(*LIMITS, "exclusiveMinimum", "exclusiveMaximum")
def _limits(old: Schema, new: Schema) -> Iterator[Found]:
    for keyword, (rule, _) in LIMITS.items():
        before, after = (_bound(schema, keyword) for schema in (old, new))
        if before is None or after is None:
            if after is not None:
                yield Found(f"{rule}-set", keyword, new=_told(after))
            elif before is not None:
                yield Found(f"{rule}-unset", keyword, _told(before))
        elif before != after:
            change = "increased" if after > before else "decreased"
            yield Found(f"{rule}-{change}", keyword, _told(before), _told(after))


def _bound(schema: Schema, keyword: str) -> tuple[float, int] | None:
    """Return a bound so that bounds can be compared: at most 5 and not 5 itself lies below at most 5."""
    if keyword not in schema.data:
        return None
    outside = schema.data.get(f"exclusive{keyword[0].upper()}{keyword[1:]}") is True
    return schema.data[keyword], int(outside) * (1 if keyword.startswith("min") else -1)


def _told(bound: tuple[float, int]) -> float | str:
    value, outside = bound
    return f"{value}, exclusively," if outside else value


@covers("nullable")
def _nullable(old: Schema, new: Schema) -> Iterator[Found]:
    if old.nullable != new.nullable:
        yield Found("became-nullable" if new.nullable else "became-not-nullable", "nullable")


@covers("deprecated")
def _deprecated(old: Schema, new: Schema) -> Iterator[Found]:
    yield from _switch(old, new, "deprecated", ("deprecated", "reactivated"))


@covers("uniqueItems")
def _unique_items(old: Schema, new: Schema) -> Iterator[Found]:
    yield from _switch(old, new, "uniqueItems", ("unique-items-added", "unique-items-removed"))


def _switch(old: Schema, new: Schema, keyword: str, rules: tuple[str, str]) -> Iterator[Found]:
    before, after = (schema.data.get(keyword) is True for schema in (old, new))
    if before != after:
        yield Found(rules[0] if after else rules[1], keyword)


@covers("additionalProperties")
def _additional_properties(old: Schema, new: Schema) -> Iterator[Found]:
    before, after = (schema.data.get("additionalProperties") is not False for schema in (old, new))
    if before != after:
        yield Found(f"additional-properties-{'allowed' if after else 'refused'}", "additionalProperties")


@covers("discriminator")
def _discriminator(old: Schema, new: Schema) -> Iterator[Found]:
    before, after = (schema.data.get("discriminator") for schema in (old, new))
    if before is None or after is None:
        for fate, mark in (("removed", before), ("added", after)):
            if mark:
                yield Found(f"discriminator-{fate}", "discriminator", mark["propertyName"], mark["propertyName"])
        return
    if before["propertyName"] != after["propertyName"]:
        names = before["propertyName"], after["propertyName"]
        yield Found("discriminator-property-name-changed", "discriminator", *names)
    yield from _mapping(before.get("mapping", {}), after.get("mapping", {}))


def _mapping(old: dict[str, str], new: dict[str, str]) -> Iterator[Found]:
    if gone := _without(old, new):
        yield Found("discriminator-mapping-deleted", "discriminator", gone)
    if added := _without(new, old):
        yield Found("discriminator-mapping-added", "discriminator", new=added)
    for kind in old:
        if kind in new and old[kind] != new[kind]:
            yield Found("discriminator-mapping-changed", "discriminator", old[kind], new[kind])


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    return [name for name in names if name not in others]


@covers("x-inferred")
def _inferred(old: Schema, new: Schema) -> Iterator[Found]:
    if fate := provenance(old.data, new.data, old.places.keys() & new.places.keys()):
        yield Found(f"became-{fate}", "x-inferred")


def provenance(old: Mapping[str, Any], new: Mapping[str, Any], common: Iterable[str]) -> str | None:
    """Return whether a node became `documented` or `inferred`, or None. `common`: its keywords in both documents."""
    # a mark that came or went with its keyword says nothing
    before, after = (_marks(node.get("x-inferred")) & {"", *common} for node in (old, new))
    if before == after:
        return None
    return "documented" if "" in before or after < before else "inferred"


def _marks(mark: Any) -> set[str]:
    """Return which keywords are inferred; the whole node is the empty string."""
    if isinstance(mark, dict):
        return set(mark)
    return {""} if mark else set()
