"""The addresses of the mock, and its responses to valid and faulty requests."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import Schemas, load

if TYPE_CHECKING:
    import httpx

SPEC = Path(__file__).parents[1] / "spec"
LIBRARY = "/library/v1/v1/books"


def test_a_document_is_served_under_its_api_and_snapshot(small: httpx.Client) -> None:
    assert small.get(LIBRARY).json() == [{"id": 2, "title": "Zeno"}, {"id": 1, "title": "Äiti"}]


@pytest.mark.parametrize("path", ["/v1/books", "/v1/parcels?weight=1", "/v1/stamps/by-query?key=k"])
def test_three_apis_are_served_at_the_paths_of_their_vendors(small: httpx.Client, path: str) -> None:
    assert small.get(path, headers={"X-Key": "k"}).is_success


def test_operations_of_one_name_in_two_apis_are_kept_apart(small: httpx.Client) -> None:
    assert small.get("/v1/parcels?weight=1", headers={"X-Key": "k"}).json() == [{"parcel": 1}]
    assert small.get("/v1/parcels?weight=1").json() == [{"code": "no_key"}]


def test_a_literal_path_goes_before_a_template(small: httpx.Client) -> None:
    assert small.get(f"{LIBRARY}/newest").json()["title"] == "Newest"


def test_a_segment_may_hold_more_than_one_parameter(small: httpx.Client) -> None:
    response = small.get(f"{LIBRARY}/a%2Fb/pages/12.txt")
    assert (response.status_code, response.text, response.headers["content-type"]) == (
        200,
        "Once upon a time",
        "text/plain",
    )


def test_head_is_answered_wherever_get_is(small: httpx.Client) -> None:
    response, full = small.head(LIBRARY), small.get(LIBRARY)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == full.headers["content-length"]


def test_a_body_that_is_nested_too_deep_is_refused(small: httpx.Client) -> None:
    body = '{"title": ' + "[" * 900 + "]" * 900 + "}"
    response = small.post(LIBRARY, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, "nested too deep" in response.text) == (422, True)


# requests outside the contract


@pytest.mark.parametrize("path", ["/library/v1/v1/bookz", "/library/v1", "/library/v1/v1/books/", "/v1/books/7/covers"])
def test_an_unknown_path_gets_the_response_of_its_contract(small: httpx.Client, path: str) -> None:
    response = small.get(path)
    assert (response.status_code, response.json()) == (404, {"message": "Nothing here."})


def test_an_unknown_path_at_the_root_gets_the_response_of_the_api_it_starts_like(small: httpx.Client) -> None:
    assert small.get("/v1/parcels/12").json() == [{"code": "no_route"}]


@pytest.mark.parametrize("path", ["/", "/nope", "/v1/nope", "/library/v7/v1/books"])
def test_an_unknown_path_of_no_api_says_where_the_documents_are(small: httpx.Client, path: str) -> None:
    response = small.get(path)
    assert response.status_code == 404
    assert response.json()["documents"] == ["/library/v1", "/post/2024-06-30", "/post/2025-01-31", "/stamps/v2"]


@pytest.mark.parametrize(
    "path", ["/v1/books/seven", "/v1/books/1.5", "/v1/books/7/pages/one.txt", "/v1/books/7/pages/1.pdf"]
)
def test_a_path_value_that_the_contract_does_not_know_is_an_unknown_path(small: httpx.Client, path: str) -> None:
    response = small.get(path, headers={"Authorization": ""})
    assert (response.status_code, response.json()) == (404, {"message": "Nothing here."})


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "QUERY"])
def test_an_unknown_method_is_refused_with_the_methods_of_the_path(small: httpx.Client, method: str) -> None:
    response = small.request(method, f"{LIBRARY}/7")
    assert (response.status_code, response.json()) == (405, {"message": "Not so."})
    assert response.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_options_lists_the_methods_of_a_path_without_credentials(small: httpx.Client) -> None:
    response = small.options(f"{LIBRARY}/7", headers={"Authorization": ""})
    assert (response.status_code, response.content, response.headers["allow"]) == (
        204,
        b"",
        "DELETE, GET, HEAD, OPTIONS",
    )
    assert small.options("/library/v1/v1/nope").status_code == 404


# credentials


def test_a_request_without_credentials_gets_the_documented_body_and_headers(small: httpx.Client) -> None:
    response = small.get(LIBRARY, headers={"Authorization": ""})
    assert (response.status_code, response.json()) == (401, {"message": "Who are you?"})
    assert (response.headers["www-authenticate"], response.headers["x-remaining"]) == ("Bearer", "300")
    assert "x-trace" not in response.headers, "the contract shows no value of it"


def test_an_operation_with_its_own_401_responds_with_that(small: httpx.Client) -> None:
    response = small.post(LIBRARY, headers={"Authorization": ""}, json={"title": "T"})
    assert (response.status_code, response.content, response.headers["x-door"]) == (401, b"", "closed")


def test_an_operation_without_a_401_answers_as_its_api_does(small: httpx.Client) -> None:
    assert small.delete(f"{LIBRARY}/7", headers={"Authorization": ""}).json() == {"message": "Who are you?"}


@pytest.mark.parametrize("sent", ["anything", "Bearer", "bearer", "Basic YTpi"])
def test_a_header_without_a_bearer_token_is_not_a_credential(small: httpx.Client, sent: str) -> None:
    assert small.get(LIBRARY, headers={"Authorization": sent}).status_code == 401


def test_the_word_before_a_token_is_read_in_any_case(small: httpx.Client) -> None:
    assert small.get(LIBRARY, headers={"Authorization": "bEARER x"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("by-query", {"params": {"key": "k"}}, {"params": {"key": ""}}),
        ("by-cookie", {"headers": {"Cookie": "a=b; session=s"}}, {"headers": {"Cookie": "session="}}),
        ("by-password", {"headers": {"Authorization": "Basic YTpi"}}, {"headers": {"Authorization": "Bearer x"}}),
        (
            "by-both",
            {"params": {"key": "k"}, "headers": {"Cookie": "session=s"}},
            {"params": {"key": "k"}, "headers": {"Cookie": "other=s"}},
        ),
    ],
)
def test_every_way_to_send_credentials_is_read(
    small: httpx.Client, path: str, good: dict[str, dict[str, str]], bad: dict[str, dict[str, str]]
) -> None:
    assert small.get(f"/v1/stamps/{path}", **good).status_code == 204
    assert small.get(f"/v1/stamps/{path}", **bad).status_code == 401


def test_an_operation_without_security_wants_no_credentials(small: httpx.Client) -> None:
    response = small.get("/library/v1/v1/health", headers={"Authorization": ""})
    assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"", "0")


def test_with_a_token_only_that_token_is_valid(serve: Any) -> None:
    with serve(SPEC, token="secret") as client:
        assert client.get(LIBRARY, headers={"Authorization": "Bearer secret"}).status_code == 200
        assert client.get(LIBRARY, headers={"Authorization": "Bearer other"}).status_code == 401
        assert client.get("/v1/parcels?weight=1", headers={"X-Key": "secret"}).status_code == 200
        assert client.get("/v1/parcels?weight=1", headers={"X-Key": "Bearer secret"}).status_code == 401


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        ("bob:pw", "Basic Ym9iOnB3", 204),
        ("bob:pw", "basic Ym9iOnB3", 204),
        ("bob:pw", "Basic bob:pw", 401),
        ("bob:pw", "Basic Ym9iOnB4", 401),
        ("bob", "Basic Ym9iOg==", 204),
        ("bob", "Basic Ym9i", 401),
    ],
)
def test_a_token_is_the_user_and_the_password_of_basic(serve: Any, token: str, sent: str, status: int) -> None:
    with serve(SPEC, token=token) as client:
        assert client.get("/v1/stamps/by-password", headers={"Authorization": sent}).status_code == status


# invalid requests


def test_every_fault_of_a_request_is_reported_in_the_form_of_the_contract(small: httpx.Client) -> None:
    response = small.get(LIBRARY, params={"size": 500, "lent": "maybe"})
    assert response.status_code == 422
    assert response.json() == {
        "message": "size: 500 is greater than the maximum of 100 (and 1 more)",
        "errors": {
            "size": ["size: 500 is greater than the maximum of 100"],
            "lent": ['lent: "maybe" is not of type "boolean"'],
        },
    }


def test_another_contract_reports_faults_in_another_form(small: httpx.Client) -> None:
    response = small.get("/v1/parcels", headers={"X-Key": "k"})
    reported = {"code": "bad", "place": "query", "field": "weight", "detail": "weight is missing"}
    assert (response.status_code, response.json()) == (422, [reported])


def test_the_faults_inside_a_body_are_reported_by_field(small: httpx.Client) -> None:
    response = small.post(LIBRARY, json={"title": "", "authors": ["A", 2]})
    assert response.status_code == 422
    assert response.json()["errors"].keys() == {"title", "authors.1"}


def test_credentials_are_asked_for_before_a_request_is_judged(small: httpx.Client) -> None:
    assert small.get(LIBRARY, params={"size": 500}, headers={"Authorization": ""}).status_code == 401


@pytest.mark.parametrize(("content", "media_type"), [(b"{", "application/json"), (b"title=T", "text/plain")])
def test_a_body_that_cannot_be_read_is_malformed(small: httpx.Client, content: bytes, media_type: str) -> None:
    response = small.post(LIBRARY, content=content, headers={"Content-Type": media_type})
    assert response.status_code == 400
    assert response.json()["message"].startswith("body ")


@pytest.mark.parametrize(("key", "status"), [("[a]", 200), ("[]", 200), ("[a]b]", 200), ("", 422), ("[a][b]", 422)])
def test_an_object_in_the_query_is_written_with_its_keys(small: httpx.Client, key: str, status: int) -> None:
    assert small.get(LIBRARY, params={f"tags{key}": "x"}).status_code == status


def test_a_whole_number_may_have_any_length(small: httpx.Client) -> None:
    assert small.get(f"{LIBRARY}/{'9' * 40}").status_code == 200


def test_a_very_long_value_is_not_repeated_in_full(small: httpx.Client) -> None:
    response = small.get(LIBRARY, params={"size": "x" * 5000})
    assert (response.status_code, len(response.content) < 1000) == (422, True)


# success


def test_documented_headers_come_with_a_documented_response(small: httpx.Client) -> None:
    response = small.get(LIBRARY)
    assert (response.headers["x-total"], response.headers["content-type"]) == ("2", "application/json")


def test_the_example_of_a_request_is_the_response_to_it_and_to_any_that_contains_it(small: httpx.Client) -> None:
    expected = [{"id": 1, "title": "Äiti"}]
    assert small.get(LIBRARY, params={"author": "Pauli", "size": "10"}).json() == expected
    assert small.get(LIBRARY, params={"author": "Pauli", "size": 10, "tags[x]": "y"}).json() == expected
    assert small.get(LIBRARY, params={"author": "Pauli", "size": 11}).json() != expected


def test_an_example_may_answer_one_pair_of_an_object(small: httpx.Client) -> None:
    assert small.get(LIBRARY, params={"tags[genre]": "novel", "tags[x]": "y"}).json() == [{"id": 2, "title": "Zeno"}]
    assert len(small.get(LIBRARY, params={"tags[genre]": "crime"}).json()) == 2


def test_an_example_may_answer_a_body(small: httpx.Client) -> None:
    assert small.post(LIBRARY, json={"authors": ["A", "B"], "title": "Trilogy"}).json()["id"] == 4
    other = small.post(LIBRARY, json={"authors": ["B", "A"], "title": "Trilogy"})
    assert (other.status_code, other.json()["title"]) == (201, "Usual")


def test_an_undocumented_success_is_generated_from_the_schema(small: httpx.Client) -> None:
    response = small.get("/library/v1/v1/shelves")
    contract = load("library", spec=SPEC)
    schema = "/paths/~1v1~1shelves/get/responses/200/content/application~1json/schema"
    assert Schemas(contract.document).faults(schema, response.json()) == []
    assert response.json() == small.get("/v1/shelves").json(), "the same each time"


def test_an_archive_is_an_archive(small: httpx.Client) -> None:
    response = small.get("/library/v1/v1/archive")
    assert response.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(response.content)).namelist() == []


def test_a_response_without_content_has_no_body(small: httpx.Client) -> None:
    response = small.delete(f"{LIBRARY}/7")
    assert (response.status_code, response.content) == (204, b"")
    assert not response.headers.keys() & {"content-type", "content-length"}


def test_a_body_that_may_be_left_out_may_be_left_out(small: httpx.Client) -> None:
    assert small.post("/v1/parcels").status_code == 202


def test_a_large_body_is_read_whole(small: httpx.Client) -> None:
    authors = [f"author {number}" for number in range(50_000)]
    assert small.post(LIBRARY, content=json.dumps({"title": "T", "authors": authors})).status_code == 201


@pytest.mark.parametrize(
    ("method", "reported"),
    [
        ("GET", "v1_broken.yaml:9:11: generate: No value was found that fits this schema."),
        ("POST", "v1_broken.yaml:31:7: x-body: This CEL expression cannot be evaluated: "),
    ],
)
def test_a_contract_that_lacks_the_response_is_reported_with_its_position(
    small: httpx.Client, method: str, reported: str
) -> None:
    response = small.request(method, "/v1/broken")
    assert response.status_code == 500
    assert reported in response.json()["message"]


# browsers


def test_a_page_of_this_machine_may_ask_with_its_cookies_and_read_every_header(small: httpx.Client) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asked = {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization,prefer"}
    preflight = small.options(f"{LIBRARY}/7", headers=origin | asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == origin["Origin"]
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert "DELETE" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "authorization,prefer"
    for response in (small.get(LIBRARY, headers=origin), small.get(LIBRARY, headers=origin | {"Authorization": ""})):
        assert response.headers["access-control-allow-origin"] == origin["Origin"]
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in response.headers["vary"]
        exposed = response.headers["access-control-expose-headers"].split(", ")
        assert {"X-Total", "X-Remaining", "Mock-Explain", "Preference-Applied"} <= set(exposed)
