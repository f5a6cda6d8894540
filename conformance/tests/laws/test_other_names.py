"""An item is also read by another name than the id that a list shows: by another field, or below its parent's token."""

import json
from dataclasses import replace

import pytest
from proxy import Proxy

from adcontract import load

pytestmark = pytest.mark.slow


class ReadsOtherwise(Proxy):
    """Shows other clicks of a participant who is asked for by the ID of the user."""

    def changed(self, sent, reply):
        if "/users/" not in sent.path or reply.status != 200:
            return reply
        return replace(reply, body=json.dumps(self.other(json.loads(reply.body))).encode())

    def other(self, shown):
        return {**shown, "clicks": shown["clicks"] + 1}


class HasAnother(ReadsOtherwise):
    """Has a second participant of the same user, and shows that one."""

    def other(self, shown):
        return {**shown, "id": shown["id"] + 10**6, "clicks": 0}


@pytest.mark.parametrize(("server", "outcome"), [(ReadsOtherwise, "fail"), (HasAnother, "pass")])
def test_an_item_that_is_read_by_another_name_is_as_it_is_listed(command, mock, server_of, tmp_path, server, outcome):
    app, report = server_of(load("metapic")), tmp_path / "report.json"
    names = ("checkOfferUser", "checkOfferUserByToken")
    only = [part for each in names for part in ("--only", each)]
    with mock(tmp_path, "--stateful", "--seed-items", "30", "--api", "metapic") as found:
        server(app, found)
        with app.up() as url:
            result = command(
                url, "--api", "metapic", "--groups", "behavior", "--for", "own", *only, "--json", str(report)
            )
    results = json.loads(report.read_text())["apis"][0]["results"]
    outcomes = {each["operation"]: each["outcome"] for each in results if each["check"] == "behavior.read"}
    assert outcomes == dict.fromkeys(names, outcome), result.output
