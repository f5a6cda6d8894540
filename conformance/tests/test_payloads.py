"""Each documented payload is held to: with any one of them broken, the suite finds fault with the server."""

import copy
import random
from contextlib import closing

import pytest

from adcontract import load, spec_folder
from adcontract.openapi.pointer import walk
from adcontract_conformance.checks import exchange_checks  # noqa: F401 - fills the registry
from adcontract_conformance.checks.ledger import Ledger
from adcontract_conformance.client.created import Created
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import Target
from adcontract_conformance.groups.examples import Examples
from adcontract_conformance.groups.mistakes import unknown_path, unreadable_body
from adcontract_conformance.groups.security import security
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Exchange
from adcontract_conformance.model.promises import Outcome
from adcontract_conformance.run.options import Options

APIS = sorted(file.parent.name for file in spec_folder().glob("*/openapi.yaml"))


def payloads(contract):
    """Yield every payload of an answer once: its pointer, its media type's pointer, the example, and who shows it."""
    seen = set()
    for operation in contract.operations:
        for response in operation.responses.values():
            for media in response.media:
                for example in media.examples:
                    key = (media.pointer, example.name)
                    if key not in seen and media.is_json and "schema" in media.data:
                        seen.add(key)
                        yield operation, response, media, example


def broken(schemas, media, value, rng):
    """Return the payload with one member removed or of another type, so that it does not fit, or None."""
    places = [pointer for pointer, node in walk(value) if pointer]
    rng.shuffle(places)
    for pointer in places:
        changed = copy.deepcopy(value)
        *way, last = pointer.split("/")[1:]
        holder = changed
        for part in way:
            holder = holder[int(part) if isinstance(holder, list) else part.replace("~1", "/").replace("~0", "~")]
        if isinstance(holder, dict) and rng.random() < 0.5:
            holder.pop(last.replace("~1", "/").replace("~0", "~"), None)
        elif isinstance(holder, dict):
            key = last.replace("~1", "/").replace("~0", "~")
            holder[key] = {"not": "this"} if not isinstance(holder[key], dict) else "not this"
        else:
            holder[int(last)] = {"not": "this"} if not isinstance(holder[int(last)], dict) else "not this"
        if not schemas.valid(f"{media.pointer}/schema", changed):
            return changed
    return None


def judged(checked, target, operation):
    """Return what the suite's own requests find on one operation."""
    ledger = Ledger(checked, Options().groups)
    sender = Sender(checked, target, lambda _: {})
    for group, source in (
        ("examples", Examples(sender, Created(sender)).examples(operation)),
        ("security", security(sender, operation, {})),
        ("rejection", unreadable_body(sender, operation, {})),
        ("rejection", unknown_path(sender)),
    ):
        for each in source:
            if isinstance(each, Exchange):
                ledger.add(group, each)
    return ledger.findings


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
def test_each_broken_payload_of_our_contracts_is_found(api, server_of):
    contract = load(api)
    checked, rng = CheckedContract(contract), random.Random(1)
    tried = 0
    server = server_of(contract)
    with server.up() as url, closing(Target(url)) as target:
        for operation, response, media, example in payloads(contract):
            value = broken(checked.schemas, media, example.value, rng)
            if value is None:
                assert not example.value, f"{operation.id} {response.status} {example.name} has nothing to break"
                continue
            where = f"{operation.id} {response.status} {example.name}"
            server.payloads = {}
            sound = {each.fingerprint for each in judged(checked, target, operation)}
            server.payloads = {f"{media.pointer} {example.name}": value}
            found = [each for each in judged(checked, target, operation) if each.fingerprint not in sound]
            inferred = example.inferred or response.inferred or operation.inferred
            worst = max((each.outcome for each in found), default=Outcome.PASS)
            assert worst >= (Outcome.WARN if inferred else Outcome.FAIL), f"{where}: {value}"
            tried += 1
    assert tried
