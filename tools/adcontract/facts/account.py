"""The account of a document: its documented facts, and what is inferred, by operation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.facts.addresses import Addresses
from adcontract.facts.assertions import breach, proof
from adcontract.facts.claims import claims
from adcontract.facts.fact_files import fact_files, read_page
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.contract import Contract
    from adcontract.contract.operations import Operation
    from adcontract.errors import Location
    from adcontract.facts.fact_files import Fact, Page

_VALUES = ("value", "example", "default", "enum")
"""The keywords with values of the API, in which nothing is marked."""


@dataclass(frozen=True)
class Row:
    """The facts of one operation that hold, and the nodes inferred in it and in all that it refers to."""

    operation: Operation
    facts: int
    inferred: int


@dataclass(frozen=True)
class Account:
    """The account of one document.

    `facts` hold, `broken` do not. `inferred` is the number of nodes and keywords that are marked, each counted once.
    `unstated` are the documented parts that no fact states: their places, and their pointers in the document.
    """

    contract: Contract
    pages: tuple[Page, ...]
    facts: tuple[Fact, ...]
    broken: tuple[Fact, ...]
    inferred: int
    unstated: tuple[tuple[Location, str], ...]
    rows: tuple[Row, ...]

    @property
    def of_document(self) -> int:
        """The number of facts that are about no operation."""
        return sum(1 for fact in self.facts if not fact.operation)


def account_of(contract: Contract) -> Account:
    """Return the account of a contract, with the facts in the folder of its API.

    Raises:
        ContractError: if a file of facts is not well formed.
    """
    pages = tuple(read_page(file) for file in fact_files(contract.folder, contract.name.snapshot))
    addresses = Addresses(contract.document, contract.operations)
    facts: list[Fact] = []
    broken: list[Fact] = []
    for fact in (fact for page in pages for fact in page.facts):
        (broken if breach(addresses, fact) else facts).append(fact)
    number = Counter(fact.operation for fact in facts)
    return Account(
        contract,
        pages,
        tuple(facts),
        tuple(broken),
        len(_places(contract, set(_marks(contract.document, "")))),
        tuple(_unstated(contract, addresses, facts)) if pages else (),
        tuple(
            Row(operation, number[operation.id], len(_places(contract, _reached(contract.document, operation))))
            for operation in contract.operations
        ),
    )


def _unstated(contract: Contract, addresses: Addresses, facts: list[Fact]) -> Iterator[tuple[Location, str]]:
    """Yield each claim of the contract that no fact states, by place in the files: a shared part has copies."""
    stated = {contract.where(pointer) for fact in facts for pointer in proof(addresses, fact)}
    claimed = {contract.where(pointer): pointer for pointer in sorted(claims(contract.document))}
    yield from sorted((where, pointer) for where, pointer in claimed.items() if where not in stated)


def _places(contract: Contract, marks: set[str]) -> set[Any]:
    """Return the places in the files of marks in the document, in which shared parts have copies."""
    return {(contract.where(pointer), pointer.rpartition("/x-inferred")[2]) for pointer in marks}


def _marks(node: Any, pointer: str) -> Iterator[str]:
    """Yield the pointer of each mark: of the node itself, or of each keyword that it names."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _marks(item, join(pointer, str(index)))
    elif isinstance(node, dict):
        for key, value in node.items():
            here = join(pointer, key)
            if key == "x-inferred":
                yield from (join(here, keyword) for keyword in value) if isinstance(value, dict) else (here,)
            elif key not in _VALUES or pointer.endswith("/properties"):
                yield from _marks(value, here)


def _reached(document: dict[str, Any], operation: Operation) -> set[str]:
    """Return the marks in an operation, and in the components that it leads to."""
    found: set[str] = set()
    known = {operation.pointer}
    open_ = [operation.pointer]
    while open_:
        pointer = open_.pop()
        node = lookup(document, pointer)
        found.update(_marks(node, pointer))
        new = set(_references(node)) - known
        known |= new
        open_ += new
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#")
        for key, value in node.items():
            if key not in _VALUES:
                yield from _references(value)
