"""Pairs of schemas: each is compared once, however many places refer to it, and knows whether a change lies within."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.contract.discriminators import heirs
from adcontract.diff.alternatives import Alternatives, name, names, unmarked
from adcontract.diff.keywords import compare_keywords
from adcontract.diff.schema import CHOICES, Part, Parts, Schema, read, unwrapped
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = tuple[tuple[str, ...], tuple[str, ...], bool, bool]
"""A pair: the places of both schemas, whether a client writes the value, and whether it is sent as text."""


@dataclass(frozen=True)
class Step:
    """Something in a pair at `inside` it: a change of its own, or another pair.

    `rule` is the rest of an id after the subject, or with `whole` a full id.
    """

    inside: str
    pair: Key | None = None
    rule: str = ""
    whole: bool = False
    before: str | None = None
    after: str | None = None
    old: Any = None
    new: Any = None


@dataclass
class Pair:
    """Two schemas that were compared; `changed` says whether there is a change in them or in a pair within."""

    steps: list[Step]
    within: list[Key]
    changed: bool = False
    holders: list[Key] = field(default_factory=list)


class Pairs:
    """The pairs of schemas of two documents."""

    def __init__(self, old_document: dict[str, Any], new_document: dict[str, Any]) -> None:
        self.documents = old_document, new_document
        self.heirs = heirs(old_document), heirs(new_document)
        self._pairs: dict[Key, Pair] = {}
        self._parts: dict[Key, tuple[Parts, Parts]] = {}

    def __getitem__(self, key: Key) -> Pair:
        return self._pairs[key]

    def pair(self, old: Parts, new: Parts, *, request: bool, text: bool) -> Key:
        """Return the pair of two schemas, after all the pairs within it are compared."""
        key = self._key(old, new, request, text)
        found = self._discover(key)
        dirty = [each for each in found if self._pairs[each].changed]
        for each in found:
            for inner in self._pairs[each].within:
                self._pairs[inner].holders.append(each)
                if self._pairs[inner].changed:
                    dirty.append(inner)
        while dirty:
            for holder in self._pairs[dirty.pop()].holders:
                if not self._pairs[holder].changed:
                    self._pairs[holder].changed = True
                    dirty.append(holder)
        return key

    def _key(self, old: Parts, new: Parts, request: bool, text: bool) -> Key:
        old, new = (
            tuple(unwrapped(document, part) for part in parts)
            for document, parts in zip(self.documents, (old, new), strict=True)
        )
        key = _places(old), _places(new), request, text
        self._parts.setdefault(key, (old, new))
        return key

    def _discover(self, key: Key) -> list[Key]:
        """Compare the pair and those within it that are not compared yet, and return them."""
        found, waiting = [], [key]
        while waiting:
            each = waiting.pop()
            if each in self._pairs:
                continue
            steps = list(_Reader(self, each, *self._parts[each]).steps())
            within = list(dict.fromkeys(step.pair for step in steps if step.pair))
            self._pairs[each] = Pair(steps, within, changed=any(step.pair is None for step in steps))
            found.append(each)
            waiting += within
        return found


def _places(parts: Parts) -> tuple[str, ...]:
    return tuple(
        node["$ref"] if isinstance(node, dict) and isinstance(node.get("$ref"), str) else place for node, place in parts
    )


class _Reader:
    """Compares two schemas, without the pairs within."""

    def __init__(self, pairs: Pairs, key: Key, old: Parts, new: Parts) -> None:
        self.pairs = pairs
        self.request, self.text = key[2:]
        self.parts = old, new
        self.alternatives = Alternatives(pairs.documents, self.request)

    def inner(self, inside: str, old: Parts, new: Parts) -> Step:
        return Step(inside, self.pairs._key(old, new, self.request, self.text))

    def steps(self) -> Iterator[Step]:
        old, new = self.read()
        single = self.single(old, new)
        if any(single):
            old, new = self.read(single)
        comparable = _comparable(old, new)
        if comparable:
            for found in compare_keywords(old, new):
                where = old.at(found.keyword), new.at(found.keyword)
                yield Step("", None, found.rule, False, *where, found.old, found.new)
            if _related(old.data.get("type"), new.data.get("type")):
                yield from self.properties(old, new)
                yield from self.subschemas(old, new)
        for keyword, rule in CHOICES.items():
            before, after = self.lists(old, new, keyword, comparable=comparable)
            if before and after:
                yield from self.choices(before, after, rule)
            elif before or after:
                fate, both = "unset" if before else "set", (names(before), names(after))
                yield Step("", None, f"{rule}-{fate}", False, old.at(keyword), new.at(keyword), *both)

        yield from self.extending()

    def extending(self) -> Iterator[Step]:
        """Compare the schemas that extend either schema, by the values of the discriminator that stand for them."""
        before, after = self.heirs
        gone, added = dict(before), dict(after)
        for values, one in before.items() if after else ():
            if same := next((each for each in added if not each.isdisjoint(values)), None):
                yield self.inner(f"<{name(after[same])}>", (one,), (after[same],))
                del gone[values], added[same]
        if before and after:
            yield from (Step("", None, "one-of-removed", False, one[1], None, name(one)) for one in gone.values())
            yield from (Step("", None, "one-of-added", False, None, one[1], None, name(one)) for one in added.values())

    @property
    def heirs(self) -> list[dict[frozenset[str], Part]]:
        """The schemas that extend either schema, and of which a value can be, by the values that say so."""
        return [
            {
                frozenset(heir.values): ({"$ref": f"#{pointer}"}, pointer)
                for node, _ in parts
                for heir in known.get(str(node.get("$ref")).rpartition("/")[2], ())
                if (pointer := join("/components/schemas", heir.name))
            }
            for known, parts in zip(self.pairs.heirs, self.parts, strict=True)
        ]

    def lists(self, old: Schema, new: Schema, keyword: str, *, comparable: bool) -> tuple[Parts, Parts]:
        """Return the alternatives of both schemas."""
        before, after = self.alternatives_of(old, new, keyword)
        old_parts, new_parts = self.parts
        if not comparable and len(old_parts) == len(new_parts) == 1:
            # a schema that became one of several alternatives, or was one, is compared with that alternative
            if not before and any(self.alternatives.same(old_parts[0], part) for part in after):
                return (unmarked(old_parts[0]),), after
            if not after and any(self.alternatives.same(part, new_parts[0]) for part in before):
                return before, (unmarked(new_parts[0]),)
        return before, after

    def alternatives_of(self, old: Schema, new: Schema, keyword: str) -> list[Parts]:
        return [
            tuple(unwrapped(document, part) for part in side.choices.get(keyword, ()))
            for document, side in zip(self.pairs.documents, (old, new), strict=True)
        ]

    def single(self, old: Schema, new: Schema) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the keywords of either schema that have one alternative, which is not one of several of the other."""
        found: tuple[list[str], list[str]] = [], []
        for keyword in CHOICES:
            before, after = self.alternatives_of(old, new, keyword)
            same = self.alternatives.same
            grows = len(before) != len(after) and any(same(one, other) for one in before for other in after)
            for keywords, own in zip(found, (before, after), strict=True):
                if len(own) == 1 and not grows:
                    keywords.append(keyword)
        return tuple(found[0]), tuple(found[1])

    def read(self, single: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())) -> list[Schema]:
        sides = zip(self.pairs.documents, self.parts, single, strict=True)
        return [
            read(document, parts, request=self.request, text=self.text, single=keywords)
            for document, parts, keywords in sides
        ]

    def properties(self, old: Schema, new: Schema) -> Iterator[Step]:
        subject = "request-property" if self.request else "response-property"
        # a field that is required and has no schema is one with any value
        for property_ in dict.fromkeys((*old.properties, *new.properties, *old.required, *new.required)):
            inside = f".{property_}"
            was, now = property_ in old.required, property_ in new.required
            before, after = old.properties.get(property_), new.properties.get(property_)
            if after and property_ in old.hidden:
                rule = _SHOWN[self.request, now]
                yield Step(inside, None, rule, True, old.hidden[property_][0][0][1], after[0][1])
            elif before and property_ in new.hidden:
                rule = _HIDDEN[self.request, was]
                yield Step(inside, None, rule, True, before[0][1], new.hidden[property_][0][0][1])
            elif not before and after and not was:
                yield Step(inside, None, _ADDED[self.request, now], True, None, after[0][1])
            elif before and not after and not now:
                refused = self.request and new.data.get("additionalProperties") is False
                rule = "request-property-refused" if refused else _REMOVED[self.request, was]
                yield Step(inside, None, rule, True, before[0][1], None)
            else:
                before, after = before or (({}, old.pointer),), after or (({}, new.pointer),)
                if was != now:
                    rule = "became-required" if now else "became-optional"
                    places = old.required.get(property_, before[0][1]), new.required.get(property_, after[0][1])
                    yield Step(inside, None, f"{subject}-{rule}", True, *places)
                yield self.inner(inside, before, after)

    def subschemas(self, old: Schema, new: Schema) -> Iterator[Step]:
        closed = any(schema.data.get("additionalProperties") is False for schema in (old, new))
        for keyword, inside in (("items", "[]"), ("additionalProperties", ".*")):
            before, after = old.subschemas.get(keyword), new.subschemas.get(keyword)
            if (before or after) and not (closed and keyword == "additionalProperties"):
                # an absent schema is valid for any value
                before, after = before or (({}, old.pointer),), after or (({}, new.pointer),)
                yield self.inner(inside, before, after)

    def choices(self, before: Parts, after: Parts, rule: str) -> Iterator[Step]:
        matches, gone, added = self.alternatives.matched(before, after)
        for part in gone:
            yield Step("", None, f"{rule}-removed", False, part[1], None, name(part))
        for part in added:
            yield Step("", None, f"{rule}-added", False, None, part[1], None, name(part))
        for one, other in matches:
            yield self.inner(f"<{name(other)}>", (one,), (other,))


def _comparable(old: Schema, new: Schema) -> bool:
    """Return whether two schemas can be compared: not if one is a mere list of alternatives and the other is not."""
    return not any(
        one.choices.keys() - other.choices.keys() and not one.properties and "type" not in one.data
        for one, other in ((old, new), (new, old))
    )


def _related(old: str | None, new: str | None) -> bool:
    """Return whether values of two types can have the same fields or items."""
    return old == new or None in (old, new)


# by whether a client writes the property, and whether it is, or was, required
_ADDED = {
    (True, True): "new-required-request-property",
    (True, False): "new-optional-request-property",
    (False, True): "response-required-property-added",
    (False, False): "response-optional-property-added",
}
_SHOWN = {
    (True, True): "request-required-property-became-not-read-only",
    (True, False): "request-optional-property-became-not-read-only",
    (False, True): "response-required-property-became-not-write-only",
    (False, False): "response-optional-property-became-not-write-only",
}
_HIDDEN = {
    (True, True): "request-required-property-became-read-only",
    (True, False): "request-optional-property-became-read-only",
    (False, True): "response-required-property-became-write-only",
    (False, False): "response-optional-property-became-write-only",
}
_REMOVED = {
    (True, True): "request-property-removed",
    (True, False): "request-property-removed",
    (False, True): "response-required-property-removed",
    (False, False): "response-optional-property-removed",
}
