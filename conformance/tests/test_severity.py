"""What a breach counts for: a failure or a warning, for a vendor's server and for one written for the contract."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

OWN = ("--for", "own")


@pytest.fixture
def shop_with(spec, tmp_path):
    """Copy the contract of the shop, with a text at the end of a file or in place of another; give the folder."""

    def copy(file, text, instead_of=None):
        folder = tmp_path / "spec"
        if not folder.exists():
            shutil.copytree(spec, folder)
        path = folder / "shop" / file
        old = path.read_text()
        path.write_text(f"{old}\n{text}\n" if instead_of is None else old.replace(instead_of, text))
        return str(folder)

    return copy


def answers(operation, when, status, body=None):
    """Return a fault: an operation answers with another status, and with its own body unless one is given."""

    def fault(sent, reply):
        if sent.operation is None or sent.operation.id != operation or reply.status != when:
            return reply
        reply = replace(reply, status=status)
        return reply if body is None else reply.with_json(body)

    return fault


def outcomes(done):
    return [(each["check"], each["outcome"]) for each in done.findings]


def test_the_report_says_for_which_server_it_is(check, tmp_path):
    junit = tmp_path / "junit.xml"
    done = check("--groups", "security", "--junit", str(junit))
    assert ", --for vendor)" in done.output
    assert done.report["options"]["for"] == "vendor"
    assert '<property name="for" value="vendor"' in junit.read_text()
    done = check("--groups", "security", *OWN)
    assert ", --for own)" in done.output
    assert done.report["again"].endswith("--for own")


def test_what_is_inferred_fails_only_for_a_server_of_ones_own(check):
    fault = answers("getStats", 200, 200, {"sold": "three"})
    done = check("--groups", "examples", "--only", "getStats", fault=fault)
    assert (outcomes(done), done.code) == ([("examples.body", "warn")], 0)
    done = check("--groups", "examples", "--only", "getStats", *OWN, fault=fault)
    assert (outcomes(done), done.code) == ([("examples.body", "fail")], 1)


ITEM = {"id": 7, "name": "Lamp", "price": 12.5, "tags": ["light"], "maker": None}


@pytest.mark.parametrize(
    ("field", "options", "found"), [("name", (), "warn"), ("name", OWN, "fail"), ("tags", (), "fail")]
)
def test_no_payload_shows_that_a_field_is_never_null_and_a_list_without_items_is_empty(check, field, options, found):
    fault = answers("getItem", 200, 200, ITEM | {field: None})
    done = check("--groups", "examples", "--only", "getItem", *options, fault=fault)
    assert outcomes(done) == [("examples.body", found)], done.output
    assert done.code == (found == "fail")


NO_STATUS = "x-inferred: No page names a status for it."


def test_an_operation_that_needs_no_credentials_fails_although_the_refusal_is_inferred(check, shop_with):
    options = "--spec", shop_with("components/responses/Unauthenticated.yaml", NO_STATUS), "--groups", "security"
    done = check(*options, "--only", "getItem", fault=answers("getItem", 401, 200))
    assert {outcome for _, outcome in outcomes(done)} == {"fail"}, done.output
    assert "(inferred, and grave: No page names a status for it.)" in done.output


def test_another_status_of_a_refusal_is_not_grave(check, shop_with):
    options = "--spec", shop_with("components/responses/Unauthenticated.yaml", NO_STATUS), "--groups", "security"
    done = check(*options, "--only", "getItem", fault=answers("getItem", 401, 404))
    assert {outcome for _, outcome in outcomes(done)} == {"warn"}, done.output


FORBIDDEN = """    '403':
      $ref: ../components/responses/BadRequest.yaml
"""
UNAUTHENTICATED = """    '401':
      $ref: ../components/responses/Unauthenticated.yaml
"""


@pytest.fixture
def shop_that_forbids(shop_with):
    """Copy the contract of the shop, in which getItem has a 403, too."""
    return shop_with("paths/items_item_id.yaml", UNAUTHENTICATED + FORBIDDEN, UNAUTHENTICATED)


def forbids(sent, reply):
    """Take no credentials, and the wrong ones, for some that do not allow this."""
    hit = sent.operation and sent.operation.id == "getItem" and reply.status == 401
    is_wrong = sent.headers.get("authorization") == "Bearer adcontract-wrong-token"
    body = {"code": "no", "message": "no"}
    return replace(reply, status=403).with_json(body) if hit or is_wrong else reply


def test_a_request_without_credentials_gets_the_401_of_its_page_and_not_the_403(check, shop_that_forbids):
    options = "--spec", shop_that_forbids, "--groups", "security", "--only", "getItem"
    assert outcomes(check(*options, fault=forbids)) == [("security.missing", "fail")]


def test_a_request_without_credentials_may_get_the_403_of_a_page_that_shows_no_401(check, shop_with, shop_that_forbids):
    shop_with("components/responses/Unauthenticated.yaml", NO_STATUS)
    options = "--spec", shop_that_forbids, "--groups", "security", "--only", "getItem"
    assert outcomes(check(*options, *OWN, fault=forbids)) == []


def test_a_wrong_token_may_be_one_that_does_not_allow_this(check, shop_that_forbids):
    def knows(sent, reply):
        given = sent.headers.get("authorization", "").startswith("Bearer ")
        is_good = not given or sent.headers["authorization"] == "Bearer a-good-one"
        return reply if is_good else replace(reply, status=403).with_json({"code": "no", "message": "no"})

    options = "--spec", shop_that_forbids, "--groups", "security", "--only", "getItem", "--token", "a-good-one"
    assert outcomes(check(*options, fault=knows)) == []


def test_credentials_that_only_the_contract_demands_are_not_grave(check, shop_with):
    mark = "  security:\n    - bearerToken: []\n\n  x-inferred:\n    security: Every request on the page has a token."
    options = "--spec", shop_with("paths/stats.yaml", mark), "--groups", "security", "--only", "getStats"
    fault = answers("getStats", 401, 200, {"sold": 3})
    done = check(*options, fault=fault)
    assert {outcome for _, outcome in outcomes(done)} == {"warn"}, done.output
    assert check(*options, *OWN, fault=fault).code == 1


def other_successes(sent, reply):  # noqa: ARG001
    return replace(reply, status=202) if reply.status in (200, 201) else reply


@pytest.mark.parametrize("status", [200, 202])
def test_which_of_the_usual_successes_post_has_is_a_warning_whoever_wrote_the_server(check, status):
    fault = answers("createItem", 201, status)
    done = check("--groups", "examples", "--only", "createItem", *OWN, fault=fault)
    (finding,) = done.findings
    assert (finding["outcome"], finding["basis"], done.code) == ("warn", "open", 0)


@pytest.mark.parametrize(("operation", "status"), [("getItem", 201), ("getItem", 202), ("createItem", 203)])
def test_another_success_fails_for_a_server_of_ones_own(check, operation, status):
    fault = answers(operation, 201 if operation == "createItem" else 200, status)
    options = ("--groups", "examples", "--only", operation)
    assert outcomes(check(*options, *OWN, fault=fault)) == [("examples.accepted", "fail")]
    assert outcomes(check(*options, fault=fault)) == [("examples.accepted", "warn")]


def test_other_successes_are_one_finding_for_the_whole_document(check):
    done = check("--groups", "examples", "--only", "listItems", "--only", "getItem", fault=other_successes)
    (finding,) = done.findings
    assert (finding["outcome"], finding["basis"], done.code) == ("warn", "inferred", 0)
    assert finding["count"] > 1
    lines = Path(finding["where"]["file"]).read_text().splitlines()
    assert lines[finding["where"]["line"] - 1].strip() == "'200':", "it leads to a response that has the other status"


def test_a_status_that_the_contract_infers_fails_for_a_server_of_ones_own(check):
    assert check("--groups", "examples", "--only", "getStats", fault=other_successes).code == 0
    done = check("--groups", "examples", "--only", "getStats", *OWN, fault=other_successes)
    assert [outcome for _, outcome in outcomes(done)] == ["fail"]


def test_a_success_with_another_status_holds_what_the_page_shows(check):
    done = check("--groups", "examples", "--only", "createItem", fault=answers("createItem", 201, 200, {"id": "seven"}))
    assert ("examples.body", "fail") in outcomes(done), done.output


ACCEPTED = {"id": 7, "name": "Lamp", "price": 1, "tags": [], "maker": None}


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "outcomes"), [("    minLength: 1\n", {"fail", "warn"}), ("", {"warn"})])
def test_a_documented_limit_is_refused_although_no_page_shows_the_refusal(check, shop_with, limit, outcomes):
    shop_with("components/schemas/NewItem.yaml", limit, instead_of="    minLength: 1\n")
    changed = shop_with("components/responses/ValidationFailed.yaml", "x-inferred: No page shows it.")
    done = check("--spec", changed, "--groups", "rejection", "--only", "createItem", fault=accepts_all)
    found = {each["outcome"] for each in done.findings if each["check"] == "rejection.refused"}
    assert found == outcomes, done.output


RESPONSE = "{status: '422', response: {$ref: components/responses/ValidationFailed.yaml}}"


@pytest.mark.slow
@pytest.mark.parametrize(("mark", "outcome"), [("", "fail"), (", x-inferred: No page says so.", "warn")])
def test_x_errors_may_infer_that_a_documented_response_is_the_refusal(check, shop_with, mark, outcome):
    shop_with("openapi.yaml", f"{RESPONSE[:-1]}{mark}}}", instead_of=RESPONSE)
    changed = shop_with("paths/items.yaml", "", instead_of="        minimum: 1\n")
    done = check("--spec", changed, "--groups", "rejection", "--only", "listItems", fault=lists_anything)
    assert {each["outcome"] for each in done.findings if each["check"] == "rejection.refused"} == {outcome}, done.output


def lists_anything(sent, reply):
    faulty = sent.operation and sent.operation.id == "listItems" and reply.status == 422
    headers = {**reply.headers, "X-Remaining": "1", "X-Trace": "1"}
    return replace(reply, status=200, headers=headers).with_json({"data": [], "total": 0}) if faulty else reply


def accepts_all(sent, reply):
    faulty = sent.operation and sent.operation.id == "createItem" and reply.status == 422
    return replace(reply, status=201).with_json(ACCEPTED) if faulty else reply


def refuses(status, media):
    """Return a fault: bodies of a media type are refused with a status."""

    def fault(sent, reply):
        sent_media = sent.headers.get("content-type", "").partition(";")[0]
        refused = sent.body and sent_media == media and reply.status in (400, 422)
        return replace(reply, status=status) if refused else reply

    return fault


@pytest.mark.parametrize(("media", "found"), [("text/plain", set()), ("application/json", {"rejection.answer"})])
def test_only_a_body_of_another_media_type_may_be_refused_with_415(check, media, found):
    done = check("--groups", "rejection", "--only", "createItem", fault=refuses(415, media))
    assert {each["check"] for each in done.findings} == found, done.output


@pytest.mark.slow
@pytest.mark.parametrize(("options", "outcome", "code"), [((), "warn", 0), (OWN, "fail", 1)])
def test_that_a_body_may_be_left_out_is_not_on_the_page_that_shows_one(check, shop_with, options, outcome, code):
    spec = shop_with("paths/items.yaml", "required: false", "required: true")

    def needs_one(sent, reply):
        return replace(reply, status=422) if sent.method == "POST" and not sent.body else reply

    done = check("--groups", "schema", "--only", "createItem", "--spec", spec, *options, fault=needs_one)
    refused = [each for each in done.findings if each["check"] in ("schema.accepted", "schema.status")]
    assert {each["outcome"] for each in refused} == {outcome}, done.output
    assert "The page shows the request with a body" in {each["inferred"][:38] for each in refused}
    assert done.code == code


@pytest.mark.slow
@pytest.mark.parametrize("answer", [400, 414, 431, 0], ids=["400", "414", "431", "closed"])
@pytest.mark.parametrize(("longest", "found"), [(60, set()), (10_000, {"listItems"})])
def test_a_url_need_not_be_taken_if_it_is_longer_than_a_server_has_to_take(check, monkeypatch, answer, longest, found):
    monkeypatch.setattr("adcontract_conformance.checks.exchange_checks.common.LONGEST", longest)

    def is_short_of_memory(sent, reply):
        url = f"http://{sent.headers['host']}{sent.path}?{sent.query}"
        too_long = sent.operation and sent.operation.id == "listItems" and len(url) > 62
        return replace(reply, status=answer, body=b"", headers={}) if too_long else reply

    done = check("--groups", "schema,rejection", "--only", "listItems", fault=is_short_of_memory)
    assert {each["operation"] for each in done.findings} == found, done.output
    assert done.result("schema.accepted", "listItems")["outcome"] == ("fail" if found and answer else "pass")
