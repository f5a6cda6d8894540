"""`adcontract import`: a document of a user's own becomes a contract that is served, and nothing is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adcontract.bundle import as_yaml
from adcontract.cli import main
from adcontract.contract.catalog import DocumentName, spec_folder
from adcontract.contract.catalog import names as names_in
from adcontract.errors import Finding
from adcontract.files.plain_yaml import read_plain
from adcontract.layout import folder as folder_module
from adcontract.lint.run import lint
from adcontract.loading import assemble, load_named
from adcontract.openapi.pointer import lookup

HERE = Path(__file__).resolve().parent
PETS = HERE / "pets.yaml"


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(map(str, arguments)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def imported(file: Path, spec: Path, api: str = "pets") -> tuple[Path, str]:
    status, output = run("import", file, "--api", api, "--spec", spec)
    assert status == 0, output
    return spec / api, output


@pytest.mark.parametrize("name", names_in(spec_folder()), ids=str)
def test_a_bundle_of_ours_becomes_the_document_that_it_is_a_bundle_of(name: DocumentName, tmp_path: Path) -> None:
    expected = load_named(name, spec_folder(), seen=False).document
    (tmp_path / "bundle.yaml").write_text(as_yaml(expected), encoding="utf-8")
    folder, output = imported(tmp_path / "bundle.yaml", tmp_path / "spec", name.api)
    assembly = assemble(folder, name.snapshot)
    assert assembly.findings == []
    assert assembly.document == expected
    assert "Suggested" not in output
    if name.newest:
        assert lint(tmp_path / "spec").findings == []


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return imported(PETS, tmp_path_factory.mktemp("pets") / "spec")


def document(folder: Path) -> dict[str, Any]:
    (name,) = names_in(folder.parent, folder.name)
    return load_named(name, folder.parent).document


def test_each_path_component_and_example_becomes_a_file(pets: tuple[Path, str]) -> None:
    folder, _ = pets
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {file for file in files if "Undeclared" not in file} == {
        "openapi.yaml",
        "paths/pets.yaml",
        "paths/pets_petId.yaml",
        "paths/shops_shop_keys_name.yaml",
        "paths/visits.yaml",
        "paths/visits_id.yaml",
        "components/responses/Error.yaml",
        "components/schemas/NewPet.yaml",
        "components/schemas/Pet.yaml",
        "components/schemas/PetStatus.yaml",
        "components/schemas/Visit.yaml",
        "components/securitySchemes/apiKey.yaml",
        "examples/1.0-beta/Error.json",
        "examples/1.0-beta/addPets.201.a-dog.json",
        "examples/1.0-beta/createVisit.request.long.json",
        "examples/1.0-beta/createVisit.request.short.json",
        "examples/1.0-beta/addPets.request.a-dog.json",
        "examples/1.0-beta/deletePet.parameters.json",
        "examples/1.0-beta/getPet.parameters.json",
        "examples/1.0-beta/listPets.200.json",
    }
    assert json.loads((folder / "examples/1.0-beta/getPet.parameters.json").read_bytes()) == {"path": {"petId": 7}}


def test_the_files_keep_comments_and_the_conventions(pets: tuple[Path, str]) -> None:
    folder, output = pets
    assert rules(lint(folder.parent).findings) == {"description"}
    assert f"1 finding of `adcontract lint --api pets --spec {folder.parent}`: description (1)." in output
    root, path, pet = (
        (folder / file).read_text() for file in ("openapi.yaml", "paths/pets.yaml", "components/schemas/Pet.yaml")
    )
    assert root.startswith("# The pets of a shop.\nopenapi: 3.0.3\n\ninfo:\n  title: Pets\n  version: 1.0-beta\n")
    assert "\n  # Everything about all pets\n  /pets:\n    $ref: paths/pets.yaml\n" in root
    assert "\n  parameters:\n    # at most 50\n    - name: limit\n      in: query\n" in path
    assert pet.startswith("# A pet that is in the shop\ntype: object\n")
    assert pet.endswith("x-json-schema: {propertyNames: {maxLength: 20}}\n")


def test_behavior_is_suggested_with_its_reason_only_where_schemas_support_it(pets: tuple[Path, str]) -> None:
    paths = document(pets[0])["paths"]
    operations = {each["operationId"]: each for item in paths.values() for each in item.values()}
    reason = "The paths /pets and /pets/{petId} name a collection and its items, which responses show with id."
    key = {"path": "petId"}
    pet = {
        id_: each["x-resource"] for id_, each in operations.items() if each.get("x-resource", {}).get("name") == "pet"
    }
    assert pet == {
        "listPets": {"name": "pet", "action": "list", "id": "/id", "x-inferred": reason},
        "addPets": {
            "name": "pet",
            "action": "create",
            "id": "/id",
            "echo": ["/name", "/status"],
            "x-inferred": reason,
        },
        "getPet": {"name": "pet", "action": "read", "key": key, "id": "/id", "x-inferred": reason},
        "deletePet": {
            "name": "pet",
            "action": "delete",
            "key": key,
            "id": "/id",
            "gone": "hidden",
            "x-inferred": reason,
        },
    }
    pets_list = operations["listPets"]
    assert pets_list["x-pagination"] == {
        "style": "page",
        "page": "page",
        "size": "limit",
        "items": "/data",
        "total": "/meta/total",
        "x-inferred": "By their names, page is the number of a page, from 1, and limit the most rows of a page.",
    }
    assert operations["listVisits"]["x-pagination"] == {
        "style": "cursor",
        "cursor": "cursor",
        "size": "limit",
        "items": "/visits",
        "next_cursor": "/next_cursor",
        "x-inferred": "By their names, cursor takes what next_cursor of the page before has.",
    }
    assert pets_list["x-filter"].keys() == {"status"}
    assert pets_list["x-sort"]["sort"]["fields"] == {"name": "/name", "born": "/born"}


UNSURE: dict[str, tuple[dict[str, Any], str]] = {
    "another response": (
        {"/paths/~1pets~1{petId}/get/responses/200": {"$ref": "#/components/responses/Error"}},
        "/pets/{petId}: no field of the response of getPet is certain to be {petId}.",
    ),
    "no 404": (
        {"/paths/~1pets~1{petId}/get/responses/default": None},
        "/pets/{petId}: getPet documents no response for an item that does not exist.",
    ),
    "another id": (
        {"/paths/~1pets~1{petId}/get/responses/200/content/application~1json/example": {"id": 8, "name": "Rex"}},
        "/pets/{petId}: the documented petId is not the id that the payload of getPet shows.",
    ),
    "several forms": (
        {"/components/schemas/pet/properties/name": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        "/pets/{petId}: name in the response of getPet may have several forms.",
    ),
    "a required parameter": (
        {"/paths/~1pets/get/parameters/3/required": True},
        "listPets: it lists what name ask for, not all items.",
    ),
    "pages from 0": (
        {"/paths/~1pets/get/parameters/1/schema": {"type": "integer", "default": 0}},
        "listPets: page counts from 0; x-pagination counts pages from 1.",
    ),
    "other values": (
        {"/paths/~1pets/get/parameters/2/schema": {"type": "string", "enum": ["all", "free"]}},
        "listPets: status may filter by /status; how it compares is not certain.",
    ),
    "no directions": (
        {"/paths/~1pets/get/parameters/4/schema/enum": ["name", "born"]},
        "listPets: sort may sort the list; its values do not say by which fields and directions.",
    ),
    "no next cursor": (
        {"/paths/~1visits/get/responses/200/content/application~1json/schema/properties/next_cursor": None},
        "listVisits: cursor looks like a cursor, but which part of a page has the next one is not certain.",
    ),
}


@pytest.mark.parametrize("name", UNSURE)
def test_what_the_document_does_not_support_is_a_remark_and_not_declared(name: str, tmp_path: Path) -> None:
    changes, remark = UNSURE[name]
    data = read_plain(PETS).data
    for pointer, value in changes.items():
        place, _, last = pointer.rpartition("/")
        holder, key = lookup(data, place), last.replace("~1", "/")
        if value is None:
            del holder[key]
        else:
            holder[key] = value
    (tmp_path / "openapi.yaml").write_text(as_yaml(data), encoding="utf-8")
    _, output = imported(tmp_path / "openapi.yaml", tmp_path / "spec")
    assert f"  {remark}" in output.splitlines()


def test_what_is_changed_or_left_out_is_listed(pets: tuple[Path, str]) -> None:
    for line in (
        "  /shops/{shop}/keys/{name}: its items belong to another resource, which is not certain.",
        "  listPets: name may filter by /name; how it compares is not certain.",
        "  The version '1.0 beta' cannot be the name of a folder: the snapshot is 1.0-beta.",
        "  2 operationIds got a verb and a noun in camelCase: list_pets is listPets, pets.add is addPets.",
        "  1 operation without a summary got one, marked as inferred.",
        "  Keywords of other tools were left out: x-webhooks (1 place), x-logo (1 place).",
    ):
        assert line in pets[1].splitlines()


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = folder_module._write

    def write_some(folder: Path, files: dict[str, str]) -> None:
        write(folder, dict(list(files.items())[:3]))
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module, "_write", write_some)
    assert run("import", PETS, "--api", "pets", "--spec", tmp_path / "spec") == (2, "Interrupted.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_a_document(tmp_path: Path) -> None:
    expected = f"Error: {tmp_path}: this is a folder. Name the file of the document in it.\n"
    assert run("import", tmp_path, "--api", "pets", "--spec", tmp_path / "spec") == (2, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", "doc.yaml:1:1: openapi-form: This is not an OpenAPI document: it has no `openapi` with a version."),
        ("openapi: 3.0.0\ninfo: [\n", "doc.yaml:3:1: yaml-syntax: This is not valid YAML"),
    ],
)
def test_a_document_that_is_none_is_refused_in_one_line(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "doc.yaml").write_text(text)
    status, output = run("import", tmp_path / "doc.yaml", "--api", "pets", "--spec", tmp_path / "spec")
    (line,) = output.splitlines()
    assert status == 2
    assert expected in line
    assert not (tmp_path / "spec").exists()
