"""What a document of a user's own says of values and no tool reads: it is named, so that nobody takes it for tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.contract.operation_parts import MediaType
from adcontract.openapi.grammar import COMPOSITIONS, nodes
from adcontract.openapi.pointer import join, split
from adcontract.openapi.references import follow
from adcontract.requests.bodies import PLAIN
from adcontract.requests.multipart import MULTIPART
from adcontract.requests.serialize import URLENCODED

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.plain.dialect import Dialect

_READ = (MULTIPART, URLENCODED, PLAIN)
_INSIDE = frozenset(("properties", "additionalProperties", "items", *COMPOSITIONS))
"""The keywords of schemas that say what is in an object or an array."""


def note_unread(assembly: Assembly, dialect: Dialect) -> None:
    """Note the headers of parts of a form, objects in several cookies, and schemas of XML and other formats."""
    for type_, pointer, data in nodes("document", assembly.document):
        if type_ == "media type":
            _note_media_type(assembly, dialect, pointer, data)
        elif type_ == "parameter" and _is_in_several_cookies(assembly.document, data):
            message = "An object in several cookies is not read: OpenAPI leaves open how it is written."
            dialect.note("cookie", assembly.where(pointer), message, "Write `explode: false`.")


def _is_in_several_cookies(document: dict[str, Any], parameter: dict[str, Any]) -> bool:
    is_exploded = parameter.get("in") == "cookie" and parameter.get("explode") is not False
    return is_exploded and follow(document, parameter.get("schema", {})).get("type") == "object"


def _note_media_type(assembly: Assembly, dialect: Dialect, pointer: str, data: dict[str, Any]) -> None:
    for name, encoding in data.get("encoding", {}).items():
        if {each.lower() for each in encoding.get("headers", {})} - {"content-type"}:
            where = assembly.where(join(pointer, "encoding", name, "headers"))
            dialect.note("part headers", where, "The headers of a part of a form are neither asked for nor sent.", "")
    media = MediaType(split(pointer)[-1], data, pointer)
    schema = follow(assembly.document, data.get("schema", {}))
    if not media.is_json and media.essence not in _READ and _INSIDE & schema.keys():
        message = f"A body of {media.essence} is not held to its schema, only to its media type."
        dialect.note(f"media {media.essence}", assembly.where(join(pointer, "schema")), message, "")
