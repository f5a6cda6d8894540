"""Responses are judged as they came, and no output holds a secret of the user."""

import base64
import html
import json
import re
import shutil
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
from markupsafe import escape

from adcontract import load
from adcontract.requests.curl import TOKEN
from adcontract_conformance.client.redaction import Redaction
from adcontract_conformance.model.exchange import brief
from adcontract_conformance.settings.access import Secret

SECRET = "s3/cr3t+\"0123<45>'67=="
PASSWORD = "pass:w0rd/@1"
FORMATS = ("json", "xml", "sarif", "md", "html", "txt")


def forms(secret):
    pair = base64.b64encode(f"user:{secret}".encode()).decode()
    encoded = {quote(secret, safe=""), quote_plus(secret), quote(secret), html.escape(secret), str(escape(secret))}
    return {secret, *encoded, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode(), pair}


@pytest.mark.parametrize("token", ["data", "name", "list", "true", "t", "items", "id"])
def test_a_token_that_is_a_word_of_the_responses_changes_no_verdict(check, shop, server_of, token):
    def strict(sent, reply):
        known = (
            sent.operation is None
            or not sent.operation.secured
            or sent.headers.get("authorization") == f"Bearer {token}"
        )
        return reply if known else server_of(shop).error("unauthenticated", sent.operation)

    done = check("--token", token, "--groups", "examples,security,schema", fault=strict)
    assert done.code == 0, done.output
    assert done.findings == []


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif", "markdown", "junit", "html"])
def test_a_server_that_echoes_the_secrets_has_them_in_no_output(command, spec, shop, server_of, tmp_path, format_):
    def echoes(sent, reply):
        if sent.path.startswith("/nowhere") or reply.status >= 500:
            return reply
        said = f"{sent.headers.get('authorization')} {sent.target} {PASSWORD} {quote(PASSWORD)}"
        filler = "x" * 60
        body = json.dumps({said: said, "id": said, "name": f"{filler} {said} {filler} {said}", "html": SECRET}).encode()
        return replace(reply, headers={**reply.headers, "X-You": said, "ETag": said}, body=body)

    server = server_of(shop, echoes)
    files = [tmp_path / f"report.{each}" for each in FORMATS]
    outputs = [part for file in files for part in ("--output", str(file))]
    outputs += ["--report", str(tmp_path / "report")]
    with server.up() as url:
        url = url.replace("://", f"://user:{quote(PASSWORD, safe='')}@")
        result = command(url, "--spec", spec, "--token", SECRET, "--format", format_, *outputs)
    assert result.exit_code == 1, result.output
    files += [file for folder in ("report", ".adcontract") for file in (tmp_path / folder).glob("*")]
    everything = "\n".join([result.output, *(file.read_text() for file in files)])
    assert TOKEN in everything
    for secret in (*forms(SECRET), *forms(PASSWORD)):
        assert secret not in everything
    assert "://***@127.0.0.1:" in everything


def test_the_password_of_a_token_for_basic_is_in_no_output(command, spec, server_of, tmp_path):
    shutil.copytree(f"{spec}/shop", tmp_path / "spec" / "shop")
    scheme = tmp_path / "spec" / "shop" / "components" / "securitySchemes" / "bearerToken.yaml"
    scheme.write_text("type: http\nscheme: basic\n")

    def echoes(_, reply):
        said = sorted(forms(SECRET) | {html.escape(SECRET), quote(base64.b64encode(f"bob:{SECRET}".encode()), safe="")})
        return replace(reply, body=json.dumps(said).encode()) if reply.status == 200 else reply

    server = server_of(load("shop", spec=tmp_path / "spec"), echoes)
    files = [tmp_path / f"report.{each}" for each in FORMATS]
    outputs = [part for file in files for part in ("--output", str(file))]
    with server.up() as url:
        result = command(url, "--spec", str(tmp_path / "spec"), "--token", f"bob:{SECRET}", *outputs)
    assert result.exit_code == 1, result.output
    everything = "\n".join([result.output, *(file.read_text() for file in files)])
    assert TOKEN in everything
    pair = base64.b64encode(f"bob:{SECRET}".encode()).decode()
    for secret in (SECRET, json.dumps(SECRET)[1:-1], html.escape(SECRET), quote(SECRET), pair, quote(pair, safe="")):
        assert secret not in everything


def test_the_password_of_the_url_is_sent_to_the_gateway_in_front_of_the_server(command, spec, shop, server_of):
    server = server_of(shop)
    with server.up() as url:
        command(url.replace("://", "://user:pa%3Ass@"), "--spec", spec, "--groups", "examples,schema")
    sent = {each.headers.get("authorization") for each in server.log if each.operation and not each.operation.secured}
    assert sent == {f"Basic {base64.b64encode(b'user:pa:ss').decode()}"}
    secured = {each.headers.get("authorization") for each in server.log if each.operation and each.operation.secured}
    assert secured == {"Bearer adcontract"}


def test_a_bad_url_is_reported_without_its_password(command, spec):
    result = command("ftp://user:s3cr3t@127.0.0.1", "--spec", spec)
    assert result.exit_code == 2
    assert "s3cr3t" not in result.output
    assert "ftp://***@127.0.0.1" in result.output


def test_the_part_of_a_secret_beside_a_gap_is_replaced():
    secret = "0123456789" * 4
    for length in range(60, 141):
        shown = Redaction([Secret("ADCONTRACT_TOKEN", secret)]).text(
            brief("a" * length + secret + "b" * (240 - length))
        )
        assert not any(secret[start : start + 6] in shown for start in range(len(secret) - 5)), shown


@pytest.mark.parametrize("before", ["", "B", "Be", "Bearer ", "user:"])
@pytest.mark.parametrize("after", ["", "x", ", and more"])
def test_a_secret_is_replaced_in_base64_wherever_it_stands_in_what_is_encoded(before, after):
    secret = "Sk-liv3/aB+c9=Zz&77?>~"
    redaction = Redaction([Secret("ADCONTRACT_TOKEN", secret)])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        shown = redaction.text(f'"{encode(f"{before}{secret}{after}".encode()).decode()}"')
        assert TOKEN in shown
        assert len(shown.replace(TOKEN, "")) <= 2 + (len(before) + len(after)) * 4 / 3 + 6


def test_a_short_secret_is_replaced_as_a_word():
    redaction = Redaction([Secret("ADCONTRACT_TOKEN", "id")])
    assert redaction.text("id idea grid $ADCONTRACT_TOKEN 'id'") == f"{TOKEN} idea grid {TOKEN} '{TOKEN}'"
    assert redaction.body(b'{"id": "id-1", "idle": 1}') == f'{{"{TOKEN}": "{TOKEN}-1", "idle": 1}}'.encode()


def test_nothing_is_replaced_without_a_secret():
    assert Redaction().text("adcontract …  … x") == "adcontract …  … x"


@pytest.mark.parametrize("format_", ["text", "github", "markdown", "html", "junit"])
def test_what_a_server_sends_is_not_obeyed_by_a_terminal(command, spec, shop, server_of, format_):
    def strange(sent, reply):
        said = "\x1b]0;evil\x07\x1b[2J\u009b31m\u202eevil\n::error::evil"
        return reply.with_json({said: said, **reply.json()}) if sent.path == "/items/7" and reply.json() else reply

    def raw(sent, reply):
        reply = strange(sent, reply)
        return replace(reply, headers={**reply.headers, "Content-Type": "text/\x1b[31mevil"}) if reply.body else reply

    with server_of(shop, raw).up() as url:
        result = command(url, "--spec", spec, "--groups", "examples", "--format", format_)
    assert result.exit_code == 1, result.output
    assert "evil" in result.output
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.output)
    assert "\n::error::evil" not in result.output or format_ in ("html", "junit")
