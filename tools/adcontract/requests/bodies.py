"""Reading a request body of one media type: JSON, a form, or a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.requests.multipart import MOST_FIELDS, MULTIPART, parts, too_many_fields
from adcontract.requests.parameters import RequestError, decoded, schema_fault
from adcontract.requests.serialize import URLENCODED
from adcontract.requests.structured import deep
from adcontract.requests.styles import SEPARATORS, Unstyled
from adcontract.requests.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract.contract.operation_parts import MediaType
    from adcontract.contract.schemas import Schemas

PLAIN = "text/plain"
"""The media type of a body that is one text."""

_charset = re.compile(r';\s*charset\s*=\s*"?([\w.:-]+)', re.IGNORECASE)
_PART = "The contract names the media types of the part, and not that any other is refused."


class BodyReader:
    """Reads bodies of one media type."""

    def __init__(self, media: MediaType, schemas: Schemas) -> None:
        self.media = media
        self._is_json = media.is_json
        self._schemas = schemas
        self._pointer = f"{media.pointer}/schema"
        self._has_schema = "schema" in media.data
        self._fits = schemas.validator(self._pointer).is_valid if self._has_schema else None
        self._texts = Texts(schemas, [self._pointer] if self._has_schema else [])
        self._encoding: dict[str, Any] = media.data.get("encoding", {})

    def read(self, content_type: str, body: bytes) -> tuple[Any, Iterable[RequestError]]:
        """Return the value of a body, and its faults. It is None for a media type that is not JSON, a form or a text.

        Raises:
            orjson.JSONDecodeError, Unreadable: if it is not of its media type.
        """
        if self._is_json:
            value = orjson.loads(body)
        elif self.media.essence == MULTIPART:
            return self._multipart(content_type, body)
        elif self.media.essence == URLENCODED:
            if body.count(b"&") >= MOST_FIELDS:
                raise too_many_fields()
            pairs = (pair.partition("=") for pair in body.decode("utf-8", "replace").split("&") if pair)
            value = self._form([(decoded(name), decoded(text)) for name, _, text in pairs])
        elif self.media.essence == PLAIN:
            value = self._texts.single(text_of(content_type, body))
        else:
            return None, ()
        if self._fits is None or self._fits(value):
            return value, ()
        return value, self.faults(value)

    def faults(self, value: Any) -> list[RequestError]:
        """Return the faults of a value."""
        found = self._schemas.faults(self._pointer, value) if self._fits else ()
        return [schema_fault("body", error.field or "body", error) for error in found]

    def _multipart(self, content_type: str, body: bytes) -> tuple[Any, Iterable[RequestError]]:
        found = parts(content_type, body)
        given: dict[str, list[Any]] = {}
        for part in found:
            given.setdefault(part.name, []).append(part.value)
        value = {name: _of_parts(self._texts.member(name), values) for name, values in given.items()}
        faults = [
            RequestError("body", part.name, f"has a media type that is none of {wanted}", self.media.pointer, _PART)
            for part in found
            if (wanted := self._encoding.get(part.name, {}).get("contentType")) and not _is_of(part.type, wanted)
        ]
        return value, [*faults, *(() if self._fits is None or self._fits(value) else self.faults(value))]

    def _form(self, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """Return the fields of a form by name, each as the types of its property and its `encoding` say."""
        form: dict[str, Any] = {}
        for name, encoding in self._encoding.items():
            member = self._texts.member(name)
            if encoding.keys() & {"style", "explode"}:
                own, pairs = _styled(name, encoding, member, pairs)
                form |= {} if own is None else {name: own}
        return form | self._texts.named(pairs)


def text_of(content_type: str, body: bytes) -> str:
    """Return a body as text, by the `charset` of its media type; UTF-8 without one, or without a known one."""
    named = _charset.search(content_type)
    try:
        return body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _of_parts(texts: Texts, values: list[Any]) -> Any:
    """Return the value of the parts of one name: each is a text, or a value of JSON."""
    if all(isinstance(value, str) for value in values):
        return texts.of(values)
    if "array" in texts.types and not isinstance(values[0], list):
        return [texts.items.single(value) if isinstance(value, str) else value for value in values]
    return values[-1]


def _is_of(sent: str, wanted: str) -> bool:
    """Return whether a media type is one of a list with ranges such as `image/*`; a part may name none."""
    essence = sent.partition(";")[0].strip().lower()
    known = [each.partition(";")[0].strip().lower() for each in wanted.split(",")]
    return not essence or any(essence == each or each in ("*/*", f"{essence.partition('/')[0]}/*") for each in known)


def _styled(
    name: str, encoding: dict[str, Any], member: Texts, pairs: list[tuple[str, str]]
) -> tuple[Any, list[tuple[str, str]]]:
    """Return the value of a property with a style, None if it has none, and the pairs that are not its own."""
    style = encoding.get("style", "form")
    explode = encoding.get("explode", style == "form")
    if style == "deepObject":
        own = [(key, text) for key, text in pairs if key == name or key.startswith(f"{name}[")]
        try:
            value: Any = deep(member, [(key.removeprefix(name), text) for key, text in own]) if own else None
        except Unstyled:
            value = {}
    elif explode and "object" in member.types:
        own = [(key, text) for key, text in pairs if key in member.properties]
        value = member.named(own) if own else None
    elif explode or not member.types or not {*member.types} & {"array", "object"}:
        return None, pairs
    else:
        own = [(key, text) for key, text in pairs if key == name]
        texts = [part for _, text in own for part in text.split(SEPARATORS.get(style, ","))]
        is_array = "array" in member.types
        value = (member.many(texts) if is_array else member.named(zip(texts[::2], texts[1::2], strict=False))) or None
    return value, [pair for pair in pairs if pair not in own]
