"""A command whose extra is not installed names the extra in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adcontract import UsageError
from adcontract.extras import extra


def run(missing: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = f"import sys; sys.modules[{missing!r}] = None; from adcontract.cli import main; main(sys.argv[1:])"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("missing", "name", "arguments"),
    [
        ("connexion", "mock", ["mock", "--port", "0"]),
        ("schemathesis", "check", ["check", "http://127.0.0.1:9"]),
        ("requests", "check", ["check", "http://127.0.0.1:9"]),
    ],
)
def test_a_missing_extra_is_named(missing: str, name: str, arguments: list[str]) -> None:
    done = run(missing, *arguments)
    needs = f"Error: `adcontract {name}` needs the extra {name}: pip install 'adcontract[{name}]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", needs)


def test_a_state_in_a_database_names_the_extra_that_it_needs() -> None:
    done = run("psycopg", "mock", "--port", "0", "--state", "postgresql://nowhere.invalid/state")
    needs = "Error: --state postgresql://… needs the extra postgres: pip install 'adcontract[postgres]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", needs)


@pytest.mark.slow
def test_a_fixture_whose_extra_is_missing_names_the_extra_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "test_client.py"
    file.write_text("def test_it(adcontract_mock): pass")
    program = "import sys; sys.modules['connexion'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    line = [sys.executable, "-c", program, "-q", "-p", "no:cacheprovider", file]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    _, error = done.stdout.split("ERROR at setup of test_it")
    needs = "the fixture adcontract_mock needs the extra mock: pip install 'adcontract[mock]'"
    assert error.splitlines()[1].strip() == needs
    assert len(done.stdout.splitlines()) < 10


@pytest.mark.parametrize("missing", ["connexion", "schemathesis"])
def test_help_needs_no_extra(missing: str) -> None:
    done = run(missing, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_module_of_adcontract_is_a_bug() -> None:
    with pytest.raises(ModuleNotFoundError), extra("mock", "this test"):
        import adcontract.no_such_module  # type: ignore[import-not-found]  # noqa: F401


def test_the_error_of_an_extra_is_a_usage_error() -> None:
    with (
        pytest.raises(UsageError, match=r"this test needs the extra mock: pip install 'adcontract\[mock\]'"),
        extra("mock", "this test"),
    ):
        import no_such_package  # type: ignore[import-not-found]  # noqa: F401


@pytest.mark.parametrize("missing", ["msgspec", "requests"])
def test_pytest_with_a_target_names_the_missing_extra_in_one_line(tmp_path: Path, missing: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    # the plugin of Schemathesis is not there either
    target = ["-p", "no:schemathesis", "-p", "no:cacheprovider", "--adcontract-target", "http://127.0.0.1:9"]
    line = [sys.executable, "-c", program, *target]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    needs = "ERROR: pytest --adcontract-target needs the extra check: pip install 'adcontract[check]'"
    assert (done.returncode, done.stderr.strip()) == (4, needs)
