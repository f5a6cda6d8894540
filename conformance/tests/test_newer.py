"""A server of a later edition shows fields that no page of ours has: objects are open, so nothing is found.

The payloads are of our own making; only the names of the fields are those of the vendors.
"""

import json
from dataclasses import replace

import pytest
from newer import NAMES, newer
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow


class Newer(Proxy):
    """Adds the fields of a later edition to every answer."""

    def changed(self, sent, reply):  # noqa: ARG002
        if not reply.body.startswith((b"{", b"[")):
            return reply
        return replace(reply, body=json.dumps(newer(json.loads(reply.body))).encode())


OPERATIONS = ("listBlocklist", "addToBlocklist", "listOffers", "listReturnAds", "createReturnAd")


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
