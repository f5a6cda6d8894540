"""The public names of the package, which `adcontract` imports from here when the first of them is used."""

from adcontract.assembly.assembly import Assembly
from adcontract.contract.behavior import (
    Batch,
    Behavior,
    Condition,
    Filter,
    Invariant,
    Key,
    Order,
    Pagination,
    Parent,
    Resource,
    Sort,
    Sum,
)
from adcontract.contract.behavior_parser import invariants
from adcontract.contract.catalog import DocumentName, apis, spec_folder
from adcontract.contract.conditions import Conditions
from adcontract.contract.contract import Change, Contract
from adcontract.contract.directions import HiddenPart
from adcontract.contract.idempotency import Idempotency
from adcontract.contract.operation_parts import Example, MediaType, Parameter, Response
from adcontract.contract.operations import Operation
from adcontract.contract.provenance import inferred
from adcontract.contract.resources import ResourceOperation, ResourceType
from adcontract.contract.schemas import SchemaError, Schemas
from adcontract.contract.security import PlacedCredential, SecurityScheme
from adcontract.contract.states import States
from adcontract.errors import AdcontractError, ContractError, Finding, Location, UsageError
from adcontract.files.source import Source
from adcontract.loading import assemble, load, load_named, names
from adcontract.requests.parameters import RequestError
from adcontract.requests.reader import RequestReader, Values

__all__ = [
    "AdcontractError",
    "Assembly",
    "Batch",
    "Behavior",
    "Change",
    "Condition",
    "Conditions",
    "Contract",
    "ContractError",
    "DocumentName",
    "Example",
    "Filter",
    "Finding",
    "HiddenPart",
    "Idempotency",
    "Invariant",
    "Key",
    "Location",
    "MediaType",
    "Operation",
    "Order",
    "Pagination",
    "Parameter",
    "Parent",
    "PlacedCredential",
    "RequestError",
    "RequestReader",
    "Resource",
    "ResourceOperation",
    "ResourceType",
    "Response",
    "SchemaError",
    "Schemas",
    "SecurityScheme",
    "Sort",
    "Source",
    "States",
    "Sum",
    "UsageError",
    "Values",
    "apis",
    "assemble",
    "inferred",
    "invariants",
    "load",
    "load_named",
    "names",
    "spec_folder",
]
