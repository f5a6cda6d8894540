"""A server with one fault is found out by the check that promises its absence, and by no check that does not."""

from dataclasses import replace

import pytest
from changes import ITEM, becomes, headers, heads, member, on

import adcontract_conformance.run.suite  # noqa: F401 - fills the registry
from adcontract_conformance.model.promises import CHECKS

EXAMPLES = {
    "a required field is missing": (
        on("getItem", status=200)(member("name")),
        {("examples.body", "getItem", "fail")},
    ),
    "a field that the schema does not require is missing": (on("getItem", status=200)(member("updated_at")), set()),
    "a field has another type": (
        on("getItem", status=200)(member("price", "12.50")),
        {("examples.body", "getItem", "fail")},
    ),
    "an object with required fields is an empty list, as which PHP writes one without fields": (
        on("getItem", status=200)(member("maker", [])),
        {("examples.body", "getItem", "fail")},
    ),
    "a field inside a list is missing": (
        on("listItems", status=200)(lambda _, reply: reply.with_json({"data": [{}], "total": 1})),
        {("examples.body", "listItems", "fail")},
    ),
    "a field breaks a format that is inferred": (
        on("getItem", status=200)(member("updated_at", "yesterday")),
        {("examples.body", "getItem", "warn")},
    ),
    "a field breaks an answer that is inferred": (
        on("getStats", status=200)(member("sold", "three")),
        {("examples.body", "getStats", "warn")},
    ),
    "the body is no JSON": (
        on("getItem", status=200)(lambda _, reply: replace(reply, body=b"Lamp")),
        {("examples.body", "getItem", "fail")},
    ),
    "the answer is HTML": (
        on("getItem", status=200)(headers(Content_Type="text/html")),
        {("examples.media-type", "getItem", "fail")},
    ),
    "a documented header is missing": (
        on("listItems", status=200)(headers(X_Remaining=None)),
        {("examples.headers", "listItems", "fail")},
    ),
    "a documented header has another type": (
        on("listItems", status=200)(headers(X_Remaining="many")),
        {("examples.headers", "listItems", "fail")},
    ),
    "a rule for the values of a body is broken": (
        on("listItems", status=200)(member("total", -1)),
        {("examples.invariants", "listItems", "fail")},
    ),
    "an inferred header is missing": (
        on("listItems", status=200)(headers(X_Trace=None)),
        {("examples.headers", "listItems", "warn")},
    ),
    "a documented request is refused": (
        on("createItem", status=201)(becomes(422, {"code": "no", "message": "no"})),
        {("examples.accepted", "createItem", "fail")},
    ),
    "a documented request gets another success": (
        on("createItem", status=201)(becomes(200)),
        {("examples.accepted", "createItem", "warn")},
    ),
    "an inferred answer has another success": (
        on("getStats", status=200)(becomes(202)),
        {("examples.accepted", "getStats", "warn")},
    ),
    "the server fails": (
        on("getItem", status=200)(becomes(500)),
        {("examples.answered", "getItem", "fail")},
    ),
    "a 204 has a body": (
        on("deleteItem", status=204)(lambda _, reply: replace(reply, body=b'{"gone": true}')),
        {("examples.media-type", "deleteItem", "warn")},
    ),
    "HEAD has another media type than GET": (heads(200, "text/html"), {("examples.head", "getItem", "warn")}),
    "HEAD has another status than GET": (heads(204), {("examples.head", "getItem", "warn")}),
    "the server fails at HEAD": (heads(500), {("examples.answered", "getItem", "warn")}),
    "the connection breaks at HEAD": (heads(0), {("examples.answered", "getItem", "warn")}),
    "the connection breaks": (
        on("getItem", status=200)(becomes(0)),
        {("examples.answered", "getItem", "fail")},
    ),
    "an answer that only Prefer brings about has another shape": (
        on("getItem", status=404)(member("message")),
        {("examples.answers", "getItem", "fail")},
    ),
    "another answer comes than the one that is preferred": (
        on("getItem", status=404)(becomes(200, ITEM)),
        {("examples.answers", "getItem", "fail")},
    ),
    "Prefer is not known": (on()(headers(Preference_Applied=None)), set()),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_fault_of_a_response_is_found_with_the_documented_requests(check, name):
    fault, broken = EXAMPLES[name]
    done = check("--groups", "examples", fault=fault)
    assert done.broken == broken
    assert done.code == (1 if any(outcome == "fail" for *_, outcome in broken) else 0)


SECURITY = {
    "a request without a token is accepted": (
        lambda sent, reply: becomes(200, ITEM)(sent, reply) if "authorization" not in sent.headers else reply,
        {"security.missing"},
    ),
    "an empty token is accepted": (
        lambda sent, reply: (
            becomes(200, ITEM)(sent, reply) if sent.headers.get("authorization", "").strip() == "Bearer" else reply
        ),
        {"security.empty"},
    ),
    "another scheme is accepted": (
        lambda sent, reply: (
            becomes(200, ITEM)(sent, reply) if sent.headers.get("authorization", "").startswith("Basic") else reply
        ),
        {"security.scheme"},
    ),
    "the refusal has a status that is not documented": (
        on("getItem", status=401)(becomes(400)),
        {"security.missing", "security.empty", "security.scheme"},
    ),
    "the refusal has another shape": (on("getItem", status=401)(member("code", 401)), {"security.answer"}),
    "a refusal is a failure": (on("getItem", status=401)(becomes(503)), {"security.answered"}),
}


@pytest.mark.parametrize("name", SECURITY)
def test_a_fault_in_the_refusal_of_bad_credentials_is_found(check, name):
    fault, broken = SECURITY[name]
    done = check("--groups", "security", "--only", "getItem", fault=fault)
    assert done.broken == {(each, "getItem", "fail") for each in broken}
    assert done.code == 1


def with_parameters_and_no_token(status):
    """Make a fault: a list gets a status without a token where its query has a parameter."""

    def fault(sent, reply):
        is_bare = "authorization" not in sent.headers and sent.path == "/items" and sent.method == "GET"
        return replace(reply, status=status, body=b"[]") if is_bare and "ids" in sent.query else reply

    return fault


def test_a_token_is_needed_with_every_parameter_too(check):
    done = check("--groups", "security", "--only", "listItems", fault=with_parameters_and_no_token(200))
    assert done.broken == {("security.missing", "listItems", "fail")}


@pytest.mark.parametrize("status", [400, 404, 422])
def test_parameters_may_be_refused_before_the_token_is_looked_at(check, status):
    options = ("--groups", "security", "--only", "listItems", "--for", "own")
    done = check(*options, fault=with_parameters_and_no_token(status))
    assert (done.code, done.findings) == (0, []), done.output


def test_an_operation_without_security_has_to_work_without_credentials(check):
    refuse = becomes(401, {"code": "no", "message": "no"})
    done = check(
        "--groups",
        "security",
        fault=lambda sent, reply: (
            refuse(sent, reply) if sent.path == "/health" and "authorization" not in sent.headers else reply
        ),
    )
    assert done.broken == {("security.open", "getHealth", "fail")}


def test_a_wrong_token_is_tried_if_a_token_is_given(check):
    lax = check("--groups", "security", "--only", "getItem", "--token", "a-good-one")
    assert lax.broken == {("security.token", "getItem", "fail")}

    def verify(sent, reply):
        if sent.headers.get("authorization") == "Bearer a-good-one" or reply.status == 401:
            return reply
        return becomes(401, {"code": "no", "message": "no"})(sent, reply)

    strict = check("--groups", "security", "--only", "getItem", "--token", "a-good-one", fault=verify)
    assert strict.findings == []
    assert strict.result("security.token", "getItem")["outcome"] == "pass"


def test_a_wrong_token_is_not_tried_if_none_is_given(check):
    done = check("--groups", "security", "--only", "getItem")
    skipped = done.result("security.token", "getItem")
    assert skipped["outcome"] == "skipped"
    assert skipped["reason"] == "no --token was given, so the target may accept any token"


def page_over(number, change):
    """Make a fault that shows on requests that no page documents."""

    def fault(sent, reply):
        page = (sent.values.query if sent.values else {}).get("page", 0)
        return change(sent, reply) if reply.status == 200 and isinstance(page, int) and page > number else reply

    return fault


SCHEMA = {
    "a valid request makes the server fail": (page_over(1, becomes(500)), "schema.answered", "listItems", "fail"),
    "a valid request gets an unknown status": (page_over(1, becomes(207)), "schema.status", "listItems", "warn"),
    "a valid request is refused": (
        page_over(1, becomes(422, {"code": "no", "message": "no"})),
        "schema.accepted",
        "listItems",
        "fail",
    ),
    "a valid request is refused whose rules are inferred": (
        lambda sent, reply: (
            becomes(422, {"code": "no", "message": "no"})(sent, reply)
            if reply.status == 201 and sent.values.body["name"] != "Lamp"
            else reply
        ),
        "schema.accepted",
        "createItem",
        "warn",
    ),
    "a body does not fit": (page_over(1, member("total", "1")), "schema.body", "listItems", "fail"),
    "a rule for the values of a body is broken": (
        page_over(1, member("total", -1)),
        "schema.invariants",
        "listItems",
        "fail",
    ),
    "a header is missing": (page_over(1, headers(X_Remaining=None)), "schema.headers", "listItems", "fail"),
    "an answer is text": (page_over(1, headers(Content_Type="text/plain")), "schema.media-type", "listItems", "fail"),
}


@pytest.mark.parametrize("name", SCHEMA)
def test_a_fault_that_only_generated_requests_show_is_found(check, name):
    fault, *broken = SCHEMA[name]
    done = check("--groups", "examples,schema", "--only", broken[1], fault=fault)
    assert done.broken == {tuple(broken)}
    assert done.code == (1 if broken[2] == "fail" else 0)


REJECTION = {
    "an invalid parameter is accepted": (
        on("listItems", status=422)(becomes(200, {"data": [], "total": 0})),
        "listItems",
        {("rejection.refused", "listItems", "fail")},
    ),
    "an invalid parameter makes the server fail": (
        on("listItems", status=422)(becomes(500)),
        "listItems",
        {("rejection.answered", "listItems", "fail")},
    ),
    "of a parameter that is given twice the last one counts": (
        lambda sent, reply: (
            becomes(200, {"data": [], "total": 0})(sent, reply)
            if sent.values and any(each.message == "is given more than once" for each in sent.values.faults)
            else reply
        ),
        "listItems",
        set(),
    ),
    "a body that breaks an inferred rule alone is accepted": (
        lambda sent, reply: (
            becomes(201, ITEM)(sent, reply) if sent.values and all(f.inferred for f in sent.values.faults) else reply
        ),
        "createItem",
        {("rejection.refused", "createItem", "warn")},
    ),
    "a body that is no JSON is accepted": (
        on("createItem", status=400)(becomes(201, ITEM)),
        "createItem",
        {("rejection.refused", "createItem", "fail"), ("rejection.unreadable", "createItem", "fail")},
    ),
    "a refusal has a status that is not in the contract": (
        on("listItems", status=422)(becomes(418)),
        "listItems",
        {("rejection.answer", "listItems", "fail")},
    ),
    "a refusal has another shape": (
        on("listItems", status=422)(member("message")),
        "listItems",
        {("rejection.answer", "listItems", "fail")},
    ),
    "an unknown path is answered": (
        on(status=404)(becomes(200, {})),
        "listItems",
        {("rejection.unknown-path", "(unknown path)", "fail")},
    ),
    "an unknown method is answered, which no page forbids": (
        on(status=405)(becomes(200, {})),
        "listItems",
        {("rejection.unknown-method", "listItems", "warn")},
    ),
    "the refusal of a method does not name the others": (
        on(status=405)(headers(Allow=None)),
        "listItems",
        {("rejection.unknown-method", "listItems", "warn")},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REJECTION)
def test_a_fault_in_the_refusal_of_a_faulty_request_is_found(check, name):
    fault, operation, broken = REJECTION[name]
    done = check("--groups", "rejection", "--only", operation, fault=fault)
    assert done.broken == broken
    assert done.code == (1 if any(outcome == "fail" for *_, outcome in broken) else 0)


def test_every_check_of_single_requests_has_a_fault_that_it_finds():
    found = {check for _, broken in EXAMPLES.values() for check, *_ in broken}
    found |= {check for _, broken in SECURITY.values() for check in broken}
    found |= {"security.open", "security.token", "security.missing-head"}
    found |= {check for _, check, *_ in SCHEMA.values()}
    found |= {check for *_, broken in REJECTION.values() for check, *_ in broken}
    found |= {"examples.latency"}  # in test_latency.py
    found |= {"schema.shown", "rejection.shown"}  # in laws/test_shown.py
    # in test_near_credentials.py
    found |= {f"security.{each}" for each in ("token-end", "token-case", "token-longer", "query")}
    assert found == {each.id for each in CHECKS.values() if each.group not in ("behavior", "state")}


def test_a_breach_of_what_is_inferred_fails_for_a_server_of_ones_own(check):
    done = check("--groups", "examples", "--for", "own", fault=on("getStats", status=200)(member("sold", "three")))
    assert done.broken == {("examples.body", "getStats", "fail")}
    assert done.code == 1


@pytest.mark.slow
def test_a_whole_number_is_an_integer_however_it_is_written(check):
    def written(_, reply):
        return replace(reply, body=b'{"sold": 1.85e+29}')

    done = check("--groups", "examples,schema", "--for", "own", fault=on("getStats", status=200)(written))
    assert (done.code, done.findings) == (0, []), done.output
