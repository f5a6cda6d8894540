"""A target is recognized before anything is written: one line names what is wrong with it, and how to mend that."""

import json
import shutil
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from adcontract import load

LIBRARY = Path(__file__).parent / "laws" / "spec" / "library"
SECURED, SAFE, BASES = 3, 4, 2
"""How many operations of the shop are safe and need a token; how many are safe; at how many other bases it may be."""


def lines(result):
    return [line for line in result.output.splitlines() if line.strip()]


def always(status, body=b"", **headers):
    """Answer in one way; in a header, `{url}` stands for the server and `{path}` for the path of the request."""

    def fault(sent, reply):
        filled = {
            name.replace("_", "-"): value.format(url=f"http://{sent.headers['host']}", path=sent.path)
            for name, value in headers.items()
        }
        return replace(reply, status=status, headers=filled, body=body)

    return fault


PAGE = b"<!DOCTYPE html><title>Welcome</title>"
FORM = b"<html><form><input type='password'></form></html>"
REDIRECTED = "{url} redirects all 4 safe requests (302), such as GET /items, to "
NO_SESSION = "It needs a session that the suite does not have: give the URL of the API itself, which takes the token."

WAYS = {
    "a login page by a redirect": (
        always(302, Location="/login?next={path}"),
        SAFE,
        f"{REDIRECTED}the login page {{url}}/login. {NO_SESSION}",
    ),
    "a login page of another host": (
        always(302, Location="https://sso.example.com/start?to={path}"),
        SAFE,
        f"{REDIRECTED}the login page https://sso.example.com/start. {NO_SESSION}",
    ),
    "https in place of http": (
        always(302, Location="https://shop.example.com{path}"),
        SAFE,
        f"{REDIRECTED}https://shop.example.com/items. Redirects are not followed: use https://shop.example.com.",
    ),
    "a base path by a redirect": (
        always(302, Location="/v1{path}"),
        SAFE,
        f"{REDIRECTED}{{url}}/v1/items. Redirects are not followed: use {{url}}/v1.",
    ),
    "a slash at the end": (
        always(302, Location="{path}/"),
        SAFE,
        f"{REDIRECTED}the same path with a slash at its end. Serve the paths that the contract has.",
    ),
    "another place": (
        always(302, Location="https://example.com/moved"),
        SAFE,
        f"{REDIRECTED}https://example.com/moved. Redirects are not followed: give the URL of the API itself.",
    ),
    "a login page with 200": (
        always(200, FORM, Content_Type="text/html"),
        SAFE + BASES,
        "{url} answers all 4 safe requests, such as GET /items, with a login page (200) where the contract has JSON. "
        f"{NO_SESSION}",
    ),
    "another page with 200": (
        always(200, PAGE, Content_Type="text/html"),
        SAFE + BASES,
        "{url} answers all 4 safe requests, such as GET /items, with an HTML page (200) where the contract has JSON. "
        "Give the URL of the API itself, with its base path.",
    ),
    "the token is refused with 401": (
        always(401),
        SECURED,
        "{url} refuses your token (401) in all 3 safe requests. "
        "Give one that it accepts, with --token or in ADCONTRACT_TOKEN.",
    ),
    "the token is refused with 403": (
        always(403),
        SECURED,
        "{url} refuses your token (403) in all 3 safe requests. "
        "Give one that it accepts, with --token or in ADCONTRACT_TOKEN.",
    ),
    "the server is broken": (
        always(503),
        SAFE,
        "{url} answers 503 to all 4 safe requests, such as GET /items. "
        "It is broken, or something that it needs is down: look into its log.",
    ),
    "the rate limit is used up": (
        always(429, Retry_After="0"),
        SAFE + 2,
        "{url} answers 429 to all 4 safe requests. "
        "Its rate limit is used up: try again later, or raise it for the suite.",
    ),
    "the rate limit is used up for long": (
        always(429, Retry_After="3600"),
        SAFE,
        "{url} answers 429 to all 4 safe requests, and asks to wait for 3600 s. "
        "Its rate limit is used up: try again later, or raise it for the suite.",
    ),
    "it expects TLS": (
        always(400, b"<center>The plain HTTP request was sent to HTTPS port</center>"),
        SAFE,
        "{url} expects TLS, and refuses plain HTTP (400). Use {secure}.",
    ),
    "the connection breaks": (
        always(0),
        2,
        "{url} accepts connections, but it breaks the connection. "
        "Start it again, correct the host and the port, or use {secure} if it expects TLS.",
    ),
}


@pytest.mark.parametrize(("fault", "probes", "message"), WAYS.values(), ids=WAYS)
def test_one_line_names_the_cause_and_the_fix_and_nothing_else_is_sent(
    command, spec, shop, server_of, fault, probes, message
):
    server = server_of(shop, fault)
    with server.up() as url:
        result = command(url, "--spec", spec, "--token", "s3cr3t-0123456789")
    assert result.exit_code == 2
    secure = url.replace("http://", "https://")
    assert lines(result) == [f"Error: {message.format(url=url, secure=secure)}"]
    assert [sent.method for sent in server.log] == ["GET"] * probes


@pytest.mark.parametrize("fault", [always(401), always(403), always(404), always(500), always(302, Location="/login")])
@pytest.mark.parametrize("right", ["getStats", "getItem"])
def test_a_target_that_answers_one_safe_request_rightly_is_checked(check, fault, right):
    def picky(sent, reply):
        return reply if sent.operation and sent.operation.id == right else fault(sent, reply)

    done = check("--groups", "examples", "--token", "abc", fault=picky)
    assert len(done.server.log) > SAFE
    assert {sent.method for sent in done.server.log} > {"GET"}


def test_an_open_operation_does_not_speak_for_the_token(command, spec, shop, server_of):
    def picky(sent, reply):
        return replace(reply, status=403) if sent.operation and sent.operation.secured else reply

    server = server_of(shop, picky)
    with server.up() as url:
        result = command(url, "--spec", spec, "--token", "abc")
    assert result.exit_code == 2
    assert " refuses your token (403) in all 3 safe requests. " in result.output
    assert len(server.log) == SECURED


def test_a_rate_limit_is_waited_for_once(check):
    def limited(_, reply):
        times.append(1)
        return replace(reply, status=429, headers={"Retry-After": "0"}) if len(times) == 1 else reply

    times = []
    assert check("--groups", "examples", fault=limited).code == 0


@pytest.mark.slow
def test_a_rate_limit_is_waited_for_as_long_as_it_asks(command, spec, shop, server_of):
    began = time.monotonic()
    with server_of(shop, always(429, Retry_After="1")).up() as url:
        result = command(url, "--spec", spec)
    assert 2 <= time.monotonic() - began < 5
    assert f"Error: {url} answers 429 to all 4 safe requests, also 2 s later. " in result.output


def test_documented_ids_that_the_target_does_not_have_are_no_reason_to_stop(check):
    def lacks(sent, reply):
        return replace(reply, status=404) if sent.operation and sent.operation.id == "getItem" else reply

    for only in ((), ("--only", "getItem"), ("--only", "getItem", "--only", "createItem")):
        done = check("--groups", "examples", *only, fault=lacks)
        assert "apis" in done.report
        assert "does not serve this API" not in done.output


def test_what_is_not_checked_may_be_missing(check):
    def only_creates(status):
        return lambda sent, reply: reply if sent.method == "POST" else replace(reply, status=status)

    for status in (403, 404, 500):
        done = check("--groups", "examples", "--only", "createItem", fault=only_creates(status))
        assert done.code == 0
        assert "POST" in {sent.method for sent in done.server.log}


@contextmanager
def below(server_of, contract, prefix):
    """Serve a contract below a base path, and give the server and the URL without that path."""

    class Below(server_of):
        def right(self, sent):
            path, sent.path = sent.path, sent.path.removeprefix(prefix)
            return super().right(sent) if path.startswith(prefix) else self.error("unknown-path")

    server = Below(contract)
    with server.up() as url:
        yield server, url


@pytest.mark.parametrize(
    ("prefix", "given", "fix"),
    [
        ("/shop/v1", "", "{url}/shop/v1 serves it: add /shop/v1 to the URL."),
        ("/api/v3", "", "{url}/api/v3 serves it: add /api/v3 to the URL."),
        ("/api/v3", "/api", "{url}/api/v3 serves it: add /v3 to the URL."),
        ("", "/api", "{url} serves it: use {url}."),
    ],
)
def test_a_base_path_that_fits_is_named(command, spec, tmp_path, server_of, prefix, given, fix):
    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    file = tmp_path / "shop" / "openapi.yaml"
    file.write_text(file.read_text().replace("https://shop.example.com", "https://shop.example.com/api/v3"))
    with below(server_of, load("shop", spec=tmp_path), prefix) as (server, url):
        result = command(f"{url}{given}", "--spec", str(tmp_path))
    assert result.exit_code == 2
    base = f"{url}{given}"
    assert lines(result) == [f"Error: {base} answers 404 to all 4 safe requests of shop v1, but {fix.format(url=url)}"]
    assert {sent.method for sent in server.log} == {"GET"}
    assert len(server.log) <= SAFE + 6


def test_a_target_that_serves_another_api_is_reported_in_one_line(command, spec, shop, server_of):
    server = server_of(shop, always(404))
    with server.up() as url:
        result = command(url, "--spec", spec)
    assert result.exit_code == 2
    assert lines(result) == [
        f"Error: {url} answers 404 to all 4 safe requests of shop v1, and {url}/shop/v1 and {url}/api do not serve it "
        "either. Correct the URL, or choose another contract with --api and --snapshot."
    ]
    assert [sent.method for sent in server.log] == ["GET"] * (SAFE + BASES)


@pytest.mark.parametrize(
    ("fault", "other", "cause", "code"),
    [
        (None, None, "answers 404 to ", 2),
        (None, always(401), "refuses the default token adcontract (401)", 2),
        (None, always(200, PAGE), "answers all 7 safe requests, such as GET /shelves, with an HTML page (200)", 2),
        (always(200, b"[]"), None, "answers 404 to ", 1),
    ],
)
def test_of_several_contracts_those_that_are_not_served_are_left_out(
    command, spec, tmp_path, shop, server_of, fault, other, cause, code
):
    def without_library(sent, reply):
        if sent.operation is None:
            return other(sent, reply) if other else reply
        return fault(sent, reply) if fault and reply.status == 200 else reply

    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    shutil.copytree(LIBRARY, tmp_path / "library")
    report = tmp_path / "report.json"
    server = server_of(shop, without_library)
    with server.up() as url:
        options = ("--spec", str(tmp_path), "--groups", "examples", "--json", str(report))
        result = command(url, *options)
        alone = command(url, *options[:-2], "--api", "shop")
        every = command(url, *options[:-2], "--snapshot", "all")
    assert result.exit_code == code, result.output
    named = [line for line in lines(result) if line.startswith("library ")]
    assert len(named) == 1
    assert f"Left out, because {url} {cause}" in named[0]
    assert named[0].endswith(" Check only what the target serves with --api shop.")
    apis = {api["api"]: api for api in json.loads(report.read_text())["apis"]}
    assert apis["library"]["requests"] == 0
    assert apis["library"]["left_out"]
    assert apis["shop"]["requests"] > SAFE
    assert alone.exit_code == (0 if code == 2 else 1), alone.output
    assert every.exit_code == code, every.output
    assert named[0] in every.output


def test_a_target_that_serves_none_of_several_contracts_is_reported_in_one_line(
    command, spec, tmp_path, shop, server_of
):
    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    shutil.copytree(LIBRARY, tmp_path / "library")
    with server_of(shop, always(404)).up() as url:
        result = command(url, "--spec", str(tmp_path))
    assert result.exit_code == 2
    assert len(lines(result)) == 1
    assert f"{url} answers 404 to all safe requests of library v1 and shop v1, and " in result.output
