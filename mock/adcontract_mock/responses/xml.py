"""A value as XML (OpenAPI 3.0.3, XML Object): elements by the names of properties, or those that the schema gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from adcontract.openapi.grammar import COMPOSITIONS
from adcontract.openapi.references import follow
from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def is_xml(media_type: str) -> bool:
    """Return whether a media type is XML (RFC 7303)."""
    return media_type in ("application/xml", "text/xml") or media_type.endswith("+xml")


def xml(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bytes:
    """Return a value of a schema as an XML document."""
    named = str(schema.get("$ref", "")).rpartition("/")[2] or "root"
    return (_HEAD + "".join(_elements(document, schema, named, value))).encode()


def _elements(document: dict[str, Any], node: Any, name: str, value: Any) -> Iterator[str]:
    schema = follow(document, node)
    own = schema.get("xml", {})
    name = own.get("name", name)
    if isinstance(value, list):
        inner = [each for item in value for each in _elements(document, schema.get("items", {}), name, item)]
        yield from [f"<{name}>{''.join(inner)}</{name}>"] if own.get("wrapped") else inner
        return
    if not isinstance(value, dict):
        yield f"<{name}>{escape(as_text(value))}</{name}>"
        return
    attributes, children = "", ""
    for key, member in value.items():
        part = follow(document, _property(document, schema, key))
        if part.get("xml", {}).get("attribute"):
            attributes += f" {part['xml'].get('name', key)}={quoteattr(as_text(member))}"
        else:
            children += "".join(_elements(document, part, key, member))
    yield f"<{name}{attributes}>{children}</{name}>"


def _property(document: dict[str, Any], schema: dict[str, Any], name: str) -> Any:
    """Return the schema of a member of an object, which may be in a part of it."""
    if name in schema.get("properties", {}):
        return schema["properties"][name]
    parts = (follow(document, each) for key in COMPOSITIONS for each in schema.get(key, ()))
    return next((found for part in parts if (found := _property(document, part, name))), {})
