"""No artefact of the mock has a secret that a client has sent, wherever the client has put it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

import adcontract_mock
from adcontract_mock.journal.recording import Record
from adcontract_mock.serve.log import Log

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "openapi.yaml": """
openapi: 3.0.3
info: {title: Keys, version: v1}
security: [{key: []}]
paths: {/login: {$ref: paths/login.yaml}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
x-errors:
  unknown-path: {status: '404', response: {description: Nothing here.}}
  unknown-method: {status: '405', response: {description: Not so.}}
  unauthenticated: {status: '401', response: {description: Who are you?}}
  malformed: {status: '400', response: {description: Not readable.}}
  invalid:
    status: '422'
    response:
      description: Bad.
      content: {application/json: {schema: {type: object}}}
      x-body: '{"errors": fields}'
""",
    "paths/login.yaml": """
post:
  operationId: login
  parameters:
    - {name: door, in: query, schema: {$ref: ../components/schemas/Word.yaml}}
  requestBody:
    content:
      application/json: {schema: {$ref: ../components/schemas/Login.yaml}}
      application/x-www-form-urlencoded: {schema: {$ref: ../components/schemas/Login.yaml}}
  responses:
    '204': {description: Good.}
""",
    "components/schemas/Word.yaml": "{type: string, format: password, maxLength: 12}",
    "components/schemas/Login.yaml": """
type: object
properties:
  user: {type: string, pattern: '^[a-z]+$'}
  note: {type: string, maxLength: 3}
  opening: {$ref: Word.yaml}
  pin: {type: string, pattern: '^[0-9]{4}$'}
  clientSecret: {type: string, enum: [a]}
""",
}
SECRET = "hunter2-is-secret"
SENT = {
    "opening": SECRET,
    "pin": SECRET,
    "clientSecret": SECRET,
    "access_token": SECRET,
    "x-key": SECRET,
    "user": f"https://ada:{SECRET}@example.com/?token={SECRET}",
    "note": json.dumps({"name": "ada", "password": f'{SECRET} with "quotes"', "more": json.dumps({"token": SECRET})}),
}


@pytest.mark.parametrize("form", ["json", "data"])
def test_every_artefact_is_without_secrets(tmp_path: Path, form: str) -> None:
    for name, text in CONTRACT.items():
        file = tmp_path / "spec/keys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with adcontract_mock.running(spec=tmp_path / "spec") as mock, httpx.Client(base_url=mock.url) as client:
        runtime, printed = mock.mock.runtime, list[str]()
        log = Log(runtime, printed.append)
        client.cookies.set("sid", SECRET)
        client.headers.update({"X-Key": SECRET, "Authorization": f"Bearer {SECRET}", "X-Auth-Token": SECRET})
        with closing(Record(tmp_path / "mock.har", runtime.journal, lambda: runtime.redaction, mock.url)):
            query = {"door": SECRET, "api_key": SECRET, "x-key": SECRET, "user": "ada", "next": f"/?token={SECRET}"}
            refused = client.post("/login", params=query, **{form: SENT})  # type: ignore[arg-type]
            assert refused.status_code == 422
            client.post(f"/login?door={SECRET}%", content=b'{"opening": "' + SECRET.encode())
            client.get(f"/login/unknown?token={SECRET}")
        log.report()
        expected = {
            "operation": "login",
            "with": {"query": {"door": "a"}, "body": {"pin": "1", "user": {}, "opening": ""}},
        }
        shown = {
            "log": "\n".join(printed),
            "record": (tmp_path / "mock.har").read_text(),
            "verify": client.post("/_mock/verify", json=expected).text,
            **{path: client.get(f"/_mock/{path}").text for path in ("", "requests", "requests.har")},
            **{path: client.get(f"/_mock/{path}").text for path in ("report", "report.html", "health", "session")},
        }
        assert {name: _around(text) for name, text in shown.items() if SECRET in text} == {}
        assert "hunter2" not in "".join(shown.values())
        for name in ("log", "record", "requests", "requests.har"):
            assert "[redacted]" in shown[name]
            assert "ada" in shown[name]


def _around(text: str) -> str:
    at = text.index(SECRET)
    return text[max(0, at - 100) : at + 60]
