"""Comparing responses with one document: objects are open, so a field that no schema declares is a discovery."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.grammar import EACH
from adcontract.openapi.paths import shape
from adcontract.openapi.pointer import join, lookup, split
from adcontract.openapi.references import resolve
from adcontract_conformance.checks.response_parts import media_of
from adcontract_conformance.client.replies import MISSING, canonical, json_of
from adcontract_conformance.watch.discoveries import Discoveries, Kind, Spot
from adcontract_conformance.watch.headers import renamed
from adcontract_conformance.watch.inference import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import MediaType, Operation, Response, SchemaError
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import HttpResponse

ENUMS = ("enum", "x-extensible-enum")
"""The keywords with the known values of a schema."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class _Body:
    """The body that is compared: of which operation and status, and what does not fit, by the path in the body."""

    operation: Operation
    status: int
    faults: dict[Path, list[SchemaError]] = field(default_factory=dict)

    def spot(self, kind: Kind, name: str, path: tuple[str, ...] = ()) -> Spot:
        return Spot(key(self.operation), self.status, path, kind, name)


def key(operation: Operation) -> tuple[str, str]:
    """Return what names an operation in every snapshot."""
    return operation.method, shape(operation.path)


class Comparison:
    """Compares responses with one document.

    `compared` has the statuses that were compared, by operation, and `declared` every part of a body that the document
    describes, with its operation and status.
    """

    def __init__(self, checked: CheckedContract) -> None:
        self.checked = checked
        self.discoveries = Discoveries()
        self.compared: dict[tuple[str, str], set[int]] = {}
        self.declared: set[tuple[tuple[str, str], int, tuple[str, ...]]] = set()
        self._document = checked.contract.document
        self._schemas = checked.schemas

    def response(self, operation: Operation, response: HttpResponse) -> str | None:
        """Compare a success; return why its body could not be compared, or None."""
        body = _Body(operation, response.status)
        declared = operation.response_for(response.status)
        if declared is None:
            spot = body.spot(Kind.STATUS, str(body.status))
            self._add((join(operation.pointer, "responses"),), bool(response.body), spot, body)
            declared = operation.success
        if declared is None:
            return f"answers {response.status}"
        media, reason = self._media(declared, response, body)
        if reason is None and media is not None:
            value = json_of(response.body)
            if value is MISSING:
                return "answers with a body that is not JSON"
            self._body(join(media.pointer, "schema"), value, body)
        if reason is None:
            self.compared.setdefault(key(operation), set()).add(response.status)
        return reason

    def headers(self, operation: Operation, status: int, names: set[str]) -> None:
        """Look for a documented header under another name in all responses of an operation that have a status."""
        declared = operation.response_for(status)
        if declared is not None:
            for old, new in renamed(declared.data.get("headers", {}), names):
                body = _Body(operation, status)
                self._add((declared.pointer,), old, body.spot(Kind.HEADER, new), body)

    @property
    def unshown(self) -> int:
        """The number of declared fields that none of the objects showed."""
        shown = self.discoveries.shown
        holders = {own: schema for schema, own in (resolve(self._document, each) for each in list(shown))}
        fields = [join(own, "properties", name) for own in holders for name in holders[own].get("properties", ())]
        return sum(not shown[each] for each in fields)

    def _media(self, declared: Response, response: HttpResponse, body: _Body) -> tuple[MediaType | None, str | None]:
        """Return the media type whose schema a body is compared with, or why there is none."""
        if not response.whole:
            return None, "answers with more than is read"
        media = media_of(declared, response)
        if media is None and response.body:
            sent = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            self._add((declared.pointer,), True, body.spot(Kind.MEDIA, sent), body)
            media = declared.json if sent.endswith(("/json", "+json")) else None
            if media is None:
                return None, f"answers with {sent or 'no media type'}"
        if media is None or not media.is_json:
            return None, f"answers with {media.type}, which is not looked into" if media else None
        return (media, None) if "schema" in media.data else (None, None)

    def _body(self, pointer: str, value: Any, body: _Body) -> None:
        faults: dict[Path, list[SchemaError]] = {}
        for path, fault in self._faults(pointer, value):
            faults.setdefault(path, []).append(fault)
        self._visit([pointer], value, replace(body, faults=faults), (), ())

    def _faults(self, pointer: str, value: Any, path: Path = ()) -> Iterator[tuple[Path, SchemaError]]:
        """Yield what does not fit, with its path; of alternatives, what does not fit the nearest one."""
        for fault in self._schemas.faults(pointer, value):
            inside = fault.path[:-1] if fault.keyword == "required" else fault.path
            there = (*path, *inside)
            if split(fault.pointer)[-1] in ("oneOf", "anyOf"):
                part = value
                for step in inside:
                    part = part[step]
                yield from self._faults(self._nearest(fault.pointer, part), part, there)
            else:
                yield there, fault

    def _nearest(self, pointer: str, value: Any) -> str:
        """Return the alternative of several, below `pointer`, that a value names, or that it contradicts the least."""
        alternatives = [join(pointer, str(index)) for index in range(len(lookup(self._document, pointer)))]
        holder = lookup(self._document, pointer.rpartition("/")[0])
        discriminator = holder.get("discriminator", {})
        named = value.get(discriminator.get("propertyName")) if isinstance(value, dict) else None
        target = discriminator.get("mapping", {}).get(named) if isinstance(named, str) else None

        def distance(each: str) -> tuple[bool, int]:
            is_named = target is not None and resolve(self._document, each)[1] == target.removeprefix("#")
            return not is_named, len(self._schemas.faults(each, value))

        return min(alternatives, key=distance)

    def _applying(self, pointer: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the schemas that describe a value, from the one at `pointer` on, each with its own pointer."""
        schema, pointer = resolve(self._document, pointer)
        yield pointer, schema
        for index in range(len(schema.get("allOf", ()))):
            yield from self._applying(join(pointer, "allOf", str(index)), value)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                alternatives = [join(pointer, keyword, str(index)) for index in range(len(schema[keyword]))]
                fitting = [each for each in alternatives if self._schemas.valid(each, value)]
                for each in fitting or [self._nearest(join(pointer, keyword), value)]:
                    yield from self._applying(each, value)

    def _visit(self, slots: list[str], value: Any, body: _Body, path: Path, names: tuple[str, ...]) -> None:
        """Compare a value with the schemas at `slots`, the places that describe it; none, and anything goes."""
        if not slots:
            return
        self.declared.add((key(body.operation), body.status, names))
        faults = body.faults.get(path, [])
        # a value of another type has no limits to keep
        of_type = [fault for fault in faults if fault.keyword == "type" or value is None]
        for fault in of_type[:1] or faults:
            self._fault(fault, slots, value, body, names)
        schemas = dict(pair for slot in slots if value is not None for pair in self._applying(slot, value))
        self.discoveries.shown.update({*slots, *schemas})
        if of_type:
            return
        if isinstance(value, dict):
            self._object(schemas, value, body, path, names)
        elif isinstance(value, list):
            items = [join(own, "items") for own, schema in schemas.items() if "items" in schema]
            for index, item in enumerate(value if items else ()):
                self._visit(items, item, body, (*path, index), (*names, EACH))
        else:
            for own, schema in schemas.items():
                if value not in schema.get("x-extensible-enum", (value,)):
                    self._value(join(own, "x-extensible-enum"), value, body, names)

    def _object(
        self, schemas: dict[str, dict[str, Any]], value: dict[str, Any], body: _Body, path: Path, names: tuple[str, ...]
    ) -> None:
        declaring = tuple(own for own, schema in schemas.items() if "properties" in schema)
        opened = [each.get("additionalProperties", False) is not False for each in schemas.values()]
        others = [join(own, "additionalProperties") for own, each in schemas.items() if _is_schema(each)]
        for name, member in value.items():
            known = [join(own, "properties", name) for own in declaring if name in schemas[own]["properties"]]
            if known or any(opened) or not declaring:
                self._visit(known or others, member, body, (*path, name), (*names, name if known else EACH))
            else:
                self._add(declaring, member, body.spot(Kind.FIELD, name, (*names, name)), body)

    def _fault(self, fault: SchemaError, slots: list[str], value: Any, body: _Body, names: tuple[str, ...]) -> None:
        """Add the discovery that a value is which does not fit its schema."""
        if fault.keyword == "required":
            name = str(fault.path[-1])
            self._add((fault.pointer.rpartition("/")[0],), None, body.spot(Kind.ABSENT, name, (*names, name)), body)
        elif value is None:
            self._add((slots[0],), None, body.spot(Kind.NULL, "null", names), body)
        elif fault.keyword == "enum":
            self._value(fault.pointer, value, body, names)
        elif fault.keyword == "type":
            self._add((slots[0],), value, body.spot(Kind.TYPE, type_of(value), names), body)
        elif fault.keyword != "additionalProperties":
            keyword = split(fault.pointer)[-1]
            self._add((slots[0],), value, body.spot(Kind.LIMIT, keyword, names), body)

    def _value(self, pointer: str, value: Any, body: _Body, names: tuple[str, ...]) -> None:
        self._add((pointer,), value, body.spot(Kind.VALUE, canonical(value).decode(), names), body)

    def _add(self, places: tuple[str, ...], value: Any, spot: Spot, body: _Body) -> None:
        self.discoveries.add(places, value, spot, body.operation.id)


def _is_schema(schema: dict[str, Any]) -> bool:
    return isinstance(schema.get("additionalProperties"), dict)
