"""The consumer report: which operations, statuses and fields of the contracts a client uses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

BOOKS = "/v1/books"


def report(client: httpx.Client, query: str = "") -> dict[str, Any]:
    reported: dict[str, Any] = client.get(f"/_mock/report{query}").json()
    return reported


def library(client: httpx.Client, query: str = "") -> dict[str, Any]:
    return next(each for each in report(client, query)["documents"] if each["document"] == "library-v1")


@pytest.fixture
def used(clean: httpx.Client) -> httpx.Client:
    clean.get(f"{BOOKS}?size=10&tags[genre]=novel&sort=up", headers={"Mock-Session": "mine"})
    clean.get(f"{BOOKS}?size=500")
    clean.get(f"{BOOKS}?size=600", headers={"Authorization": ""})
    clean.post(BOOKS, json={"title": "T", "pages": {"count": 3}, "authors": ["A"]})
    clean.get("/v1/bookz")
    clean.get("/v1/bookz")
    return clean


def test_operations_are_listed_by_whether_they_are_used(used: httpx.Client) -> None:
    reported = library(used)
    assert [operation["operation"] for operation in reported["used"]] == ["listBooks", "addBook"]
    assert {"operation": "getBook", "method": "GET", "path": "/v1/books/{book_id}"} in reported["unused"]
    assert len(reported["used"]) + len(reported["unused"]) == 9
    assert (reported["requests"], report(used)["requests"]) == (4, 6)


def test_a_connection_without_a_response_is_counted_as_such(clean: httpx.Client) -> None:
    with pytest.raises(httpx.TransportError):
        clean.get("/v1/books", headers={"Prefer": "fault=reset"})
    assert [each["statuses"] for each in library(clean)["used"]] == [{"no response": 1}]


def test_statuses_and_violations_are_counted(used: httpx.Client) -> None:
    listed = library(used)["used"][0]
    assert listed["statuses"] == {"200": 1, "401": 1, "422": 1}
    assert listed["unused_statuses"] == []
    (violation,) = listed["violations"]
    assert (violation["in"], violation["field"], violation["requests"]) == ("query", "size", 1)


def test_fields_are_listed_by_whether_they_are_sent_and_documented(used: httpx.Client) -> None:
    listed, added = library(used)["used"]
    assert listed["fields"] == {"query.size": 2, "query.tags": 1}
    assert listed["unused_fields"] == ["query.author", "query.lent"]
    assert listed["undocumented_fields"] == {"query.sort": 1}
    assert added["fields"] == {"body.title": 1, "body.authors": 1}
    assert added["undocumented_fields"] == {"body.pages": 1, "body.pages.count": 1}


def test_requests_outside_the_contracts_are_listed(used: httpx.Client) -> None:
    assert report(used)["unknown"] == [{"request": "GET /v1/bookz 404", "requests": 2}]


def test_the_report_can_be_of_one_session(used: httpx.Client) -> None:
    (listed,) = library(used, "?session=mine")["used"]
    assert listed["requests"] == 1


def test_a_credential_in_the_query_is_not_a_field(clean: httpx.Client) -> None:
    clean.get("/v1/stamps/by-query?key=k")
    stamps = next(each for each in report(clean)["documents"] if each["document"] == "stamps-v2")
    assert stamps["used"][0]["undocumented_fields"] == {}


def test_the_page_shows_the_same(used: httpx.Client) -> None:
    page = used.get("/_mock/report.html?session=mine")
    assert page.headers["content-type"].startswith("text/html")
    for text in ("session mine", "1 of 9 operations used", "query.sort", "8 operations never called"):
        assert text in page.text


def test_values_from_a_client_are_text_on_the_page(clean: httpx.Client) -> None:
    clean.get(f"{BOOKS}?<script>alert(1)</script>=1")
    clean.post(BOOKS, json={"title": "T", "<img src=x>": 1})
    page = clean.get("/_mock/report.html?path=%3Cb%3E").text + clean.get("/_mock/report.html").text
    assert "<script>" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x&gt;" in page
