"""Credentials go where the contract has them, are left out of the requests without, and are never shown."""

import base64
import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus

import pytest

from adcontract import load

TOKEN = "s3cr3t:0123+45/67=="
"""With characters that a URL encodes; it is a user and a password, too."""

SCHEMES = {
    "bearer": ("type: http\nscheme: bearer\n", TOKEN),
    "basic": ("type: http\nscheme: basic\n", base64.b64encode(TOKEN.encode()).decode()),
    "header": ("type: apiKey\nin: header\nname: X-Key\n", TOKEN),
    "query": ("type: apiKey\nin: query\nname: api_key\n", TOKEN),
    "cookie": ("type: apiKey\nin: cookie\nname: session\n", TOKEN),
}


@dataclass
class Shop:
    """A shop that takes one credential, in its place."""

    spec: str
    contract: object
    credential: str

    def checks(self, sent, reply):
        """Refuse every other credential."""
        if sent.operation is None or not sent.operation.secured or self.server.credential(sent) == self.credential:
            return reply
        return self.server.error("unauthenticated", sent.operation)


@pytest.fixture(params=SCHEMES)
def shop_with(request, spec, tmp_path, server_of):
    """Return a shop whose contract has one of the schemes, and a server that obeys it."""
    declared, credential = SCHEMES[request.param]
    shutil.copytree(f"{spec}/shop", tmp_path / "spec" / "shop")
    scheme = tmp_path / "spec" / "shop" / "components" / "securitySchemes" / "bearerToken.yaml"
    scheme.write_text(declared)
    contract = load("shop", spec=tmp_path / "spec")
    shop = Shop(str(tmp_path / "spec"), contract, credential)
    shop.server = server_of(contract, shop.checks)
    return shop


def reported(command, shop, tmp_path, *options):
    """Hold the shop to its contract, and return the result and everything that was written or printed."""
    files = [tmp_path / "report.json", tmp_path / "junit.xml"]
    with shop.server.up() as url:
        result = command(url, "--spec", shop.spec, "--json", str(files[0]), "--junit", str(files[1]), *options)
    return result, "\n".join([result.output, *(file.read_text() for file in files if file.exists())])


def test_a_server_that_takes_the_credential_in_its_place_conforms(command, shop_with, tmp_path):
    result, _ = reported(command, shop_with, tmp_path, "--token", TOKEN, "--groups", "examples,security")
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report.json").read_text())
    results = [each for each in report["apis"][0]["results"] if each["group"] == "security"]
    tried = {each["check"] for each in results if each["outcome"] == "pass" and each["operation"] == "getItem"}
    assert {"security.missing", "security.empty", "security.token"} <= tried


@pytest.mark.slow
def test_every_request_but_those_of_the_group_security_has_the_credential(command, shop_with, tmp_path):
    groups = "state,schema,rejection"
    result, _ = reported(command, shop_with, tmp_path, "--token", TOKEN, "--groups", groups)
    assert result.exit_code == 0, result.output
    secured = [sent for sent in shop_with.server.log if sent.operation and sent.operation.secured]
    assert len(secured) > 100
    assert {shop_with.server.credential(sent) for sent in secured} == {shop_with.credential}


MIXED = "S3cr3t:0123+Ab/67=="
"""A token with letters of both cases, whose last characters are the padding of Base64."""

LAX = {
    "the beginning of a token": (lambda given: MIXED.startswith(given) and given, "security.token-end"),
    "a token in any case": (lambda given: given.lower() == MIXED.lower(), "security.token-case"),
}


@pytest.mark.parametrize("lax", LAX)
def test_a_token_that_is_almost_good_is_refused_unless_it_is_a_password(command, shop_with, tmp_path, lax):
    taken, check = LAX[lax]
    is_basic = "basic" in (tmp_path / "spec/shop/components/securitySchemes/bearerToken.yaml").read_text()

    def takes(sent, reply):
        given = shop_with.server.credential(sent)
        if sent.operation is None or not sent.operation.secured or taken(given):
            return reply
        return shop_with.server.error("unauthenticated", sent.operation)

    shop_with.server.fault = takes
    if is_basic:
        shop_with.credential = base64.b64encode(MIXED.encode()).decode()
        shop_with.server.fault = shop_with.checks
    result, _ = reported(command, shop_with, tmp_path, "--token", MIXED, "--groups", "security", "--only", "getItem")
    report = json.loads((tmp_path / "report.json").read_text())["apis"][0]
    tried = next(each for each in report["results"] if (each["check"], each["operation"]) == (check, "getItem"))
    found = {each["check"]: each["curl"] for each in report["findings"]}
    if is_basic:
        assert (found, tried["outcome"]) == ({}, "skipped"), result.output
        assert tried["reason"] == "not tried: a target may lock a user after wrong passwords"
        return
    assert set(found) == {check}, result.output
    received = []
    shop_with.server.fault = lambda sent, reply: (received.append(shop_with.server.credential(sent)), reply)[1]
    with shop_with.server.up() as url:
        environment = {"PATH": "/usr/bin:/bin", "ADCONTRACT_TOKEN": MIXED}
        line = found[check].replace(json.loads((tmp_path / "report.json").read_text())["target"], url)
        subprocess.run(["sh", "-c", line], env=environment, check=True, capture_output=True, timeout=20)
    assert [taken(each) and each != MIXED for each in received] == [True]


def test_a_server_that_checks_no_credentials_does_not_conform(command, shop_with, tmp_path):
    shop_with.server.fault = None
    shop_with.server.credential = lambda _: "any"
    result, _ = reported(command, shop_with, tmp_path, "--token", TOKEN, "--groups", "security")
    assert result.exit_code == 1
    report = json.loads((tmp_path / "report.json").read_text())
    found = {each["check"] for each in report["apis"][0]["findings"] if each["operation"] == "getItem"}
    assert {"security.missing", "security.empty", "security.token"} <= found


def test_the_secret_is_never_shown(command, shop_with, tmp_path):
    def echoes(sent, reply):
        reply = shop_with.checks(sent, reply)
        if reply.status != 200:
            return reply
        line = f"{sent.path}?{sent.query} {sent.headers.get('authorization')} {sent.headers.get('cookie')}"
        shown = {**reply.headers, "X-You": line}
        return replace(reply, headers=shown).with_json({"id": shop_with.server.credential(sent), "sold": line})

    shop_with.server.fault = echoes
    result, everything = reported(command, shop_with, tmp_path, "--token", TOKEN, "--groups", "examples,schema")
    assert result.exit_code == 1
    for secret in (TOKEN, quote(TOKEN, safe=""), quote_plus(TOKEN), base64.b64encode(TOKEN.encode()).decode()):
        assert secret not in everything
    assert "$ADCONTRACT_TOKEN" in everything


@pytest.mark.slow
def test_the_mock_and_the_suite_agree_on_where_a_credential_goes(command, shop_with, mock, tmp_path):
    with mock(tmp_path, "--spec", shop_with.spec, "--token", TOKEN) as url:
        result = command(url, "--spec", shop_with.spec, "--token", TOKEN, "--groups", "examples,security")
        wrong = command(url, "--spec", shop_with.spec, "--token", "a:b", "--groups", "examples")
    assert result.exit_code == 0, result.output
    assert wrong.exit_code == 2, wrong.output
    assert " refuses your token (401) in all 3 safe requests. " in wrong.output


def test_the_shown_request_sends_the_credential_from_the_environment(command, shop_with, tmp_path):
    shop_with.server.fault = lambda sent, reply: replace(shop_with.checks(sent, reply), body=b"[]")
    reported(command, shop_with, tmp_path, "--token", TOKEN, "--groups", "examples", "--only", "getItem")
    finding = json.loads((tmp_path / "report.json").read_text())["apis"][0]["findings"][0]
    received = []
    shop_with.server.fault = lambda sent, reply: (received.append(shop_with.server.credential(sent)), reply)[1]
    with shop_with.server.up() as url:
        old = json.loads((tmp_path / "report.json").read_text())["target"]
        environment = {"PATH": "/usr/bin:/bin", "ADCONTRACT_TOKEN": TOKEN}
        line = finding["curl"].replace(old, url)
        subprocess.run(["bash", "-c", line], env=environment, check=True, capture_output=True, timeout=20)
    assert received == [shop_with.credential]


def test_a_token_without_a_password_is_reported_in_one_line(command, spec, tmp_path):
    shutil.copytree(f"{spec}/shop", tmp_path / "spec" / "shop")
    (tmp_path / "spec/shop/components/securitySchemes/bearerToken.yaml").write_text(SCHEMES["basic"][0])
    result = command("http://127.0.0.1:1", "--spec", str(tmp_path / "spec"), "--token", "abc")
    assert result.exit_code == 2
    assert result.output.strip() == (
        "Error: shop v1 takes a user name and a password (HTTP Basic). Give the token as user:password."
    )
