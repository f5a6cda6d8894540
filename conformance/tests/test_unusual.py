"""A correct server that does in its own way what no page shows: no failure, and at most one warning for each cause.

Each is our stateful mock behind a proxy that answers in another way. The suite knows the proxy by its URL alone.
"""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow

API = "affiliate-com"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Give late reads less time than a real target needs."""
    monkeypatch.setattr("adcontract_conformance.client.client.LATE", 0.1)


class UnsupportedMediaType(Proxy):
    """Refuses a body of another media type with 415."""

    def answer(self, sent):
        media = sent.headers.get("content-type", "application/json").partition(";")[0]
        if sent.body and self.operation(sent) and media != "application/json":
            return replace(self.server.error("malformed"), status=415)
        return self.forward(sent)


class Created(Proxy):
    """Answers a create with 201."""

    def changed(self, sent, reply):
        operation = self.operation(sent)
        resource = operation and operation.behavior.resource
        created = resource and resource.action == "create" and reply.status == 200
        return replace(reply, status=201) if created else reply


class ThirtyTwoBits(Proxy):
    """Refuses numbers that need more than 32 bits, which no page names, as a server does that was written in Java."""

    def answer(self, sent):
        values = [value for _, value in parse_qsl(sent.query)]
        if any(value.isdecimal() and int(value) >= 2**31 for value in values):
            return self.server.error("invalid")
        return self.forward(sent)


@pytest.fixture(scope="module")
def stateful(mock, tmp_path_factory):
    with mock(tmp_path_factory.mktemp("stateful"), "--stateful", "--seed-items", "60", "--api", API) as found:
        yield found


@pytest.mark.parametrize("unusual", [Created, UnsupportedMediaType])
def test_a_correct_server_has_at_most_one_warning_for_each_cause(command, server_of, stateful, tmp_path, unusual):
    server, report = server_of(load(API)), tmp_path / "report.json"
    unusual(server, stateful)
    with server.up() as url:
        result = command(url, "--api", API, "--json", str(report))
    findings = [finding for api in json.loads(report.read_text())["apis"] for finding in api["findings"]]
    assert result.exit_code == 0, result.output
    assert len({finding["message"] if "message" in finding else finding["sentence"] for finding in findings}) <= 2


def test_a_server_of_ones_own_need_not_take_numbers_of_more_than_32_bits(command, server_of, stateful):
    server = server_of(load(API))
    ThirtyTwoBits(server, stateful)
    with server.up() as url:
        result = command(url, "--api", API, "--groups", "state,schema", "--for", "own", "--only", "listProductLists")
    assert result.exit_code == 0, result.output


class NamesEntriesOtherwise(Proxy):
    """Shows the creator of a blocklist entry under a name of its own, which no page shows."""

    def changed(self, sent, reply):
        return (
            replace(reply, body=reply.body.replace(b'"user":', b'"creator":')) if "/blocklist" in sent.path else reply
        )


class AddsAgain(Proxy):
    """Makes another entry of what is on a blocklist already, where the page says that it is ignored."""

    def changed(self, sent, reply):
        if sent.method == "POST":
            self.sent = [*getattr(self, "sent", ()), (sent.path, sent.body)]
        elif reply.status == 200 and hasattr(self, "sent") and "/blocklist" in sent.path:
            page = json.loads(reply.body)
            if self.sent.count(self.sent[-1]) > 1:
                page["data"] += [{**each, "id": each["id"] + 10**6} for each in page["data"]]
            return replace(reply, body=json.dumps(page).encode())
        return reply


class RefusesAgain(Proxy):
    """Refuses what is on a blocklist already, where the page says that it is ignored."""

    def answer(self, sent):
        if sent.method != "POST" or not sent.path.endswith("/blocklist"):
            return self.forward(sent)
        before, reply, after = self.held(sent), self.forward(sent), self.held(sent)
        if reply.status >= 300 or before != after:
            return reply
        return replace(self.server.error("invalid"), status=409, body=b'{"message": "It exists."}')

    def held(self, sent):
        listed = self.forward(replace(sent, method="GET", body=b""))
        return json.loads(listed.body)["meta"]["total"] if listed.status == 200 else 0


@pytest.mark.parametrize(
    ("unusual", "outcome", "code"),
    [(NamesEntriesOtherwise, "warn", 0), (AddsAgain, "fail", 1), (RefusesAgain, "fail", 1)],
)
def test_an_entry_may_have_another_name_but_is_there_once(command, mock, server_of, tmp_path, unusual, outcome, code):
    server, report = server_of(load("metapic")), tmp_path / "report.json"
    only = ("--api", "metapic", "--only", "addToBlocklist", "--groups", "behavior")
    with mock(tmp_path, "--stateful", "--seed-items", "60", "--api", "metapic") as found:
        unusual(server, found)
        with server.up() as url:
            result = command(url, *only, "--json", str(report))
    findings = json.loads(report.read_text())["apis"][0]["findings"]
    assert {each["outcome"] for each in findings if each["check"] == "behavior.add"} == {outcome}, result.output
    assert result.exit_code == code


class SaysListing(Proxy):
    """Shows the format of a listing campaign a second time, in the object that the page describes for banners."""

    def changed(self, sent, reply):  # noqa: ARG002
        if reply.status != 200:
            return reply
        page = json.loads(reply.body)
        for each in page["campaigns"]:
            each.setdefault("promotionType", {"adFormat": each["adFormat"]})
        return replace(reply, body=json.dumps(page).encode())


class ReviewsBannersOnly(Proxy):
    """Leaves campaigns out of a list by review status whose format is not reviewed."""

    def changed(self, sent, reply):
        if reply.status != 200 or "status=" not in sent.query:
            return reply
        given = dict(parse_qsl(sent.query))
        size, start = int(given.pop("limit", 100)), int(given.pop("offset", 0))
        page = json.loads(self.forward(replace(sent, query=urlencode(given))).body)
        rows = [each for each in page["campaigns"] if each["adFormat"] == "banner"]
        more = len(rows) > start + size
        page = {"campaigns": rows[start : start + size], "hasMore": more}
        if more:
            page["next"] = {"limit": size, "offset": start + size}
        return replace(reply, body=json.dumps(page).encode())


@pytest.fixture(scope="module")
def campaigns(mock, tmp_path_factory):
    with mock(tmp_path_factory.mktemp("campaigns"), "--stateful", "--seed-items", "40", "--api", "topsort") as found:
        yield found


@pytest.mark.parametrize("unusual", [SaysListing, ReviewsBannersOnly])
def test_what_the_page_of_campaigns_leaves_open_is_no_finding(command, server_of, campaigns, tmp_path, unusual):
    server, report = server_of(load("topsort")), tmp_path / "report.json"
    unusual(server, campaigns)
    with server.up() as url:
        result = command(url, "--api", "topsort", "--groups", "examples,behavior", "--json", str(report))
    assert result.exit_code == 0, result.output
    assert [finding for api in json.loads(report.read_text())["apis"] for finding in api["findings"]] == []


class KeepsTargets(Proxy):
    """Shows a target of each campaign, also where the page says that it is not applicable."""

    def changed(self, sent, reply):  # noqa: ARG002
        if reply.status != 200:
            return reply
        page = json.loads(reply.body)
        for each in page["campaigns"]:
            each.setdefault("targetRoas", 0)
        return replace(reply, body=json.dumps(page).encode())


def test_a_target_that_is_not_applicable_is_one_warning(command, server_of, campaigns, tmp_path):
    server, report = server_of(load("topsort")), tmp_path / "report.json"
    KeepsTargets(server, campaigns)
    with server.up() as url:
        result = command(url, "--api", "topsort", "--groups", "examples,schema", "--json", str(report))
    assert result.exit_code == 0, result.output
    assert sum(line.startswith("warn ") for line in result.output.splitlines()) == 1, result.output


class ListsOneAuthor(Proxy):
    """Lists the offers of the author whose ID is asked for, who is another one than the caller."""

    def changed(self, sent, reply):
        if sent.method == "GET" and sent.path == "/v2/offers" and reply.status == 200:
            page = json.loads(reply.body)
            page["data"] = []
            page["links"].update(last=page["links"]["first"], prev=None, next=None)
            page["meta"].update({"current_page": 1, "last_page": 1, "from": None, "to": None, "total": 0})
            return replace(reply, body=json.dumps(page).encode())
        return reply


class NamesCsvOtherwise(Proxy):
    """Gives CSV another media type, which no page names."""

    def changed(self, sent, reply):
        is_csv = "format=csv" in sent.query and reply.status == 200
        return replace(reply, headers={**reply.headers, "Content-Type": "application/csv"}) if is_csv else reply


class PermitsOthers(Proxy):
    """Permits others alone: the page shows a 403 for the one operation, and says who may send the other."""

    def answer(self, sent):
        reply = self.forward(sent)
        body = b'{"status": 403, "error": "Forbidden"}'
        is_known = reply.status < 300 and (sent.path.startswith("/v2/tags/") or sent.path.endswith("/join"))
        return replace(reply, status=403, headers=self.headers, body=body) if is_known else reply

    @property
    def headers(self):
        return {
            "Content-Type": "application/json",
            "Cache-Control": "no-cache, private",
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "300",
            "Access-Control-Allow-Origin": "*",
        }


UNTESTED = [
    (ListsOneAuthor, ("createOffer", "listOffers"), "behavior", 1),
    (NamesCsvOtherwise, ("listUserMedia",), "examples,schema", 1),
    (PermitsOthers, ("getTag", "joinOfferByToken"), "examples,security", 0),
]


@pytest.mark.parametrize(("unusual", "only", "groups", "most"), UNTESTED)
def test_a_page_that_does_not_say_enough_leaves_no_failure(
    command, mock, server_of, tmp_path, unusual, only, groups, most
):
    date, report = "2024-10-17", tmp_path / "report.json"
    server, options = server_of(load("metapic", date)), [part for each in only for part in ("--only", each)]
    options += ["--groups", groups, "--allow-untried", "--json", str(report)]
    with mock(tmp_path, "--stateful", "--seed-items", "30", "--api", "metapic", "--snapshot", date) as found:
        unusual(server, found)
        with server.up() as url:
            result = command(url, "--api", "metapic", "--snapshot", date, *options)
    findings = json.loads(report.read_text())["apis"][0]["findings"]
    assert result.exit_code == 0, result.output
    assert len({each["sentence"] for each in findings}) <= most, findings
