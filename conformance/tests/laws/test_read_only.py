"""--read-only: nothing but GET, HEAD and OPTIONS reaches a target, whoever in the suite sends."""

import json
import re
from dataclasses import replace

import pytest
import requests
from adcontract_library import Library

from adcontract_conformance.client.allowance import NotSent, Withheld
from adcontract_conformance.client.limits import Limits
from adcontract_conformance.client.target import Target
from adcontract_conformance.client.transport import Transport
from adcontract_conformance.model.exchange import Request
from adcontract_conformance.model.promises import GROUPS

SAFE = {"GET", "HEAD", "OPTIONS"}


def methods(server):
    return {method for method, _, _ in server.log}


@pytest.mark.slow
@pytest.mark.parametrize("groups", [*((each,) for each in GROUPS), GROUPS, ("schema", "rejection", "workers")])
def test_nothing_is_written_by_any_group_nor_by_all(held, groups):
    server = Library()
    before = json.dumps([server.books, server.words])
    workers = ("--workers", "2") if "workers" in groups else ()
    chosen = [each for each in groups if each != "workers"]
    held(server, "--read-only", "--groups", ",".join(chosen), *workers)
    assert "GET" in methods(server) <= SAFE
    assert json.dumps([server.books, server.words]) == before


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_a_conforming_server_is_clean_when_it_is_only_read(check, workers):
    done = check("--read-only", "--workers", workers)
    assert (done.code, done.findings) == (0, []), done.output
    assert {each.method for each in done.server.log} <= SAFE
    assert "shop v1: conforms (6 operations, 2 of them not tried: --read-only, " in done.output
    assert "shop v1: not tried, because of --read-only: 2 operations, createItem, deleteItem." in done.output
    read = [each for each in done.report["apis"][0]["results"] if each["operation"] not in ("createItem", "deleteItem")]
    written = [each for each in done.report["apis"][0]["results"] if each not in read]
    assert {each["outcome"] for each in written} == {"skipped"}
    assert "not tried: it would write (--read-only)" in {each["reason"] for each in written}
    assert not [each for each in read if "would write" in each.get("reason", "") and "refusal" not in each["check"]]


def test_the_laws_that_need_no_write_are_tried(held):
    found, report, result = held(Library(), "--read-only")
    assert (found, result.exit_code) == (set(), 0), result.output
    assert "8 of them not tried: --read-only, " in result.output
    outcomes = {(each["check"], each["operation"]): each["outcome"] for each in report["apis"][0]["results"]}
    for law in ("filter", "page-walk", "sort-order", "refusal-limit"):
        assert outcomes[f"behavior.{law}", "listBooks"] == "pass"
    assert outcomes["behavior.read", "getBook"] == "pass"
    assert {outcomes["behavior.create", "createBook"], outcomes["behavior.change", "lendBook"]} == {"skipped"}


def test_a_read_that_could_not_be_tried_still_counts(check):
    def forbidden(sent, reply):
        return replace(reply, status=403) if sent.operation and sent.operation.id == "getItem" else reply

    done = check("--read-only", "--groups", "schema", fault=forbidden)
    assert done.code == 2
    assert re.search(r"1 of 6 operations never succeeded, so nothing is known of them: getItem \(", done.output)


def test_a_fault_that_reading_shows_is_found_and_shown_by_reading(check):
    def wrong(sent, reply):
        return reply.with_json({"data": "none"}) if sent.operation and reply.status == 200 else reply

    done = check("--read-only", "--groups", "examples,schema", fault=wrong)
    assert (done.code, {each.method for each in done.server.log}) == (1, {"GET", "HEAD"})
    assert "listItems" in {each["operation"] for each in done.findings}


def test_the_command_that_repeats_a_run_only_reads_too(held):
    _, _, result = held(Library(), "--read-only", "--groups", "examples")
    assert re.search(r"Again: .* --read-only", result.output)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get2", "MERGE"])
def test_the_transport_lets_no_other_method_pass_whoever_sends(method):
    server = Library()
    with server.up() as url:
        target = Target(url, limits=Limits(read_only=True))
        with pytest.raises(NotSent, match="it would write"):
            target.send(Request(method, f"{url}/shelves"))
        with requests.Session() as session:
            notes = []
            target.transport(lambda request, note: notes.append((request.method, note.withheld))).mount(session)
            with pytest.raises(Withheld):
                session.request(method, f"{url}/shelves")
        target.close()
    assert server.log == []
    assert notes == [(method.upper(), "not tried: it would write (--read-only)")]


def test_what_an_earlier_run_has_left_is_not_removed_by_one_that_only_reads(command, tmp_path):
    file = tmp_path / "left.jsonl"
    server = Library()
    with server.up() as url:
        file.write_text(json.dumps({"adcontract": "created items 1", "target": url}) + "\n")
        result = command(url, "--read-only", "--clear", str(file))
    assert (result.exit_code, server.log) == (2, [])
    assert result.output.count("\n") == 1
    assert "because it would write (--read-only). Leave --read-only out." in result.output


@pytest.mark.slow
def test_what_only_the_transport_refuses_is_no_finding_and_no_error(check, monkeypatch):
    def refuse(_, request):
        if request.method not in SAFE:
            raise Withheld("not tried: it would write (--read-only)", request=request)

    # as if nobody above it knew that the run only reads
    monkeypatch.setattr(Transport, "_refuse", refuse)
    done = check()
    assert {each.method for each in done.server.log} <= SAFE
    assert done.findings == []
    assert [api["errors"] for api in done.report["apis"]] == [[]]
    assert done.code == 0, done.output
    assert "createItem" not in {each["operation"] for each in done.report["apis"][0]["results"] if each["requests"]}
