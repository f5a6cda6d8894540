"""`adcontract new` and `adcontract add`: a contract that is written by hand is sound from its first minute on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adcontract.cli import main
from adcontract.contract.catalog import names, spec_folder
from adcontract.files.file_names import path_stem, path_stems
from adcontract.lint.run import lint
from adcontract.loading import load_named


def run(spec: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(main, [*arguments, "--spec", str(spec)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def test_operations_are_added_to_a_new_contract_without_a_finding(tmp_path: Path) -> None:
    spec = tmp_path / "spec"
    assert run(spec, "new", "orders").exit_code == 0
    assert lint(spec).findings == []
    (spec / "orders/openapi.yaml").write_text("# mine\n" + (spec / "orders/openapi.yaml").read_text())
    added = ["GET /orders", "POST /orders", "get /orders/{id}", "DELETE /orders/{id}", "POST /orders/{id}/pause"]
    for each in [*added, "GET /", "GET /a:b", "GET /" + "x" * 300]:
        assert run(spec, "add", *each.split(), "--api", "orders").exit_code == 0
        assert lint(spec).findings == []
    (name,) = names(spec, "orders")
    operations = load_named(name, spec).operations
    expected = ["listOrders", "createOrder", "getOrder", "deleteOrder", "pauseOrder", "listRoot", "listAB"]
    assert sorted(each.id for each in operations if len(each.path) < 300) == sorted(expected)
    assert {each.id: [p.name for p in each.parameters] for each in operations}["pauseOrder"] == ["id"]
    root = (spec / "orders/openapi.yaml").read_text()
    assert root.startswith("# mine\nopenapi: 3.0.3\n")
    assert "\n  /orders/{id}/pause:\n    $ref: paths/orders_id_pause.yaml\n  /:\n    $ref: paths/root.yaml\n" in root


def test_the_command_that_checks_a_new_contract_is_named_with_its_folder(tmp_path: Path) -> None:
    spec = tmp_path / "my contracts"
    begun, added = run(spec, "new", "orders"), run(spec, "add", "GET", "/orders", "--api", "orders")
    assert f"adcontract lint --spec '{spec}'" in begun.output
    assert added.output.endswith(f"\nThen check it: adcontract lint --spec '{spec}'\n")


def test_the_statuses_of_a_new_operation_ascend(tmp_path: Path) -> None:
    shutil.copytree(spec_folder() / "topsort", tmp_path / "spec/topsort")
    done = run(tmp_path / "spec", "add", "POST", "/v1/campaigns/{id}/stop", "--api", "topsort")
    assert done.exit_code == 0, done.output
    assert lint(tmp_path / "spec").findings == []
    *_, operation = load_named(names(tmp_path / "spec")[0], tmp_path / "spec").operations
    assert (operation.id, list(operation.responses)) == ("stopCampaign", ["200", "400", "401", "404", "422"])


def test_an_operation_gets_the_errors_and_the_tag_of_its_contract(spec: Path) -> None:
    before = {file: file.read_bytes() for file in spec.rglob("*.*")}
    done = run(spec, "add", "PUT", "/v1/orders/{order_id}", "--api", "shop")
    assert done.exit_code == 0, done.output
    changed = {file for file in before if file.read_bytes() != before[file]}
    assert {file.name for file in changed} <= {"openapi.yaml", "v1_orders_order_id.yaml"}
    newest = names(spec, "shop")[0].snapshot
    with (spec / f"shop/changes/{newest}.operations.txt").open("a") as listed:
        listed.write("PUT /v1/orders/{order_id}\n")  # as the page has it
    assert lint(spec, "shop", newest).findings == []
    operation = next(each for each in load_named(names(spec, "shop")[0], spec).operations if each.id == "replaceOrder")
    assert list(operation.responses) == ["200", "401", "404", "422"]


BAD = {
    ("new", "Orders"): "spec/orders: the name differs from Orders in capitals only. Choose another name.",
    ("new", "orders"): "spec/orders: this exists and is not empty. Choose another name, or delete it.",
    ("new", "a/b"): "a/b: this cannot be the name of an API: it may have letters, digits",
    ("new", ".."): "..: this cannot be the name of an API",
    ("new", "nul"): "nul: this cannot be the name of an API: it is reserved on Windows. Name it like orders-api.",
    ("new", "x" * 200): "this cannot be the name of an API: it is longer than 150 characters",
    ("add", "FETCH", "/x", "--api", "orders"): "fetch: this is not a method of OpenAPI.",
    ("add", "GET", "x", "--api", "orders"): "x: this cannot be the path of an operation: it begins with a slash",
    ("add", "GET", "/a/../b", "--api", "orders"): "no client sends . or .. as a part of a path",
    ("add", "GET", "/a//b", "--api", "orders"): "/a//b: this cannot be the path of an operation",
    ("add", "GET", "/{a}/{a}", "--api", "orders"): "it has two parameters of one name",
    ("add", "GET", "/_mock/x", "--api", "orders"): "/_mock has the pages of the mock itself",
    ("add", "GET", "/orders", "--api", "order"): "There is no API order. Did you mean orders? Known: orders.",
    ("add", "GET", "/orders", "--api", "orders"): "spec/orders/paths/orders.yaml:1:1: path-twice: GET /orders exists.",
    ("add", "GET", "/orders/{x}", "--api", "orders"): ": same-path: /orders/{x} is the same path as /orders/{id}.",
    ("add", "GET", "/v2/orders", "--api", "orders"): ": operation-id-unique: GET /orders already is listOrders",
}


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("orders")
    for arguments in (("new", "orders"), ("add", "GET", "/orders", "--api", "orders")):
        assert run(folder / "spec", *arguments).exit_code == 0
    assert run(folder / "spec", "add", "GET", "/orders/{id}", "--api", "orders").exit_code == 0
    return folder


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_what_cannot_be_written_is_refused_in_one_line(
    arguments: tuple[str, ...], orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(orders)
    before = {file: file.read_bytes() for file in orders.rglob("*.*") if file.is_file()}
    done = run(Path("spec"), *arguments)
    (line,) = done.output.splitlines()
    assert done.exit_code == 2
    assert line.startswith("Error: ")
    assert BAD[arguments] in line
    assert {file: file.read_bytes() for file in orders.rglob("*.*") if file.is_file()} == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "spec").write_text("")
    assert "spec: this is a file. Name the folder" in run(tmp_path / "spec", "new", "orders").output
    assert "this cannot be written: Not a directory" in run(tmp_path / "spec" / "x", "new", "orders").output


def test_names_of_files_are_possible_everywhere() -> None:
    assert path_stem("/v2/offers/{offer_id}/targets") == "v2_offers_offer_id_targets"
    assert (path_stem("/"), path_stem("/a:b"), path_stem("/con")) == ("root", "a-b", "con-path")
    assert len(path_stem("/" + "é" * 400).encode()) <= 150
    stems = path_stems(["/users/{id}", "/users/id", "/Users/id"])
    assert list(stems.values()) == ["users_id", "users_id-2", "Users_id-3"]
