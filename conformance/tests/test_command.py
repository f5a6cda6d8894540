"""The command: its options, its exit status, its reports."""

import importlib
import json
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adcontract import load


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lines(result):
    return [line for line in result.output.splitlines() if line.strip()]


def test_a_target_that_is_down_is_reported_in_one_line(command, spec, free_port):
    result = command(f"http://127.0.0.1:{free_port}", "--spec", spec)
    assert result.exit_code == 2
    assert lines(result) == [
        f"Error: http://127.0.0.1:{free_port} does not answer: connection refused. Start it, or correct the URL."
    ]


def test_a_target_that_goes_down_during_the_run_is_reported_after_the_findings(check):
    server = {}

    def dies(_, reply):
        server["answers"] = server.get("answers", 0) + 1
        return replace(reply, status=-1) if server["answers"] > 12 else replace(reply, body=b"{}")

    done = check("--groups", "examples,schema", fault=dies)
    # the failures that were found before decide
    assert done.code == 1
    assert done.report["stopped"] in done.output
    assert " it does not accept connections, also at GET /items, which it answered before. " in done.report["stopped"]
    assert ("examples.body", "getItem", "fail") in done.broken


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--groups", "exampels"], "Error: There is no group exampels. Did you mean examples? Known: "),
        (["--groups", ","], "Error: --groups names no group. Known: "),
        (["--only", "getItems"], "Error: There is no operation getItems. Did you mean getItem?"),
        (["--api", "shoop"], "Error: There is no API shoop. Did you mean shop? Known: shop."),
        (["--snapshot", "v2"], "Error: No API has a snapshot v2."),
        (["--token", ""], "Error: The token is empty"),
    ],
)
def test_a_bad_option_is_reported_in_one_line(command, spec, options, message):
    result = command("http://127.0.0.1:1", "--spec", spec, *options)
    assert result.exit_code == 2
    assert len(lines(result)) == 1
    assert lines(result)[0].startswith(message)


@pytest.mark.parametrize(
    "url",
    [
        *("127.0.0.1:4010", "ftp://127.0.0.1", "http://", "http://127.0.0.1/?a=1", "http://[::1", "http://a:x"),
        *("http://127.0.0.1 /", "http://exa mple.com"),
    ],
)
def test_a_bad_url_is_reported_in_one_line(command, spec, url):
    result = command(url, "--spec", spec)
    assert result.exit_code == 2
    assert lines(result) == [
        f"Error: {url} is not the URL of a server. Write it as http://127.0.0.1:4010 or http://host/base/path."
    ]


@pytest.mark.parametrize("option", ["--max-time", "--max-latency"])
def test_what_is_not_a_number_is_no_bound(command, spec, option):
    result = command("http://127.0.0.1:1", "--spec", spec, option, "nan")
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': nan is not a number of seconds." in result.output


def test_a_target_that_needs_a_token_is_reported_in_one_line(command, spec, shop, server_of):
    def picky(sent, reply):
        return replace(reply, status=401) if sent.operation and sent.operation.secured else reply

    with server_of(shop, picky).up() as url:
        result = command(url, "--spec", spec)
    assert result.exit_code == 2
    assert lines(result) == [
        f"Error: {url} refuses the default token adcontract (401). "
        "Give one that it accepts, with --token or in ADCONTRACT_TOKEN."
    ]


def test_only_the_named_operations_and_groups_are_tried(check):
    done = check("--only", "getItem", "--only", "getStats", "--groups", "security,rejection")
    # the first request of a run asks a safe operation for a sign of life
    assert {sent.operation.id for sent in done.server.log[1:] if sent.operation} == {"getItem", "getStats"}
    results = done.report["apis"][0]["results"]
    assert {result["operation"] for result in results} == {"getItem", "getStats", "(unknown path)"}
    assert {result["group"] for result in results} == {"security", "rejection"}


def test_all_groups_are_tried_unless_some_are_named(check):
    done = check("--only", "getHealth")
    groups = ["examples", "security", "behavior", "state", "schema", "rejection"]
    assert done.report["options"]["groups"] == groups
    assert " --groups " not in done.report["again"]
    named = check("--only", "getHealth", "--groups", "state,security")
    assert named.report["options"]["groups"] == ["security", "state"]
    assert " --groups security,state " in named.report["again"]


@pytest.mark.slow
def test_the_same_seed_sends_the_same_requests_in_the_same_order(check):
    options = ("--groups", "schema,rejection", "--only", "listItems", "--only", "createItem")

    def sent(seed):
        return [each.target for each in check(*options, "--seed", seed).server.log]

    first = sent("7")
    assert first == sent("7")
    assert first != sent("8")


@pytest.mark.slow
def test_the_requests_of_a_seed_do_not_depend_on_the_code_around(check, tmp_path, monkeypatch):
    options = ("--groups", "schema,rejection", "--only", "listItems", "--only", "createItem", "--seed", "7")
    first = [each.target for each in check(*options).server.log]
    (tmp_path / "adcontract_peculiar.py").write_text(f"WORDS = {[f'peculiar{number}' for number in range(900)]}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("adcontract_peculiar")
    try:
        second = [each.target for each in check(*options).server.log]
    finally:
        del sys.modules["adcontract_peculiar"]
    assert "peculiar" not in repr(second)
    assert second == first


@pytest.mark.slow
def test_a_run_whose_output_cannot_be_written_ends_with_status_2_and_writes_its_files(spec, shop, server_of, tmp_path):
    program, file = "from adcontract.cli import main; main()", tmp_path / "report.json"
    with server_of(shop).up() as url, Path("/dev/full").open("w") as full:
        line = [
            sys.executable,
            "-c",
            program,
            "check",
            url,
            "--spec",
            spec,
            "--groups",
            "examples",
            "--json",
            str(file),
        ]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    message = "the standard output cannot be written: No space left on device."
    assert (done.returncode, done.stderr) == (2, f"Error: {message}\n")
    assert json.loads(file.read_text())["stopped"] == message


def test_the_token_is_sent_and_never_shown(check, tmp_path):
    secret = "s3cr3t-0123456789"

    def echo(sent, reply):
        if sent.path == "/stats" and reply.status == 200:
            return replace(reply, headers={**reply.headers, "X-You": sent.headers["authorization"]}).with_json(
                {"sold": sent.headers["authorization"]}
            )
        return reply

    junit = tmp_path / "junit.xml"
    done = check("--groups", "examples", "--token", secret, "--junit", str(junit), fault=echo)
    assert any(sent.headers.get("authorization") == f"Bearer {secret}" for sent in done.server.log)
    assert done.broken == {("examples.body", "getStats", "warn")}
    assert '-H "Authorization: Bearer $ADCONTRACT_TOKEN"' in done.output
    for text in (done.output, json.dumps(done.report), junit.read_text()):
        assert secret not in text


def test_the_token_may_be_in_the_environment(command, spec, shop, server_of):
    server = server_of(shop)
    with server.up() as url:
        command(url, "--spec", spec, "--groups", "examples", env={"ADCONTRACT_TOKEN": "from-the-environment"})
    assert any(sent.headers.get("authorization") == "Bearer from-the-environment" for sent in server.log)


def test_the_command_that_repeats_a_run_is_named_as_the_shell_finds_it(check, tmp_path, monkeypatch):
    def again():
        return check("--groups", "examples", "--only", "getItem").report["again"].partition(" check ")[0]

    monkeypatch.chdir(tmp_path)
    script = tmp_path / "bin/adcontract"
    script.parent.mkdir()
    script.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", ["bin/adcontract"])
    monkeypatch.setenv("PATH", "/none")
    assert again() == "bin/adcontract"
    monkeypatch.setenv("PATH", str(script.parent))
    assert again() == "adcontract"
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert again() == "adcontract"


def test_a_report_that_cannot_be_written_is_reported_in_one_line(command, spec, shop, server_of, tmp_path):
    (tmp_path / "taken").write_text("")
    with server_of(shop).up() as url:
        result = command(url, "--spec", spec, "--groups", "examples", "--json", str(tmp_path / "taken" / "report.json"))
    assert result.exit_code == 2
    assert lines(result)[-1].startswith(f"Error: {tmp_path}/taken/report.json: the report cannot be written: ")


def test_a_check_that_breaks_is_an_error_of_the_suite_and_not_of_the_target(check, monkeypatch):
    from adcontract_conformance.model import promises

    def breaks(*_):
        raise ValueError("a bug")
        yield

    own = promises.CHECKS["examples.body"]
    monkeypatch.setitem(promises.CHECKS, "examples.body", replace(own, judge=breaks))
    done = check("--groups", "examples", "--only", "getItem")
    assert done.code == 2
    assert done.result("examples.body", "getItem")["outcome"] == "error"
    assert "examples.body: ValueError: a bug" in done.output
    assert "Traceback" not in done.output


def test_help_shows_an_example(command):
    result = command("--help")
    assert result.exit_code == 0
    assert "\n    adcontract check http://127.0.0.1:4010\n" in result.output


def test_nothing_is_written_into_the_current_folder(check, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert check("--groups", "schema", "--only", "listItems").code == 0
    assert list(folder.iterdir()) == []


def test_a_contract_without_error_responses_is_reported_in_one_line(command, spec, tmp_path):
    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    file = tmp_path / "shop" / "openapi.yaml"
    file.write_text(file.read_text().partition("x-errors:")[0])
    (tmp_path / "shop" / "examples" / "v1" / "MethodNotAllowed.json").unlink()
    result = command("http://127.0.0.1:1", "--spec", str(tmp_path))
    assert result.exit_code == 2
    assert lines(result) == [
        f"Error: {file}:1:1: x-errors names no response to these faults: unknown-path, unknown-method, "
        "unauthenticated, malformed, invalid. Name a status and a response for each."
    ]


def test_an_operation_for_which_most_generated_values_are_thrown_away_is_tried(command, server_of):
    # with this seed more of them are than Hypothesis takes for healthy
    options = ("--api", "metapic", "--only", "deleteComment", "--groups", "rejection", "--seed", "2")
    with server_of(load("metapic")).up() as url:
        result = command(url, *options)
    assert "error" not in result.output, result.output
    assert re.search(r" rejection: .*pass", result.output), result.output
