"""A proof says which faults a contract hides, and what to declare to see them, only where something points at it."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from adcontract import load, spec_folder
from adcontract.cli import main
from adcontract_mock.serve.in_thread import running
from adcontract_proof.blind_spots import as_lines, as_markdown, blind_spots

if TYPE_CHECKING:
    from adcontract_proof.blind_spots import BlindSpot

PLAIN = Path(__file__).parent / "plain"


@pytest.fixture(scope="module")
def petstore() -> list[BlindSpot]:
    """The blind spots of a contract that was written for other tools."""
    return blind_spots(load("petstore", spec=PLAIN))


def test_each_operation_is_told_what_it_looks_like_and_does_not_declare(petstore: list[BlindSpot]) -> None:
    found = defaultdict(set)
    for each in petstore:
        found["document" if each.is_of_document else each.operations[0]].add(each.topic)
    assert found == {
        "document": {"x-errors"},
        "listPets": {"x-resource", "x-pagination", "x-sort", "x-filter", "required", "maximum"},
        "createPet": {"x-resource"},
        "findPetsByStatus": {"x-resource", "x-filter"},
        "getPet": {"x-resource"},
        "updatePet": {"x-resource"},
        "deletePet": {"x-resource"},
        "sendPhoto": {"default"},
        "listVisits": {"x-resource"},
        "getInventory": {"example"},
        "getStatus": {"schema"},
        "getNews": {"security"},
    }


@pytest.mark.parametrize("is_removed", [True, False])
def test_what_is_created_in_a_parent_and_stays_there_is_a_blind_spot(is_removed: bool) -> None:
    contract = load("petstore", spec=PLAIN)
    document = contract.copy()
    visits = document["paths"]["/pets/{petId}/visits"]
    (content,) = visits["get"]["responses"]["200"]["content"].values()
    visit = {"application/json": {"schema": content["schema"]["items"]}}
    answer = {"201": {"description": "The visit.", "content": visit}}
    visits["post"] = {
        **visits["get"],
        "operationId": "addVisit",
        "requestBody": {"content": visit},
        "responses": answer,
    }
    if not is_removed:
        del document["paths"]["/pets/{petId}"]["delete"]
    spots = [each for each in blind_spots(contract.with_document(document)) if each.topic == "removal"]
    assert [each.operations for each in spots] == ([] if is_removed else [("addVisit",)])
    for each in spots:
        assert "not-stored" in each.kinds
        assert "missing-field" not in each.kinds
        assert "with `action: delete` in its x-resource" in as_lines([each])[0]


def test_what_hides_the_most_faults_comes_first_and_an_operation_stays_together(petstore: list[BlindSpot]) -> None:
    about = ["document" if each.is_of_document else each.operations[0] for each in petstore]
    assert about[:2] == ["document", "listPets"]
    assert len([one for one, before in zip(about, [None, *about], strict=False) if one != before]) == len(set(about))


def test_a_line_names_the_place_the_sign_and_the_declaration(petstore: list[BlindSpot]) -> None:
    spot = [each for each in petstore if each.topic == "x-sort"]
    assert (spot[0].classes, "order-ignored" in spot[0].kinds) == (("lists",), True)
    (line,) = as_lines(spot)
    assert line.startswith("listPets (")
    assert "petstore/openapi.yaml:12) has no x-sort: an order that is ignored" in line
    assert line.endswith(
        "It has the parameter `sort`. "
        "Declare: x-sort: {sort: {template: '{field}_{direction}', fields: {name: /name, born: /born}}}"
    )
    (entry,) = as_markdown(spot)
    assert entry.startswith("- **listPets** (`")
    assert entry.endswith("fields: {name: /name, born: /born}}}`")


def test_a_schema_of_several_operations_is_told_once_with_its_own_place(petstore: list[BlindSpot]) -> None:
    (spot,) = (each for each in petstore if each.topic == "required")
    assert spot.where.file.name == "Pet.yaml"
    assert set(spot.operations) == {"listPets", "createPet", "findPetsByStatus", "getPet", "updatePet"}


@pytest.mark.slow
def test_what_is_declared_as_told_is_no_blind_spot_and_its_faults_can_be_planted(tmp_path: Path) -> None:
    spec = _declared(tmp_path)
    left = {(each.operations[0], each.topic) for each in blind_spots(load("petstore", spec=spec))}
    assert left == {
        ("sendPhoto", "default"),
        ("getStatus", "schema"),
        ("getNews", "security"),
        ("getInventory", "example"),
    }
    listed = CliRunner().invoke(main, ["mock", "--spec", str(spec), "--plant", "list"])
    assert listed.exit_code == 0
    for fault in ("order-ignored", "filter-ignored", "page-skipped", "update-ignored", "not-deleted", "missing-field"):
        assert re.search(rf"^ +{fault}: ", listed.output, re.MULTILINE), fault


@pytest.mark.slow
def test_a_server_that_behaves_as_the_declarations_say_is_found_clean(tmp_path: Path) -> None:
    spec = _declared(tmp_path)
    with running(api="petstore", spec=spec, stateful=True, seed_items=30) as server:
        command = ["check", f"{server.url}/petstore/1.0", "--spec", str(spec), "--for", "own", "--groups", "behavior"]
        checked = CliRunner().invoke(main, command)
    assert checked.exit_code == 0, checked.output


def test_contracts_that_declare_their_behavior_have_no_blind_spots() -> None:
    for api in ("affiliate-com", "topsort"):
        assert as_lines(blind_spots(load(api, spec=spec_folder()))) == []


ERRORS = """
x-errors:
  unknown-path: {status: '404', response: {description: There is none.}}
  unknown-method: {status: '405', response: {description: Not that way.}}
  unauthenticated: {status: '401', response: {description: Who is it?}}
  malformed: {status: '400', response: {description: That is no JSON.}}
  invalid: {status: '422', response: {description: That is not valid.}}
"""
ROWS = """
      responses:
        '200':
          description: Rows.
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  properties:
                    id: {type: integer}
                    name: {type: string}
                    status: {type: string, enum: [open, closed]}
                    created: {type: string, format: date}
                  required: [id]
"""
UNSHOWN = ", x-inferred: No page shows it."
ITEM = "type: object, properties: {id: {type: integer}, name: {type: string}}, required: [id]"


def _listing(parameter: str) -> str:
    return f"/rows:\n    get:\n      operationId: it\n      parameters: [{{in: query, {parameter}}}]{ROWS}"


def _answering(path: str, method: str, schema: str, more: str = "") -> str:
    content = f"content: {{application/json: {{schema: {{{schema}}}}}}}"
    body = f"requestBody: {{content: {{application/json: {{schema: {{{ITEM}}}}}}}}}, " * (method in ("post", "put"))
    key = "parameters: [{name: rowId, in: path, required: true, schema: {type: integer}}], " * ("{" in path)
    responses = f"responses: {{'200': {{description: It., {content}{more}}}}}"
    return f"{path}: {{{method}: {{operationId: it, {key}{body}{responses}}}}}"


@pytest.mark.parametrize(
    ("topic", "paths"),
    [
        ("x-sort", _listing("name: sort, schema: {type: string}")),
        ("x-sort", _listing("name: order, schema: {type: string, enum: [asc, desc]}")),
        ("x-sort", _listing("name: orderBy, schema: {type: string, enum: [created, -created]}")),
        ("x-sort", _listing("name: sort, schema: {type: string, enum: [name, -name, created, -created]}")),
        ("x-sort", _listing("name: sort, schema: {type: string, example: 'name:asc'}")),
        ("x-pagination", _listing("name: page, schema: {type: integer}")),
        ("x-pagination", _listing("name: offset, schema: {type: integer, minimum: 0}")),
        ("x-filter", _listing("name: status, schema: {type: string, enum: [open, closed]}")),
        ("x-filter", _listing("name: 'ids[]', schema: {type: array, items: {type: integer}}")),
        ("x-filter", _listing("name: created_from, schema: {type: string, format: date}")),
        ("x-filter", _listing("name: q, schema: {type: string}")),
        ("x-resource", _answering("/rows/{rowId}", "get", ITEM)),
        ("schema", _answering("/rows", "get", "type: object")),
        ("schema", _answering("/rows", "get", "nullable: true")),
        ("required", _answering("/rows", "get", "properties: {id: {type: integer}}")),
    ],
)
def test_what_looks_like_it_is_told(tmp_path: Path, topic: str, paths: str) -> None:
    assert topic in _topics(tmp_path, paths)


@pytest.mark.parametrize(
    ("topic", "paths"),
    [
        # an order of a shop, and orders that `x-sort` cannot describe
        ("x-sort", _listing("name: order, schema: {type: string}")),
        ("x-sort", _listing("name: sort, schema: {type: integer}")),
        ("x-sort", _listing("name: sort, schema: {type: string, enum: [name, -name, created]}")),
        # pages from 0, by a cursor, or of a book
        ("x-pagination", _listing("name: page, schema: {type: integer, minimum: 0}")),
        ("x-pagination", _listing("name: cursor, schema: {type: string}")),
        ("x-pagination", _listing("name: limit, schema: {type: integer}")),
        ("x-pagination", _listing("name: page, schema: {type: string}")),
        # another status, another type, and no field of a row
        ("x-filter", _listing("name: status, schema: {type: string, enum: [mine, others]}")),
        ("x-filter", _listing("name: name, schema: {type: integer}")),
        ("x-filter", _listing("name: include, schema: {type: string}")),
        ("x-filter", _listing("name: search, schema: {type: boolean}")),
        # figures without an id, a list inside an item, and what a POST answers that creates nothing
        ("x-resource", _answering("/sales", "get", "type: array, items: {properties: {day: {type: string}}}")),
        ("x-resource", _answering("/rows/{rowId}", "get", "properties: {parts: {type: array, items: {}}}")),
        ("x-resource", _answering("/login", "post", ITEM)),
        # an answer to a POST, which differs each time
        ("example", _answering("/login", "post", "properties: {token: {type: string}}")),
        ("x-resource", _answering("/rows/{rowId}", "put", ITEM)),
        ("x-resource", _answering("/rows/{rowId}", "delete", ITEM)),
        # a map, and a response that no page shows
        ("schema", _answering("/rows", "get", "type: object, additionalProperties: {type: integer}")),
        ("schema", _answering("/rows", "get", "type: string")),
        ("schema", "/rows: {get: {operationId: it, responses: {'204': {description: Nothing.}}}}"),
        (
            "required",
            _answering("/rows", "get", "properties: {id: {type: integer}}", UNSHOWN),
        ),
        ("required", _answering("/rows", "get", "allOf: [{properties: {id: {}}}, {required: [id]}]")),
        ("example", _answering("/rows", "get", "type: string", UNSHOWN)),
    ],
)
def test_what_only_resembles_it_is_not_told(tmp_path: Path, topic: str, paths: str) -> None:
    assert topic not in _topics(tmp_path, paths)


def test_a_list_below_a_collection_is_one_of_its_items_and_a_post_there_creates_none(tmp_path: Path) -> None:
    rows, join = _listing("name: a, schema: {}"), _answering("/rows/join", "post", ITEM)
    opened = rows.replace("/rows:", "/rows/open:").replace("Id: it", "Id: open")
    paths = f"{rows}  {opened}  {join.replace('Id: it', 'Id: join')}"
    assert {each.operations[0]: each.declare for each in _spots(tmp_path, paths) if each.topic == "x-resource"} == {
        "it": "x-resource: {name: row, action: list, id: /id}",
        "open": "x-resource: {name: row, action: list, id: /id}",
    }


RESULTS = f"type: array, items: {{type: object, properties: {{status: {{type: integer}}, row: {{{ITEM}}}}}}}"


@pytest.mark.parametrize(
    ("path", "method", "body", "answer", "action"),
    [
        ("/rows/batch", "post", f"properties: {{rows: {{type: array, items: {{{ITEM}}}}}}}", RESULTS, "create"),
        ("/rows/bulk", "put", f"type: array, items: {{{ITEM}}}", RESULTS, "update"),
        ("/rows/batch", "post", ITEM, RESULTS, None),
        ("/rows/batch", "post", f"type: array, items: {{{ITEM}}}", "properties: {count: {type: integer}}", None),
        ("/rows/imports", "post", f"type: array, items: {{{ITEM}}}", RESULTS, None),
        ("/others/batch", "post", f"type: array, items: {{{ITEM}}}", RESULTS, None),
    ],
)
def test_a_request_with_a_list_whose_answer_has_a_list_is_a_batch_beside_the_list_of_its_items(
    tmp_path: Path, path: str, method: str, body: str, answer: str, action: str | None
) -> None:
    rows = _answering("/rows", "get", f"type: array, items: {{{ITEM}}}").replace("Id: it", "Id: rows")
    listed = "x-resource: {name: row, action: list, id: /id, items: ''}"
    written = _answering(path, method, answer).replace(f"schema: {{{ITEM}}}", f"schema: {{{body}}}", 1)
    found = [each for each in _spots(tmp_path, f"{rows[:-2]}, {listed}}}}}\n  {written}") if "batch" in each.lacks]
    assert [each.declare.partition("action: ")[2].partition(",")[0] for each in found] == ([action] if action else [])
    assert all("results: '', status: /status, item: /row" in each.declare for each in found)


@pytest.mark.parametrize(
    ("field", "sums", "declared"),
    [
        ("row_count", "", "x-resource: {sums: {/row_count: {of: row}}}"),
        ("numberOfRows", "", "x-resource: {sums: {/numberOfRows: {of: row}}}"),
        ("row_count", ", sums: {/row_count: {of: row}}", None),
        ("rows_allowed", "", None),
    ],
)
def test_a_number_with_the_name_of_what_belongs_to_an_item_is_a_sum(
    tmp_path: Path, field: str, sums: str, declared: str | None
) -> None:
    item = f"type: object, properties: {{id: {{type: integer}}, {field}: {{type: integer}}}}, required: [id]"
    table = _answering("/tables/{rowId}", "get", item)
    read = f"x-resource: {{name: table, action: read, id: /id, key: {{path: rowId}}{sums}}}"
    rows = _answering("/tables/{rowId}/rows", "get", f"type: array, items: {{{ITEM}}}").replace("Id: it", "Id: rows")
    parent = "parent: {name: table, key: {path: rowId}}"
    listed = f"x-resource: {{name: row, action: list, id: /id, items: '', {parent}}}"
    paths = f"{table[:-2]}, {read}}}}}\n  {rows[:-2]}, {listed}}}}}"
    found = [each.declare for each in _spots(tmp_path, paths) if each.topic == "sums"]
    assert found == ([declared] if declared else [])


@pytest.mark.parametrize(
    ("security", "expected"),
    [("", {"open"}), ("security: []", set()), ("security: [{key: []}]", set()), ("security: [{}, {key: []}]", set())],
)
def test_an_operation_that_is_silent_about_credentials_is_told_and_one_that_needs_none_is_not(
    tmp_path: Path, security: str, expected: set[str]
) -> None:
    answer = "responses: {'204': {description: Done.}}"
    secured = f"operationId: closed, security: [{{key: []}}], {answer}"
    paths = f"/a: {{get: {{{secured}}}}}\n  /b: {{get: {{operationId: open, {answer}, {security}}}}}"
    schemes = "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}"
    spots = _spots(tmp_path, paths, schemes)
    assert {each.operations[0] for each in spots if each.topic == "security"} == expected


def test_the_name_of_an_operation_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    paths = _answering("/rows", "get", "type: object").replace("operationId: it", 'operationId: "it\\e[2J"')
    spots = _spots(tmp_path, paths)
    assert spots
    assert all("\x1b" not in line for line in as_lines(spots))


def _topics(folder: Path, paths: str) -> set[str]:
    return {each.topic for each in _spots(folder, paths)}


def _spots(folder: Path, paths: str, more: str = "") -> list[BlindSpot]:
    (folder / "it").mkdir()
    text = f"openapi: 3.0.3\ninfo: {{title: It, version: v1}}\npaths:\n  {paths}\n{ERRORS}{more}\n"
    (folder / "it/openapi.yaml").write_text(text, encoding="utf-8")
    return blind_spots(load("it", spec=folder))


def _declared(folder: Path) -> Path:
    """Return a folder with the pet store after a reader has added, at each place, the YAML that is told there."""
    shutil.copytree(PLAIN / "petstore", folder / "spec/petstore")
    spots = [
        each
        for each in blind_spots(load("petstore", spec=folder / "spec"))
        if each.is_yaml and each.topic not in ("schema", "security")
    ]
    for each in sorted(spots, key=lambda each: each.where, reverse=True):
        lines = each.where.file.read_text(encoding="utf-8").splitlines()
        number, column = each.where.line - 1, each.where.column - 1
        inline = re.match(r"\w+: *\{", lines[number][column:])
        if inline:
            column += inline.end()
            lines[number] = f"{lines[number][:column]}{each.declare}, {lines[number][column:]}"
        else:
            number += number > 0  # at the top of a file there is no key before it
            indent = len(lines[number]) - len(lines[number].lstrip())
            lines.insert(number, " " * indent + each.declare)
        each.where.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "spec"
