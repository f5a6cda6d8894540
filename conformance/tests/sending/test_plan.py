"""--plan prints what a run would send, and sends nothing."""

import json
import socket
import sys
from collections import Counter
from pathlib import Path

import pytest

LAWS = Path(__file__).parents[1] / "laws"
sys.path.insert(0, str(LAWS))

from adcontract_library import Library  # noqa: E402


@pytest.fixture
def plan(command, monkeypatch):
    """Plan a run, with no way to send anything; give the plan."""

    def connect(*_):
        raise AssertionError("something was sent")

    def run(*options):
        with monkeypatch.context() as patched:
            patched.setattr(socket.socket, "connect", connect)
            patched.setattr(socket.socket, "connect_ex", connect)
            result = command(*options, "--plan", "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


def near(planned, sent, share):
    return abs(planned - sent) <= max(2, share * sent)


def test_nothing_is_sent_and_nothing_is_left(command, shop, server_of, spec, left):
    server = server_of(shop)
    with server.up() as url:
        result = command(url, "--spec", spec, "--plan", "--groups", "examples,security")
    assert (result.exit_code, server.log, left.exists()) == (0, [], False)
    first, *_ = result.output.splitlines()
    assert first.startswith(f"Nothing was sent. To {url} this run would send about ")
    assert "documented  security" in result.output
    assert "*  POST createItem" in result.output
    assert "   GET getItem" in result.output
    assert "250 items in each list" in result.output
    assert "0.1 s a response" in result.output


def test_a_plan_adds_up(plan, spec):
    whole = plan("http://127.0.0.1:9", "--spec", spec, "--rate", "4/s", "--groups", "examples,security,schema")
    (contract,) = whole["contracts"]
    rows = contract["operations"]
    assert whole["requests"] == contract["requests"] == sum(row["requests"] for row in rows)
    assert whole["writes"] == contract["writes"] == sum(row["writes"] for row in rows) > 0
    assert all(sum(row["kinds"].values()) == row["requests"] for row in rows)
    kinds = Counter()
    for row in rows:
        kinds.update(row["kinds"])
    assert kinds == contract["kinds"]
    assert whole["rate"] == "4/s"
    assert whole["requests"] / 4 < whole["seconds"] < whole["requests"] / 4 + 60


def test_a_plan_keeps_the_limits_of_its_run(plan, spec):
    url = ("http://127.0.0.1:9", "--spec", spec)
    read = plan(*url, "--read-only", "--groups", "examples,schema")
    assert (read["writes"], read["read_only"]) == (0, "it would write (--read-only)")
    assert plan("http://shop.example", "--spec", spec, "--groups", "examples")["writes"] == 0
    assert plan("http://shop.example", "--spec", spec, "--groups", "examples", "--allow-writes")["writes"] > 0
    bounded = plan(*url, "--groups", "examples,schema", "--max-requests", "20")
    cleared = bounded["contracts"][0]["kinds"].get("clearing", 0)
    assert bounded["requests"] - cleared == 20
    assert bounded["bound"] == "the run sent its 20 requests (--max-requests)"
    assert plan(*url, "--groups", "examples", "--max-time", "0.5")["bound"] == "--max-time ends it after 0.5 s"


@pytest.mark.parametrize("options", [("--junit", "a.xml"), ("--format", "sarif"), ("--output", "a.md")])
def test_a_plan_is_no_report(command, spec, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = command("http://127.0.0.1:9", "--spec", spec, "--plan", *options)
    assert (result.exit_code, result.output.count("\n"), list(tmp_path.glob("a.*"))) == (2, 1, [])
    assert "--plan sends nothing, so that there is no report" in result.output


@pytest.mark.slow
def test_a_run_sends_about_what_was_planned(plan, command, shop, server_of, spec):
    planned = plan("http://127.0.0.1:9", "--spec", spec)
    server = server_of(shop)
    with server.up() as url:
        assert command(url, "--spec", spec).exit_code == 0
    assert near(planned["requests"], len(server.log), 0.1)
    assert near(planned["writes"], sum(each.method not in ("GET", "HEAD", "OPTIONS") for each in server.log), 0.1)


@pytest.mark.slow
def test_a_run_of_laws_sends_about_what_was_planned(plan, command, monkeypatch):
    # lists of about as many items as those of the library
    monkeypatch.setattr("adcontract_conformance.plan.shelf.ITEMS", 12)
    options = ("--spec", str(LAWS / "spec"), "--groups", "behavior")
    planned = plan("http://127.0.0.1:9", *options)
    server = Library()
    with server.up() as url:
        assert command(url, *options).exit_code == 0
    assert near(planned["requests"], len(server.log), 0.2)


@pytest.mark.slow
@pytest.mark.parametrize("api", ["affiliate-com", "topsort"])
def test_a_run_on_the_mock_sends_about_what_was_planned(plan, command, mock, tmp_path, api):
    planned = plan("http://127.0.0.1:9", "--api", api)
    (contract,) = planned["contracts"]
    with mock(tmp_path, "--stateful", "--seed-items", "250") as url:
        report = tmp_path / "report.json"
        assert command(url, "--api", api, "--json", str(report)).exit_code == 0
    (sent,) = json.loads(report.read_text())["apis"]
    assert near(contract["requests"], sent["requests"], 0.15)


def test_a_plan_removes_nothing(command, shop, server_of, tmp_path):
    server, file = server_of(shop), tmp_path / "left.jsonl"
    with server.up() as url:
        file.write_text(json.dumps({"adcontract": "created items 1", "target": url}) + "\n")
        result = command(url, "--plan", "--clear", str(file))
    assert (result.exit_code, server.log) == (2, [])
    assert "--plan sends nothing, and --clear removes what FILE names. Give one of them." in result.output
