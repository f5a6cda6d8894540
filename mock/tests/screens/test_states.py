"""Any state that a screen has to show is one preference away: valid, consistent with the request, always the same."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from adcontract import Contract, DocumentName, Operation, Schemas, load_named, names, spec_folder
from adcontract.contract.filters import selection
from adcontract.contract.invariants import Invariants
from adcontract.openapi.ordering import natural
from adcontract.openapi.pointer import get
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from conftest import Serve

STATES = [
    *("empty", "one", "many", "last-page", "long-text", "null-fields", "unicode", "big-numbers", "each-enum"),
]

documents = pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=() if each.newest else pytest.mark.slow, id=str(each)) for each in names(spec_folder())],
)


@pytest.fixture(scope="module")
def client(real: httpx.Client) -> Iterator[httpx.Client]:
    """A client of the mock of our contracts, with credentials for all of them."""
    real.headers["Authorization"] = "Bearer any"
    yield real
    del real.headers["Authorization"]


def url(contract: Contract, operation: Operation) -> str:
    """Return the path of an operation with its documented values, and those of its required parameters."""
    path, query = operation.path, []
    for parameter in operation.parameters:
        shown = next((example.value for example in parameter.examples), None)
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(str(shown), safe=""))
        elif parameter.location == "query" and parameter.required:
            query += [
                f"{parameter.name}={quote(str(each))}" for each in (shown if isinstance(shown, list) else [shown])
            ]
    return f"/{contract.name.api}/{contract.name.snapshot}{path}?{'&'.join(query)}"


def headers(contract: Contract, **more: str) -> dict[str, str]:
    schemes = (
        deref(contract.document, each, "")[0] for each in contract.document["components"]["securitySchemes"].values()
    )
    return {each["name"]: "any" for each in schemes if each["type"] == "apiKey"} | more


def fetched(client: httpx.Client, contract: Contract, operation: Operation, state: str, **query: Any) -> httpx.Response:
    """Return the success of an operation in a state; its body is the documented one."""
    body = next((example.value for media in operation.body for example in media.examples if media.is_json), None)
    address = url(contract, operation)
    address += "".join(f"&{name}={quote(str(value))}" for name, value in query.items())
    return client.request(operation.method, address, headers=headers(contract, Prefer=f"example={state}"), json=body)


def states_of(client: httpx.Client, contract: Contract) -> dict[str, dict[str, str]]:
    listed: dict[str, dict[str, str]] = client.get("/_mock/states").json()[str(contract.name)]
    return listed


@documents
def test_every_state_of_every_operation_is_valid_and_always_the_same(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    schemas = Schemas(contract.document)
    invariants = Invariants(contract.document, schemas)
    seen = 0
    for operation in contract.operations:
        usual = None
        for state in states_of(client, contract)[operation.id]:
            what = (operation.id, state)
            response = fetched(client, contract, operation, state)
            assert (*what, str(response.status_code)) == (*what, operation.success.status), response.text
            assert (*what, response.headers["preference-applied"]) == (*what, f"example={state}")
            assert f"{operation.id}: Prefer example={state}; " in response.headers["mock-explain"]
            schema = f"{operation.success.json.pointer}/schema"
            assert (*what, schemas.faults(schema, response.json())) == (*what, [])
            assert (*what, invariants.violations(schema, response.json())) == (*what, [])
            usual = usual or fetched(client, contract, operation, "default")
            if state not in ("one", "each-enum"):
                assert (*what, response.content) != (*what, usual.content), "it shows what its name says"
            seen += 1
    assert seen >= len(contract.operations) / 2


def test_a_state_is_the_same_in_every_mock(serve: Serve, client: httpx.Client) -> None:
    contract = load_named(next(each for each in names(spec_folder()) if each.api == "topsort"), spec_folder())
    with serve(spec_folder(), token="any") as other:
        other.headers["Authorization"] = "Bearer any"
        for operation in contract.operations:
            for state in states_of(other, contract)[operation.id]:
                answers = [fetched(each, contract, operation, state).content for each in (other, client)]
                assert answers[0] == answers[1]


def lists(contract: Contract) -> list[Operation]:
    return [operation for operation in contract.operations if operation.behavior.pagination]


@documents
def test_many_has_three_pages_and_what_they_say_of_themselves_is_true(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in lists(contract):
        pagination = operation.behavior.pagination
        size = {pagination.size: 3} if pagination.size else {}
        per_page = size.get(pagination.size, pagination.default)
        total = 2 * per_page + (per_page + 1) // 2
        rows: list[Any] = []
        for number in range(1, 5):
            start = number if pagination.style == "page" else (number - 1) * per_page
            query = {**size, pagination.start: start} if number > 1 else size
            body = fetched(client, contract, operation, "many", **query).json()
            page = get(body, pagination.items)
            said = {role: get(body, pointer) for role, pointer in pagination.envelope.items()}
            what = (operation.id, number)
            assert (*what, len(page)) == (*what, min(per_page, max(0, total - len(rows))))
            expected = {"total": total, "current": number, "last": 3, "per_page": per_page, "more": number < 3}
            assert {role: said[role] for role in expected if role in said} == {
                role: value for role, value in expected.items() if role in said
            }
            if "from" in said:
                at = (len(rows) + 1, len(rows) + len(page)) if page else (None, None)
                assert (said["from"], said["to"]) == at
            if "next" in said:
                assert (said["next"] is None) == (number >= 3)
            rows += page
        assert len(rows) == total
        resource = contract.resources[operation.behavior.resource.name]
        ids = [get(row, resource.id) for row in rows if get(row, resource.id) is not None]
        assert (operation.id, len(ids)) == (operation.id, len(set(ids)))


@documents
def test_the_links_of_a_state_lead_to_its_other_pages(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in lists(contract):
        pointer = operation.behavior.pagination.envelope.get("next")
        if pointer is None or operation.behavior.pagination.style != "page":
            continue
        first = client.get(f"{url(contract, operation)}&__example=many", headers=headers(contract))
        second = client.get(get(first.json(), pointer), headers=headers(contract))
        assert second.headers["preference-applied"] == "example=many"
        assert get(second.json(), operation.behavior.pagination.envelope["current"]) == 2


@documents
def test_last_page_is_the_end_of_many(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in lists(contract):
        pagination = operation.behavior.pagination
        last = fetched(client, contract, operation, "last-page").json()
        start = 3 if pagination.style == "page" else 2 * pagination.default
        assert last == fetched(client, contract, operation, "many", **{pagination.start: start}).json()
        second = fetched(client, contract, operation, "last-page", **{pagination.start: start - (start // 3)}).json()
        assert second != last, "the page before it is one of many"


@documents
def test_empty_and_one_have_as_many_rows_and_count_them(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in contract.operations:
        declared, pagination = operation.behavior.resource, operation.behavior.pagination
        if not declared or declared.action != "list":
            continue
        for number, state in enumerate(("empty", "one")):
            body = fetched(client, contract, operation, state).json()
            assert (operation.id, len(get(body, declared.items or ""))) == (operation.id, number)
            if pagination and "total" in pagination.envelope:
                assert get(body, pagination.envelope["total"]) == number


@documents
def test_a_state_shows_only_what_the_filters_of_a_request_keep(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    tried = 0
    for operation in (each for each in contract.operations if each.behavior.filters):
        pointer = operation.behavior.pagination.items if operation.behavior.pagination else ""
        parameters = {each.name: each for each in operation.parameters}
        for filter_ in operation.behavior.filters:
            schema = parameters[filter_.parameter].data.get("schema", {})
            if filter_.alternative or schema.get("type") == "object" or parameters[filter_.parameter].required:
                continue
            kind = schema.get("items", schema)
            values = kind.get("enum") or kind.get("x-extensible-enum")
            value = values[-1] if values else {"integer": 7, "boolean": "true"}.get(kind.get("type"), "qzx")
            for state in ("many", "long-text"):
                if state not in states_of(client, contract)[operation.id]:
                    continue
                response = fetched(client, contract, operation, state, **{filter_.parameter: value})
                what = (operation.id, filter_.parameter, state, value)
                assert (*what, response.status_code) == (*what, 200), response.text
                rows = get(response.json(), pointer)
                typed = {"true": True}.get(value, value)
                asked = {filter_.parameter: [typed] if schema.get("type") == "array" else typed}
                assert (*what, len(rows) > 0) == (*what, True)
                if not filter_.hidden or state == "many":
                    assert (*what, [row for row in rows if not selection([filter_], asked)(row)]) == (*what, [])
                tried += 1
    assert tried or str(name) == "affiliate-com-v1"


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("over_rings=30", lambda row: row["rings"] > 30),
        ("not_kind=oak", lambda row: row.get("kind") != "oak"),
        ("words=amber%20tall", lambda row: {"amber", "tall"} <= {*row["name"].lower().split()}),
    ],
)
def test_a_state_keeps_bounds_negations_and_searches(serve: Serve, query: str, is_kept: Callable[[Any], bool]) -> None:
    with serve(Path(__file__).parents[1] / "orchard") as client:
        headers = {"Authorization": "Bearer x", "Prefer": "example=many"}
        rows = client.get(f"/trees?{query}", headers=headers).json()["data"]
    assert rows
    assert all(map(is_kept, rows)), rows


def test_a_filtered_list_of_each_value_shows_the_value_that_it_is_filtered_by(client: httpx.Client) -> None:
    contract = load_named(next(each for each in names(spec_folder()) if each.api == "topsort"), spec_folder())
    (operation,) = contract.operations
    whole = fetched(client, contract, operation, "each-enum").json()["campaigns"]
    schema = contract.document["components"]["schemas"]["Campaign"]["properties"]["status"]
    assert {row["status"] for row in whole} == set(schema["enum"])
    for status in ("approved", "rejected"):
        rows = fetched(client, contract, operation, "each-enum", status=status).json()["campaigns"]
        assert rows == [row for row in whole if row["status"] == status]


@documents
def test_a_sorted_list_of_many_is_in_that_order(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in lists(contract):
        pointer = operation.behavior.pagination.items
        for sort in operation.behavior.sorts:
            value, order = next(each for each in sort.orders.items() if each[1].descending)
            rows = get(fetched(client, contract, operation, "many", **{sort.parameter: value}).json(), pointer)
            values = [held for row in rows if (held := get(row, order.field)) is not None]
            key = natural(values) or str
            assert (operation.id, value, values) == (operation.id, value, sorted(values, key=key, reverse=True))


# what they show


def within(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inside:
        yield from within(member, f"{path}/{key}")


def compared(client: httpx.Client, state: str) -> list[tuple[str, Any, Any]]:
    """Return what differs from the documented payload of the campaigns: the path, the documented value, the other."""
    contract = load_named(next(each for each in names(spec_folder()) if each.api == "topsort"), spec_folder())
    (operation,) = contract.operations
    documented, other = (dict(within(fetched(client, contract, operation, each).json())) for each in ("default", state))
    return [
        (path, value, other.get(path, "absent"))
        for path, value in documented.items()
        if not isinstance(value, dict | list) and other.get(path, "absent") != value and "/campaigns" in path
    ]


def test_long_text_is_in_names_and_not_in_codes(client: httpx.Client) -> None:
    differences = compared(client, "long-text")
    assert {path.rpartition("/")[2] for path, *_ in differences} == {"name"}
    assert all(other.startswith(value) and len(other) > 200 for _, value, other in differences)


def test_unicode_has_other_scripts_and_emoji_beside_the_documented_text(client: httpx.Client) -> None:
    differences = compared(client, "unicode")
    assert all(not other.isascii() and other.endswith(value) for _, value, other in differences)
    assert len({other.split()[0] for _, _, other in differences}) == len(differences), "rows differ"


def test_null_fields_are_null_where_the_contract_allows_it(client: httpx.Client) -> None:
    differences = compared(client, "null-fields")
    assert differences
    assert {path.rpartition("/")[2] for path, *_ in differences} >= {"statusUpdatedBy"}


def test_big_numbers_keep_the_sums_of_the_contract(client: httpx.Client) -> None:
    differences = {path: other for path, _, other in compared(client, "big-numbers")}
    budget = {name: differences[f"/campaigns/0/budget/amount{name}"] for name in ("", "Used", "Remaining", "Carryover")}
    assert budget["Used"] + budget["Remaining"] == budget[""] + budget["Carryover"]
    assert all(number >= 10**9 for number in differences.values())


def test_the_members_of_an_item_are_counted_in_its_states(client: httpx.Client) -> None:
    contract = load_named(next(each for each in names(spec_folder()) if each.api == "affiliate-com"), spec_folder())
    operation = next(each for each in contract.operations if each.id == "getProductList")
    for state, number in (("empty", 0), ("one", 1), ("many", 25)):
        shown = fetched(client, contract, operation, state).json()["data"]
        assert (state, len(shown["products"]), shown["products_count"]) == (state, number, number)


# where they are chosen and listed


def test_a_state_is_chosen_in_the_query_and_for_a_session(small: httpx.Client) -> None:
    path, session = "/v1/books/newest", {"Mock-Session": "states"}
    wanted = small.get(path, headers={"Prefer": "example=unicode"})
    assert wanted.headers["mock-explain"].startswith("getNewestBook: Prefer example=unicode; texts of several scripts")
    assert small.get(f"{path}?__example=unicode").json() == wanted.json()
    small.patch("/_mock/session", json={"getNewestBook": {"example": "unicode"}}, headers=session)
    assert small.get(path, headers=session).json() == wanted.json()
    small.patch("/_mock/session", json={"getNewestBook": None, "*": {"example": "empty"}}, headers=session)
    assert small.get("/library/v1/v1/books", headers=session).json() == []
    assert small.get(path, headers=session).json() == small.get(path).json(), (
        "where it has no such state: as documented"
    )
    small.delete("/_mock/session", headers=session)


def test_a_documented_payload_goes_before_a_state_of_its_name(garden: httpx.Client) -> None:
    assert garden.get("/plants", headers={"Prefer": "example=none"}).json() == {"total": 0, "plants": []}


def test_an_unknown_name_is_refused_with_payloads_and_states(small: httpx.Client) -> None:
    response = small.get("/v1/books/newest", headers={"Prefer": "example=huge"})
    assert response.status_code == 400
    assert response.json()["examples"] == ["default"]
    assert response.json()["states"] == ["long-text", "unicode"]
    assert "Prefer one of default, or one of the states long-text, unicode." in response.json()["message"]


def test_a_state_is_only_of_the_success(small: httpx.Client) -> None:
    prefer = {"Prefer": "code=404, example=unicode"}
    response = small.get("/v1/books/7", headers=prefer)
    assert (response.status_code, response.json()["states"]) == (400, [])
    assert small.get("/v1/books/7", headers={"Prefer": "code=200, example=unicode"}).status_code == 200


def test_an_operation_has_no_state_that_would_show_nothing_of_its_name(small: httpx.Client) -> None:
    listed = small.get("/_mock/states").json()["library-v1"]
    assert listed["getHealth"] == listed["removeBook"] == listed["getArchive"] == {}
    assert set(listed["getNewestBook"]) == {"long-text", "unicode"}, "no number, nothing nullable"


def test_a_state_comes_in_every_media_type_of_the_response(client: httpx.Client) -> None:
    newest = next(each for each in names(spec_folder()) if each.api == "metapic" and each.newest)
    contract = load_named(newest, spec_folder())
    operation = next(each for each in contract.operations if each.id == "listOffers")
    rows = fetched(client, contract, operation, "many", size=3).json()["data"]
    response = client.get(
        f"{url(contract, operation)}&size=3",
        headers=headers(contract, Prefer="example=many", Accept="text/csv"),
    )
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text.count(str(rows[-1]["id"])) >= 1
    assert len(response.text.splitlines()) >= 4


def test_the_control_page_offers_the_states_below_the_payloads(small: httpx.Client) -> None:
    page = small.get("/_mock/").text
    form = small.get("/_mock/operation", params={"key": "library-v1 getNewestBook"}).text
    group = form.split('<optgroup label="states">')[1].split("</optgroup>")[0]
    assert [each.split('"')[1] for each in group.split("<option ")[1:]] == ["long-text", "unicode"]
    every = page.split('data-name="Every operation"')[1].split("</form>")[0]
    assert all(f'<option value="{state}" data-hint=' in every for state in STATES)


# any status


@documents
def test_any_status_of_the_contract_is_served_by_every_operation(name: DocumentName, client: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    schemas = Schemas(contract.document)
    for operation in contract.operations:
        shared = {each.status: each for each in contract.error_responses.values()}
        for status, declared in {**shared, **operation.responses}.items():
            body = next((each.value for media in operation.body for each in media.examples if media.is_json), None)
            prefer = headers(contract, Prefer=f"code={status}")
            response = client.request(operation.method, url(contract, operation), headers=prefer, json=body)
            what = (operation.id, status)
            assert (*what, str(response.status_code)) == (*what, status), response.text
            if declared.json and status != "304":
                assert (*what, schemas.faults(f"{declared.json.pointer}/schema", response.json())) == (*what, [])


def test_a_status_that_no_response_has_is_refused_with_all_that_there_are(small: httpx.Client) -> None:
    refused = small.get("/v1/books/7", headers={"Prefer": "code=418"}).json()
    assert refused["declared"] == ["200", "401", "404"]
    assert sorted(refused["shared"]) == ["400", "405", "422"]
    assert small.get("/v1/books/7", headers={"Prefer": "code=422"}).status_code == 422


def test_every_state_has_a_name_of_its_own_and_a_description(client: httpx.Client) -> None:
    listed = client.get("/_mock/states").json()
    found = {name: text for each in listed.values() for states in each.values() for name, text in states.items()}
    assert sorted(found) == sorted(STATES)
    assert all(one != other for one, other in itertools.combinations(found.values(), 2))
