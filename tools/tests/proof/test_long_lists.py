"""Lists whose pages are long, and no request can ask for shorter ones: the mock has more items where they are tried."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract_mock.serve.in_thread import running
from adcontract_proof.fault import Fault
from adcontract_proof.trial import Trials

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["pages-overlap", "order-unstable"])
def test_a_fault_between_pages_of_a_hundred_items_is_caught(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Trials(generated=1, pages=20).of(Fault("affiliate-com", "v1", kind, "lists", "listProductLists"))
    assert found.is_caught, found


def test_a_list_with_one_page_that_cannot_be_shorter_is_not_tried_for_pages_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with running(api="affiliate-com", stateful=True, seed_items=30) as mock:
        options = ("--api", "affiliate-com", "--for", "own", "--groups", "behavior", "--only", "listProductLists")
        result = CliRunner().invoke(main, ["check", mock.url, *options, "--json", "report.json"])
    assert result.exit_code == 0, result.output
    (api,) = json.loads((tmp_path / "report.json").read_text())["apis"]
    (walk,) = [each for each in api["results"] if each["check"] == "behavior.page-walk"]
    assert walk["outcome"] == "skipped"
    assert walk["reason"].endswith("items are on one page, and no request can ask for a smaller one")
