"""What `adcontract kit` writes for a contract, and what a user without Node sees; `make kit-test` runs the packages."""

from __future__ import annotations

import contextlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import AdcontractError
from adcontract.cli import main
from adcontract_kit.asking import Mock
from adcontract_kit.launcher import write_launcher
from adcontract_kit.package import package_json, readme
from adcontract_kit.recorded import recorded
from adcontract_kit.sources import sources
from adcontract_kit.toolbox import versions
from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fails = Callable[..., str]

HERE = Path(__file__).resolve().parent
LOCKS = (HERE.parents[1] / "adcontract_kit" / "toolbox", HERE / "runners")


@pytest.fixture(scope="module")
def shop() -> Mapping[str, str]:
    """The files of the package of a small contract."""
    return written(HERE.parent / "sound")


def written(spec: Path) -> dict[str, str]:
    with running(spec=spec, snapshot="2025-02-01") as served:
        (document,) = served.mock.runtime.documents
        with contextlib.closing(Mock(served.url, document)) as mock:
            return sources(recorded(mock))


def data(files: Mapping[str, str], file: str, name: str) -> Any:
    """Return the value of a constant that a file exports."""
    _, _, rest = files[file].partition(f"export const {name}")
    value, _ = json.JSONDecoder().raw_decode(rest[rest.index("{", rest.index("=")) :])
    return value


def test_the_same_contract_gives_the_same_files(shop: Mapping[str, str]) -> None:
    assert written(HERE.parent / "sound") == shop


def test_the_payloads_are_those_of_the_mock(shop: Mapping[str, str]) -> None:
    fixtures = data(shop, "fixtures.ts", "fixtures")
    orders = json.loads((HERE.parent / "sound/shop/examples/2025-02-01/listOrders.200.json").read_text())
    assert fixtures["listOrders"]["200"]["default"] == orders
    assert "204" not in fixtures["cancelOrder"]


def test_the_handlers_know_what_the_mock_says_without_credentials_and_path(shop: Mapping[str, str]) -> None:
    table = data(shop, "operations.ts", "table")
    (listing,) = (each for each in table["operations"] if each["id"] == "listOrders")
    assert table["fixed"][listing["unauthenticated"]]["status"] == 401
    assert table["fixed"][table["unknownPath"]]["status"] == 404
    assert table["fixed"][table["unknownMethod"]]["status"] == 405


def test_the_types_are_of_json_alone_with_a_name_for_each_list_of_values(shop: Mapping[str, str]) -> None:
    document = json.loads(shop["openapi.json"])
    assert document["components"]["schemas"]["ListOrdersStatus"] == {"type": "string", "enum": ["open", "paid"]}
    assert "x-errors" not in document
    assert '"example' not in shop["openapi.json"]


def test_the_package_names_its_contract_and_what_it_was_compiled_with() -> None:
    with running(spec=HERE.parent / "sound", snapshot="2025-02-01") as served:
        (document,) = served.mock.runtime.documents
    package = json.loads(package_json(document.contract, versions()))
    assert package["name"] == "@adcontract/shop-2025-02-01"
    assert set(package["peerDependencies"]) == {"msw", "zod"}
    assert package["peerDependencies"]["zod"] == f"^{versions()['zod']}"


def test_the_readme_lists_every_operation_with_the_names_of_its_payloads() -> None:
    with running(spec=HERE.parent / "sound", snapshot="2025-02-01") as served:
        (document,) = served.mock.runtime.documents
        with contextlib.closing(Mock(served.url, document)) as mock:
            rows = [line for line in readme(recorded(mock)).splitlines() if "/orders" in line]
    assert [row.split("`")[1] for row in rows] == ["cancelOrder", "createOrder", "getOrder", "listOrders"]
    assert all(f"`{name}`" in rows[-1] for name in ("default", "empty", "many?page=2"))


def test_the_package_that_starts_the_mock_has_our_version_and_replaces_an_older_one(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kit/adcontract-mock"
    folder.mkdir(parents=True)
    (folder / "old.js").write_text("")
    write_launcher(folder)
    package = json.loads((folder / "package.json").read_text())
    assert (package["name"], package["version"]) == ("adcontract-mock", version("adcontract"))
    exported = {file for entry in package["exports"]["."].values() for file in entry.values()}
    assert {f"./{file.name}" for file in folder.iterdir()} == {*exported, "./package.json"}


@pytest.mark.parametrize("folder", LOCKS, ids=lambda folder: folder.name)
def test_the_lock_pins_every_package_with_a_hash(folder: Path) -> None:
    declared = json.loads((folder / "package.json").read_text())
    wanted = {**declared["dependencies"], **declared.get("devDependencies", {})}
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}
    assert [name for name, each in packages.items() if name and not each.get("integrity")] == []


def test_the_tests_use_the_packages_with_which_the_kit_is_compiled() -> None:
    of_tests = json.loads((LOCKS[1] / "package.json").read_text())["dependencies"]
    assert of_tests.items() <= versions().items()


NODE = ("node", "echo v20.1.0")
FAILING = ("npm", "echo 'npm error network is down' >&2; exit 1")


@pytest.fixture
def fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fails:
    """Run `adcontract kit` where these scripts are the only programs, and return the one line that it prints."""

    def run(*programs: tuple[str, str]) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, script in programs:
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        with pytest.raises(SystemExit) as ended:
            main(["kit", "--spec", str(HERE.parent / "sound"), "--out", str(tmp_path / "kit")])
        assert list(tmp_path.glob("cache/adcontract/kit-*")) == []
        out, err = capsys.readouterr()
        assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
        return err.strip()

    return run


@pytest.mark.parametrize(
    ("programs", "error"),
    [
        ([], "`adcontract kit` needs node: install Node 20 or newer, which has npm."),
        ([NODE], "`adcontract kit` needs npm: install Node 20 or newer, which has npm."),
        ([("node", "echo v18.19.0"), FAILING], "`adcontract kit` needs Node 20 or newer, and finds v18.19.0."),
        ([NODE, FAILING], "npm cannot install what `adcontract kit` needs: npm error network is down"),
    ],
)
def test_what_is_missing_is_said_in_one_line(fails: Fails, programs: list[tuple[str, str]], error: str) -> None:
    assert fails(*programs) == f"Error: {error}"


def test_a_folder_that_is_no_such_package_is_not_replaced(fails: Fails, tmp_path: Path) -> None:
    own = tmp_path / "kit/shop-2025-02-01/notes.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    assert "is not the package @adcontract/shop-2025-02-01, and is not replaced." in fails(NODE, FAILING)
    assert own.read_text() == "mine"


def test_a_response_that_the_mock_cannot_give_is_named_with_its_place_in_the_contract() -> None:
    spec = HERE.parents[2] / "mock/tests/spec"
    with running(spec=spec, api="post", snapshot="2025-01-31") as served:
        (document,) = served.mock.runtime.documents
        with (
            contextlib.closing(Mock(served.url, document)) as mock,
            pytest.raises(AdcontractError, match=r"no response 200 of getImpossible: .*v1_broken\.yaml:9:11: "),
        ):
            recorded(mock)
