"""Faults as hands make them, one at a time: `adcontract lint` leads to the line and column to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from adcontract.lint.run import lint

PLANTED: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("planted_faults.yaml").read_text())


@pytest.mark.parametrize("topic", PLANTED)
def test_a_fault_is_reported_at_the_place_to_change_and_nowhere_else(topic: str, spec: Path) -> None:
    missed = []
    for fault in PLANTED[topic]:
        file = spec / "shop" / fault["in"]
        sound = file.read_bytes()
        assert sound.count(fault["old"].encode()) == 1, fault
        file.write_bytes(sound.replace(fault["old"].encode(), fault["new"].encode()))
        found = [
            f"{each.where.file.relative_to(spec / 'shop')}:{each.where.line}:{each.where.column} {each.rule}"
            for each in lint(spec, "shop").findings
        ]
        file.write_bytes(sound)
        if sorted(found) != sorted(fault["found"]):
            missed.append((fault["in"], fault["new"], fault["found"], found))
    assert not missed


def test_there_are_more_than_sixty_of_them() -> None:
    assert sum(map(len, PLANTED.values())) > 60
