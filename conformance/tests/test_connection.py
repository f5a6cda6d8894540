"""A target that does not speak HTTP, or TLS as it should: one line names what is wrong and how to mend it."""

import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme

from adcontract_conformance.client import bounds


def lines(result):
    return [line for line in result.output.splitlines() if line.strip()]


@contextmanager
def speaks(answer):
    """Answer each connection with these bytes after it sent something, or with nothing at all if they are None."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            held = []
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    break
                held.append(connection)
                if answer is not None:
                    connection.recv(65536)
                    connection.sendall(answer)
                    connection.close()
            for each in held:
                each.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"SSH-2.0-OpenSSH_9.6\r\n", "does not speak HTTP"), (None, "does not respond within 0.2 s")],
)
def test_a_target_that_does_not_speak_http_is_reported_in_one_line(command, spec, monkeypatch, answer, reason):
    monkeypatch.setattr(bounds, "SILENCE", 0.2)
    with speaks(answer) as url:
        result = command(url, "--spec", spec)
    assert result.exit_code == 2
    secure = url.replace("http://", "https://")
    assert lines(result) == [
        f"Error: {url} accepts connections, but it {reason}. "
        f"Start it again, correct the host and the port, or use {secure} if it expects TLS."
    ]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def context_for(authority, name="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_that_is_not_trusted_has_a_line_of_its_own(command, spec, shop, server_of, authority):
    server = server_of(shop)
    with server.up(context_for(authority)) as url:
        result = command(url, "--spec", spec)
    assert result.exit_code == 2
    assert len(lines(result)) == 1
    assert f"Error: {url} has a certificate that is not trusted (" in result.output
    assert "Name the file of its certificate authority with --ca FILE, or let it pass with --insecure." in result.output
    assert server.log == []


def test_a_certificate_of_another_host_has_a_line_of_its_own(command, spec, shop, server_of, authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with server_of(shop).up(context_for(authority, "shop.example.com")) as url:
        result = command(url, "--spec", spec, "--ca", str(tmp_path / "ca.pem"))
    assert result.exit_code == 2
    assert f"Error: {url} has a certificate of another host (" in lines(result)[0]


@pytest.mark.parametrize("how", ["--ca", "--insecure"])
def test_a_certificate_may_be_trusted_or_let_pass(
    command, spec, shop, server_of, authority, tmp_path, monkeypatch, how
):
    # a bundle of the environment does not count
    (tmp_path / "other.pem").write_bytes(trustme.CA().cert_pem.bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    options = ["--ca", str(tmp_path / "ca.pem")] if how == "--ca" else ["--insecure"]
    server = server_of(shop)
    with server.up(context_for(authority)) as url:
        result = command(
            url, "--spec", spec, "--groups", "examples,schema", "--only", "getItem", "--only", "getStats", *options
        )
    assert result.exit_code == 0, result.output
    assert f"check {url} {' '.join(options)} --api shop" in result.output
    assert len(server.log) > 10


def test_a_server_without_tls_is_reported_in_one_line(command, spec, shop, server_of):
    with server_of(shop).up() as url:
        secure = url.replace("http://", "https://")
        result = command(secure, "--spec", spec)
    assert result.exit_code == 2
    assert lines(result) == [f"Error: {secure} does not speak TLS. Use {url}, or correct the port."]


def test_a_bad_choice_of_certificates_is_reported_in_one_line(command, spec, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("none")
    result = command("https://127.0.0.1:1", "--spec", spec, "--ca", str(file))
    assert lines(result) == [
        f"Error: {file} has no certificate in PEM. Name the file of a certificate authority with --ca."
    ]
    both = command("https://127.0.0.1:1", "--spec", spec, "--ca", str(file), "--insecure")
    assert both.exit_code == 2
    assert lines(both)[0].startswith("Error: --insecure accepts every certificate")
