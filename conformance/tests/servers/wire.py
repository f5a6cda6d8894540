"""Servers whose replies are written to the connection byte by byte, as a test wants them."""

import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit


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
