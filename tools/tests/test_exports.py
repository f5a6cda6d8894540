"""`adcontract` exports what its users name: all of it, in order, and with the types that come with it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import adcontract
from adcontract import _public


def public_classes() -> set[str]:
    """Return the names of the public classes that the core defines."""
    found = set()
    for module in pkgutil.walk_packages(adcontract.__path__, "adcontract."):
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


def test_all_is_sorted_and_whole() -> None:
    public = {
        name
        for name, value in vars(_public).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    }
    assert _public.__all__ == sorted(public)
    assert adcontract.__all__ == _public.__all__


def test_the_types_of_what_is_exported_are_exported() -> None:
    known = public_classes()
    named = {
        word
        for name in _public.__all__
        for text in annotations(getattr(_public, name))
        for word in re.findall(r"\w+", str(text))
    }
    assert {"Operation", "Behavior", "Location"} <= named & known
    assert named & known <= set(_public.__all__)
