"""mock and conformance import adcontract; adcontract imports neither, and they never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "tools/adcontract": {"adcontract_mock", "adcontract_conformance"},
    "mock/adcontract_mock": {"adcontract_conformance"},
    "conformance/adcontract_conformance": {"adcontract_mock"},
}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_only_what_it_stands_on(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong = {name.partition(".")[0] for name in names} & FORBIDDEN[package]
            assert not wrong, f"{file}:{getattr(node, 'lineno', 0)} imports {wrong}"
