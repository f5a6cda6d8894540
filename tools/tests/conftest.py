"""What the tests of the reader and its commands share: a small sound contract, and a cache of their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adcontract.assembly import cache

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "_folder", lambda: folder)
        yield folder


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A folder with one sound contract, `shop`, that a test may break."""
    shutil.copytree(HERE / "sound", tmp_path / "spec")
    return tmp_path / "spec"
