"""Responses that take longer than `--max-latency` are reported once for each operation, and only where it is given."""

import re
import time
from dataclasses import replace

import pytest

pytestmark = pytest.mark.slow

SLOW, BOUND = 0.8, "0.6"


def slow(operation, *, times=None):
    """Answer the requests of an operation late, so many of them."""
    left = [None] * 1000 if times is None else [None] * times

    def fault(sent, reply):
        if sent.operation and sent.operation.id == operation and reply.status == 200 and left:
            left.pop()
            time.sleep(SLOW)
        return reply

    return fault


def test_an_operation_that_is_slow_is_one_finding(check):
    done = check("--groups", "examples,security", "--max-latency", BOUND, fault=slow("getStats"))
    assert done.code == 1
    assert done.broken == {("examples.latency", "getStats", "fail")}
    (finding,) = done.findings
    assert finding["sentence"].startswith("A response took 0.8")
    assert finding["basis"] == "declared with --max-latency"
    assert "--max-latency 0.6" in done.report["again"]


def test_an_operation_that_is_slow_is_a_failure_at_its_second_slow_response(check):
    options = ("--groups", "examples,security,schema", "--max-latency", BOUND)
    done = check(*options, "--max-failures", "1", fault=slow("getStats"))
    assert done.code == 1
    assert done.report["apis"][0]["unreached"] != []
    assert "Not finished, because 1 cause failed: " in done.output
    (finding,) = done.findings
    assert ", as 2 of " in finding["sentence"], finding["sentence"]
    told = [line for line in done.output.splitlines() if "A response took" in line]
    assert " (after " in told[0]


def test_a_slow_operation_is_counted_to_the_end_of_the_run(check):
    done = check("--groups", "examples,schema", "--max-latency", BOUND, fault=slow("listItems", times=8))
    (finding,) = done.findings
    result = done.result("examples.latency", "listItems")
    assert re.search(f" as [3-8] of {result['requests']} responses did", finding["sentence"])
    assert (finding["count"], result["outcome"]) == (1, "fail")
    assert result["requests"] > 5


def test_one_slow_response_of_many_does_not_fail(check):
    done = check("--groups", "examples,schema", "--max-latency", BOUND, fault=slow("listItems", times=2))
    assert done.code == 0
    assert done.broken == {("examples.latency", "listItems", "flaky")}
    assert ", longer than the 0.6 s of --max-latency. It was seen in 1 of " in done.findings[0]["sentence"]


def test_a_read_that_is_slow_now_and_then_fails_however_seldom_it_is_asked_for(check):
    asked = []

    def fault(sent, reply):
        if sent.operation and sent.operation.id == "getStats" and reply.status == 200:
            asked.append(sent)
            if len(asked) % 9 == 1:
                time.sleep(SLOW)
        return reply

    done = check("--groups", "examples", "--max-latency", BOUND, fault=fault)
    assert done.code == 1
    assert done.broken == {("examples.latency", "getStats", "fail")}
    assert ", as 2 of " in done.findings[0]["sentence"]


def test_a_first_read_that_is_slow_and_no_other_does_not_fail(check):
    done = check("--groups", "examples,security", "--max-latency", BOUND, fault=slow("getStats", times=1))
    assert (done.code, done.broken) == (0, {("examples.latency", "getStats", "flaky")})


def test_a_write_that_was_slow_once_is_not_sent_again(check):
    sent = []

    def fault(each, reply):
        if each.operation and each.operation.id == "createItem" and reply.status < 300:
            sent.append(each)
            if len(sent) == 1:
                time.sleep(SLOW)
        return reply

    check("--groups", "examples", fault=fault)
    before = len(sent)
    sent.clear()
    check("--groups", "examples", "--max-latency", BOUND, fault=fault)
    assert len(sent) == before


def test_a_read_without_parameters_that_fails_now_and_then_is_read_often_enough_to_show_it(check):
    asked = []

    def fault(sent, reply):
        if sent.operation and sent.operation.id == "getStats" and reply.status == 200:
            asked.append(sent)
            if len(asked) % 10 == 0:
                return replace(reply, status=500, body=b"")
        return reply

    done = check("--groups", "examples,schema", fault=fault)
    assert done.code == 1
    assert {each["operation"] for each in done.findings} == {"getStats"}


def test_without_a_bound_nothing_is_slow(check):
    done = check("--groups", "examples", fault=slow("getStats"))
    assert (done.code, done.findings) == (0, [])
    assert not any(each["check"] == "examples.latency" for each in done.report["apis"][0]["results"])


@pytest.mark.slow
def test_what_the_suite_waits_itself_is_not_the_latency_of_the_target(check):
    refused = []

    def fault(sent, reply):
        if sent.operation and sent.operation.id == "getStats" and not refused:
            refused.append(sent)
            return replace(reply, status=429, headers={"Retry-After": "1"}, body=b"")
        return reply

    done = check("--groups", "examples", "--max-latency", BOUND, fault=fault)
    assert (len(refused), done.code, done.findings) == (1, 0, [])
