"""`/_mock/verify`: a test asks whether its client sent the expected requests, and learns the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

BOOKS = "/v1/books"


def verify(client: httpx.Client, **expected: Any) -> httpx.Response:
    return client.post("/_mock/verify", json=expected)


@pytest.fixture
def called(clean: httpx.Client) -> httpx.Client:
    """A client that listed books twice, one time of an author, and added one."""
    clean.get(BOOKS)
    clean.get(f"{BOOKS}?author=Ada&size=10", headers={"Mock-Session": "mine"})
    clean.post(BOOKS, json={"title": "T", "authors": ["A", "B"]})
    return clean


@pytest.mark.parametrize(
    "expected",
    [
        {"operation": "listBooks"},
        {"operation": "listBooks", "count": 2},
        {"operation": "library-v1 listBooks", "count": {"min": 1, "max": 2}},
        {"operation": "listBooks", "count": {"max": 2}},
        {"operation": "getBook", "count": 0},
        {"operation": "listBooks", "count": 1, "with": {"query": {"author": "Ada"}}},
        {"operation": "listBooks", "count": 1, "with": {"query": {"size": 10, "author": "Ada"}}},
        {"operation": "listBooks", "count": 1, "session": "mine"},
        {"operation": "addBook", "count": 1, "with": {"body": {"authors": ["A", "B"]}}},
    ],
)
def test_a_call_is_verified(called: httpx.Client, expected: dict[str, Any]) -> None:
    response = verify(called, **expected)
    assert (response.status_code, response.json()["verified"]) == (200, True), response.text


def test_the_calls_of_a_session_are_counted_by_its_whole_name_however_long(clean: httpx.Client) -> None:
    names = [f"{'long ' * 50}{end}" for end in ("one", "two")]
    clean.get(BOOKS, headers={"Mock-Session": names[0]})
    assert [verify(clean, operation="listBooks", session=name).json()["matched"] for name in names] == [1, 0]
    listed = [len(clean.get("/_mock/requests", params={"session": name}).json()["requests"]) for name in names]
    assert listed == [1, 0]


@pytest.mark.parametrize(
    ("expected", "differs"),
    [
        ({"with": {"query": {"author": "Bo"}}}, ['query.author is "Ada", not "Bo"']),
        ({"with": {"query": {"size": "10"}}}, ['query.size is 10, not "10"']),
        ({"with": {"query": {"lent": True}}}, ["query.lent is missing"]),
        ({"session": "other", "with": {"query": {"author": "Ada"}}}, ['the session is "mine", not "other"']),
        ({"with": {"query": {"author": "Ada", "size": 11}}}, ["query.size is 10, not 11"]),
    ],
)
def test_a_call_with_other_values_is_reported_with_the_difference(
    called: httpx.Client, expected: dict[str, Any], differs: list[str]
) -> None:
    response = verify(called, operation="listBooks", **expected)
    reported = response.json()
    assert (response.status_code, reported["verified"], reported["matched"]) == (409, False, 0)
    assert differs in [near["differs"] for near in reported["near"]]
    assert all(near["line"] == f"GET {BOOKS} 200" for near in reported["near"])


@pytest.mark.parametrize(
    ("body", "differs"),
    [
        ({"title": "U"}, ['body.title is "T", not "U"']),
        ({"authors": ["A", "C"]}, ['body.authors.1 is "B", not "C"']),
        ({"authors": ["A"]}, ['body.authors is ["A","B"], not ["A"]']),
        ({"isbn": 1}, ["body.isbn is missing"]),
        ([1], ['body is {"title":"T","authors":["A","B"]}, not [1]']),
    ],
)
def test_the_difference_of_a_body_is_reported_with_its_place(
    called: httpx.Client, body: Any, differs: list[str]
) -> None:
    response = verify(called, operation="addBook", **{"with": {"body": body}})
    assert response.status_code == 409
    assert response.json()["near"][0]["differs"] == differs


def test_the_closest_request_comes_first(called: httpx.Client) -> None:
    called.get(f"{BOOKS}?author=Ada&size=11")
    near = verify(called, operation="listBooks", **{"with": {"query": {"author": "Ada", "size": 12}}}).json()["near"]
    assert [len(each["differs"]) for each in near] == [1, 1, 2]


def test_a_request_to_a_similar_address_is_reported(clean: httpx.Client) -> None:
    clean.post("/v1/book", json={"title": "T"})
    clean.get("/v1/stamps/by-query")
    (near,) = verify(clean, operation="addBook").json()["near"]
    assert near["line"] == "POST /v1/book 404"
    assert near["differs"] == ["it is no operation; addBook is POST /v1/books"]


def test_a_request_that_was_refused_before_it_was_read_is_reported(clean: httpx.Client) -> None:
    clean.get(f"{BOOKS}?author=Ada", headers={"Authorization": ""})
    reported = verify(clean, operation="listBooks", **{"with": {"query": {"author": "Ada"}}}).json()
    assert reported["near"][0]["differs"] == ["it got a 401 before it was read"]
    assert verify(clean, operation="listBooks").json()["verified"] is True


def test_too_many_calls_are_reported_with_their_numbers(called: httpx.Client) -> None:
    response = verify(called, operation="listBooks", count={"max": 1})
    reported = response.json()
    assert (response.status_code, reported["matched"], len(reported["requests"])) == (409, 2, 2)
    assert reported["message"] == "listBooks was called 2 times; expected at most 1."
    assert "near" not in reported


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({}, "Name an operation"),
        ({"operation": ["listBooks"]}, "Name an operation"),
        ({"operation": "listBoks"}, "Did you mean listBooks"),
        ({"operation": "zzz"}, "There is no operation 'zzz'"),
        ({"operation": "listBooks", "times": 1}, "There are operation, count, with and session"),
        ({"operation": "listBooks", "count": -1}, "count is a number"),
        ({"operation": "listBooks", "count": True}, "count is a number"),
        ({"operation": "listBooks", "count": {"least": 1}}, "count is a number"),
        ({"operation": "listBooks", "session": 1}, "session is text"),
        ({"operation": "listBooks", "with": []}, "with is an object"),
        ({"operation": "listBooks", "with": {"cookie": {}}}, "with takes path, query, header, body"),
        ({"operation": "listBooks", "with": {"query": "a"}}, "with.query is an object"),
        ({"operation": "listBooks", "with": {"query": {"writer": "A"}}}, "no parameter 'writer'"),
    ],
)
def test_an_expectation_that_cannot_be_is_refused(clean: httpx.Client, expected: dict[str, Any], message: str) -> None:
    response = verify(clean, **expected)
    assert response.status_code == 400
    assert message in response.json()["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_an_invalid_expectation_is_refused(clean: httpx.Client, body: bytes) -> None:
    assert clean.post("/_mock/verify", content=body).status_code == 400
