"""`adcontract watch` on the contracts of the package: no false alarm on our mock, and later editions are found."""

import hashlib
import shutil

import product_lists
import pytest
import requests
from newer import NAMES, newer

from adcontract import load, names, spec_folder

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", names(spec_folder()), ids=str)
def test_our_mock_serves_each_date_and_nothing_new(watch, stateless_mock, name):
    found = watch(f"{stateless_mock}/{name.api}/{name.snapshot}", "--api", name.api)
    assert (found.new, found.code) == ([], 0), found.output
    assert found.output.startswith(f"{name.api}: nothing is new. The target serves {name.snapshot}.")
    differences = found.report["apis"][0]["differences"]
    assert [each for each, number in differences.items() if number == 0] == [name.snapshot]


def test_our_stateful_mock_with_many_items_has_nothing_new_and_gets_only_reads(watch, mock, tmp_path):
    with mock(tmp_path, "--stateful", "--seed-items", "250") as url:
        found = watch(url)
        journal = requests.get(f"{url}/_mock/requests?limit=1000", timeout=10).json()
    assert (found.new, found.code) == ([], 0), found.output
    assert found.output.count("nothing is new") == len({name.api for name in names(spec_folder())})
    assert len(journal["requests"]) > 200
    assert {each["method"] for each in journal["requests"]} == {"GET"}


@pytest.mark.parametrize("api", sorted(NAMES))
def test_the_fields_of_a_later_edition_are_found_and_written(server_of, watch, run, tmp_path, api):
    def later(sent, reply):  # noqa: ARG001
        return reply.with_json(newer(reply.json())) if reply.body.startswith((b"{", b"[")) else reply

    spec = tmp_path / "spec"
    shutil.copytree(spec_folder(), spec)
    with server_of(load(api, spec=spec), later).up() as url:
        first = watch(url, "--api", api, "--spec", spec, "--write", spec)
        checked = run("lint", "--spec", spec, "--api", api)
        second = watch(url, "--api", api, "--spec", spec)
    assert first.code == 1
    # what a server shows is no change between two pages
    assert run("changes", "--check", "--spec", spec).exit_code == 0
    assert {each.split()[1].rpartition(".")[2] for each in first.new} >= set(NAMES[api]) - {"page"}
    assert checked.exit_code == 0, checked.output
    assert (second.new, second.code) == ([], 0), second.output


CHANGES = ("other", 77.25, ["a"], {"of": {"all": None}}, True, None, "gone")
"""What a field becomes, each once in a hundred places."""


def changed(value, seed, *names):
    """Return a JSON value with changes that depend on the place alone: fields more and fewer, nulls and other types."""
    if isinstance(value, list):
        return [changed(each, seed, *names, "*") for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: changed(each, seed, *names, name) for name, each in value.items()}
    for name in [*found, "something_new"]:
        chance = int(hashlib.sha256(repr((seed, names, name)).encode()).hexdigest(), 16) % 100
        if chance < len(CHANGES):
            found[name] = CHANGES[chance]
    return {name: each for name, each in found.items() if each != "gone"}


@pytest.mark.parametrize("name", [name for name in names(spec_folder()) if name.newest], ids=str)
def test_an_entry_for_any_changes_is_sound_and_the_next_watch_is_quiet(server_of, watch, run, tmp_path, name):
    seen = 0
    for seed in range(1 if name.api == "metapic" else 6):
        spec = tmp_path / str(seed)
        shutil.copytree(spec_folder(), spec)

        def fault(sent, reply, seed=seed):
            is_json = reply.status == 200 and reply.body.startswith((b"{", b"["))
            return reply.with_json(changed(reply.json(), seed, sent.operation.path)) if is_json else reply

        with server_of(load(name.api, spec=spec), fault).up() as url:
            first = watch(url, "--api", name.api, "--spec", spec, "--write", spec)
            checked = run("lint", "--spec", spec, "--api", name.api)
            second = watch(url, "--api", name.api, "--spec", spec)
        seen += len(first.new)
        assert first.code == (1 if first.new else 0), first.output
        assert checked.exit_code == 0, checked.output
        assert (second.new, second.code) == ([], 0), second.output
    assert seen > 8


@pytest.mark.parametrize("server", [product_lists.ProductLists, product_lists.WritesAsPhp, product_lists.OneProduct])
def test_a_correct_server_of_somebody_else_has_nothing_new(watch, server):
    with server().up() as url:
        found = watch(url, "--api", "affiliate-com", "--token", product_lists.TOKEN)
    assert (found.new, found.code) == ([], 0), found.output
    assert "compared: 2 of 2 operations that read" in found.output
