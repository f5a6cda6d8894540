"""`pytest --adcontract-target URL`: the checks of a server as tests of pytest."""

import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from adcontract.cli import main
from adcontract_conformance.as_tests import session  # noqa: F401 - a run in this process imports nothing of its own
from adcontract_conformance.own.declarations import DECLARED
from adcontract_conformance.pytest_plugin import OPTIONS
from adcontract_conformance.run import suite  # noqa: F401 - as above

ROOT = Path(__file__).parents[2]
OWN = """
    from adcontract_conformance import check, law

    @check("house.price", "every item has a price", "getItem")
    def price(response):
        assert "price" in response.json

    @law("twice", "an item is the same when it is read twice", "getItem")
    def twice(client):
        first, second = client.send("getItem"), client.send("getItem")
        assert first.json == second.json, f"It is {second.json['name']} now."
    """


class Done:
    """What a run of pytest gave."""

    def __init__(self, output, errors, code, xml):
        self.output, self.errors, self.code = output, errors, code
        self.cases = list(ElementTree.parse(xml).iter("testcase")) if xml.exists() else []

    @property
    def outcomes(self):
        """How each item ended, by operation and check."""
        words = {"failure": "fail", "error": "error", "skipped": "skipped"}
        return {
            (case.get("classname").rpartition(".")[2], case.get("name")): next(
                (words[each.tag] for each in case if each.tag in words), "pass"
            )
            for case in self.cases
        }

    @property
    def fingerprints(self):
        return {each.get("value") for case in self.cases for each in case.iter("property")}


OURS = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-rA", "--color=no", "--junitxml=junit.xml")


@pytest.fixture
def tests(pytester, spec, monkeypatch):
    """Run pytest in a folder of its own on a server."""
    monkeypatch.delenv("ADCONTRACT_TOKEN", raising=False)
    pytester.makefile(".ini", pytest="[pytest]")

    def run(url, *arguments, files=None):
        for name, text in (files or {}).items():
            (pytester.path / name).write_text(dedent(text))
        line = (*OURS, "-c", "pytest.ini", "--adcontract-target", url, f"--adcontract-spec={spec}", *arguments)
        done = pytester.runpytest_inprocess(*line)
        return Done("\n".join(done.outlines), "\n".join(done.errlines), done.ret, pytester.path / "junit.xml")

    yield run
    DECLARED.clear()


WHOLE = {("(run)", "complete")}
"""The item of a contract as a whole, which stays whatever is selected."""


def odd(sent, reply):
    """Answer with a wrong price, which a page shows, with wrong statistics, which none does, and 500 to a delete."""
    if sent.path == "/items/7" and sent.method == "GET" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    if sent.path == "/stats" and reply.status == 200:
        return reply.with_json([])
    return replace(reply, status=500) if sent.method == "DELETE" and reply.status < 300 else reply


def test_every_option_that_says_what_is_checked_is_one_of_pytest_too():
    options = {each.opts[0].removeprefix("--") for each in main.get_command(None, "check").params}
    # what is printed and written is a matter of pytest
    printed = {"verbose", "format", "output", "junit", "json"}
    assert options - set(OPTIONS) == {*printed, "clear", "plan", "shard", "rules", "focus"}
    assert set(OPTIONS) <= options


def test_without_a_target_nothing_of_the_suite_is_imported():
    asked = (
        "import sys, adcontract_conformance.pytest_plugin;"
        "print(sorted(name for name in sys.modules if name.startswith(('adcontract', 'click', 'schemathesis'))))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['adcontract_conformance', 'adcontract_conformance.pytest_plugin']"


@pytest.mark.parametrize("seed", ["1", "8"])
def test_the_results_are_those_of_the_command(check, tests, server_of, shop, seed):
    groups = "examples,security,behavior"
    done = check("--groups", groups, "--seed", seed, fault=odd)
    with server_of(shop, odd).up() as url:
        tested = tests(url, "--adcontract-groups", groups, "--adcontract-seed", seed)
    (api,) = done.report["apis"]
    assert (done.code, tested.code) == (1, 1)
    assert {each["outcome"] for each in api["findings"]} == {"fail", "warn"}
    assert tested.fingerprints == {each["fingerprint"] for each in api["findings"]}
    found = tested.outcomes
    del found["(run)", "complete"]
    ends = {"warn": "pass", "flaky": "pass"}
    expected = {
        (each["operation"], each["check"]): ends.get(each["outcome"], each["outcome"]) for each in api["results"]
    }
    # of some laws only the target shows whether they are about an operation
    assert {key: found[key] for key in expected} == expected
    assert all(found[key] == "skipped" for key in found.keys() - expected.keys())


def test_a_failure_is_readable_and_a_warning_is_listed(tests, server_of, shop):
    with server_of(shop, odd).up() as url:
        done = tests(url, "-k", "(getItem or getStats) and examples")
    failure = done.output.partition("shop v1: getItem: examples.body")[2].partition("____")[2].lstrip("_\n ")
    assert failure.startswith('The field price does not fit: "free" is not of type "number".\n')
    assert re.search(r"^    contract: .*spec/shop/\S+\.yaml:\d+:\d+ \(documented\)$", failure, re.MULTILINE)
    assert f"    request: curl -i -X GET {url}/items/7" in failure
    assert '    response: 200 {"id": 7' in failure
    assert "Traceback" not in done.output
    warnings = done.output.partition("adcontract: warnings")[2].partition("=====")[2]
    assert re.search(r"^warn  getStats: .* \(inferred: ", warnings, re.MULTILINE)
    summary = next(line for line in done.output.splitlines() if line.startswith("FAILED "))
    assert summary.startswith("FAILED adcontract::shop/v1::getItem::examples.body - The field price ")


@pytest.mark.slow
def test_what_is_selected_is_all_that_is_asked_for(tests, server_of, shop):
    def asked(*arguments):
        server = server_of(shop)
        with server.up() as url:
            done = tests(url, *arguments)
        assert done.code == 0, done.output
        # the first request looks for a sign of life
        assert set(done.outcomes) > WHOLE
        return set(done.outcomes), {sent.operation.id for sent in server.log[1:] if sent.operation}

    items, operations = asked("-k", "getItem and security")
    assert {(name, id_.partition(".")[0]) for name, id_ in items - WHOLE} == {("getItem", "security")}
    assert operations == {"getItem"}
    items, _ = asked("-m", "examples")
    assert {id_.partition(".")[0] for _, id_ in items - WHOLE} == {"examples"}
    items, operations = asked("adcontract::shop/v1::getStats::security.missing")
    assert (items - WHOLE, operations) == ({("getStats", "security.missing")}, {"getStats"})
    items, _ = asked("adcontract::shop/v1::getStats", "--adcontract-groups", "examples,security")
    assert {name for name, _ in items - WHOLE} == {"getStats"}


@pytest.mark.slow
def test_the_processes_of_xdist_share_one_run(check, pytester, spec, server_of, shop):
    groups = "examples,security"
    alone = check("--groups", groups, fault=odd)
    server = server_of(shop, odd)
    pytester.makefile(".ini", pytest="[pytest]")
    (pytester.path / "test_own.py").write_text("def test_one(): pass\ndef test_two(): pass")
    with server.up() as url:
        target = ("-c", "pytest.ini", "--adcontract-target", url, f"--adcontract-spec={spec}")
        line = [sys.executable, "-m", "pytest", *OURS, "-n", "2", *target, "--adcontract-groups", groups]
        ran = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    done = Done(ran.stdout, ran.stderr, ran.returncode, pytester.path / "junit.xml")
    assert len(server.log) == len(alone.server.log)
    assert done.fingerprints == {each["fingerprint"] for each in alone.findings}
    assert {("test_own", "test_one"), ("test_own", "test_two")} <= {*done.outcomes}
    assert done.code == 1


def test_a_server_that_is_not_recognized_is_one_error(tests):
    done = tests("http://127.0.0.1:1")
    outcomes = list(done.outcomes.values())
    assert outcomes.count("error") == 1
    assert set(outcomes) == {"error", "skipped"}
    sentence = "http://127.0.0.1:1 does not answer: connection refused. Start it, or correct the URL."
    assert f"\n{sentence}\n" in done.output
    assert f"nothing was checked: {sentence}" in done.output
    assert "Traceback" not in done.output
    assert done.code == 1


def test_an_operation_that_never_succeeds_fails_the_run_as_a_whole(tests, server_of, shop):
    def closed(sent, reply):
        return replace(reply, status=403) if sent.operation and sent.operation.id == "getStats" else reply

    with server_of(shop, closed).up() as url:
        done = tests(url, "-k", "getStats and examples")
        allowed = tests(url, "-m", "examples", "--adcontract-allow-untried")
    assert done.outcomes["(run)", "complete"] == "fail"
    assert "1 of 1 operation never succeeded, so nothing is known of them: getStats (403" in done.output
    assert allowed.outcomes["(run)", "complete"] == "pass"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--adcontract-api", "shoop"), "There is no API shoop. Did you mean shop?"),
        (("--adcontract-groups", "exampels"), "There is no group exampels. Did you mean examples?"),
        (("--adcontract-max-time", "soon"), "Invalid value for '--max-time': 'soon' is not a valid float range."),
        (("--adcontract-checks", "nix.py"), "nix.py does not exist."),
        (("--adcontract-snapshot", "all"), "`adcontract check` says which snapshot a server serves."),
        (("--adcontract-config", "nix.toml"), "nix.toml"),
    ],
)
def test_what_is_wrong_with_the_options_is_one_line(tests, arguments, message):
    done = tests("http://127.0.0.1:1", *arguments)
    assert done.code == pytest.ExitCode.USAGE_ERROR
    (line,) = done.errors.strip().splitlines()
    assert line.startswith(f"ERROR: {message}")


def test_an_option_without_a_target_and_a_node_id_without_a_test_are_refused(tests, pytester):
    done = pytester.runpytest_inprocess("--adcontract-only", "getItem")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in done.errlines if line] == [
        "ERROR: --adcontract-only is about the server that --adcontract-target names. Name one."
    ]
    done = tests("http://127.0.0.1:1", "adcontract::shop/v1::getItems")
    assert "There is no test adcontract::shop/v1::getItems." in done.output
    assert done.code == pytest.ExitCode.INTERRUPTED


def test_checks_of_a_conftest_run_in_pytest_and_in_the_command(check, tests, server_of, shop, pytester):
    number = itertools.count()

    def other(sent, reply):
        if sent.path == "/items/7" and sent.method == "GET" and reply.status == 200:
            return reply.with_json({**reply.json(), "name": f"Lamp {next(number)}"})
        return reply

    with server_of(shop, other).up() as url:
        tested = tests(url, "-m", "own or house", files={"conftest.py": OWN})
    assert tested.outcomes["getItem", "own.twice"] == "fail"
    assert tested.outcomes["getItem", "house.price"] == "pass"
    assert "(declared in conftest.py:8)" in tested.output
    DECLARED.clear()
    done = check("--checks", str(pytester.path / "conftest.py"), "--groups", "own,house", fault=other)
    assert {each["fingerprint"] for each in done.findings} == tested.fingerprints != set()


def test_a_check_that_breaks_is_an_error_at_its_line(tests, server_of, shop):
    text = """
        from adcontract_conformance import check

        @check("price", "every item has a price", "getItem")
        def price(response):
            return response.json["prize"]
        """
    with server_of(shop).up() as url:
        done = tests(url, "-k", "own.price", "--adcontract-checks", "my_checks.py", files={"my_checks.py": text})
    assert done.outcomes == {("getItem", "own.price"): "error", ("(run)", "complete"): "fail"}
    assert "\nmy_checks.py:6: own.price: KeyError: 'prize'\n" in done.output
    assert "Traceback" not in done.output


def test_what_is_waived_is_an_expected_failure(check, tests, server_of, shop):
    done = check("--groups", "examples", "--only", "getItem", fault=odd)
    (fingerprint,) = {each["fingerprint"] for each in done.findings}
    text = f"""
        [[waiver]]
        fingerprint = "{fingerprint}"
        check = "examples.body"
        operation = "getItem"
        reason = "The price is free until the sale ends."
        owner = "shop team"
        expires = 2999-01-01
        link = "https://example.com/1"
        """
    with server_of(shop, odd).up() as url:
        done = tests(url, "-k", "getItem and examples", files={"waivers.toml": text})
    assert done.code == 0, done.output
    assert "XFAIL adcontract::shop/v1::getItem::examples.body" in done.output
    assert "The price is free until the sale ends. Until 2999-01-01, shop team" in done.output


def test_in_the_checkout_the_folder_of_the_suite_has_the_checks_of_a_target(tests):
    listed = (str(ROOT / "conformance"), "-c", str(ROOT / "pyproject.toml"), "--collect-only", "-q")
    done = tests("http://127.0.0.1:1", *listed, "--adcontract-groups", "examples")
    items = [line for line in done.output.splitlines() if "::" in line]
    assert items
    assert all(line.startswith("adcontract::shop/v1::") for line in items)


@pytest.mark.slow
def test_the_example_of_the_readme_holds_for_the_mock(mock, tests, command, pytester):
    readme = (ROOT / "conformance/README.md").read_text()
    text = re.search(r"^    from adcontract_conformance import check, law\n(?:    .*\n|\n)+", readme, re.MULTILINE)[0]
    example = dedent(text.partition("    adcontract check")[0])
    law = example.partition("@law")[2].strip()
    assert len(law.splitlines()) <= 10
    (pytester.path / "my_checks.py").write_text(example)
    ours = ("--adcontract-checks", "my_checks.py", "--adcontract-spec", str(ROOT / "spec"))
    with mock(pytester.path, "--stateful") as url:
        checked = command(url, "--checks", "my_checks.py", "--groups", "own,catalog", "--json", "report.json")
        tested = tests(url, "-m", "own or catalog", *ours)
    assert checked.exit_code == 0, checked.output
    report = json.loads((pytester.path / "report.json").read_text())
    results = {(each["operation"], each["check"]): each["outcome"] for api in report["apis"] for each in api["results"]}
    expected = {("listProductLists", "catalog.names"): "pass", ("pauseOffer", "own.paused"): "pass"}
    assert {key: results[key] for key in expected} == {key: tested.outcomes[key] for key in expected} == expected


@pytest.mark.slow
def test_an_unknown_path_can_be_selected(tests, server_of, shop):
    with server_of(shop).up() as url:
        done = tests(url, "adcontract::shop/v1::(unknown path)::rejection.unknown-path")
    assert done.outcomes == {("(unknown path)", "rejection.unknown-path"): "pass", ("(run)", "complete"): "pass"}


def test_it_needs_neither_xdist_nor_markers_of_the_user(tests, server_of, shop):
    with server_of(shop).up() as url:
        done = tests(url, "-p", "no:xdist", "--strict-markers", "-W", "error", "-m", "examples")
    assert (done.code, set(done.outcomes.values()) - {"skipped"}) == (0, {"pass"})


@pytest.mark.slow
def test_a_server_that_goes_down_fails_the_run_as_a_whole(tests, server_of, shop):
    server = server_of(shop, lambda _, reply: replace(reply, status=-1) if len(server.log) > 3 else reply)
    with server.up() as url:
        done = tests(url, "-k", "getItem and (examples or security)")
    assert done.outcomes["(run)", "complete"] == "fail"
    assert "went down during the run" in done.output


def test_a_target_may_be_one_of_the_settings(tests, server_of, shop):
    with server_of(shop).up() as url:
        settings = f'[targets.shop]\nurl = "{url}"\ngroups = ["examples"]\nonly = ["getItem"]\n'
        done = tests("shop", files={"adcontract.toml": settings})
    assert done.code == 0
    assert {(name, id_.partition(".")[0]) for name, id_ in set(done.outcomes) - WHOLE} == {("getItem", "examples")}


def test_tests_that_have_looked_at_nothing_do_not_pass(command, tests, server_of, shop, spec):
    with server_of(shop).up() as url:
        assert command(url, "--spec", spec, "--groups", "state").exit_code == 2
        done = tests(url, "-m", "state")
    assert set(done.outcomes.values()) == {"skipped", "fail"}
    assert done.outcomes["(run)", "complete"] == "fail"
    assert "shop v1: not determined: nothing was checked" in done.output
