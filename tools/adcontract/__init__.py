"""Contracts of APIs as one self-contained OpenAPI document each, and what every tool needs to read them."""

from adcontract.catalog import Name, apis, names, spec_folder
from adcontract.contract import Contract, assemble, load, load_named
from adcontract.errors import AdcontractError, ContractError, Finding, Location, UsageError
from adcontract.operations import Example, Media, Operation, Parameter, Response, inferred
from adcontract.parameters import RequestFault
from adcontract.requests import RequestReader, Values
from adcontract.schemas import Fault, Schemas

__all__ = [
    "AdcontractError",
    "Contract",
    "ContractError",
    "Example",
    "Fault",
    "Finding",
    "Location",
    "Media",
    "Name",
    "Operation",
    "Parameter",
    "RequestFault",
    "RequestReader",
    "Response",
    "Schemas",
    "UsageError",
    "Values",
    "apis",
    "assemble",
    "inferred",
    "load",
    "load_named",
    "names",
    "spec_folder",
]
