"""The comparison of two schemas keyword by keyword: each function covers some keywords and yields their changes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.diff.neutral import UNCOMPARED
from adcontract.diff.rules import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from adcontract.diff.schema import Schema

    Comparer = Callable[[Schema, Schema], Iterator["KeywordChange"]]


@dataclass(frozen=True)
class KeywordChange:
    """A change of a keyword: the id of the rule without its subject, the keyword, and both values."""

    rule: str
    keyword: str
    old: Any = None
    new: Any = None


COMPARERS: list[Comparer] = []
"""Every comparison of an old schema and a new one."""

COVERED = {*UNCOMPARED, "readOnly", "writeOnly"}
"""The keywords that a comparison covers, and those that need none, or that `schema.read` evaluates."""


def covers(*keywords: str) -> Callable[[Comparer], Comparer]:
    """Register a comparison of `keywords`."""

    def register(comparer: Comparer) -> Comparer:
        COMPARERS.append(comparer)
        COVERED.update(keywords)
        return comparer

    return register


def compare_keywords(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    """Yield the changes in the keywords of a schema. A keyword without a comparison is reported with its values."""
    for comparer in COMPARERS:
        yield from comparer(old, new)
    for keyword in sorted((old.data.keys() | new.data.keys()) - COVERED):
        if old.data.get(keyword) != new.data.get(keyword):
            yield KeywordChange("keyword-changed", keyword, _as_written(old, keyword), _as_written(new, keyword))


def _as_written(schema: Schema, keyword: str) -> str:
    return f"{keyword}: {json.dumps(schema.data[keyword])}" if keyword in schema.data else f"no {keyword}"


def _presence(old: Schema, new: Schema, keyword: str, rule: str) -> Iterator[KeywordChange]:
    """Yield that `keyword` was added, removed or changed."""
    if keyword not in old.data or keyword not in new.data:
        if keyword in new.data:
            yield KeywordChange(f"{rule}-added", keyword, new=new.data[keyword])
        elif keyword in old.data:
            yield KeywordChange(f"{rule}-removed", keyword, old.data[keyword])
    elif old.data[keyword] != new.data[keyword]:
        yield KeywordChange(f"{rule}-changed", keyword, old.data[keyword], new.data[keyword])


@covers("type")
def _type(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    before, after = old.data.get("type"), new.data.get("type")
    if before == after:
        return
    change = "changed"
    if _wider(after, before, text=new.text):
        change = "generalized"
    elif _wider(before, after, text=new.text):
        change = "specialized"
    yield KeywordChange(f"type-{change}", "type", before or "any", after or "any")


def _wider(wide: str | None, narrow: str | None, *, text: bool) -> bool:
    if wide is None or (wide, narrow) == ("number", "integer"):
        return True
    return text and wide == "string" and narrow in ("integer", "number", "boolean")


_WIDER_FORMATS = {("int64", "int32"), ("double", "float")}


@covers("format")
def _format(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    if old.data.get("type") != new.data.get("type"):
        return
    pair = new.data.get("format"), old.data.get("format")
    if pair in _WIDER_FORMATS:
        yield KeywordChange("format-generalized", "format", pair[1], pair[0])
    elif pair[::-1] in _WIDER_FORMATS:
        yield KeywordChange("format-specialized", "format", pair[1], pair[0])
    else:
        yield from _presence(old, new, "format", "format")


@covers("pattern")
def _pattern(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    yield from _presence(old, new, "pattern", "pattern")


@covers("default")
def _default(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    yield from _presence(old, new, "default", "default-value")


@covers("enum")
def _enum(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    # null is among the values of a nullable schema, and is reported by the rule for nullable
    before, after = (_without_null(schema.data.get("enum")) for schema in (old, new))
    if before is None or after is None:
        if after is not None:
            yield KeywordChange("became-enum", "enum", new=after)
        elif before is not None:
            yield KeywordChange("enum-removed", "enum", before)
        return
    if new.text:
        before, after = _as_text(before), _as_text(after)
    yield from _values(before, after, "enum", "enum-value")


@covers("x-extensible-enum")
def _extensible_enum(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    keyword = "x-extensible-enum"
    if keyword in old.data and keyword in new.data:
        yield from _values(old.data[keyword], new.data[keyword], keyword, f"{keyword}-value")
    else:
        yield from _presence(old, new, keyword, keyword)


def _without_null(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else [value for value in values if value is not None]


def _as_text(values: list[Any]) -> list[Any]:
    return [value if isinstance(value, str) else json.dumps(value) for value in values]


def _values(old: list[Any], new: list[Any], keyword: str, rule: str) -> Iterator[KeywordChange]:
    if gone := [value for value in old if value not in new]:
        yield KeywordChange(f"{rule}-removed", keyword, gone)
    if added := [value for value in new if value not in old]:
        yield KeywordChange(f"{rule}-added", keyword, new=added)


@covers(*LIMITS, "exclusiveMinimum", "exclusiveMaximum")
def _limits(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    for keyword, (rule, _) in LIMITS.items():
        before, after = (_limit(schema, keyword) for schema in (old, new))
        if before is None or after is None:
            if after is not None:
                yield KeywordChange(f"{rule}-set", keyword, new=_text(after))
            elif before is not None:
                yield KeywordChange(f"{rule}-unset", keyword, _text(before))
        elif before != after:
            change = "increased" if after > before else "decreased"
            yield KeywordChange(f"{rule}-{change}", keyword, _text(before), _text(after))


def _limit(schema: Schema, keyword: str) -> tuple[float, int] | None:
    """Return a limit in a form that can be compared: an exclusive maximum of 5 is less than a maximum of 5."""
    if keyword not in schema.data:
        return None
    limit, inward = schema.data[keyword], 1 if keyword.startswith("min") else -1
    exclusive = schema.data.get(f"exclusive{keyword[0].upper()}{keyword[1:]}") is True
    if schema.data.get("type") == "integer":
        nearest = math.ceil(limit) if inward == 1 else math.floor(limit)
        return nearest + inward * (exclusive and nearest == limit), 0
    return limit, int(exclusive) * inward


def _text(limit: tuple[float, int]) -> float | str:
    value, exclusive = limit
    return f"{value} (exclusive)" if exclusive else value


@covers("nullable")
def _nullable(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    # without a type any value fits, null too, whatever `nullable` says
    if old.nullable != new.nullable and not (_fits_any(old) or _fits_any(new)):
        yield KeywordChange("became-nullable" if new.nullable else "became-not-nullable", "nullable")


def _fits_any(schema: Schema) -> bool:
    return not (schema.data.keys() & {"type", "enum"} or schema.properties or schema.choices)


@covers("deprecated")
def _deprecated(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    yield from _switch(old, new, "deprecated", ("deprecated", "reactivated"))


@covers("uniqueItems")
def _unique_items(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    yield from _switch(old, new, "uniqueItems", ("unique-items-added", "unique-items-removed"))


def _switch(old: Schema, new: Schema, keyword: str, rules: tuple[str, str]) -> Iterator[KeywordChange]:
    before, after = (schema.data.get(keyword) is True for schema in (old, new))
    if before != after:
        yield KeywordChange(rules[0] if after else rules[1], keyword)


@covers("additionalProperties")
def _additional_properties(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    before, after = (schema.data.get("additionalProperties") is not False for schema in (old, new))
    if before != after:
        yield KeywordChange(f"additional-properties-{'allowed' if after else 'refused'}", "additionalProperties")


@covers("discriminator")
def _discriminator(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    before, after = (schema.data.get("discriminator") for schema in (old, new))
    if before is None or after is None:
        for fate, mark in (("removed", before), ("added", after)):
            if mark:
                yield KeywordChange(
                    f"discriminator-{fate}", "discriminator", mark["propertyName"], mark["propertyName"]
                )
        return
    if before["propertyName"] != after["propertyName"]:
        names = before["propertyName"], after["propertyName"]
        yield KeywordChange("discriminator-property-name-changed", "discriminator", *names)
    yield from _mapping(_explicit(before), _explicit(after))


def _explicit(discriminator: dict[str, Any]) -> dict[str, str]:
    """Return the mapping without the values that are the names of their schemas, which count without it."""
    names = {value: target.rpartition("/")[2] for value, target in discriminator.get("mapping", {}).items()}
    return {value: name for value, name in names.items() if value != name}


def _mapping(old: dict[str, str], new: dict[str, str]) -> Iterator[KeywordChange]:
    if gone := _without(old, new):
        yield KeywordChange("discriminator-mapping-deleted", "discriminator", gone)
    if added := _without(new, old):
        yield KeywordChange("discriminator-mapping-added", "discriminator", new=added)
    for value in old:
        if value in new and old[value] != new[value]:
            yield KeywordChange("discriminator-mapping-changed", "discriminator", old[value], new[value])


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    return [name for name in names if name not in others]


@covers("x-inferred")
def _inferred(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    if fate := provenance(old.data, new.data, old.places.keys() & new.places.keys()):
        yield KeywordChange(f"became-{fate}", "x-inferred")


def provenance(old: Mapping[str, Any], new: Mapping[str, Any], common: Iterable[str]) -> str | None:
    """Return `documented` or `inferred` if a node became so, else None; `common` are the keywords of both nodes."""
    # a mark that was added or removed with its keyword is no change
    before, after = (_marks(node.get("x-inferred")) & {"", *common} for node in (old, new))
    if before == after:
        return None
    return "documented" if "" in before or after < before else "inferred"


def _marks(mark: Any) -> set[str]:
    """Return the keywords that are inferred; the empty string stands for the whole node."""
    if isinstance(mark, dict):
        return set(mark)
    return {""} if mark else set()
