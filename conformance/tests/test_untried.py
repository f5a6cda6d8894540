"""A run that has not tried all that it was asked to try is not clean, and says so."""

import re
import time
from dataclasses import replace

import pytest


def test_a_run_ends_when_its_time_is_up_and_reports_what_was_not_tried(check):
    def slow(_, reply):
        time.sleep(0.05)
        return reply

    start = time.monotonic()
    done = check("--max-time", "1.5", fault=slow)
    assert time.monotonic() - start < 6
    assert done.code == 2
    assert done.report["apis"][0]["unreached"][-1] == "rejection"
    assert "shop v1: Not finished, because the time was up: " in done.output
    reasons = {result.get("reason") for result in done.report["apis"][0]["results"]}
    assert "the time was up" in reasons
    # a group says of itself what the end of the report says of it
    line = next(line for line in done.output.splitlines() if "Not finished, because the time was up: " in line)
    shown = {line.split(":")[0].split()[-1]: line for line in done.output.splitlines() if re.search(r"\d s\)$", line)}
    for group, text in shown.items():
        assert (", not finished (" in text) == (group in line), done.output
    assert any(", not finished (" in text for text in shown.values())


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
def test_an_operation_that_never_succeeds_is_not_tried_and_the_run_is_not_clean(check, status):
    def turns_away(sent, reply):
        if sent.operation and sent.operation.id == "getStats" and reply.status == 200:
            return replace(reply, status=status)
        return reply

    groups = ("--groups", "schema")
    done = check(*groups, fault=turns_away)
    sentence = f"shop v1: 1 of 6 operations never succeeded, so nothing is known of them: getStats ({status}, "
    assert sentence in done.output
    assert "getStats" in done.report["apis"][0]["untried"]
    accepted = [r for r in done.report["apis"][0]["results"] if r["operation"] == "getStats"]
    assert "pass" not in {r["outcome"] for r in accepted if r["check"] == "schema.accepted"}
    if done.code != 1:
        assert done.code == 2
        assert "shop v1: not determined" in done.output
    allowed = check(*groups, "--allow-untried", fault=turns_away)
    assert sentence not in allowed.output
    assert allowed.code == (1 if done.code == 1 else 0)


@pytest.mark.parametrize("groups", ["behavior", "schema,behavior,state"])
def test_a_run_in_which_nothing_succeeds_is_not_clean(check, groups):
    refused = check("--groups", groups, fault=lambda _, reply: replace(reply, status=409))
    assert refused.code != 0
    assert "never succeeded" in refused.output


def test_a_run_that_the_target_limits_is_not_clean(check):
    left = iter(range(60))

    def limits(_, reply):
        return reply if next(left, None) is not None else replace(reply, status=429)

    done = check("--groups", "examples,behavior,schema", fault=limits)
    assert done.report["apis"][0]["limited"] > 0
    assert "were refused with 429, so their checks saw nothing." in done.output
    assert done.code != 0


def test_an_operation_that_the_chosen_groups_do_not_send_to_is_not_missed(check):
    assert check("--groups", "rejection").code == 0
