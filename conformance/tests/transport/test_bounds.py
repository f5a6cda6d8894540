"""A run ends within an answer: when its time is up, at a signal, and where a target does not answer."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from wire import Wire, dripping, head, on, silent

from adcontract_conformance.client import bounds, interrupts, sender
from adcontract_conformance.client.target import Target
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Purpose, Request

pytestmark = pytest.mark.slow


DRIPPING = on("getItem", dripping(lambda reply: head(reply, Content_Length=9999)))


@pytest.mark.parametrize("group", ["examples", "schema"])
def test_the_time_of_a_run_ends_within_an_answer(checked, monkeypatch, group):
    monkeypatch.setattr(bounds, "WHOLE", 30)
    began = time.monotonic()
    result, report = checked(DRIPPING, "--groups", group, "--max-time", "0.8")
    assert time.monotonic() - began < 3
    assert result.exit_code == 2
    assert f"Not finished, because the time was up: {group}" in result.output
    assert report["apis"][0]["findings"] == []
    assert report["apis"][0]["errors"] == []


def test_the_time_may_end_before_the_target_is_recognized(checked):
    result, _ = checked(silent, "--max-time", "0.2")
    assert result.exit_code == 2
    assert re.search(r"Error: The time of --max-time was up before http://\S+ could be checked\.", result.output)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_within_an_answer(shop, server_of, sent_of, spec, number):
    reached = threading.Event()

    def send(connection, sent, reply):
        if sent.headers.get("user-agent", "").startswith("schemathesis"):
            reached.set()
        return DRIPPING(connection, sent, reply)

    server = server_of(shop)
    server.sent = sent_of
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "check"]
    with Wire(server, send).up() as url:
        options = [url, "--spec", spec, "--groups", "schema"]
        with subprocess.Popen(
            [*line, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert reached.wait(20)
            time.sleep(0.5)
            process.send_signal(number)
            output, _ = process.communicate(timeout=8)
    assert process.returncode == 2, output
    assert "Error: The run was interrupted." in output


def test_an_interrupt_that_is_put_off_is_not_put_off_by_an_answer(monkeypatch):
    monkeypatch.setattr(interrupts, "GRACE", 0.2)
    waiting = bounds.Waiting(lambda: None)
    bounds.wait_for(waiting)
    began = time.monotonic()
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        wait_unhurriedly(waiting)
    assert time.monotonic() - began < 5


def wait_unhurriedly(waiting):
    with interrupts.unhurried():
        while waiting.left(time.monotonic()):
            time.sleep(0.01)


def test_an_operation_that_does_not_answer_is_not_always_waited_for_so_long(shop, server_of, sent_of, monkeypatch):
    for name, seconds in (("SILENCE", 0.5), ("HURRIED", 0.1)):
        monkeypatch.setattr(bounds, name, seconds)
    server = server_of(shop)
    server.sent = sent_of
    one, other = shop.operations[:2]
    with Wire(server, silent).up() as url, closing(Target(url)) as target:
        sends = sender.Sender(CheckedContract(shop), target, lambda _: {})
        waits = [sends.exchange(Purpose.LAW, each, Request("GET", f"{url}/items")) for each in (one, one, one, other)]
    waited = [each.response.reason.rpartition(" within ")[2] for each in waits]
    assert waited == [f"{seconds} s" for seconds in (0.5, 0.5, 0.1, 0.5)]


def test_generated_requests_to_an_operation_that_does_not_end_its_answers_are_hurried(checked, monkeypatch):
    for name, seconds in (("SILENCE", 1), ("WHOLE", 1), ("HURRIED", 0.1)):
        monkeypatch.setattr(bounds, name, seconds)
    waits, drip = [], dripping(lambda reply: head(reply, Content_Length=9999))

    def drips(connection, sent, reply):
        began = time.monotonic()
        try:
            drip(connection, sent, reply)
        finally:
            waits.append(time.monotonic() - began)

    checked(on("listItems", drips), "--groups", "schema,rejection")
    # the first one is sent to recognize the target
    assert len(waits) > 3
    assert len([wait for wait in waits[1:] if wait > 0.9]) <= 2, waits
