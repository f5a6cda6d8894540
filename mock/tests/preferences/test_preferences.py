"""A client prefers a response: with `Prefer` (RFC 7240), in the query, or for its session; and learns the reason."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from adcontract_mock.preferences.prefer_header import preferences
from adcontract_mock.preferences.registry import PREFERENCES
from adcontract_mock.preferences.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

BOOK = "/library/v1/v1/books/7"


def test_a_declared_status_is_answered_as_documented(small: httpx.Client) -> None:
    response = small.get(BOOK, headers={"Prefer": "code=404"})
    assert (response.status_code, response.json()) == (404, {"message": "Nothing here."})
    assert response.headers["preference-applied"] == "code=404"


def test_a_declared_status_without_an_example_is_generated_from_its_schema(small: httpx.Client) -> None:
    response = small.post("/v1/books", json={"title": "T"}, headers={"Prefer": "code=409"})
    assert response.status_code == 409
    assert isinstance(response.json()["message"], str)


def test_a_status_that_is_not_declared_is_refused_with_those_that_are(small: httpx.Client) -> None:
    response = small.get(BOOK, headers={"Prefer": "code=500"})
    assert response.status_code == 400
    assert response.json()["declared"] == ["200", "401", "404"]
    assert "preference-applied" not in response.headers


def test_credentials_and_the_request_come_before_preferences(small: httpx.Client) -> None:
    prefer = {"Prefer": "code=404"}
    assert small.get(BOOK, headers=prefer | {"Authorization": ""}).status_code == 401
    assert small.post("/v1/books", json={}, headers=prefer).status_code == 422


def test_the_documented_response_to_a_faulty_request_can_be_seen_with_a_sound_one(garden: httpx.Client) -> None:
    response = garden.post("/plants", json={"id": 1, "name": "Fir"}, headers={"Prefer": "code=422"})
    assert (response.status_code, response.json()) == (422, {"problem": "something"})


# the payload


def test_an_example_is_chosen_by_its_name(garden: httpx.Client) -> None:
    response = garden.get("/plants", headers={"Prefer": "example=none"})
    assert response.json() == {"total": 0, "plants": []}
    assert response.headers["preference-applied"] == "example=none"
    assert response.headers["mock-explain"] == "listPlants: Prefer example=none"


def test_an_example_is_one_of_the_status_that_is_chosen_with_it(garden: httpx.Client) -> None:
    response = garden.get("/plants/1", headers={"Prefer": "code=404, example=dead"})
    assert (response.status_code, response.json()) == (404, {"problem": "it is dead"})
    assert response.headers["preference-applied"] == "code=404, example=dead"
    assert garden.get("/plants/1", headers={"Prefer": "code=404"}).json() == {"problem": "no such plant"}


@pytest.mark.parametrize(
    ("prefer", "known"),
    [("example=nobody", ["default", "none", "blue"]), ("code=503, example=default", [])],
)
def test_an_unknown_example_is_refused_with_those_of_the_status(
    garden: httpx.Client, prefer: str, known: list[str]
) -> None:
    response = garden.get("/plants", headers={"Prefer": prefer})
    assert (response.status_code, sorted(response.json()["examples"])) == (400, sorted(known))
    assert "preference-applied" not in response.headers


def test_the_example_of_a_request_needs_no_preference(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"color": "blue"})
    assert response.json()["plants"][0]["name"] == "Iris"
    assert response.headers["mock-explain"] == "listPlants: example blue, which matches the request"
    chosen = garden.get("/plants", params={"color": "blue"}, headers={"Prefer": "example=default"})
    assert chosen.json()["total"] == 2


def test_a_dynamic_body_is_the_same_for_the_same_seed_and_request(garden: httpx.Client) -> None:
    def made(prefer: str, path: str = "/plants?color=red", **headers: str) -> object:
        response = garden.get(path, headers={"Prefer": prefer, **headers})
        assert response.headers["preference-applied"] == prefer
        return response.json()

    first = made("dynamic=true, seed=7")
    assert first == made("dynamic=true, seed=7")
    assert first == made("dynamic=true, seed=7", "/garden/v1/plants?color=red"), "the same request elsewhere"
    assert first != made("dynamic=true, seed=8")
    assert first != made("dynamic=true, seed=7", "/plants?color=green")
    assert made("dynamic=true") == made("dynamic=true")


def test_a_switch_may_be_written_without_a_value(garden: httpx.Client) -> None:
    response = garden.get("/plants", headers={"Prefer": "dynamic"})
    assert response.headers["preference-applied"] == "dynamic=true"
    assert "preference-applied" not in garden.get("/plants", headers={"Prefer": "dynamic=false"}).headers


def test_a_dynamic_body_looks_like_the_documented_one(garden: httpx.Client) -> None:
    plants = garden.get("/plants", headers={"Prefer": "dynamic=true, seed=3"}).json()["plants"]
    for plant in plants:
        assert re.fullmatch(r"2025-\d\d-\d\d \d\d:\d\d:\d\d", plant["planted_at"])


def test_a_dynamic_body_may_be_of_any_status(garden: httpx.Client) -> None:
    response = garden.get("/plants/1", headers={"Prefer": "code=404, dynamic=true, seed=1"})
    assert (response.status_code, response.json().keys()) == (404, {"problem"})
    assert response.json() != {"problem": "no such plant"}
    assert response.headers["preference-applied"] == "code=404, dynamic=true, seed=1"


def test_a_seed_alone_changes_only_undocumented_bodies(garden: httpx.Client) -> None:
    response = garden.get("/plants", headers={"Prefer": "seed=5"})
    assert (response.json()["total"], "preference-applied" in response.headers) == (2, False)
    made = [garden.get("/plants/1", headers={"Prefer": f"seed={seed}"}) for seed in (1, 2)]
    assert made[0].json() != made[1].json()
    assert made[0].headers["preference-applied"] == "seed=1"


# time


def test_a_response_can_be_delayed(garden: httpx.Client) -> None:
    for prefer, least in (("delay=120", 0.12), ("delay=60-90", 0.06), ("code=503, delay=60", 0.06)):
        began = time.monotonic()
        response = garden.get("/plants", headers={"Prefer": prefer})
        assert least <= time.monotonic() - began < least + 2
        assert response.headers["preference-applied"] == prefer


def test_refusals_are_delayed_too(garden: httpx.Client) -> None:
    began = time.monotonic()
    response = garden.get("/plants", headers={"Prefer": "delay=100, code=503", "Authorization": ""})
    assert (response.status_code, response.headers["preference-applied"]) == (401, "delay=100")
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("delay", ["fast", "-5", "1.5", "100-50", "60001", "5-", "", "1" * 30])
def test_a_delay_that_cannot_be_read_is_refused_with_how_it_is_written(garden: httpx.Client, delay: str) -> None:
    response = garden.get("/plants", headers={"Prefer": f'delay="{delay}"'})
    assert (response.status_code, response.json()["known"]) == (400, ["200", "100-500"])


# in the query


def test_a_preference_may_stand_in_the_query_for_a_browser(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"color": "red", "__code": "503", "__delay": "1"})
    assert (response.status_code, response.headers["preference-applied"]) == (503, "code=503, delay=1")
    assert response.headers["mock-explain"] == "listPlants: query code=503; generated from the schema"


def test_a_preference_is_not_part_of_the_request(garden: httpx.Client) -> None:
    headers = {"Prefer": "dynamic=true, seed=7"}
    in_query = garden.get("/plants?__seed=7&color=red&__dynamic=true").json()
    assert in_query == garden.get("/plants?color=red", headers=headers).json()


INVALID = {"dynamic": "maybe", "state": "odd", "delay": "x", "fault": "no"}


@pytest.mark.parametrize("first", INVALID)
@pytest.mark.parametrize("second", INVALID)
def test_of_several_invalid_preferences_the_first_in_the_list_is_named(
    garden: httpx.Client, first: str, second: str
) -> None:
    named = min((first, second), key=list(PREFERENCES).index)
    expected = garden.get("/plants", headers={"Prefer": f"{named}={INVALID[named]}"}).json()
    in_header = garden.get("/plants", headers={"Prefer": f"{first}={INVALID[first]}, {second}={INVALID[second]}"})
    in_both = garden.get(f"/plants?__{first}={INVALID[first]}", headers={"Prefer": f"{second}={INVALID[second]}"})
    assert [in_header.json(), in_both.json()] == [expected, expected]


@pytest.mark.parametrize("invalid", INVALID)
@pytest.mark.parametrize(("path", "status"), [("/plants", 400), ("/plants?as=x", 422), ("/nothing", 404)])
@pytest.mark.parametrize("valid", ["fault=503", "fault=reset", "delay=9000"])
def test_beside_an_invalid_preference_nothing_happens_on_the_way(
    garden: httpx.Client, invalid: str, path: str, status: int, valid: str
) -> None:
    if valid.startswith(invalid):
        return
    alone = garden.get(path, headers={"Prefer": f"{invalid}={INVALID[invalid]}"})
    response = garden.get(path, headers={"Prefer": f"{valid}, {invalid}={INVALID[invalid]}"})
    assert alone.status_code == status
    assert (response.status_code, response.json()) == (status, alone.json())
    assert "preference-applied" not in response.headers


def test_the_header_goes_before_the_query(garden: httpx.Client) -> None:
    response = garden.get("/plants?__example=none", headers={"Prefer": "example=blue"})
    assert response.headers["preference-applied"] == "example=blue"


def test_an_unknown_name_in_the_query_is_refused_with_those_that_there_are(garden: httpx.Client) -> None:
    response = garden.get("/plants?__status=503")
    assert response.status_code == 400
    assert response.json()["known"] == [
        *("__code", "__example", "__dynamic", "__seed", "__state", "__snapshot", "__scenario", "__delay", "__fault")
    ]


# for a session


@pytest.fixture
def session(garden: httpx.Client) -> Iterator[Callable[..., httpx.Response]]:
    """What says with which preferences a session goes on; they are forgotten in the end."""

    def put(**choices: dict[str, str]) -> httpx.Response:
        named = {"*" if key == "every" else f"garden-v1 {key}": choice for key, choice in choices.items()}
        response = garden.put("/_mock/session", json=named, headers={"Mock-Session": "s"})
        assert response.is_success, response.text
        return response

    yield put
    garden.delete("/_mock/session", headers={"Mock-Session": "s"})


SESSION = {"Mock-Session": "s"}


def test_a_session_has_preferences_for_an_operation(garden: httpx.Client, session: Any) -> None:
    session(listPlants={"code": "503"})
    for headers in (SESSION, {"Cookie": "a=b; mock_session=s"}):
        response = garden.get("/plants", headers=headers)
        assert (response.status_code, response.headers["preference-applied"]) == (503, "code=503")
        assert response.headers["mock-explain"] == "listPlants: session code=503; generated from the schema"
    assert garden.get("/plants").status_code == 200, "another session"
    assert garden.get("/plants/1", headers=SESSION).status_code == 200, "another operation"


def test_a_preference_of_a_request_for_the_body_replaces_all_of_its_session(garden: httpx.Client, session: Any) -> None:
    session(getPlant={"code": "404", "example": "dead", "delay": "1"})
    response = garden.get("/plants/1", headers={**SESSION, "Prefer": "code=500"})
    assert (response.status_code, response.headers["preference-applied"]) == (500, "code=500, delay=1")


def test_a_preference_for_all_operations_is_ignored_where_it_does_not_exist(garden: httpx.Client, session: Any) -> None:
    session(every={"code": "503", "delay": "1"})
    assert garden.get("/plants", headers=SESSION).status_code == 503
    response = garden.get("/plants/1", headers=SESSION)
    assert (response.status_code, response.headers["preference-applied"]) == (200, "delay=1")
    lost = garden.get("/nowhere", headers=SESSION)
    assert (lost.status_code, lost.headers["preference-applied"]) == (404, "delay=1")


def test_an_operation_goes_before_all_operations(garden: httpx.Client, session: Any) -> None:
    session(every={"fault": "html-error"}, listPlants={"fault": "503"})
    assert garden.get("/plants", headers=SESSION).status_code == 503
    assert garden.get("/plants/1", headers=SESSION).status_code == 502


def test_a_session_may_stay_at_a_snapshot(small: httpx.Client) -> None:
    headers = {"X-Key": "k", "Mock-Session": "old"}
    small.put("/_mock/session", json={"*": {"snapshot": "2024-06-30"}}, headers=headers)
    response = small.get("/v1/parcels?weight=1", headers=headers)
    assert (response.json(), response.headers["preference-applied"]) == ([{"parcel": 0}], "snapshot=2024-06-30")
    newest = small.get("/v1/parcels?weight=1", headers={**headers, "Prefer": "snapshot=2025-01-31"})
    assert newest.json() == [{"parcel": 1}]
    assert small.get("/v1/books", headers=headers).status_code == 200, "an API without that snapshot"
    small.delete("/_mock/session", headers=headers)


def test_no_crowd_of_sessions_is_remembered_for_ever() -> None:
    sessions = Sessions(most=10)
    for number in range(30):
        sessions.put(str(number), {"*": {"delay": "1"}})
        assert sessions.preferences("0", "x") if number < 10 else True
    assert sessions.preferences("29", "x")["delay"].value == "1"
    assert sessions.preferences("10", "x") == {}


# why this answer


def test_the_reason_is_one_line(garden: httpx.Client) -> None:
    for path, expected in (
        ("/plants", "listPlants: example default"),
        ("/plants/1", "getPlant: generated from the schema"),
        ("/nowhere", "garden-v1 has no such path"),
        ("/garden/v1/nowhere", "garden-v1 has no such path"),
    ):
        assert garden.get(path).headers["mock-explain"] == expected
    nobody = garden.get("/plants", headers={"Authorization": ""})
    assert nobody.headers["mock-explain"] == "listPlants: no valid credentials"


def test_every_fault_is_reported_with_the_line_of_the_contract(garden: httpx.Client) -> None:
    response = garden.get("/plants", params={"color": "r\u00f6d\nfar too long", "as": "pdf"})
    assert response.status_code == 422
    place = "garden/garden/paths/plants.yaml"
    assert response.headers["mock-explain"] == (
        rf'listPlants: color: "r\xf6d\nfar too long" is longer than 10 characters ({place}:8:9); '
        f'as: "pdf" is not one of "csv", "xlsx", "json" or "card" ({place}:13:9)'
    )


def test_a_reason_is_never_too_long_for_a_header(garden: httpx.Client) -> None:
    response = garden.post("/plants", json={"tags": [0] * 3000})
    assert (response.status_code, len(response.headers["mock-explain"]) < 2000) == (422, True)
    assert len(response.json()["all"]) > 3000, "the body names them all"


def test_no_preference_leaves_the_response_as_it_is(small: httpx.Client) -> None:
    response = small.get(BOOK, headers={"Prefer": "respond-async, wait=10"})
    assert response.status_code == 200
    assert "preference-applied" not in response.headers


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
