"""Properties of one side: the server alone writes what is `readOnly`, and shows nothing that is `writeOnly`."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.directions import REQUEST, RESPONSE
from adcontract.contract.response_basis import READ_ONLY, WRITE_ONLY
from adcontract.openapi.patches import assignment
from adcontract.openapi.pointer import get, join, put
from adcontract_conformance.client.equality import kept, touches
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at, text_of
from adcontract_conformance.laws.existing import changeable
from adcontract_conformance.laws.law import does, law, require_told
from adcontract_conformance.laws.patch_bodies import as_sent, is_json_patch, values_in
from adcontract_conformance.model.promises import Breach, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.factory import Item
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.laws.law import Given

DEPTH = 2
"""How deep in a body a property is looked for."""

SINGLES = 4
"""How many properties are sent alone where all of them together are refused."""

FAR = 7919
"""How far a number is from the one that the server has set: it has not counted so far in the meantime."""

TEXTS = {
    "date": ("2001-02-03", "2002-03-04"),
    "date-time": ("2001-02-03T04:05:06Z", "2002-03-04T05:06:07Z"),
    "uuid": ("0b9bb4f4-6b5c-4c5e-9c3a-1f0f5d3a7c11", "5d0c2c7e-88a3-4f0e-a7f5-3f6b1f8f2e22"),
    "email": ("ours@example.org", "others@example.org"),
    "uri": ("https://example.org/ours", "https://example.org/others"),
}
"""Two texts of a format, which no server comes to by itself."""

PLAIN = ("Something of ours", "something-else-of-ours", "ours", "others")
SECRETS = ("Opensesame-4711", "opensesame4711", "4711471147", "47114711", "4711")


@dataclass(frozen=True)
class _Property:
    """A property of a body: its pointers there, in the item, and of its keyword and its schema in the document."""

    theirs: str
    ours: str
    keyword: str
    schema: str


def _properties(client: Client, operation: Operation, keyword: str) -> Iterator[_Property]:
    """Yield the properties of the JSON body of an operation that have a keyword, and are not declared otherwise.

    What the server alone writes of that which a JSON Patch names is said by the items.
    """
    resource, media = operation.behavior.resource, next(iter(operation.body), None)
    if resource is None or media is None or not media.is_json:
        return
    schemas, begin = client.sender.checked.schemas, _begin(resource)
    root = f"{media.pointer}/schema" if "schema" in media.data else ""
    if is_json_patch(operation):
        shown = client.sender.checked.contract.resources[resource.name].showing if keyword == REQUEST else ()
        root, begin = next((str(each.item_schema) for each in shown), ""), ""

    def inside(theirs: str, depth: int) -> Iterator[_Property]:
        parts = schemas.parts(root, theirs)
        for name in dict.fromkeys(name for _, node in parts for name in node.get("properties", ())):
            place = join(theirs, name)
            inner = schemas.parts(root, place)
            marking = [where for where, node in inner if node.get(keyword) is True]
            if marking and place.startswith(begin):
                yield _Property(place, place.removeprefix(begin), join(marking[0], keyword), inner[0][0])
            elif not marking and depth:
                yield from inside(place, depth - 1)

    if root:
        yield from (each for each in inside("", DEPTH) if not _is_declared(resource, each))


def _begin(resource: Resource) -> str:
    """Return where the item is in the body, by the first field that has the same name in both."""
    pairs = ((ours, theirs) for ours, theirs in resource.echo.items() if theirs.endswith(ours))
    return next((theirs.removesuffix(ours) for ours, theirs in pairs), "")


def _is_declared(resource: Resource, each: _Property) -> bool:
    """Return whether a declaration says itself what the item has there, so that the keyword contradicts it."""
    return each.theirs in resource.echo.values() or touches(each.ours, {*resource.takes, *resource.set})


def _has(keyword: str) -> Given:
    return lambda client, operation: any(True for _ in _properties(client, operation, keyword))


@law(
    "read-only",
    "what a client sends in a property that only the server writes is not taken over",
    does("create", "update"),
    needs=("create", "change"),
    given=_has(REQUEST),
)
def read_only(client: Client, operation: Operation) -> Iterator[Found]:
    """Send other values for what only the server writes: all at once, one by one where they are refused."""
    writing = _Writing(client, operation)
    sent = {each: values for each in _properties(client, operation, REQUEST) if (values := writing.values(each))}
    if not sent:
        raise NotTestable("no response shows a property that only the server writes, of which another value is known")
    replies, suspects = writing.taken(sent)
    if replies[-1].refused and len(sent) > 1:
        for each in list(sent)[:SINGLES]:
            more, alone = writing.taken({each: sent[each]})
            replies, suspects = [*replies, *more], suspects | alone
    require_told(client, operation, replies, lambda: None)
    for each, (value, reply) in suspects.items():
        sentence = f"{each.theirs} is for the server alone (readOnly); it was sent as {value}, and the item has that."
        yield Found(Breach(sentence, each.keyword, READ_ONLY, each.ours), reply.exchange)


class _Writing:
    """Creates items, or changes one, with more in the body than is documented."""

    def __init__(self, client: Client, operation: Operation) -> None:
        self.factory, self.resource = ResourceFactory.of(client, operation)
        self.operation, self.creates = operation, self.resource.action == "create"
        self.body = client.documented(operation).body
        self.item = self.factory.create(by=operation) if self.creates else changeable(self.factory, operation)
        self._before = MISSING if self.creates else self.look(self.item)
        if is_json_patch(operation):
            values = values_in(operation, self.body, self._before)
            client.accepted(operation, self.factory.do(operation, self.item, as_sent(operation, values, self._before)))
        elif not isinstance(self.body, dict):
            raise NotTestable("the documented body is not an object")
        elif not self.creates:
            client.accepted(operation, self.factory.do(operation, self.item))
        self.held = self.look(self.item)

    @cached_property
    def other(self) -> Any:
        """An item that was created in the same way, or the one that is changed, as it was before."""
        return self.look(self.factory.create_another(self.item)) if self.creates else self._before

    def look(self, item: Item) -> Any:
        return self.factory.look(item)[0] if self.factory.is_shown else item.shown

    def values(self, each: _Property) -> tuple[Any, Any] | None:
        """Return two values for a property, which an item has by no other rule; None if there are none.

        What names the item, or its parent, is not changed; and what changes by itself, or with each request, may come
        to have any of a few values.
        """
        held, type_ = at(self.held, each.ours), self.factory.type
        states = {each.operation.behavior.states for each in type_.operations}
        moving = {known.field for known in states if known}
        fixed = {*type_.parent_fields, *moving, *(() if self.creates else type_.ids)}
        if held is MISSING or touches(each.ours, fixed) or at(self.body, each.theirs) is not MISSING:
            return None
        schemas = self.factory.client.sender.checked.schemas
        is_one_of_few = isinstance(held, bool) or "enum" in schemas.schema(each.schema)
        if is_one_of_few and at(self.other, each.ours) != held:
            return None
        known = [one for one in _others(schemas.schema(each.schema), held) if schemas.valid(each.schema, one)]
        return (known[0], known[1]) if len(known) > 1 else None

    def taken(self, sent: dict[_Property, tuple[Any, Any]]) -> tuple[list[Reply], dict[_Property, tuple[str, Reply]]]:
        """Send values for some properties, and then others for those that the item has, which may be a coincidence.

        Return the replies, and the properties of which the item has both values, one after the other.
        """
        reply, found = self._sent({each: values[0] for each, values in sent.items()})
        if not found:
            return [reply], {}
        again, both = self._sent({each: sent[each][1] for each in found})
        return [reply, again], both

    def _sent(self, values: dict[_Property, Any]) -> tuple[Reply, dict[_Property, tuple[str, Reply]]]:
        body, item = copy.deepcopy(self.body), self.item
        if is_json_patch(self.operation):
            body = [assignment(each.theirs, value, self.held) for each, value in values.items()]
        else:
            for each, value in values.items():
                put(body, each.theirs, value)
        if self.creates:
            reply = self.factory.do_at(self.operation, item.parent_ids, body)
            item = self.factory.item(self.operation, reply, item.parent_ids) if reply.ok else item
        else:
            reply = self.factory.do(self.operation, item, body)
        now = self.look(item) if reply.ok else MISSING
        return reply, {
            each: (text_of(value), reply) for each, value in values.items() if kept(value, at(now, each.ours))
        }


def _others(schema: dict[str, Any], held: Any) -> Iterator[Any]:
    """Yield values that a server does not come to by itself, unlike the one that it has set."""
    if "enum" in schema:
        yield from (each for each in schema["enum"] if each not in (held, None))
        yield held
    elif isinstance(held, bool):
        yield from (not held, held)
    elif isinstance(held, int | float):
        yield from (held + FAR, held + 2 * FAR, held - FAR, held - 2 * FAR)
    elif isinstance(held, str) and held.isdecimal():
        yield from (str(int(held) + FAR), str(int(held) + 2 * FAR))
    elif isinstance(held, str) or held is None:
        yield from TEXTS.get(schema.get("format", ""), ())
        yield from PLAIN


@law(
    "write-only",
    "what a client sends in a property that is for requests alone is not shown",
    does("create", "update"),
    needs=("create", "change"),
    given=_has(RESPONSE),
)
def write_only(client: Client, operation: Operation) -> Iterator[Found]:
    """Send what no response shows, and look for it in the response, and where the item is read and listed."""
    factory, resource = ResourceFactory.of(client, operation)
    documented = client.documented(operation).body
    sent = {each: _secret(client, documented, each) for each in _properties(client, operation, RESPONSE)}
    sent = {each: value for each, value in sent.items() if value is not None}
    body = copy.deepcopy(documented)
    if not sent or not isinstance(body, dict):
        raise NotTestable("no value is known that would be recognized")
    for each, value in sent.items():
        put(body, each.theirs, value)
    if resource.action == "create":
        item = factory.create(by=operation, body=body)
        reply = item.reply
    else:
        item = changeable(factory, operation)
        reply = client.accepted(operation, factory.do(operation, item, body))
    seen = [(operation, factory.item_in(operation, reply), reply)]
    if factory.is_shown:
        now, page = factory.look(item)
        seen += [(page.exchange.operation, now, page), *factory.shown_too(item)]
    for each, value in sent.items():
        for shower, shown, page in seen:
            if at(shown, each.ours) == value and not _is_open(client, shower, each):
                sentence = f"{each.theirs} is for requests alone (writeOnly), and {shower.id} shows what was sent."
                yield Found(Breach(sentence, each.keyword, WRITE_ONLY, each.ours), page.exchange)
                break


def _secret(client: Client, documented: Any, each: _Property) -> Any:
    """Return a value that would be recognized in a response, None if there is none."""
    schemas, own = client.sender.checked.schemas, at(documented, each.theirs)
    if isinstance(own, str | int | float) and not isinstance(own, bool) and len(str(own)) >= len(SECRETS[-1]):
        return own
    return next((value for value in SECRETS if schemas.valid(each.schema, value)), None)


def _is_open(client: Client, shower: Operation, each: _Property) -> bool:
    """Return whether the schema of a response has the keyword as well, which another check judges, or a payload it."""
    types = client.sender.checked.contract.resources.values()
    known = next((one for type_ in types for one in type_.operations if one.operation.id == shower.id), None)
    if known is None:
        return False
    parts = client.sender.checked.schemas.parts(known.item_schema, each.ours) if known.item_schema else ()
    is_marked = any(node.get(RESPONSE) is True for _, node in parts)
    return is_marked or any(get(item, each.ours) is not None for item in known.items())
