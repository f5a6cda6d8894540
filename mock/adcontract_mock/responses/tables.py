"""A payload as a table: CSV (RFC 4180) and XLSX (ECMA-376), of the first list of objects in it.

The workbook is written here, with the few parts that a reader needs: openpyxl takes a quarter of a second to import.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import orjson

from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Table = list[list[Any]]

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_NOT_IN_XML = {code: None for code in range(32) if code not in (9, 10, 13)}
_LONGEST_CELL = 32_767
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def table(document: dict[str, Any], schema: dict[str, Any], payload: Any) -> Table:
    """Return the first list of objects in `payload` as rows below the names of their properties.

    `schema` says where that list is and which properties its objects have; further properties of the objects follow.
    """
    place, names = next(_lists(document, schema, ()), ((), []))
    rows = payload
    for key in place:
        rows = rows.get(key) if isinstance(rows, dict) else None
    objects = [row for row in rows or [] if isinstance(row, dict)] if isinstance(rows, list) else []
    columns = list(dict.fromkeys([*names, *(name for row in objects for name in row)]))
    return [columns, *([_cell(row.get(name)) for name in columns] for row in objects)]


def _lists(
    document: dict[str, Any], schema: dict[str, Any], place: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield each list of objects in a schema: the names that lead to it, and the properties of its objects."""
    flat = _flat(document, schema)
    if "items" in flat:
        item = _flat(document, flat["items"])
        if "properties" in item:
            yield place, list(item["properties"])
    # a list deeper than this is not the list that was asked for
    elif len(place) < 3:
        for name, inner in flat.get("properties", {}).items():
            yield from _lists(document, inner, (*place, name))


def _flat(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return `items` and `properties` of a schema together with those of its parts."""
    schema = follow(document, schema)
    flat: dict[str, Any] = {"items": schema["items"]} if "items" in schema else {}
    properties = dict(schema.get("properties", {}))
    for part in (_flat(document, part) for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, [])):
        properties |= part.get("properties", {})
        flat = part | flat
    return flat | ({"properties": properties} if properties else {})


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return orjson.dumps(value).decode() if isinstance(value, dict | list | bool) else value


def _csv(rows: Table) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _xlsx(rows: Table) -> bytes:
    cells = "".join(f"<row>{''.join(map(_xml, row))}</row>" for row in rows)
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", sheet)):
            # with a fixed time, so that the same rows are the same bytes
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), _HEAD + content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _xml(value: Any) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    text = escape(str(value).translate(_NOT_IN_XML)[:_LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


WRITERS: dict[str, Callable[[Table], bytes]] = {CSV: _csv, XLSX: _xlsx}
"""The writer of each media type for tables."""
