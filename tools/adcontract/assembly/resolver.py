"""From a folder of files to one document: a file reference becomes `#/components/…`, or the path it names."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from adcontract.assembly.assembly import Assembly
from adcontract.assembly.openapi_form import misformed
from adcontract.assembly.vocabulary import misused
from adcontract.errors import ContractError
from adcontract.files.source import Source, read_yaml
from adcontract.openapi.grammar import COMPONENTS, COMPOSITIONS, METHODS, nodes
from adcontract.openapi.pointer import join, lookup
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adcontract.errors import Location


class Resolver:
    """Reads the files of one API into an assembly."""

    def __init__(self, folder: Path) -> None:
        self.assembly = Assembly(folder)
        self._loaded: set[tuple[str, str]] = set()
        self._targets: dict[tuple[Path, str], Path] = {}
        self._open_paths: list[Path] = []

    def root(self) -> None:
        """Read openapi.yaml and all that it refers to into the document."""
        root = self.read(self.assembly.folder / "openapi.yaml")
        if root is None or not isinstance(root.data, dict):
            return
        components = self.assembly.document.setdefault("components", {})
        placed = self.place(root, root.data, "", "")
        own = placed.get("components")
        for section, named in own.items() if isinstance(own, dict) else ():
            components[section] = {**named, **components.get(section, {})} if isinstance(named, dict) else named
        self.assembly.document.update({**placed, "components": components})

    def settle(self) -> None:
        """Bring the document into its final form, once every part is in it; drop it if it is not valid OpenAPI."""
        if not (self._well_formed() and self._well_referred()):
            self.assembly.document = {}
            return
        components = self.assembly.document["components"]
        ordered = {name: dict(sorted(components[name].items())) for name in COMPONENTS if components.get(name)}
        self.assembly.document["components"] = ordered
        self._hoist_parameters()

    def _well_formed(self) -> bool:
        known = len(self.assembly.findings)
        for pointer, message, fix in misformed(self.assembly.document, self.assembly.holes):
            self.assembly.report(self.assembly.where(pointer), "openapi-form", message, fix)
        for node in nodes("document", self.assembly.document):
            for inside, message, fix in misused(node):
                self.assembly.report(self.assembly.where(node.pointer + inside), "x-value", message, fix)
        return len(self.assembly.findings) == known

    def _well_referred(self) -> bool:
        """Report each reference to a component of the wrong type, or that leads in a circle."""
        known = len(self.assembly.findings)
        circular: dict[str, list[str]] = {}
        for type_, pointer, node in nodes("document", self.assembly.document):
            reference = node.get("$ref")
            if reference is None:
                continue
            where = self.assembly.where(join(pointer, "$ref"))
            if not isinstance(reference, str):
                self.assembly.report(where, "ref-kind", "The reference is not a string.", f"Refer to a {type_}.")
            elif COMPONENTS.get(reference.split("/")[2], type_) != type_:
                message = f"{reference} stands where a {type_} belongs."
                self.assembly.report(where, "ref-kind", message, f"Refer to a {type_}.")
            elif _circular(self.assembly.document, reference):
                circular.setdefault(reference, []).append(pointer)
        for reference, holders in sorted(circular.items()):
            # any other place that refers to it is right
            own = next(each for each in holders if "#" + "/".join(each.split("/")[:4]) in circular)
            where = self.assembly.where(join(own, "$ref"))
            message = f"{reference} leads back to itself."
            self.assembly.report(where, "ref-cycle", message, "Write the content, or break the circle.")
        return len(self.assembly.findings) == known

    def read(self, file: Path) -> Source | None:
        """Return a YAML file of the API, or None where it cannot be read, which is then a finding."""
        if file not in self.assembly.sources:
            try:
                self.assembly.sources[file] = read_yaml(file)
            except ContractError as error:
                self.assembly.findings += error.findings
                self.assembly.sources[file] = Source(file, None, {})
        source = self.assembly.sources[file]
        return None if source.data is None else source

    def place(self, source: Source, node: Any, inside: str, outside: str) -> Any:
        """Return `node`, which stands at `inside` of its file, as it stands at `outside` of the document."""
        self.assembly.locations[outside] = source.where(inside)
        if isinstance(node, list):
            return [
                self.place(source, item, join(inside, str(i)), join(outside, str(i))) for i, item in enumerate(node)
            ]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self._reference(source, node, inside, outside)
        placed = {}
        for key, value in node.items():
            if key == "mapping" and inside.endswith("/discriminator") and isinstance(value, dict):
                placed[key] = {
                    name: self._mapped(source, target, join(inside, key, name)) for name, target in value.items()
                }
            else:
                placed[key] = self.place(source, value, join(inside, key), join(outside, key))
        return placed

    def _mapped(self, source: Source, target: Any, inside: str) -> Any:
        found = self._target(source, target, inside)
        return self._component(found) if found else target

    def _reference(self, source: Source, node: dict[str, Any], inside: str, outside: str) -> Any:
        where = source.where(join(inside, "$ref"))
        if len(node) > 1:
            others = ", ".join(key for key in node if key != "$ref")
            self.assembly.report(
                where, "ref-siblings", f"OpenAPI 3.0 ignores {others} beside $ref.", "Move it into the file."
            )
        found = self._target(source, node["$ref"], join(inside, "$ref"))
        if found is None:
            return self._hole(outside)
        if found.parent.name == "paths":
            return self._path(found, where, outside)
        self.assembly.locations[join(outside, "$ref")] = where
        return {"$ref": self._component(found)}

    def _hole(self, outside: str) -> dict[str, Any]:
        self.assembly.holes.add(outside)
        return {}

    def _target(self, source: Source, reference: Any, inside: str) -> Path | None:
        """Return the file that `reference` names, or None after a finding."""
        where = source.where(inside)
        if not isinstance(reference, str) or "#" in reference or "://" in reference:
            self.assembly.report(
                where, "ref-is-file", f"{reference} is not a file.", "Refer to a whole file, by its relative path."
            )
            return None
        if target := self._targets.get((source.file.parent, reference)):
            return target
        found = (source.file.parent / reference).resolve()
        if not found.is_file():
            self.assembly.report(
                where, "ref-exists", f"{reference} does not exist.", "Create the file or correct the path."
            )
            return None
        section, base = found.parent.name, found.parent.parent
        folder = self.assembly.folder.resolve()
        if not ((section == "paths" and base == folder) or (section in COMPONENTS and base == folder / "components")):
            self.assembly.report(
                where,
                "ref-is-file",
                f"{reference} is neither a path nor a component.",
                "Move it to paths/ or components/<kind>/.",
            )
            return None
        target = self._targets[source.file.parent, reference] = self.assembly.folder / found.relative_to(folder)
        return target

    def _path(self, file: Path, where: Location, outside: str) -> Any:
        if file in self._open_paths:
            self.assembly.report(where, "ref-cycle", f"{file.name} refers to itself.", "Break the circle.")
            return self._hole(outside)
        self._open_paths.append(file)
        source = self.read(file)
        placed = self.place(source, source.data, "", outside) if source else self._hole(outside)
        self._open_paths.pop()
        return placed

    def _component(self, file: Path) -> str:
        """Return the reference to the component in `file`, which is read with the first reference to it."""
        section, name = file.parent.name, file.stem
        pointer = join("/components", section, name)
        if (section, name) not in self._loaded:
            self._loaded.add((section, name))
            source = self.read(file)
            placed = self.place(source, source.data, "", pointer) if source else self._hole(pointer)
            self.assembly.document["components"].setdefault(section, {})[name] = placed
        return f"#{pointer}"

    def _hoist_parameters(self) -> None:
        """Give every operation the parameters of its path item, unless it overrides them (OpenAPI 3.0.3, Path Item)."""
        for path, item in self.assembly.document.get("paths", {}).items():
            shared = item.pop("parameters", []) if isinstance(item, dict) else []
            for method in METHODS:
                if shared and method in item:
                    self._hoist(shared, item[method], join("/paths", path), method)

    def _hoist(self, shared: list[Any], operation: dict[str, Any], pointer: str, method: str) -> None:
        own = operation.get("parameters", [])
        taken = {self._parameter_key(parameter) for parameter in own}
        parameters = list(own)
        for index, parameter in enumerate(shared):
            if self._parameter_key(parameter) not in taken:
                here = join(pointer, method, "parameters", str(len(parameters)))
                self.assembly.copy_locations(parameter, join(pointer, "parameters", str(index)), here)
                parameters.append(copy.deepcopy(parameter))  # each operation has documented values of its own
        operation["parameters"] = parameters

    def _parameter_key(self, parameter: dict[str, Any]) -> tuple[Any, Any]:
        found = follow(self.assembly.document, parameter)
        return found.get("in"), found.get("name")


def _circular(document: dict[str, Any], reference: str) -> bool:
    """Return whether `reference` leads to itself without a step into a property or an item."""
    seen: set[str] = set()
    open_ = [reference]
    while open_:
        for next_ in _in_place(lookup(document, open_.pop().removeprefix("#"))):
            if next_ == reference:
                return True
            if next_ not in seen:
                seen.add(next_)
                open_.append(next_)
    return False


def _in_place(node: dict[str, Any]) -> Iterator[str]:
    if "$ref" in node:
        yield node["$ref"]
    for keyword in COMPOSITIONS:
        for branch in node.get(keyword, []):
            yield from _in_place(branch)
