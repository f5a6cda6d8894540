"""A server with a fault that loses data, or breaks what a page says, never conforms, whoever wrote it.

Each is our stateful mock behind a proxy with one fault. The suite knows the proxy by its URL alone.
"""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow


class Changed(Proxy):
    """Changes the JSON of every success."""

    def changed(self, sent, reply):
        return reply.with_json(self.other(sent, reply.json())) if reply.status == 200 else reply

    def asked_otherwise(self, sent, **query):
        """Return the response to a request with other values in its query; None leaves one out."""
        given = {**dict(parse_qsl(sent.query)), **query}
        text = urlencode({name: value for name, value in given.items() if value is not None})
        return self.forward(replace(sent, query=text))


class Repeats(Changed):
    """Begins each page with the last item of the one before."""

    def other(self, sent, body):
        page = int(dict(parse_qsl(sent.query)).get("page", 1))
        before = self.asked_otherwise(sent, page=page - 1).json() if page > 1 else {}
        return {**body, "data": [*before.get("data", [])[-1:], *body["data"][bool(before) :]]}


class IgnoresTheSize(Changed):
    def answer(self, sent):
        return self.asked_otherwise(sent, size=None)


class CountsWrong(Changed):
    def other(self, sent, body):  # noqa: ARG002
        return {**body, "meta": {**body["meta"], "total": body["meta"]["total"] + 3}}


class AcceptsAnything(Proxy):
    """Carries out a faulty request as if the fault were not there."""

    def changed(self, sent, reply):
        return self.forward(replace(sent, query="")) if reply.status == 422 else reply


class DeletesNothing(Proxy):
    def answer(self, sent):
        if sent.method != "DELETE":
            return self.forward(sent)
        return replace(self.server.error("unknown-path"), status=204, headers={}, body=b"")


class NamesNoIgnoredIds(Changed):
    def other(self, sent, body):  # noqa: ARG002
        return {**body, "ignored_product_ids": []} if "ignored_product_ids" in body else body


class IsUpsideDown(Changed):
    def other(self, sent, body):  # noqa: ARG002
        return {**body, "hasMore": not body["hasMore"]}


UNSOUND = [
    (Repeats, "metapic", "listClients", "behavior.page-walk"),
    (IgnoresTheSize, "metapic", "listClients", "behavior.page-size"),
    (CountsWrong, "metapic", "listClients", "behavior.page-total"),
    (AcceptsAnything, "metapic", "listClients", "behavior.refusal-limit"),
    (DeletesNothing, "metapic", "removeFromBlocklist addToBlocklist", "behavior.delete"),
    (NamesNoIgnoredIds, "affiliate-com", "addProducts createProductList", "behavior.add"),
    (IsUpsideDown, "topsort", "listCampaigns", "behavior.page-envelope"),
]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Give late reads less time than a real target needs."""
    monkeypatch.setattr("adcontract_conformance.client.client.LATE", 0.1)


@pytest.fixture(scope="module")
def stateful(mock, tmp_path_factory):
    with mock(tmp_path_factory.mktemp("stateful"), "--stateful", "--seed-items", "60") as found:
        yield found


@pytest.mark.parametrize(("unsound", "api", "operations", "check"), UNSOUND, ids=[each[0].__name__ for each in UNSOUND])
def test_a_server_that_loses_data_or_breaks_what_a_page_says_fails(
    command, server_of, stateful, tmp_path, unsound, api, operations, check
):
    server, report = server_of(load(api)), tmp_path / "report.json"
    unsound(server, stateful)
    with server.up() as url:
        only = [part for operation in operations.split() for part in ("--only", operation)]
        result = command(url, "--api", api, *only, "--groups", "behavior", "--json", str(report))
    found = {(each["check"], each["outcome"]) for each in json.loads(report.read_text())["apis"][0]["findings"]}
    assert (check, "fail") in found, result.output
    assert result.exit_code == 1
