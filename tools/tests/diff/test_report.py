"""The reports of `adcontract diff`: places of changes, every format, and the exit status."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Pair, Run


def test_a_change_names_its_place_in_both_files(pair: Pair) -> None:
    pair.offer["properties"]["title"]["maxLength"] = 5
    files = pair.files()
    lines = [file.read_text().splitlines() for file in files]
    text = pair.run().output
    places = re.findall(r"(\S+):(\d+):(\d+)", text)[:2]
    assert [place[0] for place in places] == [str(file) for file in files]
    assert lines[0][int(places[0][1]) - 1].strip() == '"title": {'
    assert lines[1][int(places[1][1]) - 1].strip() == '"maxLength": 5'


def test_what_rests_on_an_inference_says_so(pair: Pair) -> None:
    pair.before["components"]["schemas"]["Offer"]["x-inferred"] = {"required": "Every payload has it."}
    pair.offer["x-inferred"] = {"required": "Every payload has it."}
    pair.offer["required"] = ["title", "parent"]
    found = json.loads(pair.run("--format", "json").stdout)["changes"]
    assert [(each["rule"], each["inferred"]) for each in found] == [
        ("response-property-became-required", "Every payload has it."),
        ("request-property-became-required", "Every payload has it."),
    ]
    assert "is now always present. (inferred)" in pair.run().output


def test_markdown_lists_added_and_removed_operations_by_their_summary(pair: Pair) -> None:
    del pair.after["paths"]["/offers/{id}"]
    pair.offer["properties"]["title"]["maxLength"] = 5
    text = pair.run("--format", "markdown").output
    assert "### Removed operations\n\n- `GET /offers/{id}`: Get an offer.\n" in text
    assert "#### `POST /offers`\n\n- **risky** The field `title` of the request body" in text
    assert "#### `GET /offers`\n\nAnd `POST /offers`.\n\n- **safe**" in text
    assert ".json:" not in text


def test_github_gets_one_annotation_a_change_at_its_place(pair: Pair) -> None:
    pair.before["paths"]["/a,b:c"] = {"get": {"operationId": "odd", "responses": {"200": {"description": "It."}}}}
    pair.offer["properties"]["title"]["pattern"] = "100%"
    files = pair.files()
    lines = pair.run("--format", "github").output.splitlines()
    assert lines[0].startswith(f"::error file={files[0]},line=")
    assert lines[0].endswith(
        "title=api-removed-without-deprecation::GET /a,b:c: The operation was removed without being deprecated first."
    )
    assert [line.partition(" ")[0] for line in lines[:-1]] == ["::error", "::notice", "::error"]
    assert lines[-1].endswith(" changes.")
    assert "`100%25`" in lines[1]


def test_there_is_color_on_a_terminal_only(pair: Pair) -> None:
    pair.offer["properties"]["title"]["maxLength"] = 5
    assert "\x1b[" not in pair.run().output
    assert "\x1b[33mrisky" in pair.run(color=True).output


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
    assert pair.run(*options).exit_code == status


def test_the_rules_can_be_listed_with_their_classes(run: Run) -> None:
    lines = run("--rules").output.splitlines()
    assert len(lines) > 50
    assert any(re.fullmatch(r"new-required-request-parameter +breaking +\S.*", line) for line in lines)
