"""The comparison of the schemas of parameters, headers and bodies, with everything inside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.diff.change import Change, change
from adcontract.diff.keywords import UNCOMPARED, compare_keywords
from adcontract.diff.schema import CHOICES, Part, Parts, Schema, read
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "x-inferred"
_BODIES = ("request-body", "response-body")


@dataclass(frozen=True)
class Holder:
    """A parameter, a header or a body: the subject of its rules, such as `request-body`, and its name in sentences."""

    subject: str
    name: str

    @property
    def request(self) -> bool:
        """Whether a client writes its value."""
        return self.subject.startswith("request-")

    def subject_at(self, path: str) -> str:
        """Return the subject of the rules for the value at `path`; items of a parameter have that of the parameter."""
        if not path or (path == "[]" and self.subject not in _BODIES):
            return self.subject
        return "request-property" if self.request else "response-property"

    @property
    def _whole(self) -> str:
        """Its name in sentences about its fields."""
        return self.name.removeprefix("the body of ")

    def part(self, path: str) -> str:
        """Return the name in sentences of the value at `path`."""
        if not path:
            return self.name
        if path.endswith("[]"):
            return f"each item of {self.part(path[:-2])}"
        return f"the field `{path}` of {self._whole}"


def compare_schemas(
    holder: Holder, old_document: dict[str, Any], new_document: dict[str, Any], old: Part, new: Part
) -> Iterator[Change]:
    """Yield the changes between two schemas and inside them; each pair of schemas is compared once."""
    yield from _Comparison(holder, old_document, new_document).schemas((old,), (new,), "")


class _Comparison:
    def __init__(self, holder: Holder, old_document: dict[str, Any], new_document: dict[str, Any]) -> None:
        self.holder = holder
        self.old_document = old_document
        self.new_document = new_document
        self.entered: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()

    def change(self, rule: str, path: str, *places_and_values: Any) -> Change:
        return change(f"{self.holder.subject_at(path)}-{rule}", self.holder.part(path), *places_and_values)

    def schemas(self, old_parts: Parts, new_parts: Parts, path: str) -> Iterator[Change]:
        text = self.holder.subject not in _BODIES
        old = read(self.old_document, old_parts, request=self.holder.request, text=text)
        new = read(self.new_document, new_parts, request=self.holder.request, text=text)
        if (old.identity, new.identity) in self.entered:
            return
        self.entered.add((old.identity, new.identity))
        comparable = _comparable(old, new)
        if comparable:
            for found in compare_keywords(old, new):
                where = old.at(found.keyword), new.at(found.keyword)
                yield self.change(found.rule, path, *where, found.old, found.new)
            yield from self.properties(old, new, path)
            yield from self.subschemas(old, new, path)
        for keyword, rule in CHOICES.items():
            before, after = old.choices.get(keyword, ()), new.choices.get(keyword, ())
            if not comparable and len(old_parts) == len(new_parts) == 1:
                # a schema that became one of several alternatives, or was one, is compared with that alternative
                before = before or tuple(_unmarked(old_parts[0]) for part in after if self.same(old_parts[0], part))
                after = after or tuple(_unmarked(new_parts[0]) for part in before if self.same(part, new_parts[0]))
            if before and after:
                yield from self.choices(before, after, rule, path)
            elif before or after:
                fate, names = "unset" if before else "set", (_names(before), _names(after))
                yield self.change(f"{rule}-{fate}", path, old.at(keyword), new.at(keyword), *names)

    def properties(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        for name in dict.fromkeys((*old.properties, *new.properties)):
            inside = f"{path}.{name}" if path else name
            was, now = name in old.required, name in new.required
            if name not in old.properties:
                where = new.properties[name][0][1]
                yield change(_ADDED[self.holder.request, now], self.holder.part(inside), None, where)
            elif name not in new.properties:
                where = old.properties[name][0][1]
                yield change(_REMOVED[self.holder.request, was], self.holder.part(inside), where, None)
            else:
                parts = old.properties[name], new.properties[name]
                if was != now:
                    rule = "became-required" if now else "became-optional"
                    places = old.required.get(name, parts[0][0][1]), new.required.get(name, parts[1][0][1])
                    subject = "request-property" if self.holder.request else "response-property"
                    yield change(f"{subject}-{rule}", self.holder.part(inside), *places)
                yield from self.schemas(*parts, inside)

    def subschemas(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        closed = any(schema.data.get("additionalProperties") is False for schema in (old, new))
        for keyword, suffix in (("items", "[]"), ("additionalProperties", ".*" if path else "*")):
            before, after = old.subschemas.get(keyword), new.subschemas.get(keyword)
            if (before or after) and not (closed and keyword == "additionalProperties"):
                # an absent schema is valid for any value
                before, after = before or (({}, old.pointer),), after or (({}, new.pointer),)
                yield from self.schemas(before, after, path + suffix)

    def choices(self, before: Parts, after: Parts, rule: str, path: str) -> Iterator[Change]:
        pairs, gone, added = self.pairs(before, after)
        for part in gone:
            yield self.change(f"{rule}-removed", path, part[1], None, _name(part))
        for part in added:
            yield self.change(f"{rule}-added", path, None, part[1], None, _name(part))
        for one, other in pairs:
            yield from self.schemas((one,), (other,), f"{path}<{_name(other)}>")

    def pairs(self, old: Parts, new: Parts) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
        """Return the alternatives that match (by name, else content, else order), and the others of both schemas."""
        gone, added = list(old), list(new)
        pairs = []
        for matches in (_same_name, self.same, _nameless):
            for one in old:
                other = next((part for part in added if one in gone and matches(one, part)), None)
                if other:
                    pairs.append((one, other))
                    gone.remove(one)
                    added.remove(other)
        return pairs, gone, added

    def same(self, old: Part, new: Part) -> bool:
        """Return whether two alternatives have the same name, or the same keywords with the same values."""
        contents = follow(self.old_document, old[0]), follow(self.new_document, new[0])
        before, after = ({key: content[key] for key in content.keys() - {*UNCOMPARED, MARK}} for content in contents)
        return _same_name(old, new) or before == after


def _comparable(old: Schema, new: Schema) -> bool:
    """Return whether two schemas can be compared: not if one is a mere list of alternatives and the other is not."""
    return not any(
        one.choices.keys() - other.choices.keys() and not one.properties and "type" not in one.data
        for one, other in ((old, new), (new, old))
    )


def _unmarked(part: Part) -> Part:
    node, pointer = part
    return {key: value for key, value in node.items() if key != MARK}, pointer


def _same_name(old: Part, new: Part) -> bool:
    return _name(old) == _name(new) and not _nameless(old, new)


def _nameless(*parts: Part) -> bool:
    return all(not node.keys() & {"$ref", "title"} for node, _ in parts)


def _name(part: Part) -> str:
    """Return the name of an alternative: its component, its title, or its type."""
    node, _ = part
    name = node.get("$ref", "").rpartition("/")[2] or node.get("title") or node.get("type")
    return str(name or "anything")


def _names(parts: Parts) -> list[str] | None:
    return [_name(part) for part in parts] or None


# by whether a client writes the property, and whether it is, or was, required
_ADDED = {
    (True, True): "new-required-request-property",
    (True, False): "new-optional-request-property",
    (False, True): "response-required-property-added",
    (False, False): "response-optional-property-added",
}
_REMOVED = {
    (True, True): "request-property-removed",
    (True, False): "request-property-removed",
    (False, True): "response-required-property-removed",
    (False, False): "response-optional-property-removed",
}
