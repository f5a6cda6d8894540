"""Several processes send the same generated requests as one, and end as one does."""

import json
import multiprocessing
import os
import signal
import time
from collections import Counter
from dataclasses import replace

import pytest
from adcontract_library import Library

pytestmark = pytest.mark.slow

GROUPS = ("--groups", "schema,rejection")


def sent(done):
    """Return the requests of a run, without those by which each engine learns what the target takes."""
    return Counter(
        (each.method, each.path, each.query, each.headers.get("content-type", "").partition(";")[0], each.body)
        for each in done.server.log
        if "x-schemathesis-probe" not in each.headers
    )


def test_several_workers_send_the_same_requests_and_find_the_same(check):
    def broken(sent, reply):
        time.sleep(0.02)
        return reply.with_json({"data": "none"}) if sent.operation and reply.status == 200 else reply

    only = ("--only", "getItem", "--only", "createItem")
    runs = [check(*GROUPS, *only, "--workers", workers, fault=broken) for workers in ("1", "3")]
    assert sent(runs[0]) == sent(runs[1])
    found = [{(each["fingerprint"], each["outcome"], each["count"]) for each in done.findings} for done in runs]
    assert found[0] == found[1] != set()
    assert (runs[0].code, runs[1].code) == (1, 1)
    assert "--workers 3" in runs[1].output
    assert not multiprocessing.active_children()


def test_a_run_with_workers_ends_when_its_time_is_up(check):
    def slow(_, reply):
        time.sleep(0.1)
        return reply

    start = time.monotonic()
    done = check(*GROUPS, "--workers", "2", "--max-time", "3", fault=slow)
    assert time.monotonic() - start < 20
    assert done.code == 2
    assert done.report["apis"][0]["unreached"][-1] == "rejection"
    assert not multiprocessing.active_children()


def test_a_target_that_goes_down_is_reported_with_workers_too(check):
    server = {}

    def dies(_, reply):
        server["answers"] = server.get("answers", 0) + 1
        return replace(reply, status=-1) if server["answers"] > 60 else reply

    done = check(*GROUPS, "--workers", "2", fault=dies)
    assert "went down during the run" in done.report["stopped"]
    assert not multiprocessing.active_children()


def test_a_worker_that_ends_too_soon_is_reported(check):
    def kills(request, reply):
        if "schemathesis" in request.headers.get("user-agent", ""):
            for each in multiprocessing.active_children():
                each.kill()
        return reply

    done = check(*GROUPS, "--workers", "2", fault=kills)
    assert done.code == 2
    assert "A process of the suite has ended." in done.report["stopped"]


def test_nothing_is_left_behind_when_workers_are_interrupted(held):
    class Interrupted(Library):
        def respond(self, method, *rest):
            answer = super().respond(method, *rest)
            generated = [each for each in self.log if each[0] == "POST"]
            if len(generated) == 12 and method == "POST":
                os.kill(os.getpid(), signal.SIGINT)
            return answer

    server = Interrupted()
    before = json.dumps(server.books)
    _, report, result = held(server, "--groups", "schema", "--workers", "2")
    assert "interrupted" in report["stopped"]
    assert (result.exit_code, json.dumps(server.books)) == (2, before)
    assert not multiprocessing.active_children()
