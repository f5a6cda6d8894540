"""What servers showed beyond a snapshot: overlays in `seen/`, each of which adds to the document of one snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from adcontract import ContractError, load
from adcontract.lint.run import lint

SEEN = """overlay: 1.0.0
info: {title: What a server showed, version: '2026-11-26'}
extends: ../openapi.yaml
actions:
  - target: $.components.schemas.Order.properties
    description: 2026-11-26 a server showed `gift`.
    update:
      gift:
        type: boolean
        x-inferred: It is true in every response.
        x-source: seen on 2026-11-26
"""


LATER = """overlay: 1.0.0
info: {title: What a server showed, version: '2026-12-01'}
extends: ../openapi.yaml
actions:
  - target: $.components.schemas.Order.properties.gift
    description: 2026-12-01 a server showed null.
    update: {nullable: true, x-source: seen on 2026-12-01}
"""


def write(spec: Path, name: str, text: str = SEEN) -> Path:
    file = spec / "shop/seen" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize("snapshot", ["2025-01-01", "2025-02-01"])
def test_the_document_of_the_named_snapshot_alone_has_it_and_is_sound(spec: Path, snapshot: str) -> None:
    file = write(spec, f"{snapshot}.2026-11-26.overlay.yaml")
    assert lint(spec).findings == []
    for each in ("2025-01-01", "2025-02-01"):
        contract = load("shop", each, spec=spec)
        assert ("gift" in contract.document["components"]["schemas"]["Order"]["properties"]) is (each == snapshot)
    found = load("shop", snapshot, spec=spec)
    assert found.where("/components/schemas/Order/properties/gift").file == file
    assert all(change.snapshot != "2026-11-26" for change in found.changes)


def test_a_second_one_builds_on_the_first(spec: Path) -> None:
    write(spec, "2025-02-01.2026-11-26.overlay.yaml")
    write(spec, "2025-02-01.2026-12-01.overlay.yaml", LATER)
    gift = load("shop", spec=spec).document["components"]["schemas"]["Order"]["properties"]["gift"]
    assert (gift["type"], gift["nullable"], gift["x-source"]) == ("boolean", True, "seen on 2026-12-01")


@pytest.mark.parametrize(
    "name", ["2025-03-01.2026-11-26.overlay.yaml", "2025-02-01.overlay.yaml", "gift.2025-02-01.yaml"]
)
def test_a_file_that_names_no_snapshot_or_no_date_is_a_finding(spec: Path, name: str) -> None:
    file = write(spec, name)
    (finding,) = lint(spec).findings
    assert (finding.where.file, finding.rule) == (file, "unreferenced")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("description: 2026-11-26", "description: On Monday", "overlay-form"),
        ("schemas.Order", "schemas.Ordre", "overlay-target"),
    ],
)
def test_it_is_read_as_strictly_as_the_overlays_of_a_date(spec: Path, before: str, after: str, rule: str) -> None:
    write(spec, "2025-02-01.2026-11-26.overlay.yaml", SEEN.replace(before, after))
    with pytest.raises(ContractError) as caught:
        load("shop", spec=spec)
    assert {finding.rule for finding in caught.value.findings} == {rule}
