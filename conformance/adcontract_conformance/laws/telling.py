"""Values that a target may store otherwise than they were sent: long texts, fractions, zeros, fields seldom sent."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from adcontract import inferred
from adcontract.openapi.references import follow
from adcontract_conformance.client.replies import MISSING, at
from adcontract_conformance.laws.existing import is_created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.client.factory import ResourceFactory

LENGTHS = (255, 120, 60, 40, 20)
"""The lengths of a text that is sent to see whether it is kept, in characters: the first that is valid."""

LONGEST = 2_000
"""How long a text may be that is as long as the contract allows, in characters."""

_BEGINNING = "Tom & Jerry's "
"""The beginning of each text of all kinds of characters."""

_UNUSUAL = "😀 1 < 2 > 0, \\ + "
"""What is lost where texts are cleaned as HTML, addresses or quoted texts, although it has no tag and no escape."""

MOST_ENTRIES = 50
"""How many entries a map has that is as large as the contract allows."""

SELDOM = ("Something of ours", 1.37, 3, True)
"""Values for a field that the documented request lacks: the first that is valid."""

STEPS = 10
"""How far a number may be from the documented one."""

PARTS = 3
"""How many fields are sent one at a time."""

_is_reference = re.compile(r"(.*_)?ids?|.*[a-z]Ids?").fullmatch

_is_prose = re.compile(
    r"name|(.*_)?(title|text|comment|description|message|notes?|summary|caption)"
    r"|.*[a-z](Title|Text|Comment|Description|Message|Notes?|Summary|Caption)"
).fullmatch
"""Names of fields for what people write, by which a documented value without a blank is known as such."""


def telling_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield a body with a long text of all kinds of characters for each title, and fractions for numbers.

    The values of maps are such texts as well, and a map has more entries. The next bodies are for a target that refuses
    fractions where none is documented, an emoji, or such maps. None is yielded where nothing in the body can have
    another value.
    """
    seen: list[Any] = [body]
    for maps, emoji, whole in (
        (True, True, False),
        (True, True, True),
        (True, False, True),
        (False, False, True),
    ):
        changed = _telling_body(factory, operation, body, maps=maps, emoji=emoji, whole=whole)
        if changed not in seen:
            seen.append(changed)
            yield changed


def _telling_body(
    factory: ResourceFactory, operation: Operation, body: Any, *, maps: bool, emoji: bool, whole: bool
) -> Any:
    """Return a body with telling values; numbers that are documented without a fraction stay so if they are `whole`."""
    resource, changed = factory.resource(operation), body
    if not operation.body or not isinstance(body, dict):
        return body
    pointer = f"{operation.body[0].pointer}/schema"
    document = factory.client.sender.checked.contract.document
    properties = follow(document, operation.body[0].data.get("schema", {})).get("properties", {})
    for name in (theirs.removeprefix("/") for theirs in resource.echo.values()):
        schema = follow(document, properties.get(name, {}))
        texts = _texts(schema, emoji=emoji)
        now = body.get(name)
        if type(now) is int and not whole and schema.get("type") == "number":
            now = float(now)
        more = _more_entries(schema, now) if is_created(factory) else ()
        for value in _telling(name, now, texts if maps or isinstance(now, str) else (), more):
            if factory.client.sender.checked.schemas.valid(pointer, {**changed, name: value}):
                changed = {**changed, name: value}
                break
    return changed


def is_prose(name: str, value: Any) -> bool:
    """Return whether the value of a field is what people write, and not a word or an address that programs read.

    An empty text is that of a field of which no page shows a value: its name alone says what it is.
    """
    if not isinstance(value, str):
        return False
    return " " in value.strip() or ((not value or value.isalpha()) and _is_prose(name) is not None)


def _more_entries(schema: dict[str, Any], value: Any) -> list[str]:
    """Return the names of entries that a map may have as well: as many as the contract allows, else one."""
    if not isinstance(value, dict) or "properties" in schema or not schema.get("additionalProperties", True):
        return []
    most = min(schema.get("maxProperties", len(value) + 1), MOST_ENTRIES)
    return [f"ours_{number}" for number in range(len(value) + 1, most + 1)]


def _telling(name: str, value: Any, texts: Iterable[str], more: Iterable[str]) -> Iterator[Any]:
    if isinstance(value, float):
        yield from _cents(int(value))
    if value is False:
        yield True
    if is_prose(name, value):
        yield from texts
    if isinstance(value, dict) and value and all(isinstance(each, str) for each in value.values()):
        others = {each: f"Something of {each}" for each in more}
        yield from ({**dict.fromkeys(value, text), **others} for text in texts)


def _cents(whole: int) -> Iterator[float]:
    """Yield near numbers: first one of which a cent is lost where cents are cut and not rounded, as in 0.29 * 100."""
    near = ((each, cents) for each in range(whole, whole + STEPS) for cents in range(29, 100))
    numbers = (float(f"{each}.{cents}") for each, cents in near if int(float(f"{each}.{cents}") * 100) % 100 < cents)
    yield from islice(numbers, 1)
    yield whole + 0.37


def is_telling(value: Any) -> bool:
    """Return whether a value is one of the texts with which it is seen how texts are stored."""
    return isinstance(value, str) and value.startswith(_BEGINNING)


def _texts(schema: dict[str, Any], *, emoji: bool) -> list[str]:
    """Return texts for a field or the entries of a map, the longest first; one is as long as the contract allows."""
    entries = schema.get("additionalProperties")
    limit = (entries if isinstance(entries, dict) else schema).get("maxLength", 0)
    beginning = _BEGINNING + (_UNUSUAL if emoji else "") + '"Käse", 5 %, a/b; '
    text = beginning + "and so on " * (LONGEST // 10)
    lengths = sorted({*LENGTHS, *([limit] if LENGTHS[-1] <= limit <= LONGEST else [])}, reverse=True)
    return [f"{text[: length - 2].strip()}.".ljust(length - 1, ".") + "!" for length in lengths]


def seldom_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield a body with all kept fields that `body` lacks or has as null, then bodies with one of them each.

    A field that refers to something by its id is left out, for nothing may have the id.
    """
    payload = _payload(factory, operation)

    def value(name: str, ours: str, now: Any) -> Iterator[Any]:
        if now in (MISSING, None) and not _is_reference(name):
            shown = [each for each in (at(payload, ours),) if each not in (MISSING, None)]
            # an item may have the value of the payload already
            yield from (each for each in _choice(factory, operation, name) if each not in (None, *shown))
            yield from (*shown, *SELDOM)

    return _bodies(factory, operation, body, value)


def lone_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield a body with the fields that `body` lacks, and without those in it that a request may leave out.

    None is yielded where it has no such fields, or only what is never left out.
    """
    valid = factory.client.sender.checked.schemas.valid
    for seldom in islice(seldom_bodies(factory, operation, body), 1):
        lone, pointer = seldom, f"{operation.body[0].pointer}/schema"
        for name in body:
            fewer = {each: value for each, value in lone.items() if each != name}
            lone = fewer if valid(pointer, fewer) else lone
        if lone != seldom:
            yield lone


def telling_seldom_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield the bodies of `telling_bodies`, with every field that is kept; none where `body` has all."""
    for seldom in islice(seldom_bodies(factory, operation, body), 1):
        yield from telling_bodies(factory, operation, seldom)


def zero_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[Any]:
    """Yield a body with 0 and false for the numbers and for what is true, then bodies with one of them each."""

    def value(name: str, ours: str, now: Any) -> Iterator[Any]:  # noqa: ARG001
        if now is True:
            yield False
        elif isinstance(now, int | float) and now and not _is_reference(name):
            yield 0

    seldom = next(seldom_bodies(factory, operation, body), body)
    return _bodies(factory, operation, seldom, value)


def null_bodies(factory: ResourceFactory, operation: Operation, body: Any) -> Iterator[list[Any]]:
    """Yield bodies with null for one field that may be null, each with an alternative: alone first, then with `body`.

    What is not sent stays as it is where the method is PATCH only, so that elsewhere null comes with `body`.
    """
    if not operation.body or not isinstance(body, dict):
        return
    document = factory.client.sender.checked.contract.document
    properties = follow(document, operation.body[0].data.get("schema", {})).get("properties", {})
    for name in (theirs.removeprefix("/") for theirs in factory.resource(operation).echo.values()):
        schema = follow(document, properties.get(name, {}))
        if schema.get("nullable") and not inferred(schema, "nullable"):
            alone = [{name: None}] if operation.method.upper() == "PATCH" else []
            yield [*alone, {**body, name: None}]


def _bodies(
    factory: ResourceFactory, operation: Operation, body: Any, value: Callable[[str, str, Any], Iterator[Any]]
) -> Iterator[Any]:
    """Yield a body with other values, the first valid one of those that `value` gives, then with one of them each."""
    if not operation.body or not isinstance(body, dict):
        return
    valid, pointer = factory.client.sender.checked.schemas.valid, f"{operation.body[0].pointer}/schema"
    others = dict[str, Any]()
    for ours, name in ((ours, theirs.removeprefix("/")) for ours, theirs in factory.resource(operation).echo.items()):
        for other in value(name, ours, body.get(name, MISSING)) if "/" not in name else ():
            if valid(pointer, {**body, **others, name: other}):
                others[name] = other
                break
    if others:
        yield {**body, **others}
    if len(others) > 1:
        singles = ({**body, name: other} for name, other in list(others.items())[:PARTS])
        yield from (each for each in singles if valid(pointer, each))


def _choice(factory: ResourceFactory, operation: Operation, name: str) -> list[Any]:
    """Return the values that the body may have in a field, where it names them."""
    schema = factory.client.sender.checked.schemas.schema(f"{operation.body[0].pointer}/schema")
    return list(schema.get("properties", {}).get(name, {}).get("enum", ()))


def _payload(factory: ResourceFactory, operation: Operation) -> Any:
    """Return the item as the first documented payload of an operation's response shows it, or `MISSING`."""
    success = operation.success
    examples = (each.value for media in (success.media if success else ()) for each in media.examples)
    return at(next(examples, MISSING), factory.resource(operation).item or "")
