"""A finding has a short request: what it does not need to be shown is left out."""

import pytest

from adcontract_conformance.checks import exchange_checks  # noqa: F401 - fills the registry
from adcontract_conformance.checks.ledger import Ledger
from adcontract_conformance.client.created import Created
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import Target
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.groups.shorter import LONG, REQUESTS, shorter
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Purpose, Request


@pytest.fixture
def shortened(shop, server_of):
    """Send a request to a shop with a fault, look for shorter ones, and give the finding and what was sent for it."""

    def run(fault, method, path, body=b"", purpose=Purpose.VALID):
        checked, group = CheckedContract(shop), "schema" if purpose is Purpose.VALID else "rejection"
        server = server_of(shop, fault)
        with server.up() as url:
            target = Target(url)
            sender = Sender(checked, target, Generated(checked, target, 1).sample)
            ledger = Ledger(checked, (group,), own=False)
            headers = {"Authorization": "Bearer adcontract", **({"Content-Type": "application/json"} if body else {})}
            operation = next(each for each in checked.operations if (each.method, each.path) == (method, "/items"))
            request = Request(method, f"{url}{path}", headers, body)
            reading = checked.read(operation, request, url)
            ledger.add(group, sender.exchange(purpose, operation, request, reading=reading))
            (finding,) = ledger.findings
            server.log.clear()
            for exchange in shorter(sender, Created(sender), finding):
                ledger.add(group, exchange)
            target.close()
        return finding, server.log

    return run


def test_parameters_that_a_finding_does_not_need_are_left_out(shortened):
    def fails(sent, reply):
        reply.status = 500 if "=77" in sent.query else reply.status
        return reply

    path = f"/items?page=1&{'&'.join(f'ids[]={number}' for number in range(60, 90))}"
    finding, sent = shortened(fails, "GET", path)
    query = finding.exchange.request.url.partition("?")[2]
    assert "=77" in query
    assert len(query) <= LONG
    assert finding.exchange.response.status == 500
    assert len(sent) <= REQUESTS


def test_a_faulty_request_keeps_its_fault(shortened):
    def accepts(_, reply):
        reply.status = 200
        return reply

    path = f"/items?page=0&{'&'.join(f'ids[]={number}' for number in range(60, 90))}"
    finding, _ = shortened(accepts, "GET", path, purpose=Purpose.INVALID)
    query = finding.exchange.request.url.partition("?")[2]
    assert query.startswith("page=0")
    assert len(query) <= LONG


def test_what_the_suite_cannot_remove_is_not_sent_again(shortened):
    def fails(_, reply):
        reply.status = 500
        return reply

    body = b'{"name": "%s", "price": 1}' % (b"a" * 100)
    finding, sent = shortened(fails, "POST", "/items", body)
    assert sent == []
    assert finding.exchange.request.body == body
