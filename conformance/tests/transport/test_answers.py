"""Nothing that a target sends fills or misleads a run; correct servers on unusual wires stay clean."""

import gzip
import json
import socket
import time
import zlib

import pytest
from wire import dripping, head, on, plainly, silent

pytestmark = pytest.mark.slow


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


def test_bytes_that_are_not_utf_8_are_a_body_that_is_not_json(checked):
    def latin_1(connection, sent, reply):  # noqa: ARG001
        body = json.dumps({**json.loads(reply.body), "name": "caf\u00e9"}, ensure_ascii=False).encode("latin-1")
        connection.sendall(head(reply, Content_Length=len(body)) + body)

    result, report = checked(on("getItem", latin_1), "--groups", "examples,schema")
    assert result.exit_code == 1
    (cause,) = report["apis"][0]["causes"]
    assert "UTF-8" in cause["sentence"], cause
