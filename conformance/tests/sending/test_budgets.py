"""A run never sends faster, nor more, than the user lets it, and says what it did not reach because of that."""

import re
import time
from collections import Counter
from dataclasses import replace

import pytest

CLEARING = "DELETE"


def by_operation(server):
    return Counter(each.operation.id for each in server.log if each.operation)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "interval"), [("40/s", 1 / 40), ("1800/min", 1 / 30)])
def test_a_rate_is_never_exceeded_by_anyone_who_sends(check, rate, interval):
    times = []

    def noted(_, reply):
        times.append(time.monotonic())
        return reply

    done = check("--groups", "examples,schema", "--only", "getItem", "--workers", "2", "--rate", rate, fault=noted)
    assert done.code == 0, done.output
    assert "schemathesis" in {each.headers["user-agent"].partition("/")[0] for each in done.server.log}
    assert len(times) > 20
    # on the way a request may take a little longer than the next one
    pairs = [(before, after, k) for k in (1, 5, 15) for before, after in zip(times, times[k:], strict=False)]
    early = [(before, after, k) for before, after, k in pairs if after - before < k * interval - 0.02]
    assert early == []
    assert f"--rate {rate}" in done.output
    assert "with 429" not in done.output


def test_a_refusal_is_obeyed_beside_a_rate(check):
    answers = iter(range(1000))

    def refuses(_, reply):
        number = next(answers)
        return replace(reply, status=429, headers={"Retry-After": "1"}) if number == 3 else reply

    start = time.monotonic()
    done = check("--groups", "examples", "--rate", "500/s", fault=refuses)
    assert done.code == 0, done.output
    assert time.monotonic() - start > 1
    assert re.search(r"The target refused 1 request with 429\. The run waited [1-9] s because of that\.", done.output)


@pytest.mark.parametrize("rate", ["10", "0/s", "10/h", "-1/s", "ten/s", "1e3/s", ""])
def test_what_is_no_rate_is_refused_in_a_line(command, rate):
    result = command("http://127.0.0.1:9", "--rate", rate)
    assert result.exit_code == 2
    assert "is not a rate. Write it as 10/s or 300/min." in result.output


@pytest.mark.parametrize("rate", ["2000000/s", "1234567.5/min"])
def test_the_command_that_repeats_a_run_has_its_rate(command, shop, server_of, spec, rate):
    with server_of(shop, None).up() as url:
        result = command(url, "--spec", spec, "--groups", "examples", "--rate", rate)
    assert f" --rate {rate}" in result.output.splitlines()[-1]


@pytest.mark.parametrize("groups", ["examples,security", "schema", "state,behavior,rejection"])
def test_a_run_sends_no_more_requests_than_it_may_and_names_what_it_did_not_reach(check, groups):
    done = check("--groups", groups, "--max-requests", "9")
    removed = sum(each.method == CLEARING for each in done.server.log)
    assert len(done.server.log) - removed <= 9 <= len(done.server.log)
    assert (done.code, done.findings) == (2, [])
    assert "Not finished, because the run sent its 9 requests (--max-requests): " in done.output
    unreached = done.report["apis"][0]["unreached"]
    assert unreached
    assert unreached[-1] == groups.rpartition(",")[2]
    reasons = {each.get("reason") for each in done.report["apis"][0]["results"]}
    assert "the run sent its 9 requests (--max-requests)" in reasons
    assert "--max-requests 9" in done.output


def test_a_run_that_needs_no_more_is_clean(check):
    free = check("--groups", "examples")
    bounded = check("--groups", "examples", "--max-requests", str(len(free.server.log)))
    assert (bounded.code, len(bounded.server.log)) == (0, len(free.server.log)), bounded.output
    assert check("--groups", "examples", "--max-requests", str(len(free.server.log) - 1)).code == 2


def test_a_run_that_may_not_even_recognize_its_target_says_so(command, shop, server_of, spec):
    server = server_of(shop, lambda *_: server.error("unknown-path"))
    with server.up() as url:
        result = command(url, "--spec", spec, "--max-requests", "1")
    assert (result.exit_code, len(server.log)) == (2, 1)
    assert re.fullmatch(
        r"Error: The run sent its 1 request \(--max-requests\) before http://\S+ could be checked\.\n", result.output
    )


def test_an_operation_gets_no_more_requests_than_it_may(check):
    done = check(
        "--groups", "examples,security,state,schema,rejection", "--max-requests-per-operation", "7", "--verbose"
    )
    assert (done.code, done.findings) == (2, []), done.output
    counts = by_operation(done.server)
    assert max(count for operation, count in counts.items() if operation != "deleteItem") == 7
    assert len(counts) == 6
    line = next(each for each in done.output.splitlines() if "--max-requests-per-operation" in each)
    assert line.startswith(
        "shop v1: Not finished, because an operation gets 7 requests (--max-requests-per-operation): "
    )
    assert re.search(r"schema of .*listItems", line)
    reasons = {each.get("reason") for each in done.report["apis"][0]["results"]}
    assert "not tried: the operation got its 7 requests (--max-requests-per-operation)" in reasons


def test_a_failure_counts_also_where_a_bound_is_met(check):
    def wrong(sent, reply):
        return reply.with_json({"data": "none"}) if sent.operation and reply.status == 200 else reply

    for bound in (("--max-requests", "9"), ("--max-requests-per-operation", "2")):
        done = check("--groups", "examples,schema", *bound, fault=wrong)
        assert done.code == 1
        assert "Not finished, because" in done.output
