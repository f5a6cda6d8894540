"""Contracts that say little, as those that were written for other tools: the mock answers with what they do say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Serve

STATUS = "{schema: {type: object, properties: {status: {type: integer}}}}"
PLAIN = """
openapi: 3.0.3
info: {title: Plain, version: v1}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      responses:
        '200':
          description: A page of notes, which the schema does not require.
          content:
            application/json:
              schema:
                type: object
                properties: {}
                additionalProperties: true
      x-pagination: {style: page, page: page, items: /notes, total: /total}
    post:
      operationId: addNote
      responses:
        default: {description: Whatever happens.}
        '418': {description: No., content: {application/problem+json: STATUS}}
        '423': {description: No., content: {application/json: STATUS}}
        '424':
          description: No.
          content:
            application/problem+json: {schema: {type: object, properties: {status: {type: integer, maximum: 99}}}}
        5XX: {description: No., content: {application/problem+json: STATUS}}
x-errors:
  unknown-path: {status: '404', response: {description: There is none.}}
  unknown-method: {status: '405', response: {description: Not that way.}}
  unauthenticated: {status: '401', response: {description: Who is it?}}
  malformed: {status: '400', response: {description: That is no JSON.}}
  invalid: {status: '422', response: {description: That is not valid.}}
"""


def test_an_operation_that_documents_a_default_response_alone_succeeds(serve: Serve, tmp_path: Path) -> None:
    with serve(_plain(tmp_path)) as client:
        assert client.post("/plain/v1/notes").status_code == 200


def test_a_page_whose_rows_are_optional_may_have_none(serve: Serve, tmp_path: Path) -> None:
    with serve(_plain(tmp_path)) as client:
        answer = client.get("/plain/v1/notes")
        assert (answer.status_code, answer.json()["total"]) == (200, 0)


def test_problem_details_have_the_status_of_the_response(serve: Serve, tmp_path: Path) -> None:
    with serve(_plain(tmp_path)) as client:
        shown = {
            code: client.post("/plain/v1/notes", headers={"Prefer": f"code={code}"}).json()["status"]
            for code in (418, 503, 423, 424)
        }
    assert (shown[418], shown[503]) == (418, 503)
    assert shown[423] != 423, "it is not of problem details"
    assert shown[424] <= 99, "the schema forbids it"


def _plain(folder: Path) -> Path:
    (folder / "plain").mkdir()
    (folder / "plain/openapi.yaml").write_text(PLAIN.replace("STATUS", STATUS), encoding="utf-8")
    return folder
