"""Contracts of APIs as one self-contained OpenAPI document each, and what every tool needs to read them."""

from adcontract.behaviour import (
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
from adcontract.catalog import Name, apis, names, spec_folder
from adcontract.contract import Contract, assemble, load, load_named
from adcontract.errors import AdcontractError, ContractError, Finding, Location, UsageError
from adcontract.operations import Example, Media, Operation, Parameter, Response, inferred
from adcontract.parameters import RequestFault
from adcontract.requests import RequestReader, Values
from adcontract.schemas import Fault, Schemas

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
