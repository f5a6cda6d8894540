"""The files of a package that are written for a contract, besides those in `runtime/`, which are the same for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.openapi.pointer import lookup
from adcontract_kit.table import scheme_data, success, table
from adcontract_kit.types_document import types_document
from adcontract_kit.zod_schemas import for_zod

if TYPE_CHECKING:
    from adcontract import Contract
    from adcontract_kit.recorded import Recorded, RecordedResponse

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*").fullmatch


def sources(recorded: Recorded) -> dict[str, str]:
    """Return the text of each file by its name, the same for the same responses."""
    types = types_document(recorded.contract.copy())
    return {
        "openapi.json": f"{_json(types)}\n",
        "fixtures.ts": _fixtures(recorded),
        "payloads.ts": _payloads(recorded),
        "operations.ts": _operations(table(recorded)),
        "schemas.ts": _schemas(recorded, types),
        "server.ts": _server(recorded.contract),
    }


def _fixtures(recorded: Recorded) -> str:
    payloads = {
        each.operation.id: {
            status: response.payloads for status, response in each.responses.items() if response.payloads
        }
        for each in recorded.operations
    }
    return (
        "/** The payloads of every operation, by status and name. */\n"
        'import { type Fixtures, typed } from "./bodies.js";\n\n'
        f"export const fixtures: Fixtures = /* @__PURE__ */ typed({_json(payloads)});\n"
    )


def _payloads(recorded: Recorded) -> str:
    lines = []
    for each in recorded.operations:
        of_success = _status(success(each.operation))
        lines.append(f"  {_key(each.operation.id)}: {{\n    success: {of_success};\n    responses: {{")
        lines += [f"      {_status(status)}: {_names(response)};" for status, response in each.responses.items()]
        lines.append("    };\n  };")
    statuses = sorted({status for each in recorded.operations for status in each.shared})
    shared = " | ".join(map(_status, statuses)) or "never"
    lines += ["}", "", "/** The statuses that any operation may have. */", f"export type SharedStatus = {shared};"]
    return "\n".join(("/** The names of the payloads of each operation. */", "export interface Payloads {", *lines, ""))


def _names(response: RecordedResponse) -> str:
    names = dict.fromkeys((*response.names, *response.payloads))
    return " | ".join(map(_json, names)) or "never"


def _operations(data: dict[str, Any]) -> str:
    return (
        "/** The operations of the contract, those with the more literal path first, and how they are answered. */\n"
        'import type { Table } from "./table.js";\n\n'
        f"export const table: Table = {_json(data)};\n"
    )


def _schemas(recorded: Recorded, types: dict[str, Any]) -> str:
    definitions = {name: for_zod(schema) for name, schema in types["components"].get("schemas", {}).items()}
    responses: dict[str, dict[str, Any]] = {}
    for each in recorded.operations:
        for status, response in each.operation.responses.items():
            if response.json and "schema" in response.json.data:
                schema = lookup(types, f"{response.json.pointer}/schema")
                responses.setdefault(each.operation.id, {})[status] = for_zod(schema)
    return (
        "/** The schemas of the contract as JSON Schemas. */\n"
        'import type { components } from "./types.js";\n\n'
        f'export const schemas: Readonly<Record<keyof components["schemas"], object>> = {_json(definitions)};\n\n'
        "export const responseSchemas: Readonly<Record<string, Readonly<Record<string, object>>>> = "
        f"{_json(responses)};\n"
    )


def _server(contract: Contract) -> str:
    servers = contract.document.get("servers", [])
    first = next((alternative for each in contract.operations for alternative in contract.credentials(each)), ())
    server = {"url": servers[0]["url"] if servers else "/", "credentials": [scheme_data(each) for each in first]}
    return (
        "/** Where the API is, and where a request to it has its credential. */\n"
        'import type { Scheme } from "./table.js";\n\n'
        f"export const server: {{ readonly url: string; readonly credentials: readonly Scheme[] }} = {_json(server)};\n"
    )


def _status(status: str) -> str:
    return status if status.isdigit() else _json(status)


def _key(name: str) -> str:
    return name if _IDENTIFIER(name) else _json(name)


def _json(data: Any) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
