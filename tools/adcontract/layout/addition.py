"""The files that a new operation adds to a contract, and those that it changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.contract.catalog import names
from adcontract.errors import ContractError, Finding, UsageError, did_you_mean, shown
from adcontract.files.file_names import path_stems
from adcontract.files.source import Source, read_yaml, text_of
from adcontract.layout.insertion import Lines, first_after
from adcontract.layout.names import noun_of
from adcontract.layout.payloads import take_payloads
from adcontract.layout.skeleton import PLACEHOLDER, add_error_responses, operation, path_parameter
from adcontract.layout.splitting import json_text
from adcontract.layout.yaml_text import Comments, text_of_file
from adcontract.lint.rules.order import ORDERS
from adcontract.openapi.grammar import METHODS
from adcontract.openapi.paths import parameter_names, shape
from adcontract.openapi.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOT = "openapi.yaml"
_PATH = re.compile(r"(/([^{}/?#\s]|\{[^{}/?#\s]+\})+)+/?|/")
_OWN = "/_mock"


@dataclass
class Addition:
    """New files and changed ones, each with its text, by their paths in the folder of the API."""

    operation_id: str
    files: dict[str, str]
    changed: dict[str, str]


def addition(spec: Path, api: str, method: str, path: str) -> Addition:
    """Return what an operation adds to the newest contract of an API.

    Raises:
        UsageError: if there is no such API, the method or the path is not one, or the operation exists.
        ContractError: if openapi.yaml or the file of the path cannot be read.
    """
    method = method.lower()
    _check(method, path)
    if not spec.is_dir():
        raise UsageError(f"{shown(spec)}: there is no such folder. Begin a contract: adcontract new {api}")
    snapshot = names(spec, api)[0].snapshot
    folder = spec / api
    root = read_yaml(folder / _ROOT)
    if not isinstance(root.data, dict) or not isinstance(root.data.get("paths"), dict):
        fix = "Write `paths: {}` there."
        raise ContractError([Finding(root.where("/paths"), "openapi-form", "The contract has no paths.", fix)])
    _check_absent(folder, root, path, method)
    lines = Lines(root, text_of(root.file))
    tag = _tag(folder, root, path)
    node = operation(method, path, tag)
    add_error_responses(root.data, path, method, node)
    _check_name(folder, root, node["operationId"], snapshot)
    files: dict[str, str] = {}
    changed: dict[str, str] = {}
    document = {"paths": {path: {method: node}}, "components": {}}
    payloads = {f"examples/{snapshot}/{name}": json_text(value) for name, value in take_payloads(document, {}).items()}
    if path in root.data["paths"]:
        name, text = _extended(folder, root, path, method, node)
        changed[name] = text
    else:
        stem = path_stems([*root.data["paths"], path])[path]
        item = {"parameters": [path_parameter(each) for each in parameter_names(path)], method: node}
        item = {key: value for key, value in item.items() if value}
        files[f"paths/{stem}.yaml"] = text_of_file(item, Comments(), spread=2)
        entry = text_of_file({path: {"$ref": f"paths/{stem}.yaml"}}, Comments()).splitlines()
        lines.append("paths", [f"  {line}" for line in entry])
    _declare(lines, tag)
    if (text := lines.text()) != text_of(root.file):
        changed[_ROOT] = text
    return Addition(node["operationId"], {**files, **payloads}, changed)


def _check(method: str, path: str) -> None:
    if method not in METHODS:
        raise UsageError(
            f"{method}: this is not a method of OpenAPI.{did_you_mean(method, METHODS)} Write one like GET."
        )
    parameters = parameter_names(path)
    reason = ""
    if not _PATH.fullmatch(path):
        reason = "it begins with a slash, has no empty part, no space, ? or #, and names its parameters in braces"
    elif {".", ".."} & set(path.split("/")):
        reason = "no client sends . or .. as a part of a path"
    elif len(set(parameters)) < len(parameters):
        reason = "it has two parameters of one name"
    elif path == _OWN or path.startswith(f"{_OWN}/"):
        reason = f"{_OWN} has the pages of the mock itself"
    if reason:
        raise UsageError(
            f"{path}: this cannot be the path of an operation: {reason}. Write one like /orders/{{order_id}}."
        )


def _check_absent(folder: Path, root: Source, path: str, method: str) -> None:
    for other in root.data["paths"]:
        if other != path and shape(other) == shape(path):
            where = root.where(join("/paths", other))
            raise ContractError([Finding(where, "same-path", f"{path} is the same path as {other}.", f"Add {other}.")])
    if path not in root.data["paths"]:
        return
    reference = root.data["paths"][path].get("$ref")
    if not isinstance(reference, str):
        where, fix = root.where(join("/paths", path)), "Move it to a file of its own below paths/."
        raise ContractError([Finding(where, "path-file-name", "This path is written in openapi.yaml.", fix)])
    source = read_yaml(folder / reference)
    if method in source.data:
        where, fix = source.where(join("", method)), "Change it there: nothing is overwritten."
        raise ContractError([Finding(where, "path-twice", f"{method.upper()} {path} exists.", fix)])


def _tag(folder: Path, root: Source, path: str) -> str:
    """Return the tag of the first operation whose path begins as this one does, else one that is named after it."""
    first = path.split("/")[1]
    for other, item in root.data["paths"].items():
        if other.split("/")[1] == first:
            for _, node in _operations(folder, item):
                if node.get("tags"):
                    return str(node["tags"][0])
    return " ".join(noun_of(f"/{first}")).capitalize()


def _declare(lines: Lines, tag: str) -> None:
    """Declare a tag in openapi.yaml, if it is not."""
    data = lines.source.data
    if tag in [each.get("name") for each in data.get("tags", []) if isinstance(each, dict)]:
        return
    entry = {"name": tag, "description": PLACEHOLDER, "x-inferred": PLACEHOLDER}
    text = text_of_file({"tags": [entry]}, Comments()).splitlines()
    if "tags" in data:
        lines.append("tags", text[1:])
    else:
        lines.insert(first_after(data, ORDERS["document"], "tags"), [*text, ""])


def _operations(folder: Path, item: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    reference = item.get("$ref") if isinstance(item, dict) else None
    if isinstance(reference, str) and (folder / reference).is_file():
        data = read_yaml(folder / reference).data
        if isinstance(data, dict):
            yield from ((key, data[key]) for key in data if key in METHODS and isinstance(data[key], dict))


def _check_name(folder: Path, root: Source, id_: str, snapshot: str) -> None:
    for path, item in root.data["paths"].items():
        for method, node in _operations(folder, item):
            if node.get("operationId") == id_:
                where = root.where(join("/paths", path))
                message = f"{method.upper()} {path} already is {id_}, the name that the new operation would get."
                raise ContractError([Finding(where, "operation-id-unique", message, "Give that one another name.")])
    taken = sorted((folder / "examples" / snapshot).glob(f"{id_}.*"))
    if taken:
        raise UsageError(
            f"{shown(taken[0])}: this payload belongs to no operation yet. Move it away, then add the operation."
        )


def _extended(folder: Path, root: Source, path: str, method: str, node: dict[str, Any]) -> tuple[str, str]:
    """Return the name and the text of the file of a path that gets one more operation."""
    source = read_yaml(folder / root.data["paths"][path]["$ref"])
    declared = {_name_of(source, each) for each in source.data.get("parameters", [])}
    own = [path_parameter(name) for name in parameter_names(path) if name not in declared]
    if own:
        responses, source_mark = node.pop("responses"), node.pop("x-source")
        body = {"requestBody": node.pop("requestBody")} if "requestBody" in node else {}
        node.update({"parameters": own, **body, "responses": responses, "x-source": source_mark})
    lines = Lines(source, text_of(source.file))
    text = text_of_file({method: node}, Comments(), spread=2).splitlines()
    before = first_after(source.data, ORDERS["path"], method)
    lines.insert(before, [*text, ""] if before else ["", *text])
    return source.file.relative_to(folder).as_posix(), lines.text()


def _name_of(source: Source, parameter: Any) -> Any:
    reference = parameter.get("$ref") if isinstance(parameter, dict) else None
    file = source.file.parent / str(reference)
    data = read_yaml(file).data if reference and file.is_file() else parameter
    return data.get("name") if isinstance(data, dict) else None
