"""A contract as its readers get it: one self-contained document, the same for all, with the location of its nodes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas import schema_v30

from adcontract import ContractError, UsageError, load, loading, names, spec_folder
from adcontract.assembly import cache
from adcontract.assembly.openapi_form import openapi_schema
from adcontract.cli import main
from adcontract.contract.catalog import DocumentName
from adcontract.files.source import read_yaml
from adcontract.openapi.pointer import walk

READ = Path(__file__).parent / "sound/shop/examples/2025-02-01/getOrder.parameters.json"
OURS = [pytest.param(name, id=str(name)) for name in names(spec_folder())]


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    result = CliRunner().invoke(main, ["bundle", "--out", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.parametrize("name", OURS)
def test_a_bundle_is_accepted_by_openapi_spec_validator(name: DocumentName, bundles: Path) -> None:
    document = json.loads((bundles / f"{name}.json").read_text())
    assert [str(error.message) for error in OpenAPIV30SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("name", OURS)
def test_a_bundle_refers_to_nothing_outside_of_it(name: DocumentName, bundles: Path) -> None:
    document = json.loads((bundles / f"{name}.json").read_text())
    references = [node["$ref"] for _, node in walk(document) if isinstance(node, dict) and "$ref" in node]
    assert references
    assert all(reference.startswith("#/components/") for reference in references)


@pytest.mark.parametrize("name", OURS)
def test_a_bundle_is_the_same_in_yaml_with_no_text_taken_for_a_date(name: DocumentName, bundles: Path) -> None:
    as_yaml = yaml.safe_load((bundles / f"{name}.yaml").read_text())
    assert as_yaml == json.loads((bundles / f"{name}.json").read_text())


def test_every_caller_gets_a_copy_of_its_own(spec: Path) -> None:
    shop = load("shop", spec=spec)
    one, two = shop.copy(), shop.copy()
    one["paths"].clear()
    assert two["paths"]
    assert shop.document["paths"]
    assert load("shop", spec=spec).document["paths"]


def test_what_stands_in_the_document_is_found_in_its_file(spec: Path) -> None:
    shop = load("shop", spec=spec)
    for pointer, location in {
        "/info/version": "openapi.yaml:5:3",
        "/paths/~1orders/get/parameters/1/schema/minimum": "paths/orders.yaml:19:9",
        "/components/schemas/Order/properties/status": "components/schemas/Order.yaml:5:3",
        "/paths/~1orders/post/responses/201/content/application~1json/examples/default/value/id": (
            "examples/2025-02-01/createOrder.201.json:1:1"
        ),
        "/paths/~1orders~1{order_id}/get/parameters/0/schema": "components/parameters/OrderId.yaml:5:1",
    }.items():
        where = shop.where(pointer)
        assert f"{where.file.relative_to(spec / 'shop')}:{where.line}:{where.column}" == location


def test_a_payload_becomes_the_example_that_its_file_name_says(spec: Path) -> None:
    examples = spec / "shop/examples/2025-02-01"
    (examples / "listOrders.200.paid.json").write_text('{"data": []}')
    (examples / "listOrders.parameters.paid.json").write_text('{"query": {"status": "paid"}}')
    listing, create, *_ = load("shop", spec=spec).operations
    answer = {example.name: example for example in listing.responses["200"].media[0].examples}
    assert answer["paid"].value == {"data": []}
    assert answer["paid"].request == {"query": {"status": "paid"}}
    assert answer["default"].request is None
    assert {p.name: [example.value for example in p.examples] for p in listing.parameters} == {
        "status": ["", "paid"],
        "page": [2],
    }
    assert [example.value for example in create.body[0].examples] == [{"amount": 2}]


def test_a_parameter_of_a_path_has_values_of_its_own_in_each_operation(spec: Path) -> None:
    path = spec / "shop/paths/orders_order_id.yaml"
    component = spec / "shop/components/parameters/OrderId.yaml"
    inline = component.read_text().replace("\n", "\n    ").rstrip()
    path.write_text(path.read_text().replace("$ref: ../components/parameters/OrderId.yaml", inline))
    component.unlink()
    (spec / "shop/examples/2025-02-01/cancelOrder.parameters.json").write_text('{"path": {"order_id": 9}}')
    values = {
        operation.id: [example.value for parameter in operation.parameters for example in parameter.examples]
        for operation in load("shop", spec=spec).operations[2:]
    }
    assert values == {"getOrder": list(json.loads(READ.read_text())["path"].values()), "cancelOrder": [9]}


def test_an_operation_can_show_the_payloads_of_another(spec: Path) -> None:
    path = spec / "shop/paths/orders_order_id.yaml"
    path.write_text(path.read_text().replace("delete:\n", "put:\n" + PUT + "delete:\n"))
    put = next(operation for operation in load("shop", spec=spec).operations if operation.method == "PUT")
    assert put.responses["200"].media[0].examples[0].value["status"] == "open"
    assert put.inferred == "What can be got can be changed."


PUT = """\
  operationId: changeOrder
  responses:
    '200':
      description: The order.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/Order.yaml
  x-payloads: getOrder
  x-inferred: What can be got can be changed.
"""


PATCH = """

patch:
  operationId: patchOrder
  requestBody:
    content:
      application/merge-patch+json:
        schema: {type: object}
      application/json-patch+json:
        schema: {type: array, items: {type: object}}
        examples:
          tested:
            summary: A change with a test.
  responses:
    '204':
      description: It is changed.
  x-inferred: What can be got can be changed.
"""


def test_a_payload_belongs_to_the_media_type_that_names_it(spec: Path) -> None:
    path = spec / "shop/paths/orders_order_id.yaml"
    path.write_text(path.read_text() + PATCH)
    payloads = {"patchOrder.request.json": '{"note": null}', "patchOrder.request.tested.json": '[{"op": "test"}]'}
    for name, text in payloads.items():
        (spec / "shop/examples/2025-02-01" / name).write_text(text)
    patch = next(operation for operation in load("shop", spec=spec).operations if operation.method == "PATCH")
    shown = {media.essence: {each.name: each.value for each in media.examples} for media in patch.body}
    assert shown == {
        "application/merge-patch+json": {"default": {"note": None}},
        "application/json-patch+json": {"tested": [{"op": "test"}]},
    }


def test_a_contract_is_assembled_once_and_again_after_a_change(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_folder", lambda: spec.parent / "cache")
    assembled = []
    real = loading.assemble
    monkeypatch.setattr(loading, "assemble", lambda *given, **more: assembled.append(given) or real(*given, **more))
    load("shop", spec=spec)
    load("shop", spec=spec)
    assert len(assembled) == 1
    root = spec / "shop/openapi.yaml"
    root.write_text(root.read_text().replace("title: Shop", "title: Market"))
    assert load("shop", spec=spec).document["info"]["title"] == "Market"
    assert len(assembled) == 2


def test_a_cache_that_cannot_be_written_is_no_error(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(cache, "_folder", lambda: tmp_path / "file" / "cache")
    assert load("shop", spec=spec).operations


def test_the_cache_keeps_the_latest_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_folder", lambda: tmp_path)
    for number in range(30):
        cache.write(f"key-{number}", b"{}", b"{}")
    assert len(list(tmp_path.iterdir())) <= 40
    assert cache.read("key-29") == (b"{}", b"{}")


def test_a_broken_contract_is_refused_with_every_finding(spec: Path) -> None:
    (spec / "shop/components/schemas/Order.yaml").write_text("type: objet\nproperties: []\n")
    with pytest.raises(ContractError) as caught:
        load("shop", spec=spec)
    assert [line.rpartition("Order.yaml")[2].split(" ")[1] for line in caught.value.lines()] == ["openapi-form:"] * 2


@pytest.mark.parametrize(
    "arguments", [["bundle", "--api", "shpo"], ["bundle", "--snapshot", "1"], ["lint", "--api", "x"]]
)
def test_a_command_tells_a_users_error_in_a_line_with_status_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "Known: " in result.stderr


def test_a_folder_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no contract here"):
        load("shop", spec=tmp_path)


def test_the_schema_of_openapi_is_the_one_of_the_validator() -> None:
    assert openapi_schema() == dict(schema_v30)
    assert openapi_schema()["properties"]["openapi"]


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("a: 1\n")
    assert read_yaml(file) is read_yaml(file)
    file.write_text("b:\n  c: 2\n")
    changed = read_yaml(file)
    assert (changed.data, changed.where("/b/c").line) == ({"b": {"c": 2}}, 2)
