"""`adcontract init`: a settings file for a target that was asked what it serves, and a schema for editors."""

import json
import re
import tomllib
from dataclasses import replace
from importlib.resources import files

import jsonschema_rs
import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract_conformance import settings
from adcontract_conformance.settings.schema import NAME, settings_schema

FILE = "adcontract.toml"
FULL = """
[targets.staging]
url = "https://staging.example.com"
api = "shop"
snapshot = "v1"
spec = "spec"
for = "own"
profile = "nightly"
token = { env = "STAGING_TOKEN" }
headers = { X-Tenant = "blue", X-Gateway = { env = "GATEWAY" } }
ca = "ca.pem"
insecure = false
proxy = { env = "PROXY" }
groups = ["examples", "our-own"]
checks = ["checks.py"]
only = ["getItem"]
rate = "10/s"
read-only = true
max-time = 60
[targets.staging.credentials]
appKey = { env = "APP_KEY" }
[targets.staging.known.getItem]
item_id = 7
[profiles.nightly]
extends = "extended"
generated = 200
"""


@pytest.fixture
def init(tmp_path, monkeypatch):
    """Run `adcontract init …` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, env=None):
        result = CliRunner().invoke(main, ["init", *arguments], env={"ADCONTRACT_TOKEN": None, **(env or {})})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return run


def test_a_target_is_written_with_what_it_has_said_and_can_be_checked(init, command, shop, server_of, spec, tmp_path):
    server = server_of(shop)
    with server.up() as url:
        result = init(url, "--spec", spec)
        assert result.exit_code == 0, result.output
        assert {each.method for each in server.log} == {"GET"}
        asked = len(server.log)
        checked = command("--profile", "smoke", "--only", "getHealth")
    assert checked.exit_code == 0, checked.output
    text = (tmp_path / FILE).read_text()
    entry = tomllib.loads(text)["targets"]["local"]
    assert entry == {"url": url, "api": "shop", "for": "own", "spec": entry["spec"]}
    assert re.search(rf"# Asked on \d{{4}}-\d\d-\d\d, with {asked} GET requests:\n# shop v1 is served\.\n", text)
    assert '# It takes any token.\n# token = { env = "ADCONTRACT_TOKEN" }\n' in text
    assert "# [targets.local.known.getItem]\n# item_id = …\n" in text
    assert text.startswith(f"#:schema ./{NAME}\n")
    assert json.loads((tmp_path / NAME).read_text()) == json.loads(settings_schema())
    assert "Check it: adcontract check local --profile smoke" in result.output


def strict(server, token):
    def check(sent, reply):
        is_open = sent.operation is None or not sent.operation.secured or server.credential(sent) == token
        return reply if is_open else server.error("unauthenticated", sent.operation)

    return check


def test_the_token_is_tried_and_never_written(init, shop, server_of, spec, tmp_path):
    server = server_of(shop)
    server.fault = strict(server, "s3cr3t-token")
    with server.up() as url:
        result = init(url, "--spec", spec, "--name", "shop one", env={"ADCONTRACT_TOKEN": "s3cr3t-token"})
        refused = init(url, "--spec", spec, "--config", "other.toml")
    text = (tmp_path / FILE).read_text()
    assert "# It takes the token of ADCONTRACT_TOKEN, and refuses another.\ntoken = { env = " in text
    assert '[targets."shop one"]\n' in text
    assert "s3cr3t" not in text + result.output
    assert refused.exit_code == 0
    other = (tmp_path / "other.toml").read_text()
    assert "# shop may be served: " in other
    assert "refuses the default token adcontract (401)." in other
    assert "Set ADCONTRACT_TOKEN to one that it takes.\ntoken = { env = " in other


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_asked(init, shop, server_of, spec, tmp_path):
    (tmp_path / FILE).write_text("mine")
    server = server_of(shop)
    with server.up() as url:
        result = init(url, "--spec", spec)
    assert result.exit_code == 2
    assert result.output == (
        "Error: adcontract.toml is there already, and is not overwritten. "
        "Add the target to it, or write another file with --config FILE.\n"
    )
    assert (tmp_path / FILE).read_text() == "mine"
    assert server.log == []


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("http://127.0.0.1:1", [], "http://127.0.0.1:1 does not answer: connection refused. Start it, or correct"),
        ("ftp://a", [], "ftp://a is not the URL of a server. "),
        ("http://127.0.0.1:1", ["--api", "shoop"], "There is no API shoop. Did you mean shop?"),
        ("http://127.0.0.1:1", ["--config", "none/a.toml"], "none/a.toml cannot be written: no such file or directory"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(init, spec, tmp_path, url, options, message):
    result = init(*([] if "--config" in options else [url]), *options, "--spec", spec)
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {message}"), result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_server_of_something_else_is_named_and_nothing_is_written(init, shop, server_of, spec, tmp_path):
    def elsewhere(sent, reply):
        return replace(reply, status=404) if not sent.path.startswith("/base") else reply

    with server_of(shop, elsewhere).up() as url:
        result = init(url, "--spec", spec)
    assert result.exit_code == 2
    assert " answers 404 to " in result.output
    assert not list(tmp_path.iterdir())


def test_without_a_url_nothing_is_asked(init, tmp_path):
    assert init().exit_code == 0
    assert tomllib.loads((tmp_path / FILE).read_text())["targets"]["local"]["url"] == "http://127.0.0.1:4010"


def test_a_password_of_the_url_is_not_written(init, shop, server_of, spec, tmp_path):
    with server_of(shop).up() as url:
        result = init(url.replace("://", "://user:s3cr3t@"), "--spec", spec)
    assert 'url = { env = "ADCONTRACT_URL" }' in (tmp_path / FILE).read_text()
    assert "s3cr3t" not in (tmp_path / FILE).read_text() + result.output


@pytest.mark.slow
@pytest.mark.parametrize("snapshot", ["2025-08-08", "2025-04-03", "2024-10-17"])
def test_the_snapshot_that_is_served_is_found(init, stateless_mock, tmp_path, snapshot):
    result = init(f"{stateless_mock}/metapic/{snapshot}", "--api", "metapic")
    assert result.exit_code == 0, result.output
    entry = tomllib.loads((tmp_path / FILE).read_text())["targets"]["local"]
    assert (entry["api"], entry["snapshot"]) == ("metapic", snapshot)


def test_the_schema_is_the_committed_one_and_is_printed(init):
    committed = files(settings).joinpath(NAME).read_text(encoding="utf-8")
    assert committed == settings_schema(), (
        "python -c \"from adcontract_conformance.settings.schema import settings_schema as s; print(s(), end='')\" "
        f"> {NAME} renews it"
    )
    assert init("--schema").output == committed


def test_the_schema_takes_what_the_command_takes():
    schema = json.loads(settings_schema())
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema)
    assert list(validator.iter_errors(tomllib.loads(FULL))) == []
    described = schema["$defs"]["TargetEntry"]["properties"]
    assert all("description" in each or "$ref" in each for each in described.values()), described
    for wrong in ("token = 's'", "max-tim = 3", "seed = -1", "for = 'me'", "known.getItem.item_id = [1]"):
        data = tomllib.loads(f"[targets.a]\nurl = 'http://a'\n{wrong}\n")
        assert not validator.is_valid(data), wrong
