"""Nothing that a target sends hangs, fills or misleads a run; correct servers on unusual wires stay clean."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from contextlib import closing, contextmanager
from dataclasses import replace
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest

from adcontract_conformance.client import bounds, interrupts, sender, timing
from adcontract_conformance.client.target import Target
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Purpose, Request

pytestmark = pytest.mark.slow


class Wire:
    """Sends the replies of a server as `send` writes them: it is given the connection, the request and the reply.

    A connection stays open for another request if `send` returns True.
    """

    def __init__(self, server, send):
        self.server, self.send = server, send
        self.done = threading.Event()

    @contextmanager
    def up(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self.listen, args=(listener,), daemon=True).start()
            try:
                yield f"http://127.0.0.1:{self.port}"
            finally:
                self.done.set()
                listener.shutdown(socket.SHUT_RDWR)

    def listen(self, listener):
        while not self.done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rb") as file:
                while sent := self.read(file):
                    if not self.send(connection, sent, self.server.answer(sent)):
                        return
        except OSError:
            pass

    def read(self, file):
        method, _, rest = file.readline().decode().partition(" ")
        if not method:
            return None
        url = urlsplit(rest.split(" ")[0])
        headers = {}
        while (line := file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = file.read(int(headers.get("content-length", 0)))
        return self.server.sent(method, url.path, url.query, headers, body)


def head(reply, **more):
    """Return the head of a reply; a header of None is left out."""
    fields = {**reply.headers, "Content-Length": len(reply.body), **{k.replace("_", "-"): v for k, v in more.items()}}
    lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {text}" for name, text in fields.items() if text is not None)]
    return "\r\n".join([*lines, "\r\n"]).encode()


def plainly(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply) + reply.body)
    return True


def on(operation, send):
    """Return a way to send that applies to one operation, and only while it succeeds."""

    def either(connection, sent, reply):
        hit = sent.operation and sent.operation.id == operation and reply.status == 200
        return (send if hit else plainly)(connection, sent, reply)

    return either


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(bounds, "SILENCE", 0.5)
    monkeypatch.setattr(bounds, "WHOLE", 1)


@pytest.fixture
def checked(command, spec, shop, server_of, sent_of, tmp_path):
    """Hold a shop behind a wire to its contract; give the exit status, the output and the report."""

    def run(send, *options, fault=None):
        server, report = server_of(shop, fault), tmp_path / "report.json"
        server.sent = sent_of
        with Wire(server, send).up() as url:
            result = command(url, "--spec", spec, "--json", str(report), *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result, json.loads(report.read_text()) if report.exists() else None

    return run


def dripping(start):
    def send(connection, sent, reply):  # noqa: ARG001
        connection.sendall(start if isinstance(start, bytes) else start(reply))
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)

    return send


def silent(connection, sent, reply):  # noqa: ARG001
    while connection.recv(1):
        pass


def half(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply) + reply.body[:5])


def half_a_chunk(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply, Content_Length=None, Transfer_Encoding="chunked") + b"50\r\n" + reply.body[:5])


def instead(data):
    def send(connection, sent, reply):  # noqa: ARG001
        connection.sendall(data)

    return send


def with_headers(**more):
    def send(connection, sent, reply):  # noqa: ARG001
        connection.sendall(head(reply, **more) + reply.body)

    return send


LATE = {
    "a head that drips": (dripping(b"HTTP/1.1 200 OK\r\nX: "), "does not end its response within 1 s"),
    "a body that drips": (dripping(lambda reply: head(reply, Content_Length=9999)), "does not end its response within"),
    "a body that stops": (
        lambda connection, *rest: connection.sendall(head(rest[1])) or silent(connection, *rest),
        "stops in the middle of a response for 0.5 s",
    ),
    "no answer": (silent, "does not respond within 0.5 s"),
}
FAULTS = {
    "half a body": (half, "breaks the connection in the middle of a response"),
    "half a chunk": (half_a_chunk, "breaks the connection in the middle of a response"),
    "no gzip as declared": (with_headers(Content_Encoding="gzip"), "not in its content coding gzip"),
    "an unknown coding": (with_headers(Content_Encoding="dcb"), "in the content coding dcb, which it was not asked"),
    "a chunk of a negative size": (
        lambda connection, _, reply: connection.sendall(
            head(reply, Content_Length=None, Transfer_Encoding="chunked") + b"-7\r\n"
        ),
        "breaks the connection in the middle of a response",
    ),
    "another protocol": (instead(b"HTTP/3.1 200 OK\r\n\r\n"), "does not speak HTTP"),
    "no status line": (instead(b"Connection refused by policy\r\n\r\n"), "does not speak HTTP"),
    "a header line of 100 KB": (with_headers(X="x" * 100_000), "sends headers that are too long"),
    "two lengths": (with_headers(Content_Length="2, 3"), "sends headers that contradict each other"),
}


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("send", "sentence"), LATE.values(), ids=LATE)
def test_an_answer_that_does_not_end_is_waited_for_in_bounds(checked, send, sentence):
    began = time.monotonic()
    assert_one_fault(checked, send, sentence)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(("send", "sentence"), FAULTS.values(), ids=FAULTS)
def test_an_answer_that_cannot_be_read_is_one_finding_in_the_words_of_its_fault(checked, send, sentence):
    assert_one_fault(checked, send, sentence)


def assert_one_fault(checked, send, sentence):
    result, report = checked(on("getItem", send), "--groups", "examples,schema")
    assert result.exit_code == 1, result.output
    found = report["apis"][0]["findings"]
    assert {(each["check"], each["operation"]) for each in found} == {
        ("examples.answered", "getItem"),
        ("schema.answered", "getItem"),
    }, result.output
    for each in found:
        assert sentence in each["sentence"]
    assert report["apis"][0]["errors"] == []


def endless(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply, Content_Length=None))
    while True:
        connection.sendall(b" " * 2**16)


def long(connection, sent, reply):  # noqa: ARG001
    body = json.dumps({**json.loads(reply.body), "more": "x" * 10_000_000}).encode()
    connection.sendall(head(reply, Content_Length=len(body)) + body)


BOMB = gzip.compress(b" " * 20_000_000)


def zipped(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply, Content_Length=len(BOMB), Content_Encoding="gzip") + BOMB)


@pytest.mark.parametrize("send", [endless, long, zipped])
def test_a_body_that_is_too_long_is_said_once_and_is_no_breach(checked, send):
    result, report = checked(on("getItem", send), "--groups", "examples,schema")
    assert result.exit_code == 2, result.output
    assert report["apis"][0]["findings"] == []
    assert result.output.count("more than 4 MiB, which was not looked at: getItem (") == 1
    assert list(report["apis"][0]["unread"]) == ["getItem"]
    results = {(each["check"], each["operation"]): each["outcome"] for each in report["apis"][0]["results"]}
    assert results["examples.body", "getItem"] == results["schema.body", "getItem"] == "skipped"


def http_1_0(connection, sent, reply):  # noqa: ARG001
    connection.sendall(b"HTTP/1.0" + head(reply, Content_Length=None)[8:] + reply.body)


def closed(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply) + reply.body)


def closed_while_idle(connection, sent, reply):
    """Close a connection when the next request has been sent on it, as a server does whose patience just ended."""
    plainly(connection, sent, reply)
    connection.recv(1, socket.MSG_PEEK)


def in_pieces(connection, sent, reply):  # noqa: ARG001
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = b"HTTP/1.1 100 Continue\r\n\r\n" + head(reply) + reply.body
    for start in range(0, len(data), 50):
        connection.sendall(data[start : start + 50])
    return True


def with_hints(connection, sent, reply):
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n" + hint + hint)
    return plainly(connection, sent, reply)


def chunked(connection, sent, reply):  # noqa: ARG001
    size = f"{len(reply.body):x};x=y\r\n".encode()
    end = b"0\r\nTrailer: x\r\n\r\n"
    body = size + reply.body + b"\r\n" + end if reply.body else end
    connection.sendall(head(reply, Content_Length=None, Transfer_Encoding="chunked") + body)
    return True


def encoded(coding, encode):
    def send(connection, sent, reply):
        if not reply.body:
            return plainly(connection, sent, reply)
        body = encode(reply.body)
        connection.sendall(head(reply, Content_Encoding=coding, Content_Length=len(body)) + body)
        return True

    return send


def many_headers(connection, sent, reply):  # noqa: ARG001
    connection.sendall(head(reply, **{f"X-{number}": "x" * 2000 for number in range(50)}) + reply.body)
    return True


@pytest.mark.parametrize(
    "options", [("examples",), pytest.param(("schema", "--workers", "2"), marks=pytest.mark.slow)], ids=" ".join
)
def test_how_often_a_request_is_sent_again_is_said(checked, options):
    result, report = checked(closed_while_idle, "--groups", *options)
    assert report["resent"] > 10
    assert (
        f"closed connections on which requests came: {report['resent']} requests had to be sent again." in result.output
    )


UNUSUAL = {
    "HTTP/1.0": http_1_0,
    "a connection for each answer": closed,
    "a connection that is closed while it is idle": closed_while_idle,
    "pieces": in_pieces,
    "chunks": chunked,
    "responses before the response": with_hints,
    "gzip": encoded("gzip", gzip.compress),
    "deflate": encoded("deflate", zlib.compress),
    "raw deflate": encoded("deflate", lambda body: zlib.compress(body, wbits=-15)),
    "gzip twice": encoded("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    "a charset as a coding": encoded("UTF-8", bytes),
    "100 KB of headers": many_headers,
}


@pytest.mark.parametrize("send", UNUSUAL.values(), ids=UNUSUAL)
def test_a_correct_server_on_an_unusual_wire_stays_clean(checked, send):
    result, report = checked(send, "--groups", "examples,schema")
    assert result.exit_code == 0, result.output
    assert report["apis"][0]["findings"] == []


DRIPPING = on("getItem", dripping(lambda reply: head(reply, Content_Length=9999)))


@pytest.mark.parametrize("group", ["examples", "schema"])
def test_the_time_of_a_run_ends_within_an_answer(checked, monkeypatch, group):
    monkeypatch.setattr(bounds, "WHOLE", 30)
    began = time.monotonic()
    result, report = checked(DRIPPING, "--groups", group, "--max-time", "0.8")
    assert time.monotonic() - began < 3
    assert result.exit_code == 2
    assert f"Not finished, because the time was up: {group} " in result.output
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


def test_bytes_that_are_not_utf_8_are_a_body_that_is_not_json(checked):
    def latin_1(connection, sent, reply):  # noqa: ARG001
        body = json.dumps({**json.loads(reply.body), "name": "caf\u00e9"}, ensure_ascii=False).encode("latin-1")
        connection.sendall(head(reply, Content_Length=len(body)) + body)

    result, report = checked(on("getItem", latin_1), "--groups", "examples,schema")
    assert result.exit_code == 1
    (cause,) = report["apis"][0]["causes"]
    assert "UTF-8" in cause["sentence"], cause


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
    monkeypatch.setattr(sender, "HURRIED", 0.1)
    server = server_of(shop)
    server.sent = sent_of
    one, other = shop.operations[:2]
    with Wire(server, silent).up() as url, closing(Target(url)) as target:
        sends = sender.Sender(CheckedContract(shop), target, lambda _: {})
        waits = [sends.exchange(Purpose.LAW, each, Request("GET", f"{url}/items")) for each in (one, one, one, other)]
    waited = [each.response.reason.rpartition(" within ")[2] for each in waits]
    assert waited == [f"{seconds} s" for seconds in (0.5, 0.5, 0.1, 0.5)]
