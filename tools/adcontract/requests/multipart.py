"""Reading the parts of a `multipart/form-data` body (RFC 7578)."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from adcontract.openapi.text import as_text

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from python_multipart.multipart import Field, File

MULTIPART = "multipart/form-data"

# the errors that the parser logs are raised too; they need not stand on the user's terminal
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


_BOUNDARY = "adcontract-boundary-of-parts"
WRITTEN = f"{MULTIPART}; boundary={_BOUNDARY}"
"""The media type of the forms that `multipart` writes."""


MOST_FIELDS = 10_000
"""The fields of a form, and the parts of one: to read one takes some microseconds."""


class Unreadable(Exception):  # noqa: N818 - it describes the body
    """A body is not of its media type; the message says why."""


class Part(NamedTuple):
    """A part of a form: its name, its media type, empty where it names none, and its value.

    That is a text, the value of JSON, or the bytes of a file as latin-1.
    """

    name: str
    type: str
    value: Any


def too_many_fields() -> Unreadable:
    """Return the error of a form with more than `MOST_FIELDS`."""
    return Unreadable(f"it has more than {MOST_FIELDS:,} fields")


def parts(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a form.

    Raises:
        Unreadable: if it is not such a form.
    """
    # imported late: few requests have such a body
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import FormParser, parse_options_header

    found: list[Part] = []
    ended: list[bool] = []

    def add(part: Field | File, value: Any) -> None:
        if len(found) == MOST_FIELDS:
            raise too_many_fields()
        found.append(Part(_name(part), part.content_type or "", value))

    def on_field(part: Field) -> None:
        add(part, _text(part.content_type, part.value or b""))

    def on_file(part: File) -> None:
        part.file_object.seek(0)
        add(part, part.file_object.read().decode("latin-1"))

    try:
        parser = FormParser(
            MULTIPART,
            on_field,
            on_file,
            on_end=lambda: ended.append(True),
            boundary=parse_options_header(content_type)[1].get(b"boundary"),
            config={"MAX_MEMORY_FILE_SIZE": math.inf},
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Unreadable(str(error)) from None
    if not ended:
        raise Unreadable("it ends before its last boundary")
    return found


def multipart(fields: Mapping[str, Any], encoding: Mapping[str, Any], files: Container[str] = ()) -> bytes:
    """Return the body of a form with these fields; those named in `files` are written as files.

    The parts of an array have the same name. A part has the media type that `encoding` names; an object is JSON.
    """
    written = []
    for name, value in fields.items():
        media = str(encoding.get(name, {}).get("contentType", "")).partition(",")[0].strip()
        for each in value if isinstance(value, list) else [value]:
            kind = media or ("application/json" if isinstance(each, dict) else "text/plain" if name in files else "")
            head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            head += '; filename="file.txt"' if name in files else ""
            head += f"\r\nContent-Type: {kind.replace('*/*', 'text/plain').replace('/*', '/plain')}" if kind else ""
            written.append(f"{head}\r\n\r\n".encode() + as_text(each).encode() + b"\r\n")
    return b"".join((*written, f"--{_BOUNDARY}--\r\n".encode()))


def _name(part: Field | File) -> str:
    return (part.field_name or b"").decode("utf-8", "replace")


def _text(content_type: str | None, value: bytes) -> Any:
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        return value.decode("utf-8", "replace")
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"a part of it is not valid JSON: {error.msg}") from None
