"""Texts on which servers fail are sent to every place that takes any text, whatever else is generated."""

import json
from dataclasses import replace

import product_lists
import pytest

QUOTES, NUL, LONG, BEYOND = "'", "\0", "x" * 256, "\U0001f642"


def name_of(sent):
    body = sent.values.body if sent.values else None
    name = body.get("name") if isinstance(body, dict) else None
    return name if isinstance(name, str) else ""


def fails_on(part):
    def fault(sent, reply):
        return replace(reply, status=500) if reply.status == 201 and part in name_of(sent) else reply

    return fault


@pytest.mark.parametrize("part", [QUOTES, NUL, LONG, BEYOND])
def test_a_server_that_fails_on_a_text_is_found_with_a_request_that_has_little_else(check, part):
    done = check("--groups", "schema", "--only", "createItem", fault=fails_on(part))
    assert done.broken == {("schema.answered", "createItem", "fail")}
    hard = [name for sent in done.server.log if part in (name := name_of(sent))]
    assert hard
    assert min(map(len, hard)) < 5 or part == LONG


def test_each_text_is_sent_once_where_the_server_takes_it(check):
    done = check("--groups", "schema", "--only", "createItem")
    names = [name_of(sent) for sent in done.server.log]
    assert done.findings == []
    assert sum("'\"`\\" in name and name != name.strip() for name in names) == 1
    assert names.count("x\0y") == names.count("x" * 1000) == 1


@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_text_may_be_refused(check, status):
    page = {"Content-Type": "text/html"}

    def refuse(sent, reply):
        is_hard = any(part in name_of(sent) for part in (NUL, LONG, "'\"`\\"))
        return replace(reply, status=status, headers=page, body=b"<h1>No</h1>") if is_hard else reply

    done = check("--groups", "schema", "--only", "createItem", "--for", "own", fault=refuse)
    assert done.findings == []


def test_a_generated_text_with_nul_may_be_refused_too(check):
    def refuse(sent, reply):
        return replace(reply, status=422, body=b'{"code": "no", "message": "No."}') if NUL in name_of(sent) else reply

    options = ("--groups", "schema", "--only", "createItem", "--for", "own", "--seed", "7")
    done = check(*options, fault=refuse)
    assert done.findings == []
    assert any(NUL in name and name != "x\0y" for name in map(name_of, done.server.log))


class TakesNumbersOnly(product_lists.ProductLists):
    """Refuses ids of products that are no numbers, and fails on a quote in a name."""

    fails = True

    def ids(self, body, *, required=True):
        ids = super().ids(body, required=required)
        if not all(each.isdecimal() for each in ids):
            raise product_lists.RefusedError(422, "An id is a number.")
        return ids

    def checked(self, body):
        checked = super().checked(body)
        if self.fails and QUOTES in body["name"]:
            raise product_lists.RefusedError(500, "Syntax error.")
        return checked


@pytest.mark.slow
@pytest.mark.parametrize("fails", [True, False])
def test_a_text_that_one_place_refuses_is_still_tried_in_the_others(command, tmp_path, fails):
    report, server = tmp_path / "report.json", TakesNumbersOnly()
    server.fails = fails
    options = ("--groups", "schema", "--only", "createProductList", "--token", product_lists.TOKEN)
    with server.up() as url:
        result = command(url, "--api", "affiliate-com", *options, "--json", str(report))
    (api,) = json.loads(report.read_text())["apis"]
    failed = [each for each in api["findings"] if each["check"] == "schema.answered"]
    assert bool(failed) is fails, result.output
    assert all("%27" in str(each) or "'" in str(each) for each in failed)


def has_big_number(sent):
    values = sent.values.query.values() if sent.values else ()
    return any(isinstance(value, int) and value >= 2**31 for value in values)


@pytest.mark.parametrize(("status", "found"), [(500, True), (404, False)])
def test_a_number_beyond_32_bits_may_be_on_no_page_and_has_an_answer(check, status, found):
    def fault(sent, reply):
        body = b'{"code": "no", "message": "No."}'
        return replace(reply, status=status, body=body) if has_big_number(sent) else reply

    done = check("--groups", "schema", "--only", "listItems", "--for", "own", fault=fault)
    assert done.broken == ({("schema.answered", "listItems", "fail")} if found else set())
    assert any(map(has_big_number, done.server.log))
