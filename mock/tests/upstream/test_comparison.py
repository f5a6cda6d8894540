"""What a request and the answer of the real server break of the contract is reported, or fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

SPEC = Path(__file__).parents[1] / "spec"
TOTAL = ("X-Total", "1")
REFUSAL = {"message": "The size is too large."}


def upstream(client: httpx.Client, query: str = "limit=1") -> dict[str, Any]:
    shown: dict[str, Any] = client.get(f"/_mock/requests?{query}").json()["requests"][0]["upstream"]
    return shown


def test_a_breach_names_the_part_of_the_answer_and_the_line_of_the_contract(client: httpx.Client, server: Any) -> None:
    server.answers([{"id": 0, "title": "One"}, {"id": 2}, {"id": 3}], headers=[])
    response = client.get("/v1/books")
    shown = upstream(client)
    assert shown["status"] == 200
    found = [(each["in"], each["field"], each["times"]) for each in shown["breaches"]]
    assert found == [("header", "X-Total", 1), ("body", "0.id", 1), ("body", "1.title", 2)]
    file, line, _ = shown["breaches"][1]["contract"].rsplit(":", 2)
    assert Path(file).resolve() == SPEC / "library/components/schemas/Book.yaml"
    assert "minimum: 1" in Path(file).read_text().splitlines()[int(line) - 1]
    named = response.headers["mock-breaches"]
    assert named.startswith("response header X-Total: is missing; response body 0.id: 0 is less than the minimum of 1")
    assert response.headers["mock-explain"] == f"listBooks: from {server.url}; 4 breaches"
    assert response.json()[0]["id"] == 0


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"status": 500, "body": b"", "media_type": None}, ["status status"]),
        ({"status": 418, "body": b"", "media_type": None}, ["status status"]),
        ({"status": 206}, ["status status"]),
        ({"status": 302, "body": b"", "media_type": None}, ["status status"]),
        ({"body": b"<p>", "media_type": "text/html"}, ["header Content-Type"]),
        ({"body": b"", "media_type": None}, ["header Content-Type"]),
        ({"body": b"{"}, ["body body"]),
        ({"body": b""}, ["body body"]),
        ({"body": {"id": 1}}, ["body body"]),
        ({"body": b'[{"id": 1, "title": ' + b"[" * 900 + b"]" * 900 + b"}]"}, ["body body"]),
        ({"headers": [("X-Total", "many")]}, ["header X-Total"]),
    ],
)
def test_every_part_of_an_answer_is_compared(
    client: httpx.Client, server: Any, reply: dict[str, Any], expected: list[str]
) -> None:
    server.answers(**{"headers": [TOTAL], **reply})
    client.get("/v1/books")
    assert [f"{each['in']} {each['field']}" for each in upstream(client)["breaches"]] == expected


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"body": []},
        {"body": [{"id": 1, "title": "One", "more": None}], "headers": [("x-TOTAL", "0"), ("X-More", "1")]},
        {"media_type": "Application/JSON; charset=utf-8"},
        {"status": 422, "body": REFUSAL},
        {"status": 429, "body": b"Later.", "media_type": "text/plain"},
        {"status": 304, "media_type": None},
    ],
)
def test_a_right_answer_breaks_nothing(client: httpx.Client, server: Any, reply: dict[str, Any]) -> None:
    server.answers(**{"headers": [TOTAL], **reply})
    response = client.get("/v1/books")
    assert upstream(client)["breaches"] == []
    assert "mock-breaches" not in response.headers


def test_a_request_that_breaks_the_contract_is_forwarded_and_reported(client: httpx.Client, server: Any) -> None:
    response = client.get("/v1/books?size=500")
    assert (response.status_code, len(server.got)) == (200, 1)
    assert response.headers["mock-breaches"] == "request query size: 500 is greater than the maximum of 100"
    (entry,) = client.get("/_mock/requests?violations=true").json()["requests"]
    assert entry["violations"][0]["field"] == "size"
    assert entry["upstream"]["breaches"] == []


def test_what_the_contract_does_not_have_is_forwarded_and_reported(client: httpx.Client, server: Any) -> None:
    for method, path in (("PATCH", "/v1/books"), ("GET", "/v1/unknown"), ("GET", "/other")):
        response = client.request(method, path)
        assert response.status_code == 200
        assert response.headers["mock-breaches"] == f"request path {path}: is not in the contract with {method}"
    assert [got.path for got in server.got] == ["/v1/books", "/v1/unknown", "/other"]
    assert client.request("TRACE", "/v1/books").status_code == 405
    assert client.options("/v1/books").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert len(server.got) == 3
    assert client.get("/_mock/report").status_code == 200


def test_the_journal_finds_exchanges_with_breaches(client: httpx.Client, server: Any) -> None:
    client.get("/v1/books")
    client.get("/v1/books?size=5")
    server.answers(headers=[])
    client.get("/v1/books")
    (entry,) = client.get("/_mock/requests?breaches=true").json()["requests"]
    assert entry["operation"] == "listBooks"
    assert len(client.get("/_mock/requests?breaches=false").json()["requests"]) == 2
    assert client.get("/_mock/requests?breaches=yes").status_code == 400


def test_a_long_answer_is_passed_on_whole_and_kept_in_part(client: httpx.Client, server: Any) -> None:
    server.answers([{"id": 1, "title": "One", "text": "x" * 100_000}], headers=[TOTAL])
    assert len(client.get("/v1/books").content) > 100_000
    body = client.get("/_mock/requests?limit=1").json()["requests"][0]["response"]["body"]
    assert (body["cut"], body["size"] > 100_000, len(body["text"])) == (True, True, 64 * 1024)


def test_fail_answers_502_where_the_answer_breaks_what_is_documented(before: Any, server: Any) -> None:
    server.answers([{"id": 0, "title": "One"}], headers=[TOTAL])
    with before(on_breach="fail") as client:
        response = client.get("/v1/books")
        assert response.status_code == 502
        answer = response.json()
        assert (answer["upstream"], answer["status"]) == (server.url, 200)
        assert [each["field"] for each in answer["breaches"]["response"]] == ["0.id"]
        assert response.headers["mock-breaches"].startswith("response body 0.id")
        shown = upstream(client)
        assert (shown["status"], '"id": 0' in shown["body"]["text"]) == (200, True)


def test_fail_lets_a_refusal_of_a_wrong_request_pass_and_not_its_acceptance(before: Any, server: Any) -> None:
    with before(on_breach="fail") as client:
        assert client.get("/v1/books?size=500").status_code == 502
        server.answers(REFUSAL, status=422, headers=[])
        refused = client.get("/v1/books?size=500")
        assert (refused.status_code, refused.json()) == (422, REFUSAL)
        assert refused.headers["mock-breaches"].startswith("request query size")


def test_fail_lets_pass_what_the_contract_only_infers(before: Any, server: Any, tmp_path: Path) -> None:
    spec = tmp_path / "spec"
    inferred = (
        SPEC / "library/components/schemas/Book.yaml"
    ).read_text() + "x-inferred: {required: Read off payloads.}\n"
    for file in (SPEC / "library").rglob("*.*"):
        copied = spec / file.relative_to(SPEC)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(inferred if file.name == "Book.yaml" else file.read_text())
    server.answers([{"id": 1, "title": "One", "sequel": {"id": 2}}], headers=[TOTAL])
    with before(on_breach="fail", spec=spec) as client:
        response = client.get("/v1/books")
        assert (response.status_code, response.headers["mock-breaches"]) == (
            200,
            "response body 0.sequel.title: is missing",
        )
        assert upstream(client)["breaches"][0]["inferred"] == "Read off payloads."
        server.answers(status=202, headers=[TOTAL])
        assert client.get("/v1/books").status_code == 202


def test_an_answer_that_is_not_http_is_a_502_without_what_was_sent(client: httpx.Client, server: Any) -> None:
    for headers in ([("X-Note", "a\x01secret-word")], [("X-Ö", "secret-word")]):
        server.answers(headers=headers)
        response = client.get("/v1/books")
        assert response.status_code == 502
        assert server.url in response.json()["message"]
        assert "secret-word" not in response.text
        assert "bytearray" not in response.text
        assert response.json()["message"].count(".") == server.url.count(".") + 1
