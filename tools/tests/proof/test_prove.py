"""`adcontract prove`: faults that are planted in a contract which is not ours, and what is said about them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract_mock.faults import plant  # noqa: F401 - registers the kinds
from adcontract_mock.faults.registry import KINDS
from adcontract_proof.fault import Fault
from adcontract_proof.page import terminal, write
from adcontract_proof.record import Basis
from adcontract_proof.summary import below, proof_of
from adcontract_proof.trial import Clean, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from adcontract_proof.summary import Proof

    Prove = Callable[..., Result]

SHOP = Path(__file__).parents[3] / "conformance" / "tests" / "spec"
FAULTS = ("--fault", "missing-field@getItem", "--fault", "not-enforced@getItem")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proof")


@pytest.fixture(scope="module")
def prove(out: Path) -> Prove:
    def run(*arguments: str) -> Result:
        command = ["prove", "--spec", str(SHOP), "--workers", "1", "--out", str(out), *arguments]
        result = CliRunner().invoke(main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return run


@pytest.fixture(scope="module")
def proved(prove: Prove) -> Result:
    return prove(*FAULTS, "--goal", "all=100")


def data(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "proof.json").read_text())
    return found


@pytest.mark.slow
def test_a_fault_that_the_suite_finds_is_caught_by_the_checks_of_its_kind(proved: Result, out: Path) -> None:
    assert proved.exit_code == 0, proved.output
    found = dict(line.split(": ", 1) for line in proved.output.splitlines() if " of shop@v1: " in line)
    assert "examples.body" in found["missing-field@getItem of shop@v1"].split(", ")
    assert "security.missing" in found["not-enforced@getItem of shop@v1"].split(", ")
    assert "without a fault: shop@v1: no false alarm" in proved.output
    total = data(out)["total"]
    assert (total["planted"], total["caught"], total["missed"]) == (2, 2, 0)
    page = (out / "PROOF.md").read_text()
    assert "2 of " in page
    assert "| all | 2 | 2 | 0 |" in page


@pytest.mark.slow
def test_a_proof_that_was_ended_goes_on_where_it_was(proved: Result, prove: Prove, out: Path) -> None:
    assert proved.exit_code == 0
    record = out / "record.jsonl"
    lines = record.read_bytes().splitlines()
    record.write_bytes(b"\n".join([*lines, lines[-1][:40]]))  # killed in the middle of a line
    again = prove(*FAULTS)
    assert again.exit_code == 0
    assert "| all | 2 | 2 | 0 |" in (out / "PROOF.md").read_text()
    assert record.read_bytes().splitlines()[: len(lines)] == lines


@pytest.mark.slow
def test_a_record_of_another_proof_is_not_mixed_with_this_one(proved: Result, prove: Prove, out: Path) -> None:
    assert proved.exit_code == 0
    before = (out / "record.jsonl").read_bytes()
    other = prove(*FAULTS, "--seed", "2")
    assert other.exit_code == 2
    assert "is of another proof: seed changed since" in other.output
    assert (out / "record.jsonl").read_bytes() == before


@pytest.mark.slow
def test_a_log_that_is_no_terminal_says_how_far_a_proof_is(
    prove: Prove, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adcontract_proof.command._EVERY", 0.0)
    monkeypatch.setattr("adcontract_proof.command._ENOUGH", 0)
    done = prove(*FAULTS, "--out", str(tmp_path))
    assert "1 of 2 faults, 0 missed, 0 min left" in done.output


@pytest.mark.slow
def test_a_proof_that_is_terminated_leaves_nothing_and_goes_on_later(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from adcontract.cli import main; main()", "prove", "--spec", str(SHOP)]
    options = ["--class", "schema", "--workers", "2", "--out", str(tmp_path)]
    running = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    record = tmp_path / "record.jsonl"
    until = time.monotonic() + 60
    while time.monotonic() < until and not (record.exists() and record.read_bytes().count(b"\n") > 1):
        time.sleep(0.1)
    running.terminate()
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "the same command goes on there." in errors
    assert "leaked" not in errors


def proof_with(*outcomes: Outcome, alarms: tuple[str, ...] = ()) -> Proof:
    basis = Basis(version="1", commit="", seed=1, profile="core", contracts={"shop@v1": "0"})
    clean = Clean(document="shop@v1", requests=9, seconds=1.0, alarms=alarms)
    return proof_of(basis, datetime.now(UTC), 9, [clean], outcomes)


def outcome(group: str, **other: Any) -> Outcome:
    return Outcome(fault=Fault("shop", "v1", next(iter(KINDS)), group, "getItem"), **other)


def test_a_class_below_its_goal_is_named_and_the_missed_fault_is_listed() -> None:
    proof = proof_with(outcome("lists"), outcome("lists", checks=("behavior.filter",)), outcome("state", refused="no"))
    assert below(proof, {"lists": 50, "state": 100, "all": 60}) == []
    assert below(proof, {"lists": 97, "state": 100, "security": 100, "all": 97}) == [
        "security: no fault was tried that changes a response, and at least 100 % have to be caught.",
        "lists: 1 of 2 faults are caught (50.0 %), and at least 97 % have to be.",
        "all: 2 of 3 faults are caught (66.7 %), and at least 97 % have to be.",
    ]
    assert [line for line in terminal(proof) if line.startswith("missed  ")]


def test_a_fault_that_changes_no_answer_is_listed_and_not_counted() -> None:
    proof = proof_with(outcome("lists", unseen=40), outcome("lists", checks=("behavior.filter",)))
    assert below(proof, {"lists": 100, "all": 100}) == []
    assert (proof.total.planted, proof.total.caught, proof.total.unseen) == (2, 1, 1)
    assert [line for line in terminal(proof) if line.startswith("unseen  ")]


def test_the_page_names_the_check_that_finds_a_missed_kind_elsewhere_and_why_it_was_not_tried(tmp_path: Path) -> None:
    why = "behavior.delete: no operation creates such an item"
    missed = outcome("state", untried=("state.there: the contract has no links", why))
    caught = outcome("state", checks=("behavior.delete",)), outcome("state", checks=("behavior.delete",))
    write(proof_with(missed, *caught, outcome("state", checks=("state.gone",))), [], tmp_path)
    assert f"| not tried: {why} |" in (tmp_path / "PROOF.md").read_text()


def test_a_check_that_finds_no_fault_of_a_kind_is_no_reason_that_one_was_missed(tmp_path: Path) -> None:
    missed = outcome("state", untried=("state.there: the contract has no links",))
    write(proof_with(missed, outcome("state", checks=("behavior.delete",))), [], tmp_path)
    assert "| the requests that show it are not sent |" in (tmp_path / "PROOF.md").read_text()


def test_a_run_that_broke_is_not_caught() -> None:
    proof = proof_with(outcome("lists", error="The target does not answer."))
    assert below(proof, {"all": 1})
    assert "        The target does not answer." in list(terminal(proof))


def test_a_false_alarm_on_the_server_without_a_fault_is_shown() -> None:
    lines = list(terminal(proof_with(alarms=("The body does not fit.",))))
    assert "without a fault: shop@v1: 1 false alarm, 9 requests" in lines
    assert "    The body does not fit." in lines


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--fault", "missing-feild"), "There is no fault missing-feild. Did you mean missing-field?"),
        (("--fault", "missing-field@getItems"), "missing-field@getItems can be planted nowhere in the contracts"),
        (("--class", "list"), "There is no class list. Did you mean lists? Known: schema, protocol"),
        (("--goal", "everything=97"), "there is no class everything"),
        (("--goal", "all=most"), "all=most: give a percentage from 0 to 100, such as all=97."),
        (("--goal", "all=200"), "all=200: give a percentage from 0 to 100, such as all=97."),
    ],
)
def test_what_cannot_be_proved_is_refused_with_the_cause(
    prove: Prove, arguments: tuple[str, ...], sentence: str
) -> None:
    refused = prove(*arguments)
    assert refused.exit_code == 2
    assert sentence in " ".join(refused.output.split())


def test_an_interrupted_proof_says_how_far_it_is_and_how_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: Any) -> Iterator[Outcome]:
        yield Outcome(fault=given[2][0], checks=("examples.body",))
        raise KeyboardInterrupt

    monkeypatch.setattr("adcontract_proof.pool.outcomes", interrupted)
    ended = CliRunner().invoke(main, ["prove", "--spec", str(SHOP), "--out", str(tmp_path), *FAULTS])
    assert ended.exit_code == 2
    said = f"1 of 2 faults are in {tmp_path / 'record.jsonl'}: the same command goes on there.\nInterrupted.\n"
    assert ended.output == said


def test_a_record_that_cannot_be_written_any_more_ends_the_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcomes(*given: Any) -> Iterator[Outcome]:
        (tmp_path / "record.jsonl").unlink()
        (tmp_path / "record.jsonl").mkdir()
        yield Outcome(fault=given[2][0])

    monkeypatch.setattr("adcontract_proof.pool.outcomes", outcomes)
    ended = CliRunner().invoke(main, ["prove", "--spec", str(SHOP), "--out", str(tmp_path), *FAULTS])
    assert (ended.exit_code, ended.output.count("\n")) == (2, 1)
    assert "record.jsonl: this file cannot be written: Is a directory." in ended.output


def test_a_file_that_is_no_record_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text("my notes\n")
    refused = CliRunner().invoke(main, ["prove", "--spec", str(SHOP), "--out", str(tmp_path), *FAULTS])
    assert refused.exit_code == 2
    assert "record.jsonl:1: this is no record of a proof." in refused.output
    assert file.read_text() == "my notes\n"


def test_of_a_contract_without_answers_to_faulty_requests_the_blind_spots_are_told_first(tmp_path: Path) -> None:
    plain = Path(__file__).parent / "plain"
    refused = CliRunner().invoke(main, ["prove", "--spec", str(plain), "--out", str(tmp_path)])
    assert refused.exit_code == 2
    assert "has no x-errors: no fault can be planted" in refused.output
    assert "listPets" in refused.output
    assert "has no x-sort: an order that is ignored cannot be seen" in refused.output
