"""Responses that take longer than `--max-latency` are reported once for each operation, and only where it is given."""

import re
import time
from dataclasses import replace

import pytest
from proxy import Proxy

from adcontract import load

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


def now_and_then(operation, sent, *, every=9):
    """Answer each so many successes of an operation late; `sent` gets the requests."""

    def fault(each, reply):
        if each.operation and each.operation.id == operation and reply.status < 300:
            sent.append(each)
            if len(sent) % every == 1:
                time.sleep(SLOW)
        return reply

    return fault


@pytest.mark.parametrize("operation", ["createItem", "deleteItem"])
def test_a_write_that_is_slow_now_and_then_fails_where_what_it_creates_is_removed(check, operation):
    sent = []
    done = check("--groups", "examples", "--max-latency", BOUND, fault=now_and_then(operation, sent))
    assert done.code == 1
    assert done.broken == {("examples.latency", operation, "fail")}
    assert "could not be removed" not in done.output


class SlowAtFirst(Proxy):
    """Answers the first store that is created late, and counts them."""

    created = 0

    def changed(self, sent, reply):
        if sent.method == "POST" and sent.path.endswith("/v2/stores") and reply.status == 200:
            self.created += 1
            time.sleep(SLOW if self.created == 1 else 0)
        return reply


def test_a_write_that_leaves_something_behind_is_not_sent_again_where_it_was_slow_once(
    command, mock, server_of, tmp_path
):
    server, only = server_of(load("metapic")), ("--api", "metapic", "--only", "createStore", "--groups", "examples")
    with mock(tmp_path, "--stateful", "--api", "metapic") as found:
        slow_at_first = SlowAtFirst(server, found)
        with server.up() as url:
            result = command(url, *only, "--max-latency", BOUND)
    assert (result.exit_code, slow_at_first.created) == (1, 1), result.output


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
