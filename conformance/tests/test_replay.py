"""One finding tried again: whether it still stands, and that nothing else is tried."""

import json
import shlex

import pytest
from click.testing import CliRunner

from adcontract.cli import main


def wrong_price(sent, reply):
    if sent.path.startswith("/items/") and sent.method == "GET" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    return reply


@pytest.fixture
def shop_with(command, spec, shop, server_of, tmp_path):
    """Check a shop with a fault, then try the first finding again with another; give the result and the server."""

    def run(fault, then, *options, before=()):
        server, file = server_of(shop, fault), tmp_path / "report.json"
        with server.up() as url:
            command(url, "--spec", spec, "--json", str(file), "--groups", "examples,security,schema", *before)
            (api,) = json.loads(file.read_text())["apis"]
            finding = next(each for each in api["findings"] if each["outcome"] == "fail")
            server.fault, server.log = then, []
            arguments = [url if each == "URL" else each for each in options]
            return (
                CliRunner().invoke(main, ["replay", str(file), finding["fingerprint"], "--spec", spec, *arguments]),
                server,
                finding,
            )

    return run


def test_a_finding_that_still_stands_is_shown_with_its_request(shop_with):
    result, _, finding = shop_with(wrong_price, wrong_price)
    assert result.exit_code == 1, result.output
    first, second, *rest = result.output.splitlines()
    assert first == f"getItem, {finding['check']}: {finding['sentence']}"
    assert second.startswith("It still stands, as fail: The field price does not fit")
    assert rest[0].startswith("  curl -i -X GET ")
    assert rest[-1].startswith('  response: 200 {"id": ')


def test_a_finding_that_was_mended_is_gone_and_only_its_operation_was_asked(shop_with):
    result, server, _ = shop_with(wrong_price, None)
    assert result.exit_code == 0, result.output
    assert "\nIt is gone: the check has looked at " in result.output
    assert len(server.log) < 40
    assert all(sent.method in ("GET", "HEAD") for sent in server.log)


def test_it_may_be_tried_on_another_server(shop_with):
    assert shop_with(wrong_price, wrong_price, "URL")[0].exit_code == 1
    result, *_ = shop_with(wrong_price, wrong_price, "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_what_cannot_be_tried_is_not_gone(shop_with):
    def refused(sent, reply):
        return reply.with_json({}) if reply.status < 300 and sent.path.startswith("/items/") else reply

    def only_others(sent, reply):
        return reply if sent.path == "/health" else type(reply)(503, {}, b"")

    result, *_ = shop_with(refused, only_others)
    assert result.exit_code == 2, result.output


def test_an_unknown_fingerprint_is_named(shop_with, tmp_path):
    shop_with(wrong_price, None)
    result = CliRunner().invoke(main, ["replay", str(tmp_path / "report.json"), "0123456789ab"])
    assert result.exit_code == 2
    assert "report.json has no finding 0123456789ab." in result.output


@pytest.fixture
def replay_as(command, spec, shop, server_of, tmp_path, monkeypatch):
    """Replay a finding, from the folder of its report, after somebody has changed the report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.py").write_text("open('carried-out', 'w')\n")
    (tmp_path / "evil.toml").write_text("[targets.local]\nurl = 'http://127.0.0.1:9'\nchecks = ['evil.py']\n")

    def run(change, *options):
        file = tmp_path / "report.json"
        with server_of(shop, wrong_price).up() as url:
            command(url, "--spec", spec, "--json", str(file), "--groups", "examples")
            report = json.loads(file.read_text())
            finding = next(each for each in report["apis"][0]["findings"] if each["outcome"] == "fail")
            change(report, finding)
            file.write_text(json.dumps(report, indent=2))
            return CliRunner().invoke(main, ["replay", "report.json", finding["fingerprint"], *options])

    return run


def with_command(text):
    def change(report, _):
        report["again"] = text.replace("URL", shlex.split(report["again"])[2])

    return change


@pytest.mark.parametrize(
    ("again", "message"),
    [
        ("adcontract check URL --checks evil.py", "this run had --checks evil.py, which is not taken from a report"),
        ("adcontract check URL --checks=evil.py", "Give --checks to `adcontract replay`, too."),
        ("adcontract check local --config evil.toml", "this run had --config evil.toml"),
        ("adcontract check URL --ca evil.pem", "this run had --ca evil.pem"),
        ("adcontract check URL --insecure", "this run had --insecure, which"),
        ("adcontract check https://192.0.2.1", "this run was on https://192.0.2.1, which is neither this machine"),
        ("adcontract check -- --checks=evil.py", "the command of this run cannot be repeated: it names no target."),
        ("adcontract check", "cannot be repeated: it names no target. Write the report again."),
        ("adcontract check URL --nope", "cannot be repeated: no such option"),
        ("adcontract check 'URL", "the command again is not one of a shell: No closing quotation."),
        ("", "cannot be repeated: it is not one of `adcontract check`."),
    ],
)
def test_a_report_of_somebody_else_decides_nothing_that_the_user_has_not_said(
    replay_as, spec, tmp_path, again, message
):
    result = replay_as(with_command(again), "--spec", spec)
    assert result.exit_code == 2, result.output
    (line,) = result.output.splitlines()
    assert line.startswith("Error: report.json:")
    assert message in line
    assert not (tmp_path / "carried-out").exists()


def test_the_contracts_of_a_report_are_not_read_unless_the_user_names_them(replay_as, spec):
    result = replay_as(lambda *_: None)
    assert result.exit_code == 2
    assert "this run had --spec" in result.output
    assert replay_as(lambda *_: None, "--spec", spec).exit_code == 1


def test_a_report_names_no_file_to_write_and_no_credential(replay_as, spec, tmp_path):
    before = set(tmp_path.iterdir())
    again = "adcontract check URL --seed 1 --report out --output a.html --json b.json --token theirs --clear c --plan"
    result = replay_as(with_command(again), "--spec", spec)
    assert result.exit_code == 1, result.output
    assert "theirs" not in result.output
    assert set(tmp_path.iterdir()) - before == {tmp_path / "report.json"}


def test_the_checks_of_a_run_are_taken_where_the_user_names_them(replay_as, spec, tmp_path):
    own = "from adcontract_conformance import check\n@check('a', 'a is b')\ndef a(response):\n    return ()\n"
    (tmp_path / "own.py").write_text(own)
    result = replay_as(with_command("adcontract check URL --checks own.py"), "--spec", spec, "--checks", "own.py")
    assert result.exit_code == 1, result.output


def test_what_a_report_quotes_is_not_obeyed_by_a_terminal(replay_as, spec):
    def change(_, finding):
        finding["sentence"] += "\x1b]0;evil\x07\x9b31m\u202e\n::error::evil"

    result = replay_as(change, "--spec", spec)
    assert result.exit_code == 1, result.output
    assert r"\x1b]0;evil\x07\x9b31m\u202e\n::error::evil" in result.output.splitlines()[0]


def test_an_operation_that_there_is_not_any_more_is_named(replay_as, spec):
    def change(_, finding):
        finding["operation"] = "getItems"

    result = replay_as(change, "--spec", spec)
    assert result.exit_code == 2, result.output
    assert "There is no operation getItems. Did you mean getItem?" in result.output
