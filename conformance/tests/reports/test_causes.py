"""One cause is reported once, with its places, in a report that a person reads to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest


def login_page(sent, reply):
    if sent.operation and not sent.operation.secured:
        return reply
    return replace(reply, status=200, headers={"Content-Type": "text/html"}, body=b"<html>Log in</html>")


def summary(output: str) -> list[str]:
    return output.splitlines()


def test_a_login_page_on_all_that_needs_a_token_is_a_few_causes_on_one_screen(check):
    done = check("--groups", "examples,schema,rejection", fault=login_page)
    assert done.code == 1
    assert len(summary(done.output)) <= 40
    assert max(map(len, summary(done.output))) <= 300
    assert "shop v1 does not conform. " in done.output
    assert done.output.count("The response has text/html, not application/json.") <= 2
    assert "more findings: --verbose shows all of them." in done.output


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
