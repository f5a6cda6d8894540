"""The journal: requests, responses and their reasons, without secrets; as JSON and as HAR."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from adcontract_mock.http.exchange import Exchange
from adcontract_mock.journal.journal import KEPT, Journal

SPEC = Path(__file__).parents[1] / "spec"
BOOKS = "/library/v1/v1/books"
JSON = "application/json"


def requests(client: httpx.Client, query: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = client.get(f"/_mock/requests{query}").json()["requests"]
    return entries


def test_a_request_is_listed_with_its_response_and_the_reason(clean: httpx.Client) -> None:
    sent = {"title": "Ö", "authors": ["A"]}
    response = clean.post(f"{BOOKS}?x=1", json=sent, headers={"Mock-Session": "mine"})
    (entry,) = requests(clean)
    assert (entry["method"], entry["path"], entry["query"], entry["session"]) == ("POST", BOOKS, "x=1", "mine")
    assert (entry["document"], entry["operation"], entry["status"]) == ("library-v1", "addBook", 201)
    assert f"addBook: {entry['explain']}" == response.headers["mock-explain"]
    assert json.loads(entry["request"]["body"]["text"]) == sent
    assert entry["response"]["body"]["text"] == response.text
    assert entry["response"]["headers"]["content-type"] == "application/json"
    assert entry["time"].startswith("20")
    assert 0 < entry["milliseconds"] < 5000


def test_a_violation_names_the_line_of_the_contract(clean: httpx.Client) -> None:
    clean.get(f"{BOOKS}?size=500")
    (entry,) = requests(clean)
    (violation,) = entry["violations"]
    assert (violation["in"], violation["field"]) == ("query", "size")
    assert "100" in violation["message"]
    file, line, _ = violation["contract"].rsplit(":", 2)
    assert Path(file).resolve() == SPEC / "library/paths/v1_books.yaml"
    assert "maximum: 100" in Path(file).read_text().splitlines()[int(line) - 1]


def test_requests_without_an_operation_are_listed_too(clean: httpx.Client) -> None:
    clean.get("/library/v1/nope")
    clean.get("/nope")
    clean.request("PATCH", BOOKS)
    clean.get(BOOKS, headers={"Authorization": ""})
    reported = [(entry["status"], entry["document"], entry["operation"]) for entry in requests(clean)]
    assert reported == [
        (401, "library-v1", "listBooks"),
        (405, "library-v1", None),
        (404, None, None),
        (404, "library-v1", None),
    ]


def test_the_mocks_own_pages_are_not_in_the_journal(clean: httpx.Client) -> None:
    clean.get("/_mock/health")
    clean.get("/library/v1/openapi.json")
    assert requests(clean) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1", "2", "3", "4", "5"]),
        ("?operation=listBooks", ["1", "2", "4", "5"]),
        ("?operation=library-v1%20listBooks", ["1", "2", "5"]),
        ("?operation=post-2025-01-31%20listBooks", ["4"]),
        ("?document=post-2025-01-31", ["4"]),
        ("?status=422", ["2"]),
        ("?status=4xx", ["2", "4"]),
        ("?status=none", ["5"]),
        ("?method=post", ["3"]),
        ("?path=v1/parcels", ["4"]),
        ("?session=mine", ["1"]),
        ("?violations=true", ["2"]),
        ("?violations=false&method=GET", ["1", "4", "5"]),
        ("?text=V1/parcels", ["4"]),
        ("?text=size=500", ["2"]),
        ("?text=addbook", ["3"]),
        ("?text=%22title%22:%22t%22", ["3"]),
        ("?text=b%C3%BCcher", ["1"]),
        ("?text=nowhere", []),
        ("?text=", ["1", "2", "3", "4", "5"]),
        ("?limit=2", ["4", "5"]),
        ("?limit=0", []),
    ],
)
def test_the_journal_is_filtered(clean: httpx.Client, query: str, expected: list[str]) -> None:
    clean.get(f"{BOOKS}?n=1&author=B%C3%BCcher", headers={"Mock-Session": "mine"})
    clean.get(f"{BOOKS}?n=2&size=500")
    clean.post(f"{BOOKS}?n=3", json={"title": "T"})
    clean.get("/v1/parcels?n=4", headers={"X-Key": ""})
    with contextlib.suppress(httpx.HTTPError):
        clean.get(f"{BOOKS}?n=5", headers={"Prefer": "fault=reset"})
    assert [entry["query"][2] for entry in requests(clean, query)][::-1] == expected


def test_a_list_may_have_no_headers_and_bodies_and_each_request_is_there_whole(clean: httpx.Client) -> None:
    clean.post(f"{BOOKS}?n=1", json={"title": 1})
    (whole,) = requests(clean)
    (listed,) = requests(clean, "?details=false")
    counted = {"violation_count": len(whole["violations"]), "breach_count": None}
    left_out = ("request", "response", "violations", "upstream")
    assert listed == {name: value for name, value in whole.items() if name not in left_out} | counted
    assert clean.get(f"/_mock/requests/{whole['id']}").json() == whole
    missing = clean.get(f"/_mock/requests/{whole['id'] + 1}")
    assert (missing.status_code, "no longer" in missing.json()["message"]) == (404, True)


def test_a_list_without_details_is_short_whatever_was_sent(clean: httpx.Client) -> None:
    assert clean.post(BOOKS, json={"title": "T", "authors": list(range(5000))}).status_code == 422
    listed = clean.get("/_mock/requests?details=false")
    assert listed.json()["requests"][0]["violation_count"] == 5000
    assert len(listed.content) < 1000


def test_a_text_is_not_found_in_a_credential(clean: httpx.Client) -> None:
    clean.get("/v1/parcels?X-Key=secret-1&n=1")
    clean.post(BOOKS, json={"title": "T", "X-Key": "secret-2"})
    assert len(requests(clean, "?text=x-key")) == 2
    assert requests(clean, "?text=secret") == []


def test_later_requests_are_found_by_the_last_number(clean: httpx.Client) -> None:
    clean.get(BOOKS)
    last = clean.get("/_mock/requests").json()["last"]
    assert requests(clean, f"?after={last}") == []
    clean.delete("/_mock/requests")
    clean.get(f"{BOOKS}?size=3")
    (entry,) = requests(clean, f"?after={last}")
    assert (entry["id"], entry["query"]) == (last + 1, "size=3")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?staus=422", "'staus'"),
        ("?limit=-1", "limit is a whole number"),
        ("?after=%C2%B2", "after is a whole number"),
        ("?violations=yes", "violations is true or false"),
    ],
)
@pytest.mark.parametrize("page", ["requests", "requests.har", "report", "report.html"])
def test_an_unknown_filter_is_refused(clean: httpx.Client, page: str, query: str, message: str) -> None:
    response = clean.get(f"/_mock/{page}{query}")
    assert response.status_code == 400
    assert message in response.json()["message"]


def test_an_unknown_amount_of_detail_is_refused(clean: httpx.Client) -> None:
    response = clean.get("/_mock/requests?details=some")
    assert (response.status_code, response.json()["message"]) == (400, "details is true or false, not 'some'.")


def test_no_credential_is_shown(clean: httpx.Client) -> None:
    secret = "s3cr3t"
    clean.get(f"{BOOKS}?size=1&key={secret}", headers={"Authorization": f"Bearer {secret}"})
    clean.get(BOOKS, headers={"Authorization": secret, "Proxy-Authorization": f"Basic {secret}"})
    clean.get("/v1/parcels?weight=1", headers={"X-Key": secret})
    clean.get(f"/v1/stamps/by-query?%6bey={secret}&a=b%20c")
    clean.get("/v1/stamps/by-cookie", headers={"Cookie": f"session={secret}"})
    clean.get("/nope", headers={"X-Key": secret, "Authorization": f"Odd {secret}"})
    for page in ("requests", "requests.har", "report", "report.html"):
        assert secret not in clean.get(f"/_mock/{page}").text, page
    shown = [entry["request"]["headers"].get("authorization") for entry in requests(clean)[::-1]]
    assert shown[:2] == ["Bearer [redacted]", "[redacted]"]
    assert requests(clean, "?path=by-query")[0]["query"] == "%6bey=[redacted]&a=b%20c"


WRONG_PLACES: dict[str, dict[str, Any]] = {
    "a header named like a parameter": {"headers": {"Key": "{}"}},
    "a header named like a cookie": {"headers": {"SESSION": "{}"}},
    "another case": {"params": {"KEY": "{}"}},
    "a parameter named like a header": {"params": {"x-key": "{}"}},
    "a parameter named like the usual header": {"params": {"authorization": "Bearer {}"}},
    "the address of a page": {"headers": {"Referer": "https://example.com/?a=1&Key={}&b=2"}},
    "a link": {"headers": {"X-Link": "<https://example.com/?%6bey={}>; rel=next"}},
    "a field of JSON": {"json": {"title": "T", "inner": [{"Key": "{}"}]}},
    "a list in JSON": {"json": {"title": "T", "key": ["a]", "{}"]}},
    "an escaped name in JSON": {"content": b'{"title": "T", "\\u006bey": "{}"}', "headers": {"Content-Type": JSON}},
    "a broken body": {"content": b'{"key": "{}', "headers": {"Content-Type": JSON}},
    "a form": {"data": {"title": "T", "Key": "{}"}},
    "a form with files": {"data": {"X-KEY": "{}"}, "files": {"file": b"\xff"}},
}

ANYWHERE: dict[str, dict[str, Any]] = {
    "an unknown header": {"headers": {"X-Other": "{}"}},
    "an unknown parameter": {"params": {"other": "{}"}},
    "a name": {"params": {"{}": "x"}},
    "a known parameter": {"params": {"size": "{}"}},
    "an unknown field": {"json": {"title": "T", "other": "{}"}},
    "a value that the response has": {"json": {"title": "{}"}},
    "text": {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
    "the end of what is kept": {"content": b"x" * (KEPT - 6) + b"{}", "headers": {"Content-Type": "text/plain"}},
}


def filled(value: Any, secret: str) -> Any:
    if isinstance(value, dict):
        return {filled(name, secret): filled(each, secret) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, secret) for each in value]
    if isinstance(value, bytes):
        return value.replace(b"{}", secret.encode())
    return value.replace("{}", secret)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("place", WRONG_PLACES)
def test_a_credential_in_a_wrong_place_is_not_shown(clean: httpx.Client, method: str, place: str) -> None:
    secret = "s3cr3t"
    clean.request(method, BOOKS, **filled(WRONG_PLACES[place], secret))
    for page in ("requests", "requests.har"):
        shown = clean.get(f"/_mock/{page}").text
        assert "s3cr" not in shown, page
        assert "[redacted]" in shown or method != "GET"


@pytest.mark.parametrize("place", [*WRONG_PLACES, *ANYWHERE, "the path", "a verified value"])
def test_a_known_token_is_shown_nowhere(serve: Any, place: str) -> None:
    secret = "bob:s3cr3t/+=<é>"
    forms = ("s3cr3t", base64.b64encode(secret.encode()).decode().rstrip("="))
    with serve(SPEC, token=secret) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        client.headers["X-Pair"] = base64.b64encode(secret.encode()).decode()
        sent = filled({**WRONG_PLACES, **ANYWHERE}.get(place, {}), secret)
        if "headers" in sent:
            sent["headers"] = {name: value.encode() for name, value in sent["headers"].items()}
        path = f"/{quote(secret)}" if place == "the path" else ""
        client.post(f"{BOOKS}{path}", **sent)
        client.get(f"{BOOKS}{path}", params=sent.get("params"), headers=sent.get("headers"))
        body = {"operation": "addBook", "with": {"body": {"title": secret}}, "count": 5}
        pages = {page: client.get(f"/_mock/{page}").text for page in ("requests", "requests.har", "report")}
        pages["verify"] = client.post("/_mock/verify", json=body).text
    for shown in pages.values():
        assert not any(form in shown for form in forms), shown
    assert json.loads(pages["requests.har"])["log"]["version"] == "1.2"


def test_the_beginning_of_a_known_token_is_not_shown_where_a_text_is_cut(serve: Any) -> None:
    with serve(SPEC, token="abcdefghij" * 4) as client:
        client.headers["Authorization"] = f"Bearer {'abcdefghij' * 4}"
        for length in range(0, 400, 9):
            client.get(BOOKS, params={"size": "x" * length + "abcdefghij" * 4})
        shown = client.get("/_mock/requests").text
        assert "abcdef" not in shown, shown[shown.index("abcdef") - 40 : shown.index("abcdef") + 60]


def test_a_long_body_is_shortened_and_a_binary_one_named(clean: httpx.Client) -> None:
    clean.post(BOOKS, json={"title": "é" * KEPT})
    clean.get("/v1/archive")
    archive, long = requests(clean)
    assert long["request"]["body"]["cut"] is True
    assert long["request"]["body"]["size"] > 2 * KEPT
    assert len(long["request"]["body"]["text"].encode()) <= KEPT
    assert long["status"] == 201
    assert archive["response"]["body"] == {"size": 22, "binary": True}


def test_the_oldest_is_forgotten_first() -> None:
    journal = Journal(size=3)
    for number in range(5):
        journal.record(Exchange(0.0, "GET", b"/%d" % number, b"", ()))
    assert [(number, exchange.path) for number, exchange in journal.newest()] == [(5, b"/4"), (4, b"/3"), (3, b"/2")]


def test_a_har_has_everything_that_browsers_need(clean: httpx.Client) -> None:
    clean.get(f"{BOOKS}?author=J%C3%B6rg")
    clean.post(BOOKS, json={"title": "T"})
    clean.get("/v1/archive")
    response = clean.get("/_mock/requests.har?operation=listBooks")
    assert "mock.har" in response.headers["content-disposition"]
    (only,) = response.json()["log"]["entries"]
    assert only["request"]["queryString"] == [{"name": "author", "value": "Jörg"}]
    log = clean.get("/_mock/requests.har").json()["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "adcontract")
    listed, added, archive = log["entries"]
    assert listed["request"]["url"] == f"{str(clean.base_url).rstrip('/')}{BOOKS}?author=J%C3%B6rg"
    assert listed["response"]["statusText"] == "OK"
    assert json.loads(added["request"]["postData"]["text"]) == {"title": "T"}
    assert added["request"]["postData"]["mimeType"] == "application/json"
    content = archive["response"]["content"]
    assert (content["encoding"], base64.b64decode(content["text"])[:2]) == ("base64", b"PK")
    for entry in log["entries"]:
        assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
        assert entry["timings"]["wait"] == entry["time"] >= 0
        assert entry["request"].keys() >= {"method", "url", "httpVersion", "cookies", "headers", "queryString"}
        assert entry["response"]["bodySize"] == entry["response"]["content"]["size"] > 0
