"""Contracts of APIs as one self-contained OpenAPI document each, and what every tool needs to read them."""

from adcontract.contract.behavior import (
    Behaviour,
    Condition,
    Filter,
    Invariant,
    Key,
    Order,
    Pagination,
    Parent,
    Resource,
    Sort,
    behaviour_of,
    invariants,
)
from adcontract.contract.catalog import Name, apis, names, spec_folder
from adcontract.contract.operations import Example, Media, Operation, Parameter, Response, inferred
from adcontract.contract.schemas import Fault, Schemas
from adcontract.errors import AdcontractError, ContractError, Finding, Location, UsageError
from adcontract.loading import Contract, assemble, load, load_named
from adcontract.requests.parameters import RequestFault
from adcontract.requests.reader import RequestReader, Values

__all__ = [
    "AdcontractError",
    "Behaviour",
    "Condition",
    "Contract",
    "ContractError",
    "Example",
    "Fault",
    "Filter",
    "Finding",
    "Invariant",
    "Key",
    "Location",
    "Media",
    "Name",
    "Operation",
    "Order",
    "Pagination",
    "Parameter",
    "Parent",
    "RequestFault",
    "RequestReader",
    "Resource",
    "Response",
    "Schemas",
    "Sort",
    "UsageError",
    "Values",
    "apis",
    "assemble",
    "behaviour_of",
    "inferred",
    "invariants",
    "load",
    "load_named",
    "names",
    "spec_folder",
]
