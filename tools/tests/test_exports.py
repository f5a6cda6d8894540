"""Each package exports what its users name: all of it, in order, and with the types that come with it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from types import ModuleType

import pytest

import adcontract
import adcontract_conformance


def public_classes(package: ModuleType) -> set[str]:
    """Return the names of the public classes that a package defines."""
    found = set()
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        members = vars(importlib.import_module(module.name))
        found |= {
            name
            for name, value in members.items()
            if inspect.isclass(value) and value.__module__ == module.name and not name.startswith("_")
        }
    return found


def annotations(value: object) -> list[str]:
    """Return the annotations of a function, or of the public attributes and methods of a class, as they are written."""
    if inspect.isclass(value):
        members = {name: each for name, each in vars(value).items() if not name.startswith("_")}
        fields = [text for name, text in inspect.get_annotations(value).items() if not name.startswith("_")]
        functions = (getattr(each, "fget", None) or getattr(each, "func", each) for each in members.values())
        return [*fields, *(text for each in functions if inspect.isfunction(each) for text in annotations(each))]
    return list(inspect.get_annotations(value).values()) if inspect.isfunction(value) else []  # type: ignore[arg-type]


NAMED = {
    "adcontract": {"Operation", "Behavior", "Location"},
    "adcontract_conformance": {"Item", "Request", "Response"},
}
"""Types that the annotations of each package certainly name."""


@pytest.fixture(params=[adcontract, adcontract_conformance], ids=lambda package: package.__name__)
def package(request: pytest.FixtureRequest) -> ModuleType:
    return request.param


@pytest.fixture
def public(package: ModuleType) -> ModuleType:
    """The module that has the public names."""
    return importlib.import_module(f"{package.__name__}._public")


def test_all_is_sorted_and_whole(package: ModuleType, public: ModuleType) -> None:
    names = {
        name
        for name, value in vars(public).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    }
    assert public.__all__ == sorted(names)
    assert package.__all__ == public.__all__


def test_the_types_of_what_is_exported_are_exported(package: ModuleType, public: ModuleType) -> None:
    known = public_classes(package)
    named = {
        word
        for name in public.__all__
        for text in annotations(getattr(public, name))
        for word in re.findall(r"\w+", str(text))
    }
    assert NAMED[package.__name__] <= named & known
    assert named & known <= set(public.__all__)
