"""The command names the faults, plants the one that is asked for, and refuses what cannot be planted."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from planting import SPEC, served

from adcontract import UsageError
from adcontract.cli import main
from adcontract_mock.faults.registry import CLASSES, KINDS
from adcontract_mock.serve.banner import banner


def test_the_registry_says_of_every_kind_what_the_server_does() -> None:
    assert {kind.group for kind in KINDS.values()} == set(CLASSES)
    assert len(KINDS) > 90
    assert all(kind.description[0].isupper() or kind.description[0].isdigit() for kind in KINDS.values())
    assert all(kind.description.endswith(".") for kind in KINDS.values())


@pytest.mark.parametrize(
    ("plant", "message"),
    [
        ("mising-field", "there is no fault 'mising-field'. Did you mean missing-field?"),
        ("missing-field@getTre", "there is no operation 'getTre'. Did you mean getTree?"),
        (
            "not-deleted@getTree",
            "the fault not-deleted does not apply to getTree. "
            "It applies to deleteTree, deletePressing, deleteApple, deleteSign.",
        ),
        ("any-token@getTree", "the fault any-token does not apply to getTree. It applies to none."),
        (
            "order-ignored@listTrees:rngs",
            "the fault order-ignored does not apply to listTrees:rngs. Did you mean rings? It applies to rings, name, ",
        ),
        (
            "not-deleted@deleteTree:name",
            "the fault not-deleted is of deleteTree as a whole: leave :name out.",
        ),
        (
            "filter-ignored@getTree:name",
            "the fault filter-ignored does not apply to getTree. It applies to listTrees, listSeasons.",
        ),
    ],
)
def test_a_fault_that_cannot_be_planted_is_refused_in_a_line(plant: str, message: str) -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--stateful", "--port", "0", "--plant", plant])
    assert done.exit_code == 2
    assert done.output.startswith(f"Error: {message}")
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "json"], "--format is the format of the list of faults: add --plant list, or leave it out."),
        (["--plant", "no-allow", "--workers", "2"], "--plant needs one worker: leave --workers out."),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--port", "0", *options])
    assert (done.exit_code, done.output) == (2, f"Error: {message}\n")


def test_a_mock_says_which_fault_it_has() -> None:
    (document,) = served("not-deleted").runtime.documents
    url = "http://mock"
    lines = list(banner([document.contract], url, None, faults=[document.fault]))
    assert "Planted: not-deleted at deleteTree of orchard-v1: A delete is answered, and not done." in lines
    (document,) = served("filter-ignored").runtime.documents
    assert document.fault == "filter-ignored at listTrees:query of orchard-v1: A filter is ignored."


def test_a_fault_of_the_state_needs_one() -> None:
    with pytest.raises(UsageError, match="the fault not-deleted shows in a stateful mock only: add --stateful"):
        served("not-deleted", stateful=False)


def test_the_list_names_every_fault_with_the_operations_to_which_it_applies() -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--plant", "list"])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    where = lines.index("  not-deleted: A delete is answered, and not done. Needs --stateful.")
    assert lines[where + 1] == "      orchard-v1: deleteTree, deletePressing, deleteApple, deleteSign"
    where = lines.index("  order-ignored: The order is ignored. Needs --stateful.")
    assert lines[where + 1] == "      orchard-v1: listTrees (rings, name, kind, height)"
    assert lines[-2] == "FAULT@OPERATION plants one, FAULT@OPERATION:PART at the part that stands in parentheses."
    assert lines[-1] == f"{len(KINDS)} faults in all."


def test_the_list_as_json_has_the_same() -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--plant", "list", "--format", "json"])
    faults = {each["fault"]: each for each in json.loads(done.output)["faults"]}
    assert faults.keys() == KINDS.keys()
    assert faults["not-deleted"] == {
        "fault": "not-deleted",
        "class": "state",
        "description": "A delete is answered, and not done.",
        "stateful": True,
        "document": False,
        "everywhere": False,
        "operations": {"orchard-v1": ["deleteTree", "deletePressing", "deleteApple", "deleteSign"]},
        "parts": {},
    }
    assert faults["order-ignored"]["operations"] == {"orchard-v1": ["listTrees"]}
    assert faults["order-ignored"]["parts"] == {"orchard-v1": {"listTrees": ["rings", "name", "kind", "height"]}}
