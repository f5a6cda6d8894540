"""The names that the conventions give to components, operations and examples of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.files.file_names import free, is_reserved
from adcontract.files.payload_files import DEFAULT
from adcontract.lint.rules.naming import VERBS
from adcontract.openapi.grammar import operation_objects

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PARAMETER = re.compile(r"\{[^{}]*\}")
_CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)+")
_COMPONENT = {True: re.compile(r"[A-Z][A-Za-z0-9]*"), False: re.compile(r"[a-z][A-Za-z0-9]*")}
LONGEST = 80
"""The characters of a name; those of files have it as a part."""
_VERB_OF = {
    "get": "get",
    "put": "replace",
    "post": "submit",
    "delete": "delete",
    "patch": "update",
    "head": "check",
    "options": "show",
    "trace": "test",
}


def words(text: str) -> list[str]:
    """Return the words of a name in small letters, whatever separates them."""
    return [word.lower() for word in _WORD.findall(text)]


def component_names(components: dict[str, dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the name of the file of each component, by its section and its own name, which is kept if it can be."""
    names: dict[tuple[str, str], str] = {}
    for section, named in components.items():
        taken: set[str] = set()
        capital = section != "securitySchemes"
        fit = [name for name in named if _COMPONENT[capital].fullmatch(name)]
        for name in [*fit, *(other for other in named if other not in fit)]:
            names[section, name] = free(_component_name(name, capital=capital), taken)
    return names


def _component_name(name: str, *, capital: bool) -> str:
    found = name if _COMPONENT[capital].fullmatch(name) else ""
    if not found:
        parts = [part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", name)] or ["Part"]
        found = "".join(parts)
        if found[0].isdigit():
            found = f"N{found}"
        if not capital:
            start = re.match(r"[A-Z]+(?![a-z])|[A-Z]", found)
            found = found[: start.end()].lower() + found[start.end() :] if start else found
    return f"{found[:LONGEST]}Part" if is_reserved(found) else found[:LONGEST]


def rename_operations(document: dict[str, Any]) -> dict[str, str]:
    """Give each operation a verb and a noun in camelCase as its operationId, and return the new ones by the old."""
    renamed: dict[str, str] = {}
    operations = list(operation_objects(document))
    taken = {each["operationId"].casefold() for _, _, each in operations if is_camel(each["operationId"])}
    for path, method, operation in operations:
        old = operation["operationId"]
        if not is_camel(old):
            renamed[old] = operation["operationId"] = free(_operation_name(old, path, method), taken)
    return renamed


def is_camel(name: str) -> bool:
    """Return whether a name is that of a verb and a noun in camelCase; the verb may be an unknown one."""
    return len(name) <= LONGEST and bool(_CAMEL.fullmatch(name))


def _operation_name(old: str, path: str, method: str) -> str:
    """Return a name for an operation: the first verb in the last part of its old name, and the other words."""
    *before, last = [words(part) for part in re.split(r"[/.:]", old) if words(part)] or [[]]
    space = [word for part in before for word in part]
    index = next((index for index, word in enumerate(last) if word in VERBS), None)
    verb = _VERB_OF[method] if index is None else last[index]
    others = last if index is None else [*last[:index], *last[index + 1 :]]
    if not {word.rstrip("s") for word in space} & {word.rstrip("s") for word in others}:
        others = [*space, *others]
    return (verb + "".join(word[:1].upper() + word[1:] for word in others or noun_of(path)))[:LONGEST]


def noun_of(path: str) -> list[str]:
    """Return the words of the last part of a path that is not a parameter."""
    literal = [words(part) for part in _PARAMETER.sub("", path).split("/")]
    return next((found for found in reversed(literal) if found), ["root"])


def example_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each name of an example one that can be a part of the name of a file; most stay as they are."""
    taken: set[str] = set()
    return {name: free(_example_name(name), taken, "-") for name in names}


def _example_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:LONGEST] or DEFAULT


def singular(parts: list[str]) -> list[str]:
    """Return the words of a noun, the last one without the ending of the plural."""
    *first, last = parts
    if last.endswith("ies") and len(last) > 4:
        last = f"{last[:-3]}y"
    elif last.endswith(("sses", "xes", "ches", "shes")):
        last = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 2:
        last = last[:-1]
    return [*first, last]
