"""The order of the rooms: a room imports lower rooms only, for types too, and no imports form a circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]

FOLDERS = {
    "adcontract": "tools/adcontract",
    "adcontract_mock": "mock/adcontract_mock",
    "adcontract_conformance": "conformance/adcontract_conformance",
    "adcontract_kit": "tools/adcontract_kit",
    "adcontract_proof": "tools/adcontract_proof",
    "bench": "bench",
}
"""Where the modules of each package are. The modules of `bench` are scripts: they import each other by file name."""

PACKAGES = {
    "adcontract": set(),
    "adcontract_mock": {"adcontract"},
    "adcontract_conformance": {"adcontract"},
    "adcontract_kit": {"adcontract", "adcontract_mock"},
    "adcontract_proof": {"adcontract", "adcontract_mock", "adcontract_conformance"},
    "bench": {"adcontract", "adcontract_mock", "adcontract_conformance", "adcontract_proof"},
}
"""Which other packages a package imports."""

ROOMS = {
    "adcontract": """
        wording
        errors
        openapi
        files
        contract
        assembly requests
        plain
        loading
        _public
        __init__
        extras reporting standard_output
        options
        facts
        lint diff bundle
        layout
        cli""",
    "adcontract_mock": """
        http
        generation
        state
        preferences
        screens
        responses
        faults
        journal
        upstream
        application.runtime
        web
        application
        serve
        __init__
        command pytest_plugin""",
    "adcontract_conformance": """
        settings
        model
        client
        checks
        groups laws
        own
        run watch
        plan
        reports
        commands
        as_tests
        pytest_plugin
        _public
        __init__""",
    "adcontract_kit": """
        __init__ types_document zod_schemas asking toolbox launcher
        recorded
        table package
        sources
        command""",
    "adcontract_proof": """
        __init__ fault
        judging blind probes
        visible blind_spots
        trial
        pool record
        summary
        page
        command""",
    "bench": """
        npm bare stage connection
        prism
        servers
        wrk load by_schemathesis by_prism
        bench stateful kill judge seeds peers fuzz soak""",
}
"""The rooms and single modules of each package, the lowest first; those of one line do not import each other."""


class Import(NamedTuple):
    """An import of one module by another, and its line."""

    importer: str
    imported: str
    line: int


class Code:
    """The modules of the packages below a folder, and what they import of each other."""

    def __init__(self, root: Path) -> None:
        self.files = {
            _module_name(package, file.relative_to(root / folder)): file
            for package, folder in FOLDERS.items()
            for file in sorted((root / folder).rglob("*.py"))
        }
        self.imports = [each for module, file in self.files.items() for each in self._imports(module, file)]

    def _imports(self, module: str, file: Path) -> list[Import]:
        found = []
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}:{node.lineno}: a relative import"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [
                Import(module, target, line)
                for name in names
                if (target := self._target(module, name)) not in (None, module)
                for line in [getattr(node, "lineno", 0)]
            ]
        return found

    def _target(self, module: str, name: str) -> str | None:
        """Return the module of ours that an imported name is, or is in; None for another's."""
        name = f"bench.{name}" if module.startswith("bench.") and name.partition(".")[0] not in FOLDERS else name
        while name and name not in self.files:
            name = name.rpartition(".")[0]
        return name or None

    def breaches(self) -> set[tuple[str, str]]:
        """Return the imports of another package's or a higher room's modules that the order forbids."""
        return {(each.importer, each.imported) for each in self.imports if not _allowed(each.importer, each.imported)}

    def circle(self) -> list[str]:
        """Return the modules of a circle of imports, none if there is no circle."""
        graph: dict[str, set[str]] = {module: set() for module in self.files}
        for each in self.imports:
            graph[each.importer].add(each.imported)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return list(error.args[1])
        return []


def _module_name(package: str, file: Path) -> str:
    parts = [package, *file.with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" and package != "bench" else parts)


def _room(module: str) -> tuple[int, str]:
    """Return the rank of the room that a module is in, and its name: the longest that fits."""
    package, _, inside = module.partition(".")
    ranked = [
        (rank, room)
        for rank, line in enumerate(ROOMS[package].split("\n"))
        for room in line.split()
        if f"{inside or '__init__'}.".startswith(f"{room}.")
    ]
    assert ranked, f"{module} is in no room: give it a place in the order"
    return max(ranked, key=lambda each: len(each[1]))


def _allowed(importer: str, imported: str) -> bool:
    package, other = importer.partition(".")[0], imported.partition(".")[0]
    if package != other:
        return other in PACKAGES[package]
    (rank, room), (below, lower) = _room(importer), _room(imported)
    return room == lower or below < rank


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(ROOT)


def test_a_room_imports_lower_rooms_only(code: Code) -> None:
    assert all(any(module.startswith(package) for module in code.files) for package in FOLDERS)
    assert not code.breaches()


def test_no_imports_form_a_circle(code: Code) -> None:
    assert not code.circle()


def test_every_module_is_in_a_room_and_every_room_exists(code: Code) -> None:
    assert all(_room(module) for module in code.files)
    rooms = {f"{package}.{room}" for package in ROOMS for room in ROOMS[package].split() if room != "__init__"}
    missing = {room for room in rooms if not any(f"{module}.".startswith(f"{room}.") for module in code.files)}
    assert not missing


@pytest.mark.parametrize(
    ("module", "line", "circle"),
    [
        ("tools/adcontract/files/source.py", "from adcontract.contract import schemas", True),
        ("tools/adcontract/requests/reader.py", "import adcontract.assembly.resolver", False),
        ("mock/adcontract_mock/journal/har.py", "from adcontract_conformance.run import suite", False),
        ("tools/adcontract/bundle.py", "from adcontract_mock.http.response import HttpResponse", False),
        (
            "conformance/adcontract_conformance/client/target.py",
            "if TYPE_CHECKING:\n    from adcontract_conformance.laws.law import Law",
            False,
        ),
    ],
)
def test_one_import_turned_round_is_found(tmp_path: Path, module: str, line: str, circle: bool) -> None:
    sources = {
        "tools/adcontract/files/source.py": "",
        "tools/adcontract/contract/schemas.py": "from adcontract.files.source import read_yaml",
        "tools/adcontract/assembly/resolver.py": "",
        "tools/adcontract/requests/reader.py": "",
        "tools/adcontract/bundle.py": "",
        "mock/adcontract_mock/http/response.py": "from adcontract.contract.schemas import Schemas",
        "mock/adcontract_mock/journal/har.py": "",
        "conformance/adcontract_conformance/client/target.py": "",
        "conformance/adcontract_conformance/laws/law.py": "",
        "conformance/adcontract_conformance/run/suite.py": "",
    }
    for name, source in sources.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    assert not Code(tmp_path).breaches()
    (tmp_path / module).write_text(line)
    assert len(Code(tmp_path).breaches()) == 1
    assert bool(Code(tmp_path).circle()) is circle


def test_a_circle_inside_a_room_is_found(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "wrk.py").write_text("from servers import Server")
    (tmp_path / "bench" / "servers.py").write_text("def f():\n    from wrk import load")
    code = Code(tmp_path)
    assert code.breaches() == {("bench.servers", "bench.wrk")}
    assert {"bench.wrk", "bench.servers"} == set(code.circle())
