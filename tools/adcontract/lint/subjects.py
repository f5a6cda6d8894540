"""The subjects of rules: the files of one API, and each document that is assembled from them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.operations import Operation, operations_of
from adcontract.contract.schemas import Schemas
from adcontract.errors import ContractError, Finding, Location
from adcontract.facts.fact_files import fact_files, read_page
from adcontract.files.json_positions import json_positions
from adcontract.files.source import Source, read_yaml, text_of
from adcontract.openapi.grammar import COMPONENTS, COMPOSITIONS, Node, nodes
from adcontract.openapi.pointer import join, nearest
from adcontract.openapi.references import resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from adcontract.assembly.assembly import Assembly
    from adcontract.contract.catalog import DocumentName
    from adcontract.contract.operation_parts import Example
    from adcontract.facts.fact_files import Page


@dataclass
class Files:
    """Every readable YAML file of one API, and the files that its documents are assembled from.

    `reached` is None if a broken file hides which files are used, and `snapshots` is if openapi.yaml is broken.
    """

    folder: Path
    sources: dict[Path, Source]
    findings: list[Finding]
    snapshots: list[str] | None
    reached: set[Path] | None = None

    def use(self, assemblies: Collection[Assembly]) -> None:
        """Note the files that the documents of the API, all of them, are assembled from."""
        if not any(assembly.holes for assembly in assemblies):
            self.reached = {file for assembly in assemblies for file in assembly.sources}

    @property
    def root(self) -> Source | None:
        """The openapi.yaml, or None if it cannot be read."""
        return self.sources.get(self.folder / "openapi.yaml")

    @cached_property
    def texts(self) -> dict[Path, str]:
        """The text of every readable file: YAML, payloads and lists of operations."""
        texts = {}
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in (".yaml", ".json", ".txt"):
                with suppress(ContractError):
                    texts[file] = text_of(file)
        return texts

    @cached_property
    def nodes(self) -> list[tuple[Source, Node]]:
        """Every OpenAPI object in the files."""
        return [
            (source, node)
            for file, source in self.sources.items()
            if (node_type := type_of(self.folder, file))
            for node in nodes(node_type, source.data)
        ]


def type_of(folder: Path, file: Path) -> str | None:
    """Return the type of the OpenAPI object in a `file` of the API in `folder`, or None."""
    if file.parent == folder:
        return "document"
    if file.parent == folder / "paths":
        return "path"
    return COMPONENTS.get(file.parent.name) if file.parent.parent == folder / "components" else None


def read_files(folder: Path, known: list[DocumentName]) -> Files:
    """Return the files in the `folder` of an API; `known` are all its documents, none if openapi.yaml is broken."""
    sources: dict[Path, Source] = {}
    findings: list[Finding] = []
    for part in ("openapi.yaml", "paths/**/*.yaml", "components/**/*.yaml", "facts/**/*.yaml"):
        for file in sorted(folder.glob(part)):
            try:
                sources[file] = read_yaml(file)
            except ContractError as error:
                findings += error.findings
    return Files(folder, sources, findings, [name.snapshot for name in known] or None)


class Document:
    """One assembled document; `page` is the same without what servers showed beyond the vendor's page."""

    def __init__(self, name: DocumentName, assembly: Assembly, page: Document | None = None) -> None:
        self.page = page or self
        self.name = name
        self.assembly = assembly
        self.data: dict[str, Any] = assembly.document
        self._json_positions: dict[Path, dict[str, tuple[int, int]]] = {}

    def where(self, pointer: str) -> Location:
        """Return the location in the source of the node at `pointer` in the document."""
        return self.assembly.where(pointer)

    def in_root(self, pointer: str) -> Location:
        """Return the location in openapi.yaml of what stands there at `pointer`, which may be a reference to a file."""
        root = self.assembly.sources.get(self.assembly.folder / "openapi.yaml")
        return root.where(pointer) if root and pointer in root.positions else self.where(pointer)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation."""
        return operations_of(self.data)

    @cached_property
    def pages(self) -> list[Page]:
        """The vendor's pages of this snapshot whose facts are well formed; `facts-form` reports the others."""
        pages = []
        for file in fact_files(self.assembly.folder, self.name.snapshot):
            with suppress(ContractError):
                pages.append(read_page(file))
        return pages

    @cached_property
    def schemas(self) -> Schemas:
        """The compiled schemas."""
        return Schemas(self.data)

    @cached_property
    def nodes(self) -> list[Node]:
        """Every OpenAPI object."""
        return list(nodes("document", self.data))

    def follow(self, pointer: str) -> tuple[str, dict[str, Any]]:
        """Return the schema at `pointer` with its references followed, and its own pointer before it."""
        node, pointer = resolve(self.data, pointer)
        return pointer, node

    def branches(self, pointer: str, schema: dict[str, Any], value: Any) -> Iterator[tuple[str, str]]:
        """Yield keyword and pointer of each schema under allOf, oneOf and anyOf of `schema` that `value` is held to."""
        for keyword in COMPOSITIONS:
            for index in range(len(schema.get(keyword, []))):
                inside = join(pointer, keyword, str(index))
                if keyword == "allOf" or self.schemas.valid(inside, value):
                    yield keyword, inside

    def in_payload(self, pointer: str, *path: str | int) -> Location:
        """Return the location in its file of the value at `path` in the payload whose value is at `pointer`."""
        where = self.where(pointer)
        is_payload_file = where.file.suffix == ".json" and bool(self.assembly.sources)
        if not is_payload_file:  # a document of a user's own has its payloads in it
            return where
        if where.file not in self._json_positions:
            self._json_positions[where.file] = dict(json_positions(text_of(where.file)))
        positions = self._json_positions[where.file]
        return Location(where.file, *positions[nearest(join("", *map(str, path)), positions)])

    def payloads(self) -> Iterator[tuple[str, Example, str]]:
        """Yield the pointer of the schema of each body, each payload of it, and the pointer of the payload's value."""
        for operation in self.operations:
            responses = [media for response in operation.responses.values() for media in response.media]
            for media in (*operation.body, *responses):
                for example in media.examples if "schema" in media.data else ():
                    value = join(media.pointer, "examples", example.name, "value")
                    yield join(media.pointer, "schema"), example, value

    def payload_files(self) -> Iterator[Path]:
        """Yield the payload files of this snapshot."""
        yield from (self.assembly.folder / "examples" / self.name.snapshot).glob("*.json")
