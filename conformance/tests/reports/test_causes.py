"""One cause is reported once, with its places, in a report that a person reads to its end."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console

from adcontract_conformance.checks.themes import THEMES
from adcontract_conformance.model.promises import CHECKS
from adcontract_conformance.reports import terminal
from adcontract_conformance.reports.json_file import read_report
from adcontract_conformance.run import suite  # noqa: F401 - fills the registry


def login_page(sent, reply):
    if sent.operation and not sent.operation.secured:
        return reply
    return replace(reply, status=200, headers={"Content-Type": "text/html"}, body=b"<html>Log in</html>")


def summary(output: str) -> list[str]:
    return output.splitlines()


def test_a_login_page_on_all_that_needs_a_token_is_one_cause_on_one_screen(check):
    done = check("--groups", "examples,schema,rejection", fault=login_page)
    assert done.code == 1
    assert len(summary(done.output)) <= 40
    assert max(map(len, summary(done.output))) <= 300
    assert "shop v1 does not conform. " in done.output
    assert done.output.count("The response has text/html, not application/json.") <= 3
    assert [each["outcome"] for each in done.report["apis"][0]["causes"]].count("fail") == 1


def test_a_report_has_forty_lines_however_many_the_progress_has_taken(check, tmp_path):
    def fault(sent, reply):
        if sent.method == "GET" and reply.status == 200:
            return reply.with_json({"id": "x"})
        return replace(reply, status=500) if reply.status == 404 else login_page(sent, reply)

    check("--groups", "examples,schema,rejection", fault=fault)
    report = read_report(tmp_path / "report.json")
    for used in range(25):
        text = StringIO()
        terminal.summary(Console(file=text, width=200), report, used=used)
        assert used + len(text.getvalue().splitlines()) <= 40, text.getvalue()


def test_a_redirect_is_told_with_its_address_and_each_operation_once(check):
    def login(sent, reply):
        is_moved = sent.path.startswith("/items/") and reply.status < 300
        return replace(reply, status=302, headers={"Location": "/login"}, body=b"") if is_moved else reply

    done = check("--groups", "examples", fault=login)
    assert done.code == 1
    assert "response: 302 to /login" in done.output
    assert "Documented requests are answered with 302: " not in done.output, done.output


@pytest.mark.slow
def test_all_findings_are_printed_where_they_are_asked_for_and_written_in_any_case(check, tmp_path):
    file = tmp_path / "all.txt"
    short = check("--groups", "examples,schema,rejection", "--output", str(file), fault=login_page)
    long = check("--groups", "examples,schema,rejection", "--verbose", fault=login_page)
    named = [finding["operation"] for finding in long.report["apis"][0]["findings"]]
    assert all(operation in long.output for operation in named)
    assert "--verbose shows" not in long.output
    assert "--verbose shows" not in file.read_text()
    assert len(summary(short.output)) < len(summary(long.output))


def test_findings_of_two_causes_stand_apart(check):
    def two(sent, reply):
        if sent.operation and sent.operation.id == "getStats" and reply.status == 200:
            return replace(reply, status=500)
        return replace(reply, headers={**reply.headers, "Content-Type": "text/plain"}) if reply.body else reply

    done = check("--groups", "examples", fault=two)
    failures = [line for line in summary(done.output) if line.startswith("fail ")]
    assert len(failures) == len(set(failures)) >= 2
    assert any("getStats" in line and "500" in line for line in failures)


def test_the_first_failure_of_each_cause_is_told_when_it_is_found(check):
    def two(sent, reply):
        reply = any_token(sent, reply)
        return replace(reply, headers={**reply.headers, "Content-Type": "text/plain"}) if reply.body else reply

    done = check("--groups", "examples,security", fault=two)
    lines = summary(done.output)
    first = lines.index(next(line for line in lines if line.startswith("shop v1 examples: ")))
    assert lines[0].startswith("fail  listItems: The response has text/plain, not application/json. (after ")
    told = [line for line in lines if line.startswith("fail  ") and " (after " in line]
    assert len(told) == len({line.partition(": ")[2].partition(" (after ")[0] for line in told}) <= 6
    assert any(" (after " in line for line in lines[first:])


def test_a_run_ends_when_as_many_causes_fail_as_are_allowed(check):
    def two(sent, reply):
        if sent.operation and sent.operation.id in ("getStats", "getItem") and reply.status == 200:
            return replace(reply, status=500)
        return reply

    one, both = (check("--groups", "examples,schema", "--max-failures", count, fault=two) for count in "12")
    assert (one.code, both.code) == (1, 1)
    assert "\nshop v1: Not finished, because 1 cause failed: examples of " in one.output
    assert one.report["apis"][0]["unreached"] == ["examples", "schema"]
    assert "\nshop v1: Not finished, because 2 causes failed: examples" in both.output
    assert len(one.server.log) < len(both.server.log)


def test_a_run_that_may_fail_more_often_than_it_does_is_finished(check):
    done = check("--groups", "examples", "--max-failures", "9", fault=login_page)
    assert done.report["apis"][0]["unreached"] == []
    assert "Not finished" not in done.output


def any_token(sent, reply):
    """Answer as if every request had a good token."""
    if reply.status != 401:
        return reply
    return replace(reply, status=204 if sent.method == "DELETE" else 200, headers={}, body=b"")


def problem(_, reply):
    """Answer every error as a problem of RFC 9457."""
    if reply.status < 400:
        return reply
    return replace(reply, headers={**reply.headers, "Content-Type": "application/problem+json"})


def accepts(_, reply):
    """Carry out every faulty request."""
    return replace(reply, status=200) if reply.status in (400, 422) else reply


@pytest.mark.parametrize(
    ("fault", "groups", "sentence"),
    [
        (any_token, "security", "Requests without good credentials are accepted."),
        (problem, "security,examples", "The response has application/problem+json, not application/json."),
        pytest.param(accepts, "rejection", "Faulty requests are accepted.", marks=pytest.mark.slow),
    ],
)
def test_one_fault_everywhere_is_one_cause_in_every_report(check, tmp_path, fault, groups, sentence):
    files = {name: tmp_path / f"report.{name}" for name in ("md", "xml", "sarif")}
    done = check("--groups", groups, "--for", "own", *(f"--output={file}" for file in files.values()), fault=fault)
    assert done.code == 1
    found = [each for each in done.report["apis"][0]["causes"] if each["outcome"] == "fail"]
    cause = next(each for each in found if each["sentence"] == sentence)
    assert len([each for each in found if each["sentence"].startswith(sentence[:18])]) == 1
    assert len(cause["operations"]) > 3 or fault is accepts
    assert f"shop v1 does not conform. {sentence} (" in done.output
    own = [each for each in done.findings if each["cause"] == cause["fingerprint"]]
    assert sorted(cause["findings"]) == sorted(each["fingerprint"] for each in own)
    assert {str(each["where"]) for each in own} == set(map(str, cause["places"]))
    assert files["md"].read_text().count(f"{sentence} (") == 1
    results = json.loads(files["sarif"].read_text())["runs"][0]["results"]
    (result,) = [each for each in results if each["partialFingerprints"]["adcontract/v1"] == cause["fingerprint"]]
    assert f": {sentence} (" in result["message"]["text"]
    assert len(result.get("relatedLocations", [])) == len(cause["places"]) - 1
    failures = ElementTree.fromstring(files["xml"].read_text()).iter("failure")
    assert any(f"Cause {cause['fingerprint']}: {sentence} (" in each.get("message") for each in failures)


@pytest.mark.slow
def test_the_fingerprint_of_a_cause_is_the_same_for_every_seed(check):
    first, second = (check("--groups", "rejection", "--seed", seed, fault=accepts).report for seed in "12")
    fingerprints = [
        {each["fingerprint"] for each in report["apis"][0]["causes"] if each["outcome"] == "fail"}
        for report in (first, second)
    ]
    assert fingerprints[0] == fingerprints[1]


@pytest.mark.parametrize(
    ("lost", "sentences"),
    [
        (("name",), {"The field name is missing."}),
        (("name", "price"), {"The field name is missing.", "The field price is missing."}),
        (("id", "name", "price", "tags"), {"Bodies do not fit their schemas."}),
    ],
)
def test_a_few_faults_of_one_kind_are_causes_of_their_own_and_many_are_one(check, lost, sentences):
    def loses(sent, reply):
        if sent.path != "/items/7" or reply.status != 200:
            return reply
        return reply.with_json({name: value for name, value in reply.json().items() if name not in lost})

    done = check("--groups", "examples", "--for", "own", fault=loses)
    found = {each["sentence"] for each in done.report["apis"][0]["causes"]}
    assert found == sentences
    assert all(f"field {name} is missing" in done.output for name in lost)


def at_items(**answer):
    """Answer in one way for each item, whatever the request."""
    return lambda sent, reply: replace(reply, **answer) if sent.path.startswith("/items/") else reply


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            at_items(status=200, headers={"Content-Type": "text/html"}, body=b"<html>Log in</html>"),
            "Requests are answered with a page for people (text/html).",
        ),
        (at_items(status=302, headers={"Location": "/login"}, body=b""), "Requests are redirected (302)."),
    ],
    ids=["page", "redirect"],
)
def test_an_answer_of_something_else_is_one_cause_whatever_it_breaks(check, fault, sentence):
    done = check("--groups", "examples,security,behavior,state", fault=fault)
    (cause,) = done.report["apis"][0]["causes"]
    assert (cause["outcome"], cause["sentence"]) == ("fail", sentence)
    assert len({each["check"] for each in done.findings}) > 3
    assert f"shop v1 does not conform. {sentence}" in done.output


def test_a_fault_beside_an_answer_of_something_else_is_a_cause_of_its_own(check):
    moved = at_items(status=302, headers={"Location": "/login"}, body=b"")

    def both(sent, reply):
        if sent.path == "/stats" and reply.status == 200:
            return reply.with_json({"items": "many"})
        return moved(sent, reply)

    done = check("--groups", "examples,security,state", "--for", "own", fault=both)
    causes = done.report["apis"][0]["causes"]
    assert {"Requests are redirected (302)."} < {each["sentence"] for each in causes}
    assert any(each["operations"] == ["getStats"] for each in causes)


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_may_only_read_is_no_cause_where_prefer_is_obeyed(check, status):
    def reads_only(sent, reply):
        if sent.method == "GET" or reply.status == 401:
            return reply
        body = b'{"code": "read_only", "message": "This token may only read."}'
        return replace(reply, status=status, headers={"Content-Type": "application/json"}, body=body)

    done = check("--groups", "examples,security", fault=reads_only)
    assert not [(each["check"], each["sentence"]) for each in done.findings if each["outcome"] == "fail"]
    assert done.code == 2
    assert "never succeeded, so nothing is known of them: " in done.output


def test_each_check_is_about_something():
    assert {each.id.partition(".")[2] for each in CHECKS.values() if not each.declared} == THEMES.keys()
