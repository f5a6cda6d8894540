"""The container image, as far as it can be tested without Docker."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract_mock.command import mock as command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def instructions(name: str) -> Iterator[str]:
    """Yield the arguments of every instruction of the Dockerfile with that name."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        keyword, _, arguments = line.partition(" ")
        if keyword == name:
            yield arguments.strip()


@pytest.fixture(scope="module")
def copied() -> set[str]:
    return {each for line in instructions("COPY") if "--from" not in line for each in line.split()[:-1]}


def test_the_image_copies_files_that_exist_and_are_let_through(copied: set[str]) -> None:
    assert not [path for path in copied if not (ROOT / path).exists()]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}


def test_the_image_holds_all_parts_of_the_package(copied: set[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
    }
    assert not [path for path in needed if not any(path == each or path.startswith(f"{each}/") for each in copied)]


def test_the_image_does_not_run_as_root() -> None:
    *_, user = instructions("USER")
    assert int(user.partition(":")[0]) > 0


def test_the_image_starts_the_mock_where_docker_reaches_it() -> None:
    (entrypoint,) = instructions("ENTRYPOINT")
    program, subcommand, *options = json.loads(entrypoint)
    given = command.make_context(subcommand, options).params
    (exposed,) = instructions("EXPOSE")
    assert (program, subcommand, given["host"], given["port"]) == ("adcontract", "mock", "0.0.0.0", int(exposed))


def test_the_image_is_healthy_as_long_as_the_mock_answers(small: httpx.Client) -> None:
    (healthcheck,) = instructions("HEALTHCHECK")
    python, *arguments = json.loads(healthcheck.partition("CMD ")[2])
    assert python == "python"

    def healthy(port: int | None) -> bool:
        asked = [argument.replace(":4010", f":{port}") for argument in arguments]
        return subprocess.run([sys.executable, *asked], capture_output=True, check=False).returncode == 0

    assert healthy(small.base_url.port)
    assert not healthy(1)
