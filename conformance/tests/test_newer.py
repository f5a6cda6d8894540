"""A server of a later edition shows fields that no page of ours has: objects are open, so nothing is found.

The payloads are of our own making; only the names of the fields are those of the vendors.
"""

import json
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

import pytest
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow


def newer(value, name=""):
    """Return a JSON value of our mock as a later edition shows it; `name` is the member that holds it."""
    if isinstance(value, list):
        return [newer(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: newer(each, key) for key, each in value.items()} | added(value, name)


def added(shown, name):
    """Return what a later edition adds to one object."""
    if name == "created_by":
        return {"display_name": shown["username"].title(), "preferred_locale": "sv_SE"}
    if name == "links" and "label" in shown:
        return {"page": int(shown["label"]) if shown["label"].isdigit() else None}
    if name == "bannerAssets":
        return {"assetId": str(uuid5(NAMESPACE_URL, shown["url"])), "content": {"headline": "Spring", "rank": 1.5}}
    if "campaignId" in shown:
        factors = [{"factor": 1.25, "hours": [8, 20]}]
        return {"externalCampaignId": None, "isAutoTrigger": False, "multiplierConfig": {"device": factors}}
    if "products_count" in shown:
        return {"owner": {"identifier": shown.get("owner_identifier")}, "updated_at": "2026-03-02T08:00:00Z"}
    return {}


class Newer(Proxy):
    """Adds the fields of a later edition to every answer."""

    def changed(self, sent, reply):  # noqa: ARG002
        if not reply.body.startswith((b"{", b"[")):
            return reply
        return replace(reply, body=json.dumps(newer(json.loads(reply.body))).encode())


OPERATIONS = ("listBlocklist", "addToBlocklist", "listOffers", "listReturnAds", "createReturnAd")


NAMES = {
    "affiliate-com": ("owner",),
    "topsort": ("externalCampaignId", "isAutoTrigger", "multiplierConfig", "assetId", "content"),
    "metapic": ("display_name", "preferred_locale", "page"),
}


@pytest.mark.parametrize(
    ("api", "whose", "only"),
    [("affiliate-com", "own", ()), ("topsort", "vendor", ()), ("topsort", "own", ()), ("metapic", "own", OPERATIONS)],
)
def test_a_server_of_a_later_edition_is_clean(command, mock, server_of, tmp_path, api, whose, only):
    server, report, seen = server_of(load(api)), tmp_path / "report.json", set()
    options = ["--groups", "examples,behavior,schema", "--for", whose, "--json", str(report)]
    for operation in only:
        options += ["--only", operation]
    with mock(tmp_path, "--stateful", "--seed-items", "40", "--api", api) as found:
        proxy = Newer(server, found)
        server.answer = lambda sent: noted(proxy.answer(sent), NAMES[api], seen)
        with server.up() as url:
            result = command(url, "--api", api, *options)
    assert seen == set(NAMES[api])
    assert json.loads(report.read_text())["apis"][0]["findings"] == [], result.output
    assert result.exit_code == 0, result.output


def noted(reply, names, seen):
    """Note which of the names a reply shows, and return it."""
    seen.update(name for name in names if f'"{name}":'.encode() in reply.body)
    return reply
