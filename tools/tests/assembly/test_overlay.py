"""Older snapshots: the newest document with every later change undone, strictly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adcontract import ContractError, UsageError, load
from adcontract.assembly import json_path

ROOT = """\
openapi: 3.0.3

info:
  title: Shop
  version: '2025-02-01'

paths:
  /things:
    $ref: paths/things.yaml
  /things/{id}:
    $ref: paths/things_id.yaml
"""

THINGS = """\
get:
  operationId: listThings
  parameters:
    - name: size
      in: query
      schema:
        type: integer
        maximum: 100
    - name: order
      in: query
      schema:
        type: string
        enum: [up, down, random]
  responses:
    '200':
      description: The things.
      content:
        application/json:
          schema:
            type: array
            items:
              $ref: ../components/schemas/Thing.yaml
"""

THING = """\
parameters:
  - name: id
    in: path
    required: true
    schema:
      type: integer
get:
  operationId: getThing
  responses:
    '200':
      description: The thing.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/Thing.yaml
"""

SCHEMA = """\
type: object
properties:
  id:
    type: integer
  colour:
    type: string
required: [id, colour]
"""

OVERLAY = """\
overlay: 1.0.0

info:
  title: What 2025-02-01 changed, undone
  version: 2025.02.01

extends: ../openapi.yaml

actions:
  - target: $.info
    description: 2025-02-01 is a new edition of the page.
    update:
      version: '2025-01-01'
  - target: $.paths['/things/{id}'].get
    description: 2025-02-01 added the reading of one thing, where there was only its removal.
    remove: true
  - target: $.paths['/things/{id}']
    description: 2025-02-01 dropped the removal of a thing.
    update:
      delete:
        operationId: deleteThing
        responses:
          '204':
            description: It is gone.
  - target: $.paths['/things'].get.parameters[?@.name=='size']
    description: 2025-02-01 added the page size.
    remove: true
  - target: $.components.schemas.Thing
    description: 2025-02-01 added the weight.
    update:
      properties:
        weight:
          $ref: ../components/schemas/Weight.yaml
"""

LISTS = {"2025-02-01": "GET /things\nGET /things/{thing}\n", "2025-01-01": "GET /things\nDELETE /things/{id}\n"}


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {
        "openapi.yaml": ROOT,
        "paths/things.yaml": THINGS,
        "paths/things_id.yaml": THING,
        "components/schemas/Thing.yaml": SCHEMA,
        "components/schemas/Weight.yaml": "type: number\n",
        "changes/2025-02-01.overlay.yaml": OVERLAY,
        "examples/2025-02-01/getThing.200.json": '{"id": 1, "colour": "red"}',
        "examples/2025-01-01/listThings.200.json": '[{"id": 1, "colour": "red", "weight": 2.5}]',
        **{f"changes/{date}.operations.txt": text for date, text in LISTS.items()},
    }
    for name, text in files.items():
        file = tmp_path / "spec" / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "spec"


def edit(spec: Path, name: str, old: str, new: str) -> None:
    file = spec / "shop" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def only_finding(spec: Path, snapshot: str = "2025-01-01") -> str:
    with pytest.raises(ContractError) as caught:
        load("shop", snapshot, spec=spec)
    (finding,) = caught.value.findings
    return str(finding)


def test_the_newest_document_is_untouched_by_overlays(spec: Path) -> None:
    contract = load("shop", spec=spec)
    assert contract.name.snapshot == "2025-02-01"
    assert [operation.id for operation in contract.operations] == ["listThings", "getThing"]
    assert contract.changes == ()


def test_an_older_document_has_every_later_change_undone(spec: Path) -> None:
    contract = load("shop", "2025-01-01", spec=spec)
    assert [operation.id for operation in contract.operations] == ["listThings", "deleteThing"]
    assert [parameter.name for parameter in contract.operations[0].parameters] == ["order"]
    assert [parameter.name for parameter in contract.operations[1].parameters] == ["id"]
    assert list(contract.document["components"]["schemas"]["Thing"]["properties"]) == ["id", "colour", "weight"]
    assert contract.document["components"]["schemas"]["Weight"] == {"type": "number"}


def test_an_older_document_has_the_payloads_of_its_own_date(spec: Path) -> None:
    (media,) = load("shop", "2025-01-01", spec=spec).operations[0].responses["200"].media
    assert media.examples[0].value == [{"id": 1, "colour": "red", "weight": 2.5}]


def test_every_change_keeps_its_sentence_and_its_place(spec: Path) -> None:
    changes = load("shop", "2025-01-01", spec=spec).changes
    assert [[pointer for pointer, _ in change.touched] for change in changes] == [
        ["/info/version", "/info/version"],
        ["/paths/~1things~1{id}/get"],
        ["/paths/~1things~1{id}/delete"],
        ["/paths/~1things/get/parameters/0"],
        ["/components/schemas/Thing/properties/weight"],
    ]
    assert changes[3].sentence == "2025-02-01 added the page size."
    assert str(changes[3].where).endswith("changes/2025-02-01.overlay.yaml:25:5")
    locations = [str(location) for change in changes for _, location in change.touched]
    assert [location.partition("shop/")[2] for location in locations[:4]] == [
        "openapi.yaml:5:3",
        "changes/2025-02-01.overlay.yaml:13:7",
        "paths/things_id.yaml:7:1",
        "changes/2025-02-01.overlay.yaml:20:7",
    ]


def test_what_an_overlay_adds_is_found_in_the_overlay(spec: Path) -> None:
    contract = load("shop", "2025-01-01", spec=spec)
    assert str(contract.where("/paths/~1things~1{id}/delete/responses/204")).endswith("2025-02-01.overlay.yaml:23:11")
    assert str(contract.where("/components/schemas/Thing/properties/colour")).endswith("schemas/Thing.yaml:5:3")


def test_a_parameter_of_a_path_has_its_places_in_each_operation(spec: Path) -> None:
    contract = load("shop", "2025-01-01", spec=spec)
    assert str(contract.where("/paths/~1things~1{id}/delete/parameters/0/schema")).endswith("paths/things_id.yaml:5:5")


def test_what_stands_behind_something_removed_keeps_its_place(spec: Path) -> None:
    contract = load("shop", "2025-01-01", spec=spec)
    assert str(contract.where("/paths/~1things/get/parameters/0/schema/enum/0")).endswith("paths/things.yaml:13:16")


def test_the_overlays_of_a_folder_are_applied_in_the_order_of_their_names(spec: Path) -> None:
    whole = load("shop", "2025-01-01", spec=spec).document
    changes = spec / "shop/changes"
    overlay = (changes / "2025-02-01.overlay.yaml").read_text().replace("../", "../../")
    (changes / "2025-02-01.overlay.yaml").unlink()
    (changes / "2025-02-01").mkdir()
    head, *actions = re.split(r"(?m)^(?=  - target)", overlay)
    for name, part in (("a", actions[:2]), ("b", actions[2:])):
        (changes / f"2025-02-01/{name}.overlay.yaml").write_text(head + "".join(part))
    contract = load("shop", "2025-01-01", spec=spec)
    assert contract.document == whole
    assert [change.where.file.name for change in contract.changes] == ["a.overlay.yaml"] * 2 + ["b.overlay.yaml"] * 3
    edit(spec, "changes/2025-02-01/b.overlay.yaml", "../../openapi.yaml", "../openapi.yaml")
    assert "overlay-form: The overlay does not say what it extends. Write extends: ../../openapi.yaml." in (
        only_finding(spec)
    )


def test_a_target_that_matches_nothing_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.overlay.yaml", "=='size'", "=='sizes'")
    assert "2025-02-01.overlay.yaml:25:5: overlay-target: " in only_finding(spec)


def test_a_target_that_is_no_jsonpath_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.overlay.yaml", "[?@.name=='size']", "[?@.name=")
    assert "is not a valid JSONPath" in only_finding(spec)


def test_a_target_that_takes_too_long_is_a_finding(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_path, "SECONDS", 0.0)
    edit(
        spec,
        "changes/2025-02-01.overlay.yaml",
        "$.paths['/things'].get.parameters[?@.name=='size']",
        "$" + "[*,*]" * 30,
    )
    found = only_finding(spec)
    assert ".overlay.yaml:25:5: overlay-target: " in found
    assert "takes more than 0 seconds" in found


def test_no_pattern_of_a_target_takes_long() -> None:
    """A backtracking engine tries 2 to the power of 60 ways."""
    document = [{"name": "a" * 60 + "!"}, {"name": "ab"}, {"name": 1}, {}]
    for target, expected in {
        "$[?search(@.name, '(a|a)*$')]": [0, 1],
        "$[?match(@.name, '(a|a)*b')]": [1],
        "$[?match(@.name, '(a')]": [],
    }.items():
        assert [node.location[0] for node in json_path.select(target, document)] == expected


def test_a_target_that_is_neither_object_nor_array_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.overlay.yaml", "parameters[?@.name=='size']", "summary")
    edit(spec, "paths/things.yaml", "  parameters:\n", "  summary: List things\n  parameters:\n")
    assert "2025-02-01.overlay.yaml:25:5: overlay-target: $.paths['/things'].get.summary matches a value" in (
        only_finding(spec)
    )


def test_an_action_without_the_sentence_of_its_date_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.overlay.yaml", "2025-02-01 added the page size", "Page size")
    assert "has no sentence on the change of 2025-02-01" in only_finding(spec)


def test_a_list_of_operations_that_disagrees_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-01-01.operations.txt", "DELETE /things/{id}", "DELETE /things/{id}\nGET /health")
    assert "2025-01-01.operations.txt:3:1: operations-list: GET /health is on the page" in only_finding(spec)


def test_an_operation_that_no_page_shows_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.operations.txt", "GET /things/{thing}\n", "")
    assert "things_id.yaml:7:1: operations-list: GET /things/{id} is in the contract" in only_finding(
        spec, "2025-02-01"
    )


def test_an_overlay_that_leaves_the_version_is_a_finding(spec: Path) -> None:
    edit(spec, "changes/2025-02-01.overlay.yaml", "version: '2025-01-01'", "description: Old.")
    assert "calls itself 2025-02-01" in only_finding(spec)


def test_a_payload_that_fits_no_operation_of_its_date_is_a_finding(spec: Path) -> None:
    (spec / "shop/examples/2025-01-01/getThing.200.json").write_text("{}", encoding="utf-8")
    assert "getThing.200.json:1:1: payload-unused: There is no operation getThing" in only_finding(spec)


def test_an_unknown_date_is_refused_with_the_known_ones(spec: Path) -> None:
    with pytest.raises(
        UsageError, match=r"no snapshot 2025-01-02\. Did you mean 2025-01-01\? Known: 2025-01-01, 2025-02-01"
    ):
        load("shop", "2025-01-02", spec=spec)
