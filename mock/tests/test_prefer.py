"""`Prefer` chooses the answer (RFC 7240)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adcontract_mock.prefer import preferences

if TYPE_CHECKING:
    import httpx

BOOK = "/library/v1/v1/books/7"


def test_a_declared_status_is_answered_as_documented(small: httpx.Client) -> None:
    answer = small.get(BOOK, headers={"Prefer": "code=404"})
    assert (answer.status_code, answer.json()) == (404, {"message": "Nothing here."})
    assert answer.headers["preference-applied"] == "code=404"


def test_a_declared_status_without_an_example_is_made_from_its_schema(small: httpx.Client) -> None:
    answer = small.post("/v1/books", json={"title": "T"}, headers={"Prefer": "code=409"})
    assert answer.status_code == 409
    assert isinstance(answer.json()["message"], str)


def test_a_status_that_is_not_declared_is_refused_with_those_that_are(small: httpx.Client) -> None:
    answer = small.get(BOOK, headers={"Prefer": "code=500"})
    assert answer.status_code == 400
    assert answer.json()["declared"] == ["200", "401", "404"]
    assert "preference-applied" not in answer.headers


def test_credentials_and_the_request_come_before_what_is_preferred(small: httpx.Client) -> None:
    prefer = {"Prefer": "code=404"}
    assert small.get(BOOK, headers=prefer | {"Authorization": ""}).status_code == 401
    assert small.post("/v1/books", json={}, headers=prefer).status_code == 422


def test_no_preference_leaves_the_answer_as_it_is(small: httpx.Client) -> None:
    answer = small.get(BOOK, headers={"Prefer": "respond-async, wait=10"})
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["code=404"], {"code": "404"}),
        (["respond-async, Code = 404 , wait=10"], {"respond-async": "", "code": "404", "wait": "10"}),
        (['code="404"; a=b, example="a, \\"b\\""'], {"code": "404", "example": 'a, "b"'}),
        (['foo; bar="x, code=500", code=404'], {"foo": "", "code": "404"}),
        (["code=404", "code=500, x=1"], {"code": "404", "x": "1"}),
        (["code="], {"code": ""}),
        ([""], {}),
    ],
)
def test_a_preference_is_read_as_the_rfc_writes_it(lines: list[str], expected: dict[str, str]) -> None:
    headers = [(b"accept", b"*/*"), *((b"prefer", line.encode()) for line in lines)]
    assert preferences(headers) == expected
