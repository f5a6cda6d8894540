"""What `adcontract lint` says of operations that name no item: there may be only one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.lint.run import lint

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_whole_api_has_one_of_needs_no_key(spec: Path) -> None:
    path = spec / "shop/paths/orders.yaml"
    lister, create = path.read_text().split("post:")
    kept = lister.partition("  x-pagination:")[0]
    path.write_text(f"{kept}  x-resource: {{name: summary, action: read}}\n  x-source: List orders\n\npost:{create}")
    assert lint(spec).findings == []


def test_an_item_whose_path_names_it_needs_one(spec: Path) -> None:
    path = spec / "shop/paths/orders_order_id.yaml"
    path.write_text(path.read_text().replace("action: read, key: {path: order_id}, id: /id}", "action: read}", 1))
    (found,) = [each for each in lint(spec).findings if each.where.file == path]
    assert (found.rule, found.message) == ("resource-complete", "The action read lacks key.")
