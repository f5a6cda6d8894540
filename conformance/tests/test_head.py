"""HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2)."""

from dataclasses import replace

import pytest
from changes import ITEM, becomes, heads


def with_length(length):
    """Make a fault: HEAD has a Content-Length, None for none, where GET has more bytes with each request."""
    asked = []

    def change(sent, reply):
        if sent.path != "/items/7" or "prefer" in sent.headers:
            return reply
        asked.append(sent.method)
        text = "x" * {"growing": len(asked), "alternating": len(asked) % 2}.get(length, 1)
        reply = replace(reply, status=200, headers={"Content-Type": "application/json"}).with_json(
            {**ITEM, "note": text}
        )
        if sent.method != "HEAD" or not isinstance(length, int):
            return reply
        empty = {} if length else {"Content-Length": "0"}
        return replace(reply, headers={**reply.headers, **empty}, body=b"x" * length)

    return change


@pytest.mark.parametrize("length", [0, 7])
def test_head_has_no_other_length_than_get(check, length):
    done = check("--groups", "examples", "--only", "getItem", fault=with_length(length))
    assert done.broken == {("examples.head", "getItem", "warn")}
    assert f"a Content-Length of {length}, and GET with " in done.findings[0]["sentence"]


@pytest.mark.parametrize("changing", ["growing", "alternating"])
def test_head_may_have_another_length_where_that_of_get_changes(check, changing):
    done = check("--groups", "examples", "--for", "own", "--only", "getItem", fault=with_length(changing))
    assert (done.code, done.findings) == (0, []), done.output
    assert [each.method for each in done.server.log].count("GET") > 1


@pytest.mark.parametrize("answer", [*map(heads, (301, 401, 403, 404, 405, 501))], ids=lambda _: "status")
def test_a_server_need_not_support_head(check, answer):
    done = check("--groups", "examples", "--for", "own", fault=answer)
    assert (done.code, done.findings) == (0, []), done.output
    result = done.result("examples.head", "getItem")
    assert result["outcome"] == "skipped"
    assert result["reason"].startswith("the target does not answer HEAD with a success, but with ")


@pytest.mark.parametrize("media", [None, "application/json; charset=utf-8", "Application/JSON"])
def test_head_may_lack_the_media_type_and_write_it_in_another_way(check, media):
    done = check("--groups", "examples", "--for", "own", "--only", "getItem", fault=heads(200, media))
    assert (done.code, done.findings) == (0, []), done.output
    assert done.result("examples.head", "getItem")["outcome"] == "pass"


def test_head_is_sent_once_for_each_operation_that_is_read(check):
    done = check("--groups", "examples")
    sent = [each.path for each in done.server.log if each.method == "HEAD"]
    assert sorted(sent) == ["/health", "/items", "/items/7", "/stats"]


def test_the_request_with_head_is_shown_as_curl_sends_it(check):
    (finding,) = check("--groups", "examples", fault=heads(204)).findings
    assert finding["curl"].startswith("curl -I http://")
    assert " -X " not in finding["curl"]


def head_without_a_token(status):
    """Make a fault: HEAD gets a status without a token, where GET is refused."""

    def fault(sent, reply):
        is_bare = sent.method == "HEAD" and "authorization" not in sent.headers
        return replace(reply, status=status) if is_bare and sent.path == "/items/7" else reply

    return fault


@pytest.mark.parametrize(("options", "outcome"), [((), "warn"), (("--for", "own"), "fail")])
@pytest.mark.parametrize("status", [200, 204])
def test_head_needs_a_token_where_get_needs_one(check, status, options, outcome):
    done = check("--groups", "security", "--only", "getItem", *options, fault=head_without_a_token(status))
    assert done.broken == {("security.missing-head", "getItem", outcome)}


@pytest.mark.parametrize(
    ("status", "tried"),
    [(401, "pass"), (403, "pass"), (404, "skipped"), (405, "skipped"), (501, "skipped"), (302, "skipped")],
)
def test_head_without_a_token_may_be_refused_in_any_way(check, status, tried):
    done = check("--groups", "security", "--only", "getItem", "--for", "own", fault=head_without_a_token(status))
    assert (done.code, done.findings) == (0, []), done.output
    assert done.result("security.missing-head", "getItem")["outcome"] == tried


def test_head_without_a_token_is_not_tried_where_get_needs_none(check):
    def fault(sent, reply):
        return becomes(200, ITEM)(sent, reply) if "authorization" not in sent.headers else reply

    done = check("--groups", "security", "--only", "getItem", fault=fault)
    assert done.result("security.missing-head", "getItem")["reason"] == "GET is not refused without credentials"
