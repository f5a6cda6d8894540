"""Waivers: what a team lets pass until a day, and nothing else and no longer."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from adcontract.cli import main

SOON = (date.today() + timedelta(days=30)).isoformat()


def wrong_price(sent, reply):
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    return reply


def wrong_price_and_name(sent, reply):
    reply = wrong_price(sent, reply)
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "name": 5})
    return reply


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def gate(command, spec, shop, server_of):
    """Run the command on the item of a shop with a fault; the report is in report.json."""

    def run(*options, fault=wrong_price):
        with server_of(shop, fault).up() as url:
            given = ("--spec", spec, "--groups", "examples", "--only", "getItem", "--json", "report.json")
            return command(url, *given, *options)

    return run


def waive(*arguments):
    return CliRunner().invoke(main, ["waive", "report.json", *arguments])


def findings():
    return [each for api in json.loads(Path("report.json").read_text())["apis"] for each in api["findings"]]


def test_a_baseline_lets_pass_what_is_there_and_fails_on_what_is_new(gate):
    assert gate().exit_code == 1
    result = waive("--all", "--until", SOON, "--owner", "shop@example.com")
    assert result.output == f"waivers.toml: 1 waiver added, until {SOON}, for shop@example.com.\n"
    result = gate()
    assert result.exit_code == 0, result.output
    assert "shop v1: conforms, with waived findings (1 operation, " in result.output
    assert ", 1 waived, seed 1" in result.output
    result = gate(fault=wrong_price_and_name)
    assert result.exit_code == 1
    assert sorted(each["outcome"] for each in findings()) == ["fail", "waived"]
    result = waive("--all", "--until", SOON, "--owner", "shop@example.com")
    assert "1 waiver added" in result.output
    assert gate(fault=wrong_price_and_name).exit_code == 0


def test_a_waiver_names_its_finding_the_reason_and_the_owner(gate):
    gate()
    (found,) = findings()
    name = found["fingerprint"]
    assert "Give one." in waive(name, "--until", SOON).output
    words = ("--reason", 'A "free" item\nis one.', "--owner", "me", "--link", "https://example.com/1")
    assert waive(name, "--until", SOON, *words).exit_code == 0
    text = Path("waivers.toml").read_text()
    assert text.startswith("# The field price does not fit: ")
    assert f'fingerprint = "{name}"\nreason = "A \\"free\\" item\\nis one."\nowner = "me"\nexpires = {SOON}\n' in text
    result = waive(name, "--until", SOON, *words)
    assert "0 waivers added" in result.output
    assert "1 finding had one already." in result.output
    assert Path("waivers.toml").read_text() == text


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "markdown", "github", "html"])
def test_every_report_says_that_a_finding_is_waived_and_until_when(gate, name):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    result = gate("--format", name)
    assert result.exit_code == 0
    assert "shop@example.com" in result.stdout
    assert SOON in result.stdout
    if name == "sarif":
        (found,) = json.loads(result.stdout)["runs"][0]["results"]
        assert found["level"] == "note"
        assert found["suppressions"][0]["status"] == "accepted"
    if name == "junit":
        suites = ElementTree.fromstring(result.stdout)
        assert sum(int(suite.get("failures")) for suite in suites) == 0
        assert any(case.get("message", "").startswith("waived: ") for case in suites.iter("skipped"))
    if name == "github":
        assert "::error" not in result.stdout


def test_an_expired_waiver_fails_with_the_line_to_edit(gate):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    text = Path("waivers.toml").read_text().replace(SOON, "2020-01-31")
    Path("waivers.toml").write_text(text)
    result = gate()
    assert result.exit_code == 1
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith("expires"))
    problem = rf"^fail  waivers.toml:{line}:1: the waiver of .* has expired on 2020-01-31\. "
    assert re.search(problem, result.output, re.MULTILINE)
    assert [each["outcome"] for each in findings()] == ["fail"]


def test_a_waiver_whose_finding_is_gone_fails_until_it_is_removed(gate):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    result = gate("--format", "junit", fault=None)
    assert result.exit_code == 1
    assert 'testcase classname="waivers" name="waivers.toml:2:3"' in result.stdout
    result = gate(fault=None)
    problem = r"^fail  waivers.toml:2:3: the waiver of .* is stale: the run did not find it\. Remove it\."
    assert re.search(problem, result.output, re.MULTILINE)


def test_a_waiver_of_what_was_not_looked_at_is_not_stale(command, gate, spec, shop, server_of):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    with server_of(shop, None).up() as url:
        assert command(url, "--spec", spec, "--groups", "security", "--only", "getItem").exit_code == 0
        assert command(url, "--spec", spec, "--groups", "examples", "--only", "listItems").exit_code == 0


def test_a_waiver_of_what_a_bound_cut_off_is_not_stale(gate):
    asked = []

    def later(sent, reply):
        asked.append(sent.path)
        is_late = len(asked) > 6 and sent.path.startswith("/items/") and reply.status == 200
        return reply.with_json({**reply.json(), "price": "free"}) if is_late else reply

    assert gate("--groups", "schema", fault=later).exit_code == 1
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    result = gate("--groups", "schema", "--max-requests-per-operation", "4", fault=None)
    assert result.exit_code == 2, result.output
    assert "stale" not in result.output


def test_waivers_stand_beside_the_settings_and_may_have_another_name(gate, here):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com", "--waivers", "known.toml")
    assert gate().exit_code == 1
    assert gate("--waivers", "known.toml").exit_code == 0
    (here / "adcontract.toml").write_text('[profiles.gate]\nwaivers = "known.toml"\n')
    assert gate("--profile", "gate").exit_code == 0


GOOD = """[[waiver]]
check = "examples.body"
operation = "getItem"
fingerprint = "0123456789ab"
reason = "It is known."
owner = "me"
expires = 2099-01-31
link = "https://example.com/1"
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace('owner = "me"\n', ""), "waivers.toml:1:3: waiver.0 has no owner. Add it, as in"),
        (GOOD.replace("owner", "ownr"), "waivers.toml:6:1: there is no key ownr. Did you mean owner?"),
        (GOOD.replace("examples.body", "examples.bodi"), "waivers.toml:2:1: there is no check examples.bodi. Did you"),
        (GOOD.replace("getItem", "getItm"), "waivers.toml:3:1: there is no operation getItm. Did you mean getItem?"),
        (GOOD + GOOD, "waivers.toml:12:1: a second waiver for the finding 0123456789ab, after that in line 1. Keep"),
        (GOOD.replace("2099-01-31", '"soon"'), "waivers.toml:7:1: expires takes a date"),
        (GOOD.replace("0123456789ab", "xyz"), "waivers.toml:4:1: fingerprint takes a text"),
        (GOOD.replace('"me"', '" "'), "waivers.toml:6:1: owner takes a text such as shop@example.com."),
        ("[[waiver]\n", "waivers.toml:1:"),
    ],
)
def test_a_mistake_in_the_file_is_named_before_a_request_is_sent(gate, text, message):
    Path("waivers.toml").write_text(text)
    result = gate()
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.splitlines()) == 1
    assert not Path("report.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name the fingerprints of findings, or give --all"),
        (("0123456789ab", "--reason", "x"), "The report has no finding 0123456789ab."),
        (("--all", "--waivers", "/dev/zero"), "/dev/zero: the waivers cannot be written: it is not a file. "),
        (("--all", "--waivers", "loop"), "loop: the waivers cannot be written: too many levels of symbolic links. "),
        (("0123456789ab", "--reason", " "), "--reason says why the findings may pass."),
        (("--all", "--waivers", "none/waivers.toml"), "none/waivers.toml: the waivers cannot be written: "),
    ],
)
def test_a_waiver_that_cannot_be_written_is_refused_in_one_line(gate, arguments, message):
    gate()
    Path("loop").symlink_to("loop")
    result = waive(*arguments, "--until", SOON, "--owner", "me")
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.splitlines()) == 1


def test_a_day_that_has_passed_is_refused(gate):
    gate()
    assert "has passed" in waive("--all", "--until", "2020-01-31", "--owner", "me").output


def test_a_waiver_of_a_sentence_with_control_characters_can_be_read_again(gate):
    assert gate().exit_code == 1
    report = json.loads(Path("report.json").read_text())
    (finding,) = report["apis"][0]["findings"]
    finding["sentence"] += "\x1b[2J\x7f\u202e\n[[waiver]]"
    Path("report.json").write_text(json.dumps(report))
    assert waive("--all", "--until", SOON, "--owner", "shop@example.com", "--link", "\x1b[2J\u202e é").exit_code == 0
    text = Path("waivers.toml").read_text()
    assert text.splitlines()[0].endswith(r"\x1b[2J\x7f\u202e [[waiver]]")
    assert 'link = "\\u001b[2J\\U0000202e é"' in text
    assert gate().exit_code == 0


@pytest.mark.parametrize("change", [{"fingerprint": "0123456789a\n"}, {"operation": ""}])
def test_a_report_that_somebody_has_changed_makes_no_file_that_cannot_be_read(gate, change):
    gate()
    text = Path("report.json").read_text()
    report = json.loads(text)
    (api,) = report["apis"]
    if known := change.get("fingerprint"):
        report = json.loads(text.replace(api["findings"][0]["fingerprint"], json.dumps(known)[1:-1]))
    else:
        api["findings"][0] |= change
    Path("report.json").write_text(json.dumps(report))
    Path("waivers.toml").write_text("# ours")
    result = waive("--all", "--until", SOON, "--owner", "me")
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: report.json: its findings cannot be waived: ")
    assert len(result.output.splitlines()) == 1
    assert Path("waivers.toml").read_text() == "# ours"


def test_the_verdict_says_that_a_waiver_must_be_edited(gate):
    gate()
    waive("--all", "--until", SOON, "--owner", "shop@example.com")
    result = gate(fault=None)
    assert "\nshop v1: conforms, but 1 waiver must be edited (" in result.output
