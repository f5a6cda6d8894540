"""`adcontract diff` between the snapshots of an API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Run

Snapshots = Callable[..., list[dict[str, Any]]]

SPEC = Path(__file__).parent / "spec"
"""An API with three snapshots: in the second one thing is gone and one is wider, in the third three are new."""


@pytest.fixture
def snapshots(run: Run) -> Snapshots:
    """A function that returns each change between two snapshots, as JSON."""

    def changes(*operands: str) -> list[dict[str, Any]]:
        result = run(*operands, "--spec", SPEC, "--format", "json")
        assert result.exit_code == 0, result.output
        found: list[dict[str, Any]] = json.loads(result.stdout)["changes"]
        return found

    return changes


def test_a_change_between_snapshots_has_the_sentence_of_the_overlay(snapshots: Snapshots) -> None:
    assert [(change["rule"], change["overlay"]) for change in snapshots("shop@2025-02-01", "shop@2025-03-01")] == [
        ("endpoint-added", "2025-03-01 lets things be created."),
        ("new-optional-request-parameter", "2025-03-01 lets a list be filtered by color."),
        ("new-optional-request-parameter", "2025-03-01 lets a list be filtered by name."),
        ("response-optional-property-added", "2025-03-01 gives each thing a color."),
    ]


def test_a_sentence_is_that_of_the_snapshots_between_the_two_alone(snapshots: Snapshots) -> None:
    found = snapshots("shop@2025-01-01", "shop@2025-02-01")
    assert [(change["rule"], change["overlay"]) for change in found] == [
        ("api-removed-without-deprecation", "2025-02-01 no longer lets things be removed."),
        ("request-parameter-max-increased", "2025-02-01 allows pages of 100."),
    ]


def test_a_change_over_several_snapshots_has_the_sentences_of_them_all(snapshots: Snapshots) -> None:
    sentences = {change["overlay"] for change in snapshots("shop@2025-01-01", "shop")}
    assert {"2025-02-01 allows pages of 100.", "2025-03-01 lets a list be filtered by color."} <= sentences


def test_a_comparison_backwards_swaps_what_is_new_and_what_is_gone(snapshots: Snapshots) -> None:
    rules = [change["rule"] for change in snapshots("shop", "shop@2025-01-01")]
    assert rules[:2] == ["endpoint-added", "api-removed-without-deprecation"]
    assert "request-parameter-max-decreased" in rules


def test_a_place_in_the_sources_is_that_of_the_file_or_of_the_overlay(snapshots: Snapshots) -> None:
    (_, limit) = snapshots("shop@2025-01-01", "shop@2025-02-01")
    assert limit["before"]["file"].endswith("shop/changes/2025-02-01.overlay.yaml")
    assert limit["after"]["file"].endswith("shop/paths/things.yaml")
    lines = (SPEC / "shop/paths/things.yaml").read_text().splitlines()
    assert lines[limit["after"]["line"] - 1].strip() == "maximum: 100"


def test_an_operand_without_a_date_is_the_newest_snapshot(run: Run, snapshots: Snapshots, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    bundled = run("--spec", SPEC, "--snapshot", "2025-02-01", "--out", tmp_path, command="bundle")
    assert bundled.exit_code == 0
    (tmp_path / "shop-2025-02-01.json").rename(file)
    own = json.loads(run(file, "shop", "--spec", SPEC, "--format", "json").stdout)
    assert own["after"] == "shop@2025-03-01"
    dated = [(change["rule"], change["message"]) for change in snapshots("shop@2025-02-01", "shop")]
    assert [(change["rule"], change["message"]) for change in own["changes"]] == dated


@pytest.mark.parametrize(
    ("old", "new", "added", "removed"),
    [
        (
            "metapic@2024-10-17",
            "metapic@2025-04-03",
            26,
            ["PUT /v2/offers/{offer_id}/pause", "PUT /v2/offers/{offer_id}/unpause", "GET /v2/tags/{id}"],
        ),
        ("metapic@2025-04-03", "metapic@2025-08-08", 5, []),
    ],
)
def test_the_snapshots_of_a_vendor_differ_as_its_pages_do(
    run: Run, old: str, new: str, added: int, removed: list[str]
) -> None:
    found = json.loads(run(old, new, "--format", "json").stdout)
    assert found["counts"]["added"] == added
    gone = [each for each in found["changes"] if each["rule"].startswith("api-removed")]
    assert [each["operations"][0]["operation"] for each in gone] == removed
    rules = {each["rule"] for each in found["changes"]}
    assert rules > {"new-optional-request-parameter", "response-optional-property-added"}
    assert all(each["overlay"] for each in found["changes"] if each["rule"] == "endpoint-added")
