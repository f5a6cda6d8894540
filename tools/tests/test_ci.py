"""CI is described once: the jobs of the workflow run the steps of .ci/run, and what they install is pinned."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    return jobs


def test_the_jobs_run_every_step_once(jobs: dict[str, Any]) -> None:
    (listed,) = re.findall(r"^steps=\((.*)\)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    run = [name for command in commands if command.startswith(".ci/run ") for name in command.split()[1:]]
    assert sorted(run) == sorted(listed.split())
    assert all(command.startswith(".ci/") for command in commands)


def test_the_steps_are_make_targets() -> None:
    (listed,) = re.findall(r"^steps=\((.*)\)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(listed.split()) <= set(targets)


def test_actions_are_pinned_by_hash(jobs: dict[str, Any]) -> None:
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert len(used) >= len(jobs)
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []


def test_the_tests_run_on_every_python_of_the_classifiers(jobs: dict[str, Any]) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    versions = [each.rpartition(" ")[2] for each in declared if re.search(r":: 3\.\d+$", each)]
    assert jobs["test"]["strategy"]["matrix"]["python"] == versions


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_pins_everything_with_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    requirements = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(requirements) > 50
    loose = [each for each in requirements if not re.match(r"[\w.-]+==\S+( ; [^\n]+)? \\\n +--hash=sha256:", each)]
    assert loose == []
    assert "://" not in text
    assert not re.search(r"(^|\s)-[-a-z]*(index|find-links|file)", text)


@pytest.mark.parametrize(("lock", "extra"), [("requirements.txt", "all"), ("requirements-dev.txt", "dev")])
def test_the_lock_has_what_the_package_declares(lock: str, extra: str) -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = pyproject["project"]["optional-dependencies"]
    wanted = {*pyproject["project"]["dependencies"], *pyproject["dependency-groups"]["build"]}
    wanted |= {*extras["mock"], *extras["check"], *extras[extra]}
    names = {re.split(r"[\[<>=]", each)[0].lower() for each in wanted} - {"adcontract"}
    assert names <= set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
