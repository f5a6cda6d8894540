"""`adcontract diff` and bad input: one line that names the place and the fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract.contract.catalog import apis, spec_folder

if TYPE_CHECKING:
    from conftest import Changes, Pair, Run

Refused = Callable[..., list[str]]

HERE = Path(__file__).parent


@pytest.fixture
def refused(run: Run) -> Refused:
    """A function that returns the lines of the command's errors."""

    def lines(*operands: str | Path) -> list[str]:
        result = run(*operands, "--spec", HERE / "spec")
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        return [line.removeprefix("Error: ") for line in result.stderr.splitlines()]

    return lines


def test_a_file_that_is_not_there_is_named(refused: Refused, tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "no.yaml", tmp_path / "no.yaml")
    assert line == f"{tmp_path}/no.yaml: there is no such file. Name a file, or a snapshot as <api>@<snapshot>."


def test_json_that_is_none_is_placed(refused: Refused, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{\n  "openapi": nope\n}')
    assert refused(file, file)[0].startswith(f"{file}:2:14: json-syntax: ")


def test_another_version_of_openapi_is_refused(refused: Refused, pair: Pair) -> None:
    pair.before["openapi"] = "3.2.0"
    files = pair.files()
    (line,) = refused(*files)
    assert line.startswith(f"{files[0]}:2:3: openapi-form: The version of OpenAPI is 3.2.0, ")


def test_large_files_are_read_side_by_side_and_refused_as_others_are(
    refused: Refused, changes: Changes, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adcontract.diff.document._LARGE", 0)
    pair.after["info"]["title"] = "Another"
    assert changes(*pair.files()) == []
    pair.before["info"]["title"], pair.after["openapi"] = "New", "3.2.0"
    (line,) = refused(*pair.files())
    assert "after.json:2:3: openapi-form: The version of OpenAPI is 3.2.0, " in line


@pytest.mark.parametrize("data", ["- a", "{}"])
def test_a_file_that_is_no_openapi_is_refused(refused: Refused, tmp_path: Path, data: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(data)
    assert refused(file, file)[0].startswith(f"{file}:1:1: openapi-form: This is not an OpenAPI document")


def test_a_malformed_parameter_is_placed(refused: Refused, pair: Pair) -> None:
    del pair.after["paths"]["/offers/{id}"]["parameters"][0]["name"]
    line = refused(*pair.files())[0]
    assert re.search(r"after.json:\d+:\d+: openapi-form: name is missing here. Add it.", line)


@pytest.mark.parametrize("reference", ["./Offer.yaml", "#/components/schemas/Nothing", "#/paths/~1nothing/get"])
def test_a_reference_that_leads_nowhere_is_refused(refused: Refused, pair: Pair, reference: str) -> None:
    pair.offer["properties"]["parent"] = {"$ref": reference}
    (line,) = refused(*pair.files())
    assert "ref-exists: " in line


@pytest.mark.parametrize("reference", [3, [], None])
def test_a_reference_that_is_no_text_is_refused(refused: Refused, pair: Pair, reference: Any) -> None:
    pair.after["paths"]["/offers"]["get"]["responses"]["200"] = {"$ref": reference}
    assert all(line.startswith(f"{pair.files()[1]}:") for line in refused(*pair.files()))


def test_what_our_contracts_do_not_use_of_openapi_is_no_hindrance(changes: Changes, tmp_path: Path) -> None:
    foreign = HERE / "foreign.yaml"
    assert changes(foreign, foreign) == []
    file = tmp_path / "after.yaml"
    file.write_text(foreign.read_text().replace("in: cookie", "in: header"))
    assert [rule for rule, _ in changes(foreign, file)] == [
        "request-parameter-removed",
        "new-optional-request-parameter",
    ]


def test_two_paths_of_one_structure_are_refused(refused: Refused, pair: Pair) -> None:
    pair.after["paths"]["/offers/{other}"] = {"get": {"responses": {"200": {"description": "Fine."}}}}
    (line,) = refused(*pair.files())
    assert "same-path: /offers/{other} and /offers/{id} are the same path" in line


def test_an_unknown_snapshot_lists_those_that_are_known(refused: Refused) -> None:
    (line,) = refused("shop@2025-01-02", "shop")
    assert line == (
        "shop has no snapshot 2025-01-02. Did you mean 2025-01-01? Known: 2025-01-01, 2025-02-01, 2025-03-01."
    )


def test_an_unknown_api_lists_those_that_are_known(refused: Refused) -> None:
    assert refused("shops", "shop") == ["There is no API shops. Did you mean shop? Known: shop."]


def test_a_folder_is_no_document(refused: Refused, tmp_path: Path) -> None:
    assert refused(str(tmp_path), "shop") == [
        f"{tmp_path}: this is a folder. Name a file in it, or a snapshot as <api>@<snapshot>."
    ]


def test_a_folder_of_the_name_of_an_api_does_not_hide_it(
    changes: Changes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = apis(spec_folder())[0]
    (tmp_path / api).mkdir()
    monkeypatch.chdir(tmp_path)
    assert changes(api, api) == []
