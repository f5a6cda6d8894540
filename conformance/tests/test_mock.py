"""The two readers of the contracts, held to each other: our mock conforms, and does not with any payload broken.

The suite knows the mock by its command and its URL alone.
"""

import json
import random
import re
import shutil

import pytest
import requests

from adcontract import load, names, spec_folder
from adcontract.openapi.pointer import walk

pytestmark = pytest.mark.slow

LARGE = 10
"""Of an API with more operations than this, requests are generated for one operation of each shape."""

NEWEST = [name for name in names(spec_folder()) if name.newest]
LARGEST = [name for name in NEWEST if len(load(name.api).operations) > LARGE]


@pytest.fixture(scope="module")
def stateful(mock, tmp_path_factory):
    """The URL of a mock with so many items that every list has a second page."""
    with mock(tmp_path_factory.mktemp("stateful"), "--stateful", "--seed-items", "120") as found:
        yield found


def conforms(command, url, name, *options):
    result = command(url, "--api", name.api, *options)
    assert result.exit_code == 0, result.output
    assert re.search(rf"^{name.api} {name.snapshot}: conforms \(", result.output, re.MULTILINE), result.output


@pytest.mark.parametrize("seed", ["1", "2"])
@pytest.mark.parametrize("name", [name for name in NEWEST if name not in LARGEST], ids=str)
def test_our_stateful_mock_conforms(command, stateful, name, seed):
    conforms(command, stateful, name, "--seed", seed)


@pytest.mark.parametrize("name", LARGEST, ids=str)
def test_our_stateful_mock_conforms_in_all_operations(command, stateful, name):
    conforms(command, stateful, name, "--groups", "examples,security,behavior,state")


@pytest.mark.parametrize("groups", ["schema", "rejection"])
@pytest.mark.parametrize("name", LARGEST, ids=str)
def test_our_stateful_mock_conforms_in_generated_requests(command, stateful, name, groups):
    operations = load(name.api).operations
    shapes = {shape(operation): operation.id for operation in operations}
    # the others need what these create
    creates = {each.id: None for each in operations if (own := each.behavior.resource) and own.action == "create"}
    only = [part for operation in {**creates, **dict.fromkeys(shapes.values())} for part in ("--only", operation)]
    conforms(command, stateful, name, "--groups", groups, *only)


@pytest.mark.parametrize(("api", "resource"), [("affiliate-com", "product-list"), ("metapic", "store")])
def test_what_the_contract_cannot_remove_is_counted_and_the_rest_is_removed(command, mock, tmp_path, api, resource):
    def state():
        items = requests.get(f"{url}/_mock/state", timeout=10).json()["items"].get(document, {})
        return {name: len(rows) for name, rows in items.items()}

    (document,) = (str(name) for name in NEWEST if name.api == api)
    creates = [each.operation.id for each in load(api).resources[resource].of("create", "list", "delete")]
    only = [part for operation in creates for part in ("--only", operation)]
    with mock(tmp_path, "--stateful") as url:
        command(url, "--api", api, "--groups", "examples", *only[:2])
        before = state()
        result = command(url, "--api", api, "--groups", "behavior,schema", *only)
        stays = state().get(resource, 0) - before.get(resource, 0)
    assert result.exit_code == 0, result.output
    said = re.search(rf"{api}: (\d+) {resource}s were created that the contract cannot remove\.", result.output)
    assert int(said[1] if said else 0) == stays
    assert (stays > 0) is (resource == "store")


def shape(operation):
    """Return what makes the requests that are generated for operations alike."""
    parameters = {(each.data["in"], each.data.get("schema", {}).get("type")) for each in operation.parameters}
    return operation.method, frozenset(parameters), tuple(media.type for media in operation.body)


@pytest.mark.parametrize("name", [name for name in names(spec_folder()) if not name.newest], ids=str)
def test_our_mock_conforms_to_older_snapshots_at_their_own_addresses(command, stateless_mock, name):
    result = command(
        f"{stateless_mock}/{name.api}/{name.snapshot}",
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
def test_our_mock_with_a_broken_payload_does_not_conform(command, mock, tmp_path, api):
    newest = next(name for name in names(spec_folder(), api) if name.newest)
    shutil.copytree(spec_folder() / api, tmp_path / api)
    files = sorted((tmp_path / api / "examples" / newest.snapshot).glob("[a-z]*.2??.json"))
    rng = random.Random(1)
    file = rng.choice([file for file in files if json.loads(file.read_text())])
    payload = json.loads(file.read_text())
    holders = [node for _, node in walk(payload) if isinstance(node, dict) and node]
    holder = rng.choice(holders)
    holder[next(iter(holder))] = {"not": ["this"]}
    file.write_text(json.dumps(payload))
    with mock(tmp_path, "--spec", str(tmp_path), "--api", api) as url:
        result = command(url, "--api", api, "--groups", "examples", "--for", "own")
    assert result.exit_code == 1, f"{file.name}: {result.output}"
    assert file.name.split(".")[0] in result.output


def run(command, url, report):
    """Check a small contract with one seed; return how each check ended.

    Without generated requests: another test shows those on a server of its own.
    """
    groups = ("--groups", "examples,security,behavior,state")
    result = command(url, "--api", "affiliate-com", "--seed", "3", *groups, "--json", str(report))
    assert result.exit_code == 0, result.output
    return [
        (each["check"], each["operation"], each["outcome"])
        for each in json.loads(report.read_text())["apis"][0]["results"]
    ]


def sent(har):
    """Return every request in a recording: method, URL without the port, and body."""
    entries = json.loads(har.read_text())["log"]["entries"]
    requests = (entry["request"] for entry in entries)
    return [
        (each["method"], re.sub(r":\d+/", "/", each["url"], count=1), each.get("postData", {}).get("text"))
        for each in requests
    ]


def test_one_seed_sends_the_same_requests_in_the_same_order_and_a_second_run_is_as_good(command, mock, tmp_path):
    logs, results = [], []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        with mock(folder, "--stateful", "--seed-items", "60", "--record", str(folder / "mock.har")) as url:
            results.append(run(command, url, folder / "report.json"))
            if name == "two":
                results.append(run(command, url, folder / "report.json"))
        logs.append(sent(folder / "mock.har"))
    assert len(logs[0]) > 200
    assert logs[1][: len(logs[0])] == logs[0]
    assert results[0] == results[1] == results[2]


def test_a_mock_that_keeps_no_state_breaks_the_declared_laws(command, stateless_mock):
    result = command(stateless_mock, "--api", "affiliate-com", "--groups", "behavior")
    assert result.exit_code == 1, result.output


def kept_without(action, *others):
    """Return an operation of each contract with an action on what no operation creates or removes."""
    for name in NEWEST:
        for resource in load(name.api).resources.values():
            if not any(each.action in others for each in resource.operations):
                for each in resource.of(action)[:1]:
                    if action != "create" or each.declared.parent is None:
                        yield pytest.param(name, each.operation.id, id=f"{name} {each.operation.id}")


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        ("update-ignored", "behavior.change"),
        pytest.param("type-body-accepted", "behavior.refusal-body", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize(("name", "operation"), [*kept_without("update", "create", "add")])
def test_an_item_that_nothing_creates_is_changed_and_gets_the_documented_values_back(
    command, mock, tmp_path, name, operation, plant, check
):
    options = ("--api", name.api, "--only", operation, "--groups", "examples,behavior", "--for", "own")
    with mock(tmp_path, "--stateful", "--plant", f"{plant}@{operation}") as url:
        result = command(url, *options)
        assert result.exit_code == 1, result.output
        assert check in result.output
    with mock(tmp_path, "--stateful") as url:
        result = command(url, *options)
        assert result.exit_code == 0, result.output
        entries = requests.get(f"{url}/_mock/requests", timeout=9).json()["requests"]
    done = sorted((each["id"], each["request"]["body"]) for each in entries if each["status"] == 200)
    bodies = [body for _, body in done if body]
    assert len(bodies) > 2
    assert bodies[-1] == bodies[0]


@pytest.mark.parametrize("plant", ["not-stored", "stored-otherwise"])
@pytest.mark.parametrize(("name", "operation"), [*kept_without("create", "delete")])
def test_what_is_created_and_cannot_be_removed_is_looked_for_in_its_list(
    command, mock, tmp_path, name, operation, plant
):
    with mock(tmp_path, "--stateful", "--plant", f"{plant}@{operation}") as url:
        result = command(url, "--api", name.api, "--only", operation, "--groups", "examples,behavior", "--for", "own")
    assert result.exit_code == 1, result.output
    assert "behavior.create" in result.output


@pytest.mark.parametrize(
    ("kind", "plant", "times", "code"),
    [
        ("own", "text-in-ascii", 2, 1),
        pytest.param("own", "stored-twice", 2, 1, marks=pytest.mark.slow),
        pytest.param("own", "lost-on-restart", 2, 1, marks=pytest.mark.slow),
        ("own", None, 2, 0),
        ("vendor", None, 1, 0),
    ],
)
@pytest.mark.parametrize(("name", "operation"), [*kept_without("create", "delete")])
def test_of_what_cannot_be_removed_one_more_is_created_on_a_server_of_ones_own(
    command, mock, tmp_path, name, operation, kind, plant, times, code
):
    options = ("--api", name.api, "--only", operation, "--groups", "examples,behavior", "--for", kind)
    with mock(tmp_path, "--stateful", *(("--plant", f"{plant}@{operation}") if plant else ())) as url:
        result = command(url, *options)
        entries = requests.get(f"{url}/_mock/requests", timeout=9).json()["requests"]
    assert result.exit_code == code, result.output
    assert [each["operation"] for each in entries if each["status"] < 300].count(operation) == times
    [left] = [line for line in result.output.splitlines() if "that the contract cannot remove" in line]
    assert left.startswith(f"{name.api}: {times} ")


def added():
    """Return the operations that add items, each with the list of them."""
    for name in NEWEST:
        for resource in load(name.api).resources.values():
            for each in resource.of("add"):
                if each.declared.makes:
                    yield name, each.operation.id, resource.of("list")[0].operation.id


@pytest.mark.parametrize(("name", "operation", "lister"), [*added()])
def test_what_is_added_and_not_listed_is_a_breach(command, mock, tmp_path, name, operation, lister):
    with mock(tmp_path, "--stateful", "--seed-items", "30", "--plant", f"list-from-cache@{lister}") as url:
        result = command(url, "--api", name.api, "--only", operation, "--groups", "behavior", "--for", "own")
    assert result.exit_code == 1, result.output
    assert f"What was added is not listed by {lister}" in result.output
