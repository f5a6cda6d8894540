"""Laws depend on what others have found, wherever those were tried: shards find what a whole run finds."""

import json
import re

import pytest
from adcontract_library import FAULTS
from click.testing import CliRunner

from adcontract.cli import main

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["a created item cannot be read", "an item is read from a cache after a change"])
def test_shards_find_what_the_whole_run_finds(held, tmp_path, name):
    fault = FAULTS[name]
    reports = []
    for number in range(4):
        shard = ("--shard", f"{number}/3") if number else ()
        held(fault.server(), "--groups", "behavior,state", *shard)
        reports.append(tmp_path / f"{number}.json")
        (tmp_path / "report.json").rename(reports[-1])
    # each run has a port of its own
    texts = [json.loads(file.read_text()) for file in reports]
    for file, each in zip(reports, texts, strict=True):
        file.write_text(json.dumps(each).replace(each["target"], "http://127.0.0.1:1"))
    merged = tmp_path / "merged.json"
    arguments = ["merge", *map(str, reports[1:]), "--output", str(merged)]
    assert CliRunner().invoke(main, arguments, catch_exceptions=False).exit_code == 1

    def found(file):
        (api,) = json.loads(file.read_text())["apis"]
        results = [
            (each["check"], each["operation"], each["outcome"], re.sub(r"\d+", "…", each.get("reason", "")))
            for each in api["results"]
        ]
        return results, {(each["fingerprint"], each["outcome"]) for each in api["findings"]}

    assert found(merged) == found(reports[0])
