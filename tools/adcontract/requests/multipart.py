"""Reading the parts of a `multipart/form-data` body (RFC 7578)."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from python_multipart.multipart import Field, File

MULTIPART = "multipart/form-data"

# the errors that the parser logs are raised too; they need not stand on the user's terminal
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


class Unreadable(Exception):  # noqa: N818 - it describes the body
    """A body is not of its media type; the message says why."""


def parts(content_type: str, body: bytes) -> list[tuple[str, Any]]:
    """Return each part of a form with its name: a text, the value of JSON, or the bytes of a file as latin-1.

    Raises:
        Unreadable: if it is not such a form.
    """
    # imported late: few requests have such a body
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import FormParser, parse_options_header

    found: list[tuple[str, Any]] = []
    ended: list[bool] = []

    def on_field(part: Field) -> None:
        found.append((_name(part), _text(part.content_type, part.value or b"")))

    def on_file(part: File) -> None:
        part.file_object.seek(0)
        found.append((_name(part), part.file_object.read().decode("latin-1")))

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


def _name(part: Field | File) -> str:
    return (part.field_name or b"").decode("utf-8", "replace")


def _text(content_type: str | None, value: bytes) -> Any:
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        return value.decode("utf-8", "replace")
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"a part of it is not valid JSON: {error.msg}") from None
