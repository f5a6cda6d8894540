"""`adcontract lint`: its findings, its reports, and that no broken file stops it."""

from __future__ import annotations

import ast
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from adcontract.cli import main
from adcontract.contract.catalog import spec_folder
from adcontract.files.source import read_json, read_yaml
from adcontract.lint.rules import RULES
from adcontract.lint.run import lint

HERE = Path(__file__).resolve().parents[1]
FAULTY = HERE / "faulty"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["lint", *map(str, arguments)])


def break_it(spec: Path, *rules: str) -> None:
    for rule in rules:
        shutil.copytree(FAULTY / rule, spec / "shop", dirs_exist_ok=True, ignore=shutil.ignore_patterns("expect.txt"))


def findings(spec: Path) -> list[str]:
    folder = spec / "shop"
    return [
        f"{found.where.file.relative_to(folder)}:{found.where.line}:{found.where.column} {found.rule}"
        for found in lint(spec).findings
    ]


def test_a_sound_contract_has_no_findings(spec: Path) -> None:
    result = run("--spec", spec)
    assert result.exit_code == 0
    assert result.output == "2 contracts, 8 operations, 20 payloads: no findings\n"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_fault_is_reported_at_its_place_by_its_rule_alone(rule: str, spec: Path) -> None:
    break_it(spec, rule)
    (line,) = findings(spec)
    assert line == (FAULTY / rule / "expect.txt").read_text().strip()
    assert line.endswith(f" {rule}")


def test_there_is_a_faulty_folder_for_every_rule_and_for_nothing_else() -> None:
    assert {folder.name for folder in FAULTY.iterdir()} == set(RULES)


def test_our_own_contracts_have_no_findings() -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert result.output.endswith("no findings\n")


def test_all_findings_are_reported_at_once(spec: Path) -> None:
    rules = ("source", "unreferenced", "payload-fits", "x-body", "extensible-enum", "tag-used")
    break_it(spec, *rules)
    expected = [line for rule in rules for line in (FAULTY / rule / "expect.txt").read_text().splitlines()]
    assert sorted(findings(spec)) == sorted(expected)


def test_each_file_is_read_once(spec: Path) -> None:
    script = """
import atexit, collections, sys
opened = collections.Counter()
sys.addaudithook(lambda event, values: opened.update([str(values[0])]) if event == "open" else None)
atexit.register(lambda: print({file: count for file, count in opened.items() if sys.argv[1] in file}))
from adcontract.cli import main
main(["lint", "--spec", sys.argv[1]])
"""
    shown = subprocess.run([sys.executable, "-c", script, spec], capture_output=True, text=True, check=True).stdout
    opened = ast.literal_eval(shown.splitlines()[-1])
    files = {str(file) for file in spec.rglob("*") if file.is_file()}
    assert opened == dict.fromkeys(files, 1)


def test_a_document_that_was_sound_is_validated_again_when_it_has_changed(spec: Path) -> None:
    assert findings(spec) == findings(spec) == []
    break_it(spec, "openapi")
    assert [line.split()[1] for line in findings(spec)] == ["openapi"]
    assert [line.split()[1] for line in findings(spec)] == ["openapi"]


@pytest.mark.parametrize(
    ("status", "fix"),
    [("204", "It has no body: add an x-source that names"), ("202", "Add cancelOrder.202.json, or an x-inferred")],
)
def test_no_payload_is_asked_for_where_a_response_has_no_body(status: str, fix: str, spec: Path) -> None:
    break_it(spec, "response-payload")
    file = spec / "shop/paths/orders_order_id.yaml"
    file.write_text(file.read_text().replace("'204'", f"'{status}'"))
    (found,) = (finding.fix for finding in lint(spec, "shop").findings if finding.rule == "response-payload")
    assert found.startswith(fix)


def test_a_broken_file_hides_no_finding_of_another(spec: Path) -> None:
    break_it(spec, "yaml-syntax", "ref-exists", "json-syntax", "key-order")
    found = {line.split()[1] for line in findings(spec)}
    assert {"yaml-syntax", "ref-exists", "json-syntax", "key-order"} == found


def test_a_broken_contract_hides_no_finding_of_another_and_the_report_says_what_waits(spec: Path) -> None:
    shutil.copytree(spec / "shop", spec / "broken")
    (spec / "broken/openapi.yaml").write_text("paths: [")
    (spec / "broken/components/schemas/Error.yaml").write_text("type: object\ntype: object\n")
    break_it(spec, "payload-fits")
    result = run("--spec", spec)
    assert result.exit_code == 1
    for rule in ("yaml-syntax", "yaml-duplicate-key", "payload-fits"):
        assert f"  {rule}  " in result.output
    assert result.output.splitlines()[-1].endswith("wait until these can be assembled: broken")


def test_a_line_of_the_report_names_place_rule_cause_and_way_out(spec: Path) -> None:
    break_it(spec, "x-unknown")
    line = run("--spec", spec).output.splitlines()[0]
    place = spec / "shop/components/schemas/OrderPage.yaml"
    assert line == f"{place}:7:1  x-unknown  x-infered is not a known keyword.  Did you mean x-inferred?"


def test_json_has_the_findings_and_the_counts(spec: Path) -> None:
    break_it(spec, "tag-used")
    report = json.loads(run("--spec", spec, "--format", "json").output)
    (finding,) = report.pop("findings")
    assert report == {"contracts": 2, "operations": 8, "payloads": 20, "waiting": []}
    assert finding == {
        "file": str(spec / "shop/openapi.yaml"),
        "line": 17,
        "column": 5,
        "rule": "tag-used",
        "message": "No operation has the tag Carts.",
        "fix": "Use it, or remove it.",
    }


def test_github_marks_the_line(spec: Path) -> None:
    break_it(spec, "payload-fits")
    annotation = run("--spec", spec, "--format", "github").output.splitlines()[0]
    place = spec / "shop/examples/2025-02-01/listOrders.200.json"
    assert annotation.startswith(f'::error file={place},line=4,col=7,title=payload-fits::data.0.id: "1" is not of type')


def test_sarif_has_the_members_that_2_1_0_requires(spec: Path) -> None:
    break_it(spec, "openapi")
    log = json.loads(run("--spec", spec, "--format", "sarif").output)
    assert log["version"] == "2.1.0"
    (run_,) = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert run_["tool"]["driver"]["name"] == "adcontract lint"
    assert [rule["id"] for rule in rules] == list(RULES)
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in rules)
    assert all("Wrong, in `" in rule["help"]["markdown"] for rule in rules)
    (result,) = run_["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "openapi"
    assert result["level"] == "error"
    assert "Required list has not defined properties: ['to']" in result["message"]["text"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"].endswith("shop/paths/orders.yaml")
    assert location["physicalLocation"]["region"] == {"startLine": 31, "startColumn": 9}


def test_the_rules_are_listed_with_a_sentence_each() -> None:
    lines = run("--rules").output.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    assert all(line.endswith(".") for line in lines)


def test_the_profile_openapi_has_the_rules_that_hold_for_anybodys_document(spec: Path) -> None:
    break_it(spec, "source", "default-fits", "tag-used")
    house, anybody = run("--spec", spec), run("--spec", spec, "--profile", "openapi")
    assert {"source", "default-fits", "tag-used"} == set(re.findall(r":[0-9]+  (\S+)  ", house.output))
    assert re.findall(r":[0-9]+  (\S+)  ", anybody.output) == ["default-fits"]
    listed = run("--rules", "--profile", "openapi").output.splitlines()
    assert "default-fits" in {line.split()[0] for line in listed}
    assert {line.split()[1] for line in listed} == {"openapi"}
    unknown = run("--rules", "--profile", "hose")
    assert unknown.exit_code == 2
    assert "there is no profile hose. Did you mean house?" in unknown.stderr


def test_no_profile_hides_why_a_document_cannot_be_assembled(spec: Path) -> None:
    break_it(spec, "x-value")
    result = run("--spec", spec, "--profile", "openapi")
    assert result.exit_code == 1
    assert "  x-value  " in result.output


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_is_explained_with_a_fault_and_its_correction(rule: str) -> None:
    result = run("--explain", rule)
    assert result.exit_code == 0
    head, sentence, *lines = result.output.splitlines()
    assert (head, sentence) == (f"{rule} (profile {RULES[rule].profile})", RULES[rule].sentence)
    finding, _ = (FAULTY / rule / "expect.txt").read_text().split()
    assert any(line.startswith(f"{finding}  {rule}  ") for line in lines)
    wrong, right = lines.index(next(line for line in lines if line.startswith("Wrong, in "))), lines.index("Right:")
    assert lines[wrong + 1 : right - 3] != lines[right + 1 :]


def test_an_unknown_rule_is_answered_with_the_closest() -> None:
    result = run("--explain", "key-ordr")
    assert result.exit_code == 2
    assert (
        result.stderr
        == "Error: There is no rule key-ordr. Did you mean key-order? `adcontract lint --rules` lists all.\n"
    )


def test_the_page_of_the_rules_and_the_examples_are_up_to_date() -> None:
    command = [sys.executable, Path(__file__).with_name("write_rules.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_hook_for_pre_commit_lints_the_folder_spec(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (hook,) = yaml.safe_load((HERE.parents[1] / ".pre-commit-hooks.yaml").read_text())
    program, command, *options = [*hook["entry"].split(), *hook["args"]]
    assert (program, command, hook["pass_filenames"]) == ("adcontract", "lint", False)
    monkeypatch.chdir(spec.parent)
    assert run(*options).output == "2 contracts, 8 operations, 20 payloads: no findings\n"
    break_it(spec, "tag-used")
    assert run(*options).exit_code == 1


def test_the_help_shows_how_to_call_it() -> None:
    assert "  adcontract lint --format github --output reports/lint.sarif\n" in run("--help").output


def test_what_does_not_exist_is_status_2_and_one_line_that_says_what_does(spec: Path) -> None:
    for arguments, says in (
        (["--api", "shpo"], "There is no API shpo. Did you mean shop? Known: shop."),
        (["--snapshot", "2025-02-02"], "No API has a snapshot 2025-02-02. Did you mean 2025-02-01? Known: 2025-01-01"),
    ):
        result = run("--spec", spec, *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_contracts_of_the_current_folder_that_are_not_checked_are_named(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    said = "These are the built-in contracts. To check those in spec, add --spec spec.\n"
    assert run("--api", "topsort").stderr == said
    assert run("--spec", "spec").stderr == ""
    monkeypatch.chdir(spec_folder().parent)
    assert run("--api", "topsort").stderr == ""


def test_one_snapshot_can_be_asked_for(spec: Path) -> None:
    break_it(spec, "payload-fits")
    assert run("--spec", spec, "--snapshot", "2025-01-01").output.startswith(
        "1 contract, 4 operations, 10 payloads: no"
    )
    assert run("--spec", spec, "--snapshot", "2025-02-01").exit_code == 1


@pytest.mark.slow
def test_no_change_to_a_file_makes_the_linter_stumble(spec: Path) -> None:
    """A value anywhere in a contract is replaced by another, eighty times: there is always a report."""
    chosen = random.Random(20251121)
    files = sorted(file for file in (spec / "shop").rglob("*.*") if file.suffix in (".yaml", ".json"))
    for _ in range(80):
        file = chosen.choice(files)
        sound = file.read_text()
        data = (read_json if file.suffix == ".json" else read_yaml)(file).data
        holder, key = chosen.choice(list(members(data)))
        holder[key] = chosen.choice([None, 5, "x", [], {}, ["x"], {"x": 1}, {"$ref": "no.yaml"}, {"$ref": 5}])
        file.write_text(json.dumps(data) if file.suffix == ".json" else yaml.safe_dump(data, sort_keys=False))
        result = run("--spec", spec)
        assert result.exit_code in (0, 1), (file.name, key, holder[key], result.exception)
        file.write_text(sound)


def members(node: Any) -> Any:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield node, key
        yield from members(value)
