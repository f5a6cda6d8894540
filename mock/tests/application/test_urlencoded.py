"""A form of a page (application/x-www-form-urlencoded) is held to the contract as JSON is."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from conftest import Serve

CONTRACT = """
openapi: 3.0.3
info: {title: Desk, version: v1}
paths:
  /tickets:
    post:
      operationId: addTicket
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                name: {type: string, minLength: 2}
                stars: {type: integer, maximum: 5}
                urgent: {type: boolean}
                tags: {type: array, items: {type: integer}}
              required: [name]
      responses:
        '201':
          description: The ticket.
          content:
            application/json:
              schema: {type: object, properties: {id: {type: integer}, name: {type: string}, stars: {type: integer}}}
      x-resource: {name: ticket, action: create, id: /id, echo: [/name, /stars]}
x-errors:
  unknown-path: {status: '404', response: {description: There is none.}}
  unknown-method: {status: '405', response: {description: Not that way.}}
  unauthenticated: {status: '401', response: {description: Who is it?}}
  malformed: {status: '400', response: {description: That cannot be read.}}
  invalid: {status: '422', response: {description: That is not valid.}}
"""


@pytest.fixture(scope="module")
def client(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a mock of that contract."""
    folder = tmp_path_factory.mktemp("spec")
    (folder / "desk").mkdir()
    (folder / "desk/openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    with serve(folder) as opened:
        opened.headers["Content-Type"] = "application/x-www-form-urlencoded"
        yield opened


@pytest.mark.parametrize(
    "form", ["name=Ann+B", "name=%C3%96%C3%96&stars=5&urgent=true&tags=1&tags=2&more=x", "&name=Ann&", "name=a%26b%3Dc"]
)
def test_a_form_that_fits_is_taken(client: httpx.Client, form: str) -> None:
    assert client.post("/tickets", content=form).status_code == 201


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("name=", "name"),
        ("stars=1", "name is missing"),
        ("name=Ann&stars=6", "stars: 6 is greater than the maximum of 5"),
        ("name=Ann&stars=many", 'stars: "many" is not of type "integer"'),
        ("name=Ann&urgent=maybe", 'urgent: "maybe" is not of type "boolean"'),
        ("name=Ann&tags=1&tags=x", 'tags.1: "x" is not of type "integer"'),
    ],
)
def test_a_form_that_does_not_fit_is_refused_by_field(client: httpx.Client, form: str, problem: str) -> None:
    response = client.post("/tickets", content=form)
    assert response.status_code == 422
    assert problem in response.headers["mock-explain"]


def test_what_a_form_says_is_stored(client: httpx.Client) -> None:
    created = client.post("/tickets", content="name=Ann+B&stars=4", headers={"Prefer": "state=on"})
    assert (created.json()["name"], created.json()["stars"]) == ("Ann B", 4)


def test_the_request_to_start_from_is_such_a_form(client: httpx.Client) -> None:
    page = client.get("/_mock/operation?key=desk-v1%20addTicket").text
    (bodies,) = re.findall(r"data-bodies='(.*?)'", page)
    body = json.loads(html.unescape(bodies))["application/x-www-form-urlencoded"]
    assert body.startswith("name=")
    assert client.post("/tickets", content=body).status_code == 201
