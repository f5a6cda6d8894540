"""Writes that a server carries out in its own way, and servers that have a part of a contract only."""

import json
from dataclasses import replace

import pytest
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow

DEFAULTS = {
    "name": "New ad",
    "return_link": "https://shop.example.com/",
    "display_for_all_advertisers": False,
    "image_key": "aW1hZ2U=",
    "starts_at": "2025-01-01",
    "ends_at": "2060-01-01",
}


class Replaces(Proxy):
    """Gives the fields that a change of a return ad leaves out the values that they have in a new ad."""

    method = "PUT"

    def answer(self, sent):
        if sent.method == self.method and "/return-ads/" in sent.path:
            try:
                body = json.loads(sent.body)
            except ValueError:
                return self.forward(sent)
            sent = replace(sent, body=json.dumps(DEFAULTS | body if isinstance(body, dict) else body).encode())
        return self.forward(sent)


class ReplacesAtPatch(Replaces):
    method = "PATCH"


class ResetsTheStart(ReplacesAtPatch):
    """Gives an ad that is changed its first start again."""

    def answer(self, sent):
        held = {name: value for name, value in DEFAULTS.items() if name == "starts_at"}
        if sent.method == "PATCH" and "/return-ads/" in sent.path and b"starts_at" not in sent.body:
            sent = replace(sent, body=json.dumps(held | json.loads(sent.body)).encode())
        return self.forward(sent)


class LacksStores(Proxy):
    """Has no list of stores yet."""

    def answer(self, sent):
        return self.server.error("unknown-path") if sent.path.endswith("/v2/stores") else self.forward(sent)


@pytest.fixture
def outcomes(command, mock, server_of, tmp_path):
    """Hold a server to the laws of some operations; give the outcomes by law and operation."""

    def run(unusual, *operations):
        server, report = server_of(load("metapic")), tmp_path / "report.json"
        only = [part for each in operations for part in ("--only", each)]
        with mock(tmp_path, "--stateful", "--seed-items", "20", "--api", "metapic") as found:
            unusual(server, found)
            with server.up() as url:
                groups = ("--groups", "behavior", "--for", "own")
                command(url, "--api", "metapic", *groups, *only, "--json", str(report))
        results = json.loads(report.read_text())["apis"][0]["results"]
        return {(each["check"].removeprefix("behavior."), each["operation"]): each["outcome"] for each in results}

    return run


@pytest.mark.parametrize(
    ("unusual", "operation", "outcome"),
    [
        (Replaces, "updateReturnAd", "pass"),
        (ReplacesAtPatch, "patchReturnAd", "fail"),
        (ResetsTheStart, "patchReturnAd", "fail"),
    ],
)
def test_a_put_may_replace_what_it_does_not_name_and_a_patch_may_not(outcomes, unusual, operation, outcome):
    found = outcomes(unusual, operation, "createReturnAd", "deleteReturnAd")
    assert found["change", operation] == outcome


def test_a_server_without_the_list_of_the_parents_is_tried_with_the_documented_one(outcomes):
    found = outcomes(LacksStores, "getSharedBudget")
    assert (found["read", "getSharedBudget"], found["unknown", "getSharedBudget"]) == ("pass", "pass")
