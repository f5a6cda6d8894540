"""A fault is planted where a client could see it, and nowhere else."""

from __future__ import annotations

import re
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from orchard_tour import TOKEN
from planting import SPEC

from adcontract import load
from adcontract_mock.faults.plant import places
from adcontract_mock.faults.registry import KINDS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "where", "not_at"),
    [
        ("order-as-text", {"listTrees:rings"}, "listTrees:name"),
        ("order-unstable", {"listTrees:", "listHarvests:"}, "listFruits:"),  # it has one page
        ("last-item-missing", {"listTrees:", "listFruits:"}, "listHarvests:"),  # nothing else is known of a harvest
        ("first-item-missing", {"listTrees:"}, "listFruits:"),  # nothing else shows that it lacks a fruit
        ("filter-with-case", {"listTrees:query"}, "listTrees:kind"),
        ("bound-included", {"listTrees:over_rings"}, "listTrees:min_rings"),
        ("last-key-decides", {"listTrees:"}, "listSeasons:"),
        ("words-in-a-row", {"listTrees:words"}, "listTrees:query"),
        ("filter-partial", {"listTrees:kind"}, "listTrees:not_kind"),
        ("first-value-only", {"listTrees:kinds[]"}, "listTrees:kind"),
        ("too-many-parameter-accepted", {"getReport:ids[]"}, "getReport:years[]"),  # no URL is so long
        ("type-parameter-accepted", {"getReport:ids[]"}, "listTrees:kinds[]"),  # in a query all is text
        ("below-minimum-body-accepted", {"createTree:height"}, "createTree:score"),
        ("listed-otherwise", {"listTrees:"}, "listFruits:"),  # nothing changes a fruit
        ("number-rounded", {"createTree:"}, "updateTree:"),
        ("fails-on-far-page", {"listTrees:"}, "listSeasons:"),  # a cursor has no number
    ],
)
def test_a_fault_is_planted_only_where_a_client_could_see_it(kind: str, where: set[str], not_at: str) -> None:
    found = {
        f"{each.operation.id}:{each.part or ''}" for each in places(KINDS[kind], load("orchard", spec=SPEC), TOKEN)
    }
    assert where <= found
    assert not_at not in found


@pytest.mark.parametrize(
    ("kind", "where", "undeclared"),
    [
        ("not-deleted", "deleteTree", {"trees.yaml": "create"}),  # a client deletes only what it has created
        ("deleted-still-read", "getTree", {"trees.yaml": "create"}),
        (
            "update-ignored",
            "updateTree",
            {"trees.yaml": "list", "trees_tree_id.yaml": "read", "trees_tree_id_tags.yaml": "add"},
        ),
        (
            "not-stored",
            "createFruit",
            {"trees_tree_id_fruits.yaml": "list", "trees_tree_id_fruits_fruit_id.yaml": "read"},
        ),
    ],
)
def test_a_fault_is_not_planted_where_other_operations_do_not_show_it(
    kind: str, where: str, undeclared: dict[str, str], tmp_path: Path
) -> None:
    copytree(SPEC, tmp_path / "spec")
    assert where in {each.operation.id for each in places(KINDS[kind], load("orchard", spec=SPEC), TOKEN)}
    for name, action in undeclared.items():
        path = tmp_path / "spec" / "orchard" / "paths" / name
        text, count = re.subn(rf"  x-resource:\s+\{{name: \w+, action: {action},.*\n", "", path.read_text())
        assert count == 1
        path.write_text(text)
    contract = load("orchard", spec=tmp_path / "spec")
    assert where not in {each.operation.id for each in places(KINDS[kind], contract, TOKEN)}


@pytest.mark.parametrize("kind", ["listed-late", "list-from-cache"])
def test_a_list_of_one_parent_has_no_new_item_where_none_is_created_for_a_parent(kind: str, tmp_path: Path) -> None:
    assert "listFruits" in {
        each.operation.id for each in places(KINDS["listed-late"], load("orchard", spec=SPEC), TOKEN)
    }
    copytree(SPEC, tmp_path / "spec")
    path = tmp_path / "spec" / "orchard" / "paths" / "trees_tree_id_fruits.yaml"
    lister, create = path.read_text().split("action: create")
    path.write_text(f"{lister}action: create{re.sub(r'parent: .*field: /tree_id}, ', '', create)}")
    contract = load("orchard", spec=tmp_path / "spec")
    assert "listFruits" not in {each.operation.id for each in places(KINDS[kind], contract, TOKEN)}
