"""`adcontract diff` and `adcontract changes`, through the command."""

from __future__ import annotations

import copy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adcontract.cli import main

SPEC = Path(__file__).parent / "diff" / "spec"
"""An API with three snapshots: in the second one thing is gone and one is wider, in the third three are new."""


def run(*arguments: str | Path, command: str = "diff", color: bool = False) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)], catch_exceptions=False, color=color)


def told(*operands: str | Path) -> list[tuple[str, str]]:
    """Return the rule and the sentence of each change that the command tells."""
    result = run(*operands, "--format", "json")
    assert result.exit_code == 0, result.output
    return [(change["rule"], change["message"]) for change in json.loads(result.stdout)["changes"]]


@pytest.fixture
def shop() -> dict[str, Any]:
    """A sound document: offers that are read, listed and written, with one schema for all three."""
    offer = {"$ref": "#/components/schemas/Offer"}
    answer = {"description": "It.", "content": {"application/json": {"schema": offer}}}
    listed = {"type": "object", "properties": {"data": {"type": "array", "items": offer}}}
    page = {"description": "Them.", "content": {"application/json": {"schema": listed}}}
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"required": True, "content": {"application/json": {"schema": offer}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "security": [{"key": []}],
        "paths": {
            "/offers": {
                "get": {"operationId": "listOffers", "responses": {"200": page}},
                "post": {"operationId": "createOffer", "requestBody": body, "responses": {"201": answer}},
            },
            "/offers/{id}": {
                "parameters": [id_],
                "get": {"operationId": "getOffer", "summary": "Get an offer", "responses": {"200": answer}},
            },
        },
        "components": {
            "schemas": {
                "Offer": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {"title": {"type": "string"}, "parent": offer},
                }
            },
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


class Pair:
    """Two files of one document, of which the second is to be changed."""

    def __init__(self, folder: Path, document: dict[str, Any]) -> None:
        self.folder = folder
        self.before = document
        self.after = copy.deepcopy(document)

    @property
    def offer(self) -> dict[str, Any]:
        schema: dict[str, Any] = self.after["components"]["schemas"]["Offer"]
        return schema

    def files(self) -> tuple[Path, Path]:
        files = self.folder / "before.json", self.folder / "after.json"
        for file, document in zip(files, (self.before, self.after), strict=True):
            file.write_text(json.dumps(document, indent=2))
        return files

    def told(self) -> list[tuple[str, str]]:
        return told(*self.files())


@pytest.fixture
def pair(tmp_path: Path, shop: dict[str, Any]) -> Pair:
    return Pair(tmp_path, shop)


# what is one operation, and what is none


def test_operations_belong_together_by_method_and_structure_of_the_path(pair: Pair) -> None:
    paths = pair.after["paths"]
    paths["/offers/{offer}"] = paths.pop("/offers/{id}")
    paths["/offers/{offer}"]["parameters"][0]["name"] = "offer"
    sentence = "The path parameter `id` is now called `offer`."
    assert pair.told() == [("request-path-parameter-renamed", sentence)]


def test_new_operations_come_first_then_those_that_are_gone(pair: Pair) -> None:
    paths = pair.after["paths"]
    paths["/offers/{id}"]["put"] = {**paths["/offers/{id}"].pop("get"), "operationId": "putOffer"}
    del paths["/offers"]["post"]
    result = run(*pair.files())
    operations = re.findall(r"^[A-Z]+ /\S+", result.output, re.MULTILINE)
    assert operations == ["PUT /offers/{id}", "POST /offers", "GET /offers/{id}"]
    assert result.output.endswith("1 operation added, 2 removed; 2 breaking, 0 risky, 1 safe changes.\n")


# a schema counts as what it says on the wire


def test_one_schema_is_judged_in_the_direction_it_is_sent(pair: Pair) -> None:
    pair.offer["required"] = ["title", "price"]
    pair.offer["properties"]["price"] = {"type": "number"}
    assert pair.told() == [
        ("response-required-property-added", "The field `data[].price` of the answer 200 is new and always there."),
        ("new-required-request-property", "The field `price` of the request body is new and required."),
    ]


def test_what_several_operations_share_is_told_once_with_all_of_them(pair: Pair) -> None:
    pair.offer["properties"]["color"] = {"type": "string"}
    files = pair.files()
    shared = json.loads(run(*files, "--format", "json").stdout)["changes"][0]
    assert [each["operation"] for each in shared["operations"]] == ["GET /offers", "POST /offers", "GET /offers/{id}"]
    assert shared["operations"][2]["message"] == "The field `color` of the answer 200 is new."
    text = run(*files).output
    assert text.count("is new. [response-optional-property-added]") == 1
    assert "GET /offers\nand POST /offers, GET /offers/{id}\n" in text


def test_a_property_that_moves_into_a_shared_base_has_not_changed(pair: Pair) -> None:
    offer = dict(pair.offer)
    pair.after["components"]["schemas"]["Titled"] = {
        "type": "object",
        "required": offer.pop("required"),
        "properties": {"title": offer["properties"]["title"]},
    }
    own = {"type": "object", "properties": {"parent": offer["properties"]["parent"]}}
    pair.after["components"]["schemas"]["Offer"] = {"allOf": [{"$ref": "#/components/schemas/Titled"}, own]}
    assert pair.told() == []


def test_a_reference_that_is_wrapped_to_be_nullable_is_nothing_but_nullable(pair: Pair) -> None:
    pair.offer["properties"]["parent"] = {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Offer"}]}
    rules = [rule for rule, _ in pair.told()]
    assert rules == ["response-property-became-nullable", "request-property-became-nullable"]


def test_a_component_that_is_called_something_else_has_not_changed(pair: Pair) -> None:
    text = json.dumps(pair.after).replace("schemas/Offer", "schemas/Deal").replace('"Offer"', '"Deal"')
    pair.after = json.loads(text)
    assert pair.told() == []


def test_two_limits_of_one_value_count_as_the_narrower_one(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["properties"]["title"] = {"type": "string", "maxLength": 10}
    pair.offer["properties"]["title"] = {"allOf": [{"type": "string", "maxLength": 20}, {"maxLength": 10}]}
    assert pair.told() == []


def test_an_exclusive_bound_is_narrower_than_the_same_bound(pair: Pair) -> None:
    number = {"type": "number", "minimum": 0}
    pair.before["components"]["schemas"]["Offer"]["properties"]["price"] = number
    pair.offer["properties"]["price"] = {**number, "exclusiveMinimum": True}
    assert [rule for rule, _ in pair.told()] == ["response-property-min-increased", "request-property-min-increased"]


def test_what_is_read_only_is_no_part_of_a_request(pair: Pair) -> None:
    pair.offer["required"] = ["title", "id"]
    pair.offer["properties"]["id"] = {"type": "integer", "readOnly": True}
    assert [rule for rule, _ in pair.told()] == ["response-required-property-added"]


def test_a_number_in_a_query_may_become_text_but_not_in_a_body(pair: Pair) -> None:
    for document, kind in ((pair.before, "integer"), (pair.after, "string")):
        document["paths"]["/offers"]["get"]["parameters"] = [{"name": "q", "in": "query", "schema": {"type": kind}}]
        document["components"]["schemas"]["Offer"]["properties"]["code"] = {"type": kind}
    assert [rule for rule, _ in pair.told()] == [
        "request-parameter-type-generalized",
        "response-property-type-changed",
        "request-property-type-changed",
    ]


def test_alternatives_are_compared_with_those_of_their_name(pair: Pair) -> None:
    kinds = [{"title": "Cash"}, {"title": "Card", "properties": {"number": {"type": "string"}}}]
    pair.before["components"]["schemas"]["Offer"]["properties"]["pay"] = {"oneOf": kinds}
    changed = [{"title": "Card", "properties": {"number": {"type": "integer"}}}, {"title": "Cash"}]
    pair.offer["properties"]["pay"] = {"oneOf": changed}
    assert pair.told()[0] == (
        "response-property-type-changed",
        "The field `data[].pay<Card>.number` of the answer 200 is now of type `integer`, it was `string`.",
    )
    assert len(pair.told()) == 2


def test_a_value_that_becomes_one_of_several_is_still_one_of_them(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["properties"]["cost"] = {
        "type": "number",
        "description": "In EUR.",
        "x-inferred": {"type": "The requests show whole numbers."},
    }
    pair.offer["properties"]["cost"] = {"oneOf": [{"type": "number"}, {"title": "Money", "type": "object"}]}
    assert pair.told() == [
        ("response-property-one-of-added", "The field `data[].cost` of the answer 200 may now also be `Money`."),
        ("request-property-one-of-added", "The field `cost` of the request body may now also be `Money`."),
    ]


def test_a_keyword_no_rule_knows_is_still_told(pair: Pair) -> None:
    pair.offer["properties"]["title"]["x-mask"] = "***"
    rule, sentence = pair.told()[0]
    assert rule == "response-property-keyword-changed"
    assert sentence == 'The field `data[].title` of the answer 200 now says `x-mask: "***"`, it said `nothing`.'


def test_descriptions_and_payloads_are_not_compared(pair: Pair) -> None:
    media = [each["paths"]["/offers"]["get"]["responses"]["200"] for each in (pair.before, pair.after)]
    for number, each in enumerate(media):
        each["description"] = f"Number {number}."
        each["content"]["application/json"]["examples"] = {"default": {"value": {"data": [{"title": str(number)}]}}}
    assert pair.told() == []


# credentials


def test_a_scheme_that_is_called_something_else_is_the_same_scheme(pair: Pair) -> None:
    schemes = pair.after["components"]["securitySchemes"]
    schemes["apiKey"] = {**schemes.pop("key"), "description": "The key."}
    pair.after["security"] = [{"apiKey": []}]
    assert pair.told() == []


def test_a_scheme_that_wants_another_header_breaks_every_operation(pair: Pair) -> None:
    pair.after["components"]["securitySchemes"]["key"]["name"] = "Authorization"
    found = json.loads(run(*pair.files(), "--format", "json").stdout)
    assert [change["rule"] for change in found["changes"]] == ["api-security-removed", "api-security-added"]
    assert [len(change["operations"]) for change in found["changes"]] == [3, 3]


# how it is told


def test_a_change_names_its_place_in_both_files(pair: Pair) -> None:
    pair.offer["properties"]["title"]["maxLength"] = 5
    files = pair.files()
    lines = [file.read_text().splitlines() for file in files]
    text = run(*files).output
    places = re.findall(r"(\S+):(\d+):(\d+)", text)[:2]
    assert [place[0] for place in places] == [str(file) for file in files]
    assert lines[0][int(places[0][1]) - 1].strip() == '"title": {'
    assert lines[1][int(places[1][1]) - 1].strip() == '"maxLength": 5'


def test_what_rests_on_an_inference_says_so(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["x-inferred"] = {"required": "Every payload has it."}
    pair.offer["x-inferred"] = {"required": "Every payload has it."}
    pair.offer["required"] = ["title", "parent"]
    found = json.loads(run(*pair.files(), "--format", "json").stdout)["changes"]
    assert [(each["rule"], each["inferred"]) for each in found] == [
        ("response-property-became-required", "Every payload has it."),
        ("request-property-became-required", "Every payload has it."),
    ]
    assert "is now always there. (inferred)" in run(*pair.files()).output


def test_markdown_lists_added_and_removed_operations_by_their_summary(pair: Pair) -> None:
    del pair.after["paths"]["/offers/{id}"]
    pair.offer["properties"]["title"]["maxLength"] = 5
    text = run(*pair.files(), "--format", "markdown").output
    assert "### Removed operations\n\n- `GET /offers/{id}`: Get an offer.\n" in text
    assert "#### `POST /offers`\n\n- **risky** The field `title` of the request body" in text
    assert "#### `GET /offers`\n\nAnd `POST /offers`.\n\n- **safe**" in text
    assert ".json:" not in text


def test_github_gets_one_annotation_a_change_at_its_place(pair: Pair) -> None:
    pair.before["paths"]["/a,b:c"] = {"get": {"operationId": "odd", "responses": {"200": {"description": "It."}}}}
    pair.offer["properties"]["title"]["pattern"] = "100%"
    files = pair.files()
    lines = run(*files, "--format", "github").output.splitlines()
    assert lines[0].startswith(f"::error file={files[0]},line=")
    assert lines[0].endswith(
        "title=api-removed-without-deprecation::GET /a,b:c: The operation is gone; it was not deprecated before."
    )
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::notice", "::error"]
    assert "`100%25`" in lines[1]


def test_there_is_colour_on_a_terminal_only(pair: Pair) -> None:
    pair.offer["properties"]["title"]["maxLength"] = 5
    files = pair.files()
    assert "\x1b[" not in run(*files).output
    assert "\x1b[33mrisky" in run(*files, color=True).output


@pytest.mark.parametrize(
    ("limit", "worst", "status"),
    [
        (None, "breaking", 0),
        ("breaking", "breaking", 1),
        ("risky", "breaking", 1),
        ("breaking", "risky", 0),
        ("risky", "risky", 1),
        ("risky", "safe", 0),
    ],
)
def test_the_exit_status_says_whether_it_is_worse_than_allowed(
    pair: Pair, limit: str | None, worst: str, status: int
) -> None:
    listed = pair.after["paths"]["/offers"]["get"]
    parameter = {"name": "q", "in": "query", "required": worst == "breaking", "schema": {"type": "string"}}
    (listed if worst != "risky" else pair.before["paths"]["/offers"]["get"])["parameters"] = [parameter]
    options = ["--fail-on", limit] if limit else []
    assert run(*pair.files(), *options).exit_code == status


def test_the_rules_can_be_listed_with_their_classes() -> None:
    lines = run("--rules").output.splitlines()
    assert len(lines) > 50
    assert any(re.fullmatch(r"new-required-request-parameter +breaking +\S.*", line) for line in lines)


# bad input: one line that names the place and the way out


def refused(*operands: str | Path) -> list[str]:
    result = run(*operands, "--spec", SPEC)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return [line.removeprefix("Error: ") for line in result.stderr.splitlines()]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "no.yaml", tmp_path / "no.yaml")
    assert line == f"{tmp_path}/no.yaml: there is no such file. Name one, or a snapshot as <api>@<snapshot>."


def test_json_that_is_none_is_placed(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{\n  "openapi": nope\n}')
    assert refused(file, file)[0].startswith(f"{file}:2:14: json-syntax: ")


def test_another_version_of_openapi_is_refused(pair: Pair) -> None:
    pair.before["openapi"] = "3.1.0"
    files = pair.files()
    (line,) = refused(*files)
    assert line.startswith(f"{files[0]}:2:3: openapi-version: The version of OpenAPI is 3.1.0.")


@pytest.mark.parametrize("data", ["- a", "{}"])
def test_a_file_that_is_no_openapi_is_refused(tmp_path: Path, data: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(data)
    assert refused(file, file)[0].startswith(f"{file}:1:1: openapi-version: The version of OpenAPI is none.")


def test_a_malformed_parameter_is_placed(pair: Pair) -> None:
    del pair.after["paths"]["/offers/{id}"]["parameters"][0]["name"]
    line = refused(*pair.files())[0]
    assert re.search(r"after.json:\d+:\d+: openapi-form: name is missing here. Add it.", line)


@pytest.mark.parametrize("reference", ["./Offer.yaml", "#/components/schemas/Nothing", "#/paths/~1offers/get"])
def test_a_reference_to_no_component_of_the_file_is_refused(pair: Pair, reference: str) -> None:
    pair.offer["properties"]["parent"] = {"$ref": reference}
    (line,) = refused(*pair.files())
    assert f"ref-component: {reference} is no component of this file. Bundle the document" in line


@pytest.mark.parametrize("reference", [3, [], None])
def test_a_reference_that_is_no_text_is_refused(pair: Pair, reference: Any) -> None:
    pair.after["paths"]["/offers"]["get"]["responses"]["200"] = {"$ref": reference}
    assert all(line.startswith(f"{pair.files()[1]}:") for line in refused(*pair.files()))


def test_what_our_contracts_do_not_use_of_openapi_is_no_hindrance(tmp_path: Path) -> None:
    foreign = Path(__file__).parent / "diff" / "foreign.yaml"
    assert told(foreign, foreign) == []
    file = tmp_path / "after.yaml"
    file.write_text(foreign.read_text().replace("in: cookie", "in: header"))
    assert [rule for rule, _ in told(foreign, file)] == ["request-parameter-removed", "new-optional-request-parameter"]


def test_two_paths_of_one_structure_are_refused(pair: Pair) -> None:
    pair.after["paths"]["/offers/{other}"] = {}
    (line,) = refused(*pair.files())
    assert "path-twice: /offers/{other} and /offers/{id} are one path" in line


def test_an_unknown_snapshot_lists_those_that_are_known() -> None:
    (line,) = refused("shop@2025-01-02", "shop")
    assert line == (
        "shop has no snapshot 2025-01-02. Did you mean 2025-01-01? Known: 2025-01-01, 2025-02-01, 2025-03-01."
    )


def test_an_unknown_api_lists_those_that_are_known() -> None:
    assert refused("shops", "shop") == ["There is no API shops. Did you mean shop? Known: shop."]


# snapshots of an API


def snapshots(*operands: str) -> list[dict[str, Any]]:
    result = run(*operands, "--spec", SPEC, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["changes"]
    return found


def test_a_change_between_snapshots_has_the_sentence_of_the_overlay() -> None:
    assert [(change["rule"], change["overlay"]) for change in snapshots("shop@2025-02-01", "shop@2025-03-01")] == [
        ("endpoint-added", "2025-03-01 lets things be created."),
        ("new-optional-request-parameter", "2025-03-01 lets a list be filtered by color."),
        ("new-optional-request-parameter", "2025-03-01 lets a list be filtered by name."),
        ("response-optional-property-added", "2025-03-01 gives each thing a color."),
    ]


def test_a_sentence_is_that_of_the_snapshots_between_the_two_alone() -> None:
    found = snapshots("shop@2025-01-01", "shop@2025-02-01")
    assert [(change["rule"], change["overlay"]) for change in found] == [
        ("api-removed-without-deprecation", "2025-02-01 no longer lets things be removed."),
        ("request-parameter-max-increased", "2025-02-01 allows pages of 100."),
    ]


def test_a_change_over_several_snapshots_has_the_sentences_of_them_all() -> None:
    told = {change["overlay"] for change in snapshots("shop@2025-01-01", "shop")}
    assert {"2025-02-01 allows pages of 100.", "2025-03-01 lets a list be filtered by color."} <= told


def test_a_comparison_backwards_swaps_what_is_new_and_what_is_gone() -> None:
    rules = [change["rule"] for change in snapshots("shop", "shop@2025-01-01")]
    assert rules[:2] == ["endpoint-added", "api-removed-without-deprecation"]
    assert "request-parameter-max-decreased" in rules


def test_a_place_in_the_sources_is_that_of_the_file_or_of_the_overlay() -> None:
    (_, limit) = snapshots("shop@2025-01-01", "shop@2025-02-01")
    assert limit["before"]["file"].endswith("shop/changes/2025-02-01.overlay.yaml")
    assert limit["after"]["file"].endswith("shop/paths/things.yaml")
    lines = (SPEC / "shop/paths/things.yaml").read_text().splitlines()
    assert lines[limit["after"]["line"] - 1].strip() == "maximum: 100"


def test_an_operand_without_a_date_is_the_newest_snapshot(tmp_path: Path) -> None:
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
def test_the_snapshots_of_a_vendor_differ_as_its_pages_do(old: str, new: str, added: int, removed: list[str]) -> None:
    found = json.loads(run(old, new, "--format", "json").stdout)
    assert found["counts"]["added"] == added
    gone = [each for each in found["changes"] if each["rule"].startswith("api-removed")]
    assert [each["operations"][0]["operation"] for each in gone] == removed
    rules = {each["rule"] for each in found["changes"]}
    assert rules > {"new-optional-request-parameter", "response-optional-property-added"}
    assert all(each["overlay"] for each in found["changes"] if each["rule"] == "endpoint-added")


# CHANGES.md


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    shutil.copytree(SPEC, tmp_path / "spec")
    return tmp_path / "spec"


def test_the_notes_have_a_section_for_each_two_neighbours_the_newest_first(spec: Path) -> None:
    result = run("--spec", spec, command="changes")
    assert result.exit_code == 0
    assert result.output == f"{spec}/shop/CHANGES.md: 3 snapshots\n"
    text = (spec / "shop/CHANGES.md").read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "shop@2025-02-01 → shop@2025-03-01",
        "shop@2025-01-01 → shop@2025-02-01",
    ]
    assert "- `POST /things`: 2025-03-01 lets things be created." in text


def test_fresh_notes_pass_and_stale_ones_do_not(spec: Path) -> None:
    assert run("--spec", spec, "--check", command="changes").exit_code == 1
    run("--spec", spec, command="changes")
    assert run("--spec", spec, "--check", command="changes").exit_code == 0
    overlay = spec / "shop/changes/2025-02-01.overlay.yaml"
    overlay.write_text(overlay.read_text().replace("pages of 100", "large pages"))
    result = run("--spec", spec, "--check", command="changes")
    assert result.exit_code == 1
    assert "CHANGES.md: not what the snapshots say. Run `adcontract changes` and commit it." in result.stderr


def test_an_api_with_one_snapshot_gets_no_notes(spec: Path) -> None:
    shutil.rmtree(spec / "shop/changes")
    for older in ("2025-01-01", "2025-02-01"):
        shutil.rmtree(spec / "shop/examples" / older)
    assert run("--spec", spec, command="changes").exit_code == 0
    assert not (spec / "shop/CHANGES.md").exists()
