"""The two readers of the contracts, held to each other: our mock conforms, and does not with any payload broken.

The suite knows the mock by its command and its URL alone.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from adcontract import load, names, spec_folder
from adcontract.pointer import walk

SEEDS = (1, 2, 3, 4, 5)
LARGE = 10
"""An API with more operations than this is spread over the seeds, so that each operation is tried once."""


@contextmanager
def mock(folder, *options):
    """Serve the contracts with `adcontract mock` on a free port, its log in `folder`; give the URL."""
    line = [sys.executable, "-c", "from adcontract.cli import main; main()", "mock", "--port", "0", *options]
    log = folder / "mock.log"
    with log.open("w") as output, subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield started(process, log)
        finally:
            process.terminate()


def started(process, log):
    """Return the URL that the mock tells when it is up."""
    for _ in range(600):
        if found := re.search(r"The mock is at (http://\S+)\n", log.read_text()):
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with mock(tmp_path_factory.mktemp("mock")) as found:
        yield found


@pytest.fixture(scope="module")
def stateful(tmp_path_factory):
    with mock(tmp_path_factory.mktemp("stateful"), "--stateful", "--seed-items", "120") as found:
        yield found


@pytest.mark.parametrize("seed", SEEDS)
def test_our_stateful_mock_conforms(command, stateful, seed):
    for name in names(spec_folder()):
        operations = [operation.id for operation in load(name.api, name.snapshot).operations]
        if not name.newest:
            continue
        mine = operations[seed - 1 :: len(SEEDS)] if len(operations) > LARGE else operations
        only = [part for operation in mine for part in ("--only", operation)]
        result = command(stateful, "--api", name.api, "--seed", str(seed), *only)
        assert result.exit_code == 0, result.output
        assert re.search(rf"^{name.api} {name.snapshot}: conforms \(", result.output, re.MULTILINE), result.output


@pytest.mark.parametrize("name", [name for name in names(spec_folder()) if not name.newest], ids=str)
def test_our_mock_conforms_to_older_snapshots_at_their_own_addresses(command, url, name):
    result = command(
        f"{url}/{name.api}/{name.snapshot}",
        "--api",
        name.api,
        "--snapshot",
        name.snapshot,
        "--groups",
        "examples,security",
    )
    assert result.exit_code == 0, result.output
    assert f"{name.api} {name.snapshot}: conforms (" in result.output


@pytest.mark.parametrize("api", sorted({name.api for name in names(spec_folder())}))
def test_our_mock_with_a_broken_payload_does_not_conform(command, tmp_path, api):
    newest = next(name for name in names(spec_folder(), api) if name.newest)
    shutil.copytree(spec_folder() / api, tmp_path / api)
    files = sorted((tmp_path / api / "examples" / newest.snapshot).glob("[a-z]*.2??.json"))
    dice = random.Random(1)
    file = dice.choice([file for file in files if json.loads(file.read_text())])
    payload = json.loads(file.read_text())
    holders = [node for _, node in walk(payload) if isinstance(node, dict) and node]
    holder = dice.choice(holders)
    holder[next(iter(holder))] = {"not": ["this"]}
    file.write_text(json.dumps(payload))
    with mock(tmp_path, "--spec", str(tmp_path), "--api", api) as url:
        result = command(url, "--api", api, "--groups", "examples", "--strict")
    assert result.exit_code == 1, f"{file.name}: {result.output}"
    assert file.name.split(".")[0] in result.output


@pytest.mark.parametrize("api", ["affiliate-com", "topsort"])
def test_our_stateful_mock_keeps_the_declared_laws_and_has_the_same_again_for_the_same_seed(command, tmp_path, api):
    results = []
    for run in ("one", "two"):
        folder = tmp_path / run
        folder.mkdir()
        with mock(folder, "--stateful", "--seed-items", "120") as url:
            result = command(url, "--api", api, "--groups", "behavior", "--json", str(folder / "report.json"))
        assert result.exit_code == 0, result.output
        report = json.loads((folder / "report.json").read_text())
        results.append(report["apis"][0]["results"])
    assert results[0] == results[1]


def test_a_mock_that_keeps_no_state_breaks_the_declared_laws(command, url):
    result = command(url, "--api", "affiliate-com", "--groups", "behavior")
    assert result.exit_code == 1, result.output
