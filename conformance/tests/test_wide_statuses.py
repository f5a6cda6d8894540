"""A response `4XX` or `default` is for every status without a response of its own, which has to be as it declares."""

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


@pytest.fixture
def broken(tmp_path: Path, command: Callable[..., Any], server_of: Any) -> Callable[..., set[tuple[str, str]]]:
    """Hold a shop to its contract with another status for the refusals of listItems, and give what was found there."""

    def found(declared: str, status: int, body: Any = None) -> set[tuple[str, str]]:
        shutil.copytree(SPEC, tmp_path / "spec")
        file = tmp_path / "spec/shop/paths/items.yaml"
        file.write_text(file.read_text().replace("    '422':", f"    {declared}:", 1))

        def other(sent: Any, reply: Any) -> Any:
            if sent.operation is None or sent.operation.id != "listItems" or reply.status != 422:
                return reply
            reply = replace(reply, status=status)
            return reply.with_json(body) if body else reply

        server, report = server_of(load("shop", spec=tmp_path / "spec"), other), tmp_path / "report.json"
        with server.up() as url:
            command(
                url,
                "--spec",
                str(tmp_path / "spec"),
                "--json",
                str(report),
                "--groups",
                "rejection",
                "--only",
                "listItems",
                "--generated",
                "2",
            )
        findings = [finding for api in json.loads(report.read_text())["apis"] for finding in api["findings"]]
        return {(each["check"], each["operation"]) for each in findings}

    return found


@pytest.mark.parametrize(("declared", "status"), [("4XX", 409), ("default", 409)])
def test_a_status_that_has_no_response_of_its_own_is_in_the_contract(
    broken: Callable[..., set[tuple[str, str]]], declared: str, status: int
) -> None:
    assert broken(declared, status) == set()


def test_another_kind_of_status_is_not(broken: Callable[..., set[tuple[str, str]]]) -> None:
    assert ("rejection.answer", "listItems") in broken("5XX", 409)


def test_its_body_has_to_be_as_declared(broken: Callable[..., set[tuple[str, str]]]) -> None:
    assert ("rejection.answer", "listItems") in broken("default", 409, {"other": "form"})
