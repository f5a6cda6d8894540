"""Whether a fact holds in a document, as documented and not as inferred."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from adcontract.contract.provenance import inferred
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from adcontract.facts.addresses import Addresses, Node, Target
    from adcontract.facts.fact_files import Fact


class Evidence(NamedTuple):
    """What a document says: a value, where it stands, and why it is inferred, if it is."""

    value: Any
    pointer: str
    mark: str | None


@dataclass(frozen=True)
class Breach:
    """A fact that does not hold: what the contract says instead, and the pointer where it does, if anywhere."""

    says: str
    pointer: str | None = None


Finder = Callable[["Target"], Iterator[Evidence]]


def breach(addresses: Addresses, fact: Fact) -> Breach | None:
    """Return in what way a fact does not hold in a document; None if it holds."""
    if fact.operation and fact.operation not in addresses.operations:
        return Breach("there is no such operation")
    target = addresses.find(fact.operation, fact.address)
    if fact.keyword == "absent":
        return Breach("it is there", target.nodes[0].pointer) if target else None
    if target is None or not target.nodes:
        return Breach("there is nothing at this address")
    found = list(_finder(fact)(target))
    meeting = [each for each in found if _meets(fact, each)]
    if any(each.mark is None for each in meeting):
        return None
    if meeting:
        return Breach(f"the same, but calls it inferred: {meeting[0].mark}", meeting[0].pointer)
    if not found and fact.value is False:
        return None
    if not found:
        return Breach("nothing of this", target.nodes[0].pointer)
    others = dict.fromkeys(json.dumps(each.value, ensure_ascii=False) for each in found)
    return Breach(" and ".join(list(others)[:3]), found[0].pointer)


def proof(addresses: Addresses, fact: Fact) -> set[str]:
    """Return the pointers of what a fact states in a document: where it is met, and the nodes at its address."""
    target = addresses.find(fact.operation, fact.address)
    if target is None:
        return set()
    met = {each.pointer for each in _finder(fact)(target) if each.mark is None and _meets(fact, each)}
    return met | {node.pointer for node in target.nodes}


def _finder(fact: Fact) -> Finder:
    known = _OF_ANY_NODE if fact.address.startswith("/") else _EVIDENCE
    return known.get(fact.keyword, _keyword(fact.keyword))


def _meets(fact: Fact, evidence: Evidence) -> bool:
    return _MEETS.get(fact.keyword, _equal)(fact.value, evidence.value)


def _keyword(keyword: str) -> Finder:
    """Return the finder of a keyword that stands in the node under its own name."""

    def find(target: Target) -> Iterator[Evidence]:
        for node in target.nodes:
            if keyword in node.data:
                yield _of(node, keyword, node.data[keyword])

    return find


def _of(node: Node, keyword: str, value: Any) -> Evidence:
    return Evidence(value, join(node.pointer, keyword), node.mark or inferred(node.data, keyword))


def _presence(target: Target) -> Iterator[Evidence]:
    for node in target.nodes:
        yield Evidence(True, node.pointer, node.mark)


def _required(target: Target) -> Iterator[Evidence]:
    """A member is required where the schema around it lists it; a parameter and a body say it themselves."""
    for holder in target.holders:
        if target.name in holder.data.get("required", []):
            yield _of(holder, "required", True)
    if not target.holders:
        for node in target.nodes:
            if isinstance(node.data.get("required"), bool):
                yield _of(node, "required", node.data["required"])


def _types(target: Target) -> Iterator[Evidence]:
    """The type, and for an array with items of a type also that type with brackets: `integer[]`."""
    for node in target.nodes:
        if "type" in node.data:
            yield _of(node, "type", node.data["type"])
    for item in target.items:
        if "type" in item.data:
            yield _of(item, "type", f"{item.data['type']}[]")


def _descriptions(target: Target) -> Iterator[Evidence]:
    for node in target.nodes:
        for keyword in ("summary", "description"):
            if isinstance(node.data.get(keyword), str):
                yield _of(node, keyword, " ".join(node.data[keyword].split()))


def _examples(target: Target) -> Iterator[Evidence]:
    for value in target.examples:
        yield Evidence(value, target.nodes[0].pointer, None)


def _payloads(target: Target) -> Iterator[Evidence]:
    for media in target.media:
        for example in media.examples:
            yield Evidence(example.name, join(media.pointer, "examples", example.name), example.inferred)


def _media_types(target: Target) -> Iterator[Evidence]:
    for media in target.media:
        yield Evidence(media.type, media.pointer, target.nodes[0].mark or inferred(media.data))


def _invariants(target: Target) -> Iterator[Evidence]:
    for node in target.nodes:
        for index, invariant in enumerate(node.data.get("x-invariants", [])):
            pointer = join(node.pointer, "x-invariants", str(index))
            yield Evidence(invariant.get("says"), pointer, node.mark or inferred(invariant))


def _status(target: Target) -> Iterator[Evidence]:
    if target.response:
        yield Evidence(target.response.status, target.response.pointer, target.response.inferred)


def _operation(read: Callable[[Any], Any], keyword: str) -> Finder:
    """Return the finder of something that an operation knows, and whose provenance stands under `keyword`."""

    def find(target: Target) -> Iterator[Evidence]:
        if target.operation:
            yield _of(target.nodes[0], keyword, read(target.operation))

    return find


def _credentials(operation: Any) -> str:
    """Return the alternatives of security schemes that an operation asks for: `none`, `accessToken`, `a or b`."""
    return " or ".join(" and ".join(each) or "none" for each in operation.security) or "none"


_OF_ANY_NODE: dict[str, Finder] = {"present": _presence, "says": _descriptions, "invariant": _invariants}
"""The keywords of facts that are not keywords of the node itself, also where a JSON Pointer names it."""

_EVIDENCE: dict[str, Finder] = {
    **_OF_ANY_NODE,
    "required": _required,
    "type": _types,
    "example": _examples,
    "payload": _payloads,
    "media": _media_types,
    "status": _status,
    "method": _operation(lambda operation: operation.method, "method"),
    "path": _operation(lambda operation: operation.path, "path"),
    "security": _operation(_credentials, "security"),
}
"""The same, and those that depend on what the address names."""


def _equal(expected: Any, actual: Any) -> bool:
    return _normal(expected) == _normal(actual)


def _normal(value: Any) -> str:
    """Return a value as a text by which equal ones are equal; the order of a list does not count."""
    if isinstance(value, list):
        return json.dumps(sorted(map(_normal, value)))
    if isinstance(value, dict):
        return json.dumps({key: _normal(value[key]) for key in sorted(value)})
    return json.dumps(value)


def _holds_phrase(expected: Any, actual: Any) -> bool:
    return str(expected).lower() in str(actual).lower()


_MEETS: dict[str, Callable[[Any, Any], bool]] = {"says": _holds_phrase, "invariant": _holds_phrase}
"""How the value of a fact is compared where it need not be equal."""
