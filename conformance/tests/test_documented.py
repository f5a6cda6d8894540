"""Documented requests are sent as the contract writes them."""

import json
import shutil
from urllib.parse import urlsplit

import pytest

from adcontract import load
from adcontract.requests.serialize import url
from adcontract_conformance.client import sender
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import Request


@pytest.fixture
def contract_with(tmp_path, spec):
    """Make a shop whose operation `listItems` has one more parameter."""

    def make(parameter):
        shutil.copytree(f"{spec}/shop", tmp_path / "shop")
        file = tmp_path / "shop" / "paths" / "items.yaml"
        text = file.read_text()
        file.write_text(text.replace("  parameters:\n", f"  parameters:\n    - {json.dumps(parameter)}\n", 1))
        return load("shop", spec=tmp_path)

    return make


INTEGERS = {"type": "array", "items": {"type": "integer"}}
PAIRS = {"type": "object", "additionalProperties": {"type": "string"}}


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({"schema": {"type": "string"}}, "a/b c&d=e?ü,1"),
        ({"schema": {"type": "string"}}, ""),
        ({"schema": {"type": "integer"}}, -3),
        ({"schema": {"type": "number"}}, 1.5),
        ({"schema": {"type": "boolean"}}, True),
        ({"schema": INTEGERS}, [1, 2]),
        ({"schema": INTEGERS, "explode": False}, [1, 2]),
        ({"schema": PAIRS, "style": "deepObject", "explode": True}, {"a b": "c&d", "e": "f"}),
    ],
)
def test_a_value_is_read_as_it_was_written(contract_with, more, value):
    contract = contract_with({"name": "odd", "in": "query", **more})
    operation = contract.operations[0]
    written = url("http://host/base", operation, {}, {"odd": value})
    reading = CheckedContract(contract).read(operation, Request("GET", written), "http://host/base")
    assert reading.faults == ()
    assert reading.query == {"odd": value}


def test_a_value_of_the_path_may_hold_a_slash(shop):
    operation = next(each for each in shop.operations if each.id == "getItem")
    written = url("http://host/base/", operation, {"item_id": "a/b"}, {})
    assert urlsplit(written).path.endswith("/items/a%2Fb")


def test_an_undocumented_required_value_is_generated_from_its_schema_and_always_the_same(
    command, tmp_path, spec, server_of
):
    shutil.copytree(f"{spec}/shop", tmp_path / "shop")
    for name in ("getItem.parameters.json", "createItem.request.json"):
        (tmp_path / "shop" / "examples" / "v1" / name).unlink()
    logs = []
    for _ in range(2):
        server = server_of(load("shop", spec=tmp_path))
        with server.up() as target:
            result = command(target, "--spec", str(tmp_path), "--groups", "examples")
        assert result.exit_code == 0, result.output
        logs.append([sent.target for sent in server.log])
    assert logs[0] == logs[1]


def test_each_named_example_is_a_request_of_its_own(check):
    done = check("--groups", "examples", "--only", "listItems")
    queries = {sent.query for sent in done.server.log}
    assert queries == {"page=1", "ids%5B%5D=1&ids%5B%5D=2"}


def test_a_renamed_field_in_the_response_to_a_named_example_is_found(check):
    def fault(sent, reply):
        return reply.with_json({"rows": [], "total": 0}) if "ids" in sent.query and reply.status == 200 else reply

    done = check("--groups", "examples", fault=fault)
    assert done.broken == {("examples.body", "listItems", "fail")}
    assert "ids%5B%5D=1" in done.findings[0]["curl"]


def test_the_documented_requests_of_a_run_are_put_together_once(check, monkeypatch):
    made = []
    put_together = sender.documented

    def counted(operation, *others):
        made.append(operation.id)
        return put_together(operation, *others)

    monkeypatch.setattr(sender, "documented", counted)
    check("--groups", "examples,security,behavior,rejection")
    # once to recognize the target, once for all groups
    assert max(map(made.count, made)) <= 2


@pytest.mark.parametrize(("value", "fits"), [("a\tb", True), ("\xfd=\x9a", True), ("a\x15b", False), ("a\x7f", False)])
def test_a_header_with_a_control_character_is_no_http(value, fits):
    assert Request("GET", "http://127.0.0.1/", {"If-Match": value}).is_http is fits
