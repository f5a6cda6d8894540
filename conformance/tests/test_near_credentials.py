"""Credentials that are almost good, or in another place, are refused; none gets into the logs of others for that."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, quote

import pytest

TOKEN = "S3cr3t/Ab0123Cd=="
OTHERS = ("S3cr3t/Ab0123C", "s3CR3T/aB0123cD==")
"""The token without its end, which does not lie in its padding, and in the other case."""

GET_ITEM = ("--groups", "security", "--only", "getItem")
OWN = ("--for", "own")


def only(*tokens):
    """Return a fault: no other tokens are taken than these."""

    def fault(sent, reply):
        refused = {"code": "no", "message": "no"}
        known = sent.operation is None or sent.headers.get("authorization", "").removeprefix("Bearer ") in tokens
        return reply if known or not sent.operation.secured else replace(reply, status=401).with_json(refused)

    return fault


def in_the_query(*names):
    """Return a fault: a credential is taken in the query, too."""

    def fault(sent, reply):
        taken = reply.status == 401 and set(names) & dict(parse_qsl(sent.query)).keys()
        return replace(reply, status=200).with_json({"id": 7, "name": "Lamp"}) if taken else reply

    return fault


def found(done):
    return [(each["check"], each["outcome"]) for each in done.findings]


@pytest.mark.parametrize(
    ("other", "check_id"), [(OTHERS[0], "security.token-end"), (OTHERS[1], "security.token-case")], ids=["end", "case"]
)
def test_a_token_that_is_almost_good_lets_nobody_in_at_any_server(check, other, check_id):
    assert found(check("--token", TOKEN, *GET_ITEM, fault=only(TOKEN))) == []
    assert found(check("--token", TOKEN, *GET_ITEM, fault=only(TOKEN, other))) == [(check_id, "fail")]


JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.c2lnbmF0dXJl"
HEXADECIMAL = "00112233445566778899aabbccddeeff"


def starts(token):
    """Return a fault: a token is taken whatever comes after it."""

    def fault(sent, reply):
        given = sent.headers.get("authorization", "").removeprefix("Bearer ")
        return only(given if given.startswith(token) else token)(sent, reply)

    return fault


@pytest.mark.parametrize("token", [JWT, HEXADECIMAL, "a-good-one"])
def test_a_token_with_more_after_it_lets_nobody_in(check, token):
    assert found(check("--token", token, *GET_ITEM, fault=only(token))) == []
    done = check("--token", token, *GET_ITEM, fault=starts(token))
    assert found(done) == [("security.token-longer", "fail")]


def test_a_server_may_compare_the_bytes_of_a_token_and_leave_out_what_is_less_than_one(check):
    def decoded(sent, reply):
        given = sent.headers.get("authorization", "").removeprefix("Bearer ")
        pairs = given[: len(given) // 2 * 2]
        return only(given if pairs == HEXADECIMAL else HEXADECIMAL)(sent, reply)

    assert found(check("--token", HEXADECIMAL, *GET_ITEM, fault=decoded)) == []


def test_a_server_may_read_no_more_after_the_padding_of_a_token(check):
    done = check("--token", TOKEN, *GET_ITEM, fault=starts(TOKEN))
    assert found(done) == []
    assert done.result("security.token-longer", "getItem")["reason"].startswith("the token ends in padding")


@pytest.mark.parametrize(
    ("token", "tried", "reason"),
    [
        ("0123abcd-4567-89ef", "token-case", "the token has no letters of both cases"),
        ("Bearer 0123abcd-4567-89ef", "token-case", "the token has no letters of both cases"),
        ("aBcD", "token-end", "the token is too short"),
        ("Bearer aBcD", "token-end", "the token is too short"),
        ("aBcD", "token-longer", "the token is too short"),
        (None, "token-end", "no --token was given"),
        (None, "token-case", "no --token was given"),
    ],
)
def test_a_token_is_not_changed_where_the_change_may_not_matter(check, token, tried, reason):
    given = ("--token", token) if token else ()
    result = check(*given, *GET_ITEM, fault=only(token) if token else None).result(f"security.{tried}", "getItem")
    assert (result["outcome"], result["reason"][: len(reason)]) == ("skipped", reason)


def test_what_a_target_takes_in_any_form_is_one_finding_of_a_wrong_token(check):
    done = check("--token", TOKEN, *GET_ITEM)
    assert found(done) == [("security.token", "fail")]
    assert done.result("security.token-end", "getItem")["reason"] == "the target takes any token"


@pytest.mark.parametrize(("options", "outcome"), [((), "warn"), (OWN, "fail")])
@pytest.mark.parametrize("name", ["access_token", "token", "api_key"])
def test_a_credential_in_the_query_is_refused(check, name, options, outcome):
    assert found(check(*GET_ITEM, *options, fault=in_the_query(name))) == [("security.query", outcome)]


def test_a_server_may_refuse_a_parameter_of_the_query_before_it_looks_for_credentials(check):
    def is_strict(sent, reply):
        return replace(reply, status=400) if "access_token" in sent.query else reply

    done = check(*GET_ITEM, *OWN, fault=is_strict)
    assert found(done) == []
    assert done.result("security.query", "getItem")["outcome"] == "pass"


TRIED = {
    "a token of others": (("--token", TOKEN), set()),
    "a token of one's own": (("--token", TOKEN, *OWN), {"security.token-end", "security.token-case"}),
    "no token": ((), {"security.query"}),
}


@pytest.mark.parametrize("name", TRIED)
def test_no_secret_gets_into_the_logs_of_a_server_elsewhere(check, monkeypatch, name):
    monkeypatch.setattr("adcontract_conformance.client.target.is_this_machine", lambda *_: False)
    options, tried = TRIED[name]
    done = check(*options, *GET_ITEM, fault=only(TOKEN, "adcontract"))
    checks = ("security.token-end", "security.token-case", "security.query")
    results = {each: done.result(each, "getItem") for each in checks}
    assert {each for each, result in results.items() if result["outcome"] == "pass"} == tried
    given = "--token" in options
    reason = "not tried: the logs of a server" if given else "no --token was given"
    assert all(results[each]["reason"].startswith(reason) for each in set(checks) - tried)
    assert any("access_token" in each.query for each in done.server.log) is not given
    sent = {each.headers.get("authorization", "").removeprefix("Bearer ") for each in done.server.log}
    assert set(OTHERS) & sent == (set(OTHERS) if OWN[0] in options else set())


FORMATS = ("json", "xml", "sarif", "md", "html", "txt")


def test_a_secret_that_is_almost_good_is_in_no_output(check, tmp_path):
    def lets_in(sent, reply):
        line = sent.headers.get("authorization", "Bearer").strip()
        if "wrong" in line or not (sent.query or line.startswith("Bearer ")):
            return only()(sent, reply)
        said = f"{line} {sent.query}"
        return replace(reply, status=200, headers={**reply.headers, "X-You": said}).with_json(
            {"name": said, "id": said}
        )

    files = [tmp_path / f"run.{each}" for each in FORMATS]
    outputs = [part for file in files for part in ("--output", str(file))]
    done = check("--token", TOKEN, *GET_ITEM, *OWN, *outputs, "--report", str(tmp_path / "report"), fault=lets_in)
    assert {each for each, _ in found(done)} == {"security.query", "security.token-end", "security.token-case"}
    files += [file for folder in ("report", ".adcontract") for file in (tmp_path / folder).glob("*")]
    everything = "\n".join([done.output, json.dumps(done.report), *(file.read_text() for file in files)])
    assert "ADCONTRACT_TOKEN_IN_OTHER_CASE" in everything
    assert "ADCONTRACT_TOKEN_WITHOUT_ITS_END" in everything
    for secret in (TOKEN, *OTHERS):
        assert not {form for form in (secret, quote(secret), quote(secret, safe="")) if form in everything}
