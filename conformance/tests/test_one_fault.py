"""A faulty request has its fault in one place, so that the refusal of a path hides no other one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import load

if TYPE_CHECKING:
    from collections.abc import Callable

SPEC = Path(__file__).parent / "spec"
PAGE = """  parameters:
    - {name: page, in: query, description: The page of the reviews., schema: {type: integer, minimum: 1}}
"""


@pytest.fixture
def run(tmp_path: Path, command: Callable[..., Any], server_of: Any) -> Callable[..., Any]:
    """Hold a shop to its contract, whose getItem has a parameter in the query, and give findings and log."""

    def done(refusal: int) -> Any:
        spec, report = tmp_path / "spec", tmp_path / "report.json"
        shutil.copytree(SPEC, spec)
        file = spec / "shop/paths/items_item_id.yaml"
        file.write_text(file.read_text().replace("  operationId: getItem\n", f"  operationId: getItem\n{PAGE}", 1))

        def fault(sent: Any, reply: Any) -> Any:
            if sent.values is None or not sent.values.faults or sent.operation.id != "getItem":
                return reply
            in_path = any(each.location == "path" for each in sent.values.faults)
            return server.error("unknown-path", sent.operation) if in_path else replace(reply, status=refusal)

        server = server_of(load("shop", spec=spec), fault)
        with server.up() as url:
            options = ("--groups", "rejection", "--only", "getItem", "--generated", "2")
            command(url, "--spec", str(spec), "--json", str(report), *options)
        findings = [each for api in json.loads(report.read_text())["apis"] for each in api["findings"]]
        return {(each["check"], each["operation"]) for each in findings}, server.log

    return done


def test_a_faulty_parameter_is_sent_with_a_path_that_leads_to_an_item(run: Callable[..., Any]) -> None:
    found, _ = run(418)
    assert ("rejection.answer", "getItem") in found


def test_a_server_that_refuses_the_path_before_the_query_is_clean(run: Callable[..., Any]) -> None:
    found, log = run(422)
    assert found == set()
    places = [{fault.location for fault in each.values.faults} for each in log if each.values is not None]
    assert {"path"} in places
    assert {"query"} in places


def test_a_method_that_the_contract_does_not_have_is_not_tried_on_a_documented_item(run: Callable[..., Any]) -> None:
    _, log = run(422)
    others = [each.path for each in log if each.path.startswith("/items/") and each.operation is None]
    assert others
    assert "/items/7" not in others
