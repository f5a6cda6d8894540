"""A law that a contract only infers: its breach warns for a vendor's server, but fails if it loses or mixes data."""

import shutil

import pytest
from adcontract_library import FAULTS
from conftest import HERE

MARK = "    x-inferred: No page explains these names.\n"


@pytest.fixture
def library_with(tmp_path):
    """Copy the contract of the library with other texts in the file of its books; give the folder."""

    def copy(*texts):
        shutil.copytree(HERE / "spec", tmp_path / "spec")
        path = tmp_path / "spec" / "library" / "paths" / "shelves_shelf_id_books.yaml"
        text = path.read_text()
        for old, new in texts:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text)
        return str(tmp_path / "spec")

    return copy


INFERRED = ("    prev: /meta/prev\n", f"    prev: /meta/prev\n{MARK}")
UNKNOWN = ("      schema: {type: integer, minimum: 1}\n", "      schema: {type: integer, minimum: 1}\n  " + MARK)


@pytest.mark.parametrize(
    ("name", "law", "outcome"),
    [
        ("pages overlap", "page-walk", "fail"),
        ("pages leave an item out", "page-walk", "fail"),
        ("the total is one too many", "page-total", "warn"),
        ("the size is ignored", "page-size", "warn"),
    ],
)
def test_an_item_that_is_repeated_or_lost_fails_and_a_wrong_number_warns(held, library_with, name, law, outcome):
    operation, _, server = FAULTS[name]
    _, report, result = held(server(), "--only", operation, "--spec", library_with(INFERRED))
    found = {(each["check"], each["outcome"]) for each in report["apis"][0]["findings"]}
    assert (f"behavior.{law}", outcome) in found, result.output
    assert result.exit_code == (1 if outcome == "fail" else 0)


def test_a_parameter_that_no_page_shows_proves_no_loss(held, library_with):
    operation, _, server = FAULTS["pages overlap"]
    _, report, result = held(server(), "--only", operation, "--spec", library_with(INFERRED, UNKNOWN))
    assert {each["outcome"] for each in report["apis"][0]["findings"]} == {"warn"}, result.output
    assert result.exit_code == 0
