"""From one document to the files of a contract, as spec/README.md has them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from adcontract.assembly.vocabulary import keywords
from adcontract.contract.schema_paths import EXACT
from adcontract.files.file_names import path_stems
from adcontract.layout.names import component_names
from adcontract.layout.payloads import take_payloads
from adcontract.layout.yaml_text import text_of_file
from adcontract.lint.rules.order import EXTENSIONS, ORDERS
from adcontract.openapi.grammar import EACH, METHODS
from adcontract.plain.grammar import PLAIN

if TYPE_CHECKING:
    from adcontract.layout.yaml_text import Comments

_REFERENCE = re.compile(r"#/components/([^/]+)/([^/]+)")
_RANKS = {type_: {key: i for i, keys in enumerate(order) for key in keys.split()} for type_, order in ORDERS.items()}
_SECTIONS_IN_ROOT = ("securitySchemes",)
"""The components that openapi.yaml lists; others are found where they are referred to."""


def split(document: dict[str, Any], comments: Comments) -> dict[str, str]:
    """Return the text of each file of a contract, by its path; the document is used up."""
    splitter = _Splitter(document, comments)
    snapshot = document["info"]["version"]
    payloads = take_payloads(document, splitter.names)
    files = splitter.files()
    for name, value in payloads.items():
        files[f"examples/{snapshot}/{name}"] = json_text(value)
    return files


class _Splitter:
    def __init__(self, document: dict[str, Any], comments: Comments) -> None:
        self.document = document
        self.comments = comments
        self.components: dict[str, dict[str, Any]] = document.get("components", {})
        self.names = component_names(self.components)
        self.here = ""

    def files(self) -> dict[str, str]:
        document = self.document
        _share_paginations(document)
        stems = path_stems(document["paths"])
        files: dict[str, str] = {}
        paths = {path: {"$ref": f"paths/{stems[path]}.yaml"} for path in document["paths"]}
        listed = {
            section: {self.names[section, name]: {"$ref": self.file(section, name)} for name in named}
            for section, named in self.components.items()
            if section in _SECTIONS_IN_ROOT and named
        }
        root = {**document, "paths": self.comments.carry(document["paths"], paths), "components": listed}
        root = self.arranged("document", self.comments.carry(document, root))
        if not listed:
            del root["components"]
        files["openapi.yaml"] = text_of_file(root, self.comments, spread=1)
        self.here = "paths"
        for path, item in document["paths"].items():
            node = self.arranged("path", _with_shared_parameters(item))
            files[f"paths/{stems[path]}.yaml"] = text_of_file(node, self.comments, spread=2)
        for section, named in self.components.items():
            self.here = section
            for name, component in named.items():
                above = "".join(f"{line}\n" for line in self.comments.above(named, name))
                node = self.arranged(PLAIN["document"]["components"][section][EACH], component)
                files[f"components/{section}/{self.names[section, name]}.yaml"] = above + text_of_file(
                    node, self.comments
                )
        return files

    def file(self, section: str, name: str) -> str:
        """Return the file of a component, relative to the folder of the file that is written."""
        name = f"{self.names[section, name]}.yaml"
        if self.here == section:
            return name
        return {"": "components/", "paths": "../components/"}.get(self.here, "../") + f"{section}/{name}"

    def reference(self, reference: str) -> str:
        """Return a reference to a component as one to its file."""
        match = _REFERENCE.fullmatch(reference)
        return self.file(match[1], match[2]) if match and match.groups() in self.names else reference

    def arranged(self, type_: str, node: Any) -> Any:
        """Return an object of a type with its members in order, and with references to files."""
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {**node, "$ref": self.reference(node["$ref"])}
        ranks, grammar = _RANKS.get(type_, {}), PLAIN.get(type_, {})
        last, ours = ranks.get(EXTENSIONS, len(ranks)), keywords().get(type_, [])
        order = sorted(node, key=lambda key: last + 1 if key.startswith("x-") else ranks.get(key, last - 0.5))
        order.sort(key=lambda key: ours.index(key) if key in ours else -1)
        placed: dict[str, Any] = {}
        for key in order:
            value = node[key]
            if (type_, key) == ("schema", "discriminator"):
                placed[key] = self.discriminator(value, node)
            elif key == "security" and isinstance(value, list):
                placed[key] = [self.requirement(each) for each in value]
            elif key == EXACT:
                placed[key] = self.referred(value)
            else:
                placed[key] = self.inside(grammar.get(key), value)
            if (type_, key) == ("operation", "responses"):
                placed[key] = self.comments.carry(placed[key], dict(sorted(placed[key].items())))
        return self.comments.carry(node, placed)

    def inside(self, grammar: Any, node: Any) -> Any:
        if isinstance(grammar, str):
            return self.arranged(grammar, node)
        if grammar is None:
            return node
        placed: Any = node
        if isinstance(node, list):
            placed = [self.inside(grammar.get(EACH), item) for item in node]
        elif isinstance(node, dict):
            placed = {key: self.inside(grammar.get(key) or grammar.get(EACH), value) for key, value in node.items()}
        return self.comments.carry(node, placed)

    def referred(self, node: Any) -> Any:
        """Return plain data in which references are to files."""
        if isinstance(node, list):
            return [self.referred(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self.reference(value) if key == "$ref" and isinstance(value, str) else self.referred(value)
            for key, value in node.items()
        }

    def requirement(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return a security requirement by the names of the files of its schemes."""
        return {self.names.get(("securitySchemes", name), name): scopes for name, scopes in node.items()}

    def discriminator(self, node: Any, schema: dict[str, Any]) -> Any:
        """Return a discriminator: by its mapping, and by names of schemas, which may have another name now."""
        if not isinstance(node, dict):
            return node
        mapping = {value: self.reference(target) for value, target in node.get("mapping", {}).items()}
        for branch in [*schema.get("oneOf", []), *schema.get("anyOf", [])]:
            match = _REFERENCE.fullmatch(str(branch.get("$ref")))
            if (
                match
                and self.names.get(("schemas", match[2])) != match[2]
                and branch["$ref"] not in node.get("mapping", {}).values()
            ):
                mapping.setdefault(match[2], self.reference(branch["$ref"]))
        return {**node, **({"mapping": mapping} if mapping else {})}


def _with_shared_parameters(item: dict[str, Any]) -> dict[str, Any]:
    """Return a path item in which the last parameters, if all operations have them, stand once."""
    operations = [item[method] for method in METHODS if method in item]
    lists = [operation.get("parameters", []) for operation in operations]
    shared = 0
    while lists[1:] and all(len(each) > shared and each[-1 - shared] == lists[0][-1 - shared] for each in lists):
        shared += 1
    if not shared:
        return item
    parameters = lists[0][-shared:]
    for operation, own in zip(operations, lists, strict=True):
        if own[:-shared]:
            operation["parameters"] = own[:-shared]
        else:
            del operation["parameters"]
    return {"parameters": parameters, **item}


def _share_paginations(document: dict[str, Any]) -> None:
    """Write a pagination that several operations have once, under a name."""
    holders: dict[str, list[dict[str, Any]]] = {}
    for item in document["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            if isinstance(operation.get("x-pagination"), dict):
                holders.setdefault(json.dumps(operation["x-pagination"], sort_keys=True), []).append(operation)
    for operations in (each for each in holders.values() if len(each) > 1):
        named = document.setdefault("x-pagination", {})
        name = "pages" if len(named) == 0 else f"pages-{len(named) + 1}"
        named[name] = operations[0]["x-pagination"]
        for operation in operations:
            operation["x-pagination"] = name


def json_text(value: Any) -> str:
    """Return a payload as the text of its file."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # a half of a character is JSON, but not UTF-8
    is_utf8 = text.isascii() or text.encode(errors="replace").decode() == text
    return f"{text if is_utf8 else json.dumps(value, indent=2)}\n"
