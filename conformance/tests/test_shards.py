"""Shards: parts of a run that have no operation in common, and whose reports are joined to that of the whole run."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

import jsonschema_rs
import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract_conformance.reports.formats import FORMATS
from adcontract_conformance.reports.json_file import read_report, report_schema

QUICK = ("--groups", "examples,security,behavior")
ENDINGS = {"text": "txt", "markdown": "md", "junit": "xml", "sarif": "sarif", "html": "html", "github": "github"}


def three_faults(sent, reply):
    """Answer with a wrong price, with 503 and without headers."""
    if sent.path == "/items/7" and sent.method == "GET" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    if sent.path == "/stats":
        return replace(reply, status=503)
    return replace(reply, headers={}) if reply.status == 401 else reply


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def runs(command, spec, shop, server_of):
    """Run the command on a shop with three faults: as a whole, and as so many shards. Give what the server was sent."""

    def run(*options, count=5, fault=three_faults, only=()):
        server, logs = server_of(shop, fault), []
        with server.up() as url:
            for number in only or range(count + 1):
                shard = ("--shard", f"{number}/{count}") if number else ()
                result = command(url, "--spec", spec, "--json", f"{number}.json", *shard, *options)
                assert isinstance(result.exception, SystemExit) or result.exception is None, result.output
                logs.append(list(server.log))
                server.log.clear()
        return logs

    return run


def merge(*arguments):
    return CliRunner().invoke(main, ["merge", *arguments])


DIFFERENT = re.compile(
    r"""\d{4}-\d\d-\d\dT[\d:]+(Z|\+00:00)        # dates of JSON and JUnit
    |\d{4}-\d\d-\d\d\ \d\d:\d\d(:\d\d)?          # of the page
    |\w{3},\ \d\d\ \w{3}\ \d{4}\ [\d:]+\ GMT       # of an answer
    |(?<="seconds":\ )[\d.]+                        # durations
    |(?<=time=")[\d.]+
    |(?<=":\ )\d+\.\d+(?=,?$)
    |\b[\d.]+\ s(?=[,)<])
    """,
    re.VERBOSE | re.MULTILINE,
)


def plain(text):
    """Return a report without what differs from run to run: dates and durations."""
    return DIFFERENT.sub("…", text)


def judged(file):
    (api,) = json.loads(file.read_text())["apis"] or [{"operations": []}]
    return [each["id"] for each in api["operations"]]


def assert_same_report(here, result):
    assert result.exit_code == 1, result.output
    assert plain((here / "merged.json").read_text()) == plain((here / "0.json").read_text())
    report = read_report(here / "0.json")
    for name, ending in ENDINGS.items():
        assert plain((here / f"merged.{ending}").read_text()) == plain(f"{FORMATS[name](report)}\n"), name


OUTPUTS = [part for name, end in (*ENDINGS.items(), ("json", "json")) for part in ("--output", f"{name}:merged.{end}")]


def test_five_shards_merged_are_the_whole_run_in_every_report(runs, here):
    runs(*QUICK)
    assert_same_report(here, merge("3.json", "1.json", "5.json", "2.json", "4.json", *OUTPUTS))
    jsonschema_rs.validator_for(json.loads(report_schema())).validate(json.loads((here / "merged.json").read_text()))


@pytest.mark.slow
def test_five_shards_of_all_groups_merged_are_the_whole_run(runs, here):
    runs("--for", "own")
    assert_same_report(here, merge(*(f"{number}.json" for number in range(1, 6)), *OUTPUTS))


@pytest.mark.slow
def test_shards_send_together_what_the_whole_run_sends_and_nothing_twice(runs, here):
    whole, *shards = runs("--groups", "examples,security,rejection", count=3)

    def sent(log):
        # each run begins with a few documented reads
        tried = (each for each in log if each.method != "GET" or is_a_mistake(each))
        return Counter((each.method, each.path, each.query, each.body) for each in tried)

    def is_a_mistake(each):
        needs_token = each.operation is not None and each.operation.secured
        return needs_token and ("authorization" not in each.headers or (each.values and each.values.faults))

    assert sum(map(sent, shards), Counter()) == sent(whole)
    operations = [judged(here / f"{number}.json") for number in range(1, 4)]
    assert sorted(chain(*operations)) == sorted(judged(here / "0.json"))
    # those of one path stay together, and the operations are divided evenly
    assert [len(each) for each in operations] == [2, 2, 2]


def test_a_shard_without_an_operation_does_nothing_and_is_merged_like_the_others(runs, here):
    (log,) = runs("--groups", "examples", count=9, only=(9,))
    assert log == []
    assert json.loads((here / "9.json").read_text())["notes"][0].startswith("Shard 9/9 has no operation")


def test_a_shard_can_be_repeated_and_the_whole_run_too(runs, here):
    runs(*QUICK, "--only", "getItem", "--only", "getStats", count=2)
    assert json.loads((here / "2.json").read_text())["again"].endswith(" --shard 2/2")
    merge("1.json", "2.json", *OUTPUTS)
    assert json.loads((here / "merged.json").read_text())["again"] == json.loads((here / "0.json").read_text())["again"]


def test_only_all_shards_show_that_a_waiver_is_stale(runs, here):
    until = (date.today() + timedelta(days=9)).isoformat()
    runs(*QUICK)
    CliRunner().invoke(main, ["waive", "0.json", "--all", "--until", until, "--owner", "me"], catch_exceptions=False)
    runs(*QUICK)
    shards = [f"{number}.json" for number in range(1, 6)]
    assert merge(*shards).exit_code == merge(*shards, *OUTPUTS).exit_code
    assert "waivers_to_edit" not in (here / "merged.json").read_text()

    def two_faults(sent, reply):
        is_price = sent.path == "/items/7" and sent.method == "GET" and reply.status == 200
        return reply if is_price else three_faults(sent, reply)

    runs(*QUICK, fault=two_faults)
    stale = [json.loads((here / name).read_text()) for name in shards]
    assert not any("waivers_to_edit" in each for each in stale)
    result = merge(*shards)
    assert result.exit_code == 1
    whole = json.loads((here / "0.json").read_text())["waivers_to_edit"]
    assert len(whole) == 1
    assert f"fail  waivers.toml:{whole[0]['where']['line']}:3: {whole[0]['sentence']}" in result.output


def test_a_coverage_is_demanded_of_all_shards_together(runs):
    runs("--groups", "examples", "--min-coverage", "laws=50", count=2, fault=None)
    result = merge("1.json", "2.json")
    assert result.exit_code == 1
    assert "fail  shop v1: laws 0 % (0 of 5) are covered, less than the 50 % of --min-coverage: " in result.output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: ["1.json"], "Not the whole run: shard 2/2 is missing. Name all reports."),
        (lambda _: ["1.json", "1.json", "2.json"], "1.json: this is shard 1/2, as 1.json is."),
        (lambda _: ["0.json", "1.json"], "0.json: this is no shard. Name the reports of `adcontract check … --shard"),
        (lambda change: change(seed=7), "2.json is of the seed 7, and 1.json is of 1."),
        (lambda change: change(target="http://other"), "2.json is of the target http://other, and 1.json is of http:"),
        (lambda change: change(suite={"name": "adcontract", "version": "0"}), "2.json is of a run of adcontract 0,"),
        (lambda change: change(options=("groups", ["examples", "security"])), "2.json is of other options: groups,"),
        (lambda change: change(options=("shard", "2/3")), "2.json is of a run in 3 shards, and 1.json is of 2 shards."),
        (lambda change: change(options=("shard", "x")), "2.json: this is no shard."),
        (lambda change: change(again="adcontract check --generated 3"), "2.json is of other options: --generated"),
        (lambda change: change(version=1), "2.json:2:3: this report has version 1"),
        (lambda change: change(apis=[]), " is checked by no shards."),
    ],
)  # fmt: skip
def test_reports_that_are_not_of_one_run_are_refused_in_one_line(runs, here, change, message):
    runs("--groups", "examples", count=2, fault=None)

    def changed(**new):
        report = json.loads((here / "2.json").read_text())
        if "options" in new:
            name, value = new.pop("options")
            report["options"][name] = value
            if name == "groups":
                report["apis"][0]["seconds"]["security"] = 0.1
        (here / "2.json").write_text(json.dumps({**report, **new}, indent=2))
        return ["1.json", "2.json"]

    result = merge(*change(changed))
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("text", ["6/5", "0/5", "x", "5", "1/0", "-1/5"])
def test_a_shard_that_there_is_not_is_refused_in_one_line(command, text):
    result = command("http://127.0.0.1:9", f"--shard={text}")
    assert result.exit_code == 2
    assert result.output == f"Error: --shard: {text} is not a part of a run. Write it as 2/5, the second of five.\n"


@pytest.mark.slow
def test_shards_of_a_real_contract_on_a_stateful_mock_are_the_whole_run(command, mock, here):
    with mock(here, "--stateful", "--seed-items", "30") as url:
        for number in range(4):
            shard = ("--shard", f"{number}/3") if number else ()
            result = command(url, "--api", "affiliate-com", "--for", "own", "--json", f"{number}.json", *shard)
            assert result.exit_code == 0, result.output
    result = merge("1.json", "2.json", "3.json", *OUTPUTS)
    assert result.exit_code == 0
    whole, merged = (json.loads((here / name).read_text())["apis"][0] for name in ("0.json", "merged.json"))

    def outcomes(api):
        return [(each["group"], each["check"], each["operation"], each["outcome"]) for each in api["results"]]

    assert outcomes(whole) == outcomes(merged)
    assert [each["parts"] for each in whole["coverage"]] == [each["parts"] for each in merged["coverage"]]
