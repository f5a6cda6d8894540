"""The report of a run as a JSON document, written and read."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import msgspec

from adcontract.errors import Location, UsageError
from adcontract.files.bytes import read_bytes
from adcontract.files.json_positions import json_positions
from adcontract.openapi.pointer import join
from adcontract_conformance.reports.document import VERSION, RunReport

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_AGAIN = "Write it again with `adcontract check … --json FILE`."


class _AnyVersion(msgspec.Struct):
    version: int | None = None


def as_json(report: RunReport) -> str:
    """Return a report as one JSON document."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def read_report(file: Path) -> RunReport:
    """Return the report in a JSON file.

    Raises:
        UsageError: if it cannot be read, is damaged, or is of another version.
    """
    try:
        content = read_bytes(file)
    except OSError as error:
        raise UsageError(f"{file}: the report cannot be read: {error.strerror}. Name a file of --json.") from None
    try:
        text = content.decode("utf-8-sig")
        msgspec.json.decode(text)
    except RecursionError:
        raise UsageError(f"{file}:1:1: this is not a report: it is nested too deeply. {_AGAIN}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = _broken_at(file, content, error)
        raise UsageError(f"{place}: this is not JSON: {_cause(error)}. {_AGAIN}") from None
    try:
        found = msgspec.json.decode(text, type=_AnyVersion).version
        if found != VERSION:
            raise _of_another_version(file, text, found)
        return msgspec.json.decode(text, type=RunReport)
    except msgspec.ValidationError as error:
        raise UsageError(f"{_where(file, text, error)}: this is not a report: {_cause(error)}. {_AGAIN}") from None


def place_in(file: Path, pointer: str) -> Location:
    """Return where a value of a report is, by its JSON Pointer."""
    return _position(file, file.read_text(encoding="utf-8-sig"), pointer)


def report_schema() -> str:
    """Return the JSON Schema of a report, as `report.schema.json` has it."""
    schema = {"$schema": _SCHEMA, "title": "The report of adcontract check", **msgspec.json.schema(RunReport)}
    for each in schema["$defs"].values():
        each["description"] = inspect.cleandoc(each.get("description", ""))
    return f"{msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()}\n"


def _of_another_version(file: Path, text: str, found: int | None) -> UsageError:
    said = "names no version" if found is None else f"has version {found}"
    place = _position(file, text, "/version")
    return UsageError(f"{place}: this report {said}, and this adcontract reads version {VERSION}. {_AGAIN}")


def _cause(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    text = str(error).partition(" - at ")[0].replace("`", "")
    text = re.sub(r" \(byte \d+\)", "", text.removeprefix("JSON is malformed: "))
    return text[:1].lower() + text[1:]


def _where(file: Path, text: str, error: Exception) -> Location:
    """Return the place of the value that does not fit."""
    path = str(error).partition(" - at `")[2].removesuffix("`").removeprefix("$")
    if "[...]" in path:
        path = path.partition("[...]")[0]
    parts = re.findall(r"\.(\w+)|\[(\d+)\]", path)
    return _position(file, text, join("", *(name or index for name, index in parts)))


def _position(file: Path, text: str, pointer: str) -> Location:
    line, column = dict(json_positions(text)).get(pointer, (1, 1))
    return Location(file, line, column)


def _broken_at(file: Path, content: bytes, error: Exception) -> Location:
    found = re.search(r"\(byte (\d+)\)", str(error))
    end = int(found[1]) if found else error.start if isinstance(error, UnicodeDecodeError) else len(content)
    before = content[:end].decode(errors="replace")
    return Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
