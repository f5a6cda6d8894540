"""A rate limit is obeyed, and not waited for where that does not help."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from email.utils import formatdate

import pytest

from adcontract_conformance.client import interrupts, timing
from adcontract_conformance.client.target import Target
from adcontract_conformance.model.exchange import Request

pytestmark = pytest.mark.slow


class Limit:
    """Refuses a request with 429 and a `Retry-After` at these numbers, and all others for so many seconds after it."""

    def __init__(self, retry_after, seconds, *numbers):
        self.retry_after, self.seconds, self.numbers = retry_after, seconds, numbers
        self.until, self.passed, self.refused = 0, 0, []

    def __call__(self, sent, reply):
        self.passed += 1
        if self.passed in self.numbers:
            self.until = time.monotonic() + self.seconds
        if time.monotonic() >= self.until:
            return reply
        self.refused.append(sent.headers["user-agent"].partition("/")[0])
        return replace(reply, status=429, headers={"Retry-After": self.retry_after()}, body=b"")


def in_a_second():
    return formatdate(time.time() + 1.9, usegmt=True)


@pytest.mark.slow
@pytest.mark.parametrize("retry_after", [lambda: "1", in_a_second], ids=["seconds", "date"])
def test_a_rate_limit_is_obeyed_by_all_that_send(check, monkeypatch, retry_after):
    monkeypatch.setattr(timing, "SLOWEST", 0.02)
    limit = Limit(retry_after, 0.9, 10, 50)
    done = check("--groups", "examples,schema", fault=limit)
    assert done.code == 0, done.output
    assert limit.refused == ["adcontract", "schemathesis"]
    assert re.search(r"The target refused 2 requests with 429\. The run waited [1-9]\d* s because", done.output)
    assert done.report["rate_limit"]["refused"] == 2


@pytest.mark.parametrize(
    ("asked", "options"), [("3600", ()), ("30", ("--max-time", "20"))], ids=["too long", "longer than the run"]
)
def test_a_rate_limit_that_lasts_is_not_waited_for(check, asked, options):
    began = time.monotonic()
    limit = Limit(lambda: asked, 1000, 45)
    done = check("--groups", "examples,schema", *options, fault=limit)
    assert time.monotonic() - began < 8
    assert done.code == 2
    assert "were refused with 429, so their checks saw nothing." in done.output
    assert "with 429. The run waited 0 s because of that." in done.output


@pytest.mark.parametrize(("prefer", "waited"), [("code=429", 0), ("code=200", 0.3)])
def test_the_429_that_was_asked_for_is_not_waited_for(shop, server_of, monkeypatch, prefer, waited):
    monkeypatch.setattr(timing, "_USUAL", 0.3)
    limit = Limit(lambda: "", 1000, 1)
    with server_of(shop, limit).up() as url, closing(Target(url)) as target:
        assert target.send(Request("GET", f"{url}/items", {"Prefer": prefer})).status == 429
    assert waited <= target.timing.waited <= waited * 3


@pytest.mark.slow
def test_a_signal_ends_a_run_that_waits_for_a_rate_limit(shop, server_of, spec):
    limit = Limit(lambda: "60", 1000, 10)
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "check"]
    with server_of(shop, limit).up() as url:
        pipe = subprocess.PIPE
        options = {"stdout": pipe, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen([*line, url, "--spec", spec], **options) as process:
            for _ in range(400):
                if limit.refused:
                    break
                time.sleep(0.05)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=8)
    assert process.returncode == 2, output
    assert "Error: The run was interrupted." in output


def test_an_interrupt_that_is_put_off_is_not_put_off_by_a_rate_limit():
    began = time.monotonic()
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt), interrupts.unhurried():
        timing.Timing().wait_as_asked("60", 1, threading.Event())
    assert time.monotonic() - began < 10


class EveryNinth:
    """Refuses each ninth request, however slowly they come."""

    def __init__(self):
        self.passed = 0

    def __call__(self, _, reply):
        self.passed += 1
        if self.passed % 9:
            return reply
        return replace(reply, status=429, headers={"Retry-After": "0"}, body=b"")


class Window:
    """Lets ten requests pass in half a second."""

    def __init__(self):
        self.began, self.passed = 0, 0

    def __call__(self, _, reply):
        now = time.monotonic()
        if now - self.began > 0.5:
            self.began, self.passed = now, 0
        self.passed += 1
        return reply if self.passed <= 10 else replace(reply, status=429, headers={"Retry-After": "1"}, body=b"")


def test_a_target_that_refuses_however_slowly_it_is_asked_is_not_asked_more_slowly(check):
    done = check("--groups", "examples,schema", fault=EveryNinth())
    assert done.code == 0, done.output
    limit = done.report["rate_limit"]
    assert limit["refused"] > 10
    assert limit["waited"] < 0.04 * limit["refused"], limit


def test_a_target_that_refuses_what_comes_too_fast_is_asked_more_slowly(check):
    done = check("--groups", "schema,rejection", "--only", "listItems", fault=Window())
    assert done.code == 0, done.output
    assert done.report["apis"][0]["requests"] > 30
    assert 0 < done.report["rate_limit"]["refused"] <= 4, done.report["rate_limit"]


class Maintenance:
    """Answers the first requests of an operation with 503, so many of them."""

    def __init__(self, times, headers):
        self.left, self.headers = times, headers

    def __call__(self, sent, reply):
        if not sent.operation or sent.operation.id != "getStats" or reply.status != 200 or not self.left:
            return reply
        self.left -= 1
        return replace(reply, status=503, headers=self.headers, body=b"")


def test_a_target_that_is_closed_for_a_second_and_says_so_has_not_failed(check):
    done = check("--groups", "examples,security", fault=Maintenance(1, {"Retry-After": "1"}))
    assert (done.code, done.findings) == (0, []), done.output
    assert "The target answered 1 request with 503 and Retry-After. The run waited, and sent each again." in done.output


@pytest.mark.parametrize(
    ("times", "headers"),
    [(9, {"Retry-After": "1"}), (1, {}), (1, {"Retry-After": "60"})],
    ids=["lasts", "bare", "long"],
)
def test_a_503_that_lasts_or_names_no_short_time_is_a_failure(check, times, headers):
    done = check("--groups", "examples,security", fault=Maintenance(times, headers))
    assert done.code == 1
    assert {each["check"].partition(".")[2] for each in done.findings} == {"answered"}
