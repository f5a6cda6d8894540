"""What a document of a user's own may leave open, and every tool needs: names of operations, servers, examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.contract.schemas import Schemas
from adcontract.errors import Finding
from adcontract.openapi.grammar import METHODS, nodes, operation_objects
from adcontract.openapi.paths import parameter_names, shape
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.openapi.grammar import Node
    from adcontract.plain.dialect import Dialect

_WORD = re.compile(r"[A-Za-z0-9]+")
_DEFAULT = "default"


def name_operations(assembly: Assembly) -> None:
    """Give each operation without an operationId one that is made of its method and path.

    Two of one name are a finding.
    """
    known: dict[str, str] = {}
    unnamed: list[tuple[str, str, dict[str, Any]]] = []
    for path, method, operation in operation_objects(assembly.document):
        here = join("/paths", path, method)
        id_ = operation.get("operationId")
        if not isinstance(id_, str) or not id_.strip():
            unnamed.append((path, method, operation))
        elif id_ in known:
            where = assembly.where(join(here, "operationId"))
            message = f"{known[id_]} has the operationId {id_}, too."
            assembly.report(where, "operation-id-unique", message, "Give one of them another.")
        else:
            known[id_] = f"{method.upper()} {path}"
    for path, method, operation in unnamed:
        words = _WORD.findall(path.replace("{", "By-").replace("}", "-"))
        name = free = method + "".join(word[:1].upper() + word[1:] for word in words)
        number = 2
        while free in known:
            free, number = f"{name}{number}", number + 1
        operation["operationId"] = free
        known[free] = ""


def check_paths(assembly: Assembly) -> None:
    """Report two operations that are one, and a parameter in braces that its operation does not declare.

    Paths that differ in the names of their parameters are one, of which the first name counts.
    """
    known: dict[str, str] = {}
    paths = assembly.document["paths"]
    for path in list(paths):
        if (twin := known.setdefault(shape(path), path)) != path:
            _merge(assembly, path, twin)
    for path, method, operation in operation_objects(assembly.document):
        declared = {each.get("name") for each in _path_parameters(assembly, operation)}
        for name in parameter_names(path):
            if name not in declared:
                message = f"The path has {{{name}}}, but the operation has no path parameter {name}."
                where = assembly.where(join("/paths", path, method))
                assembly.report(where, "path-parameters", message, "Add it to the parameters, with its schema.")


def _merge(assembly: Assembly, path: str, twin: str) -> None:
    """Move the operations of a path to that of the same shape."""
    paths = assembly.document["paths"]
    names = dict(zip(parameter_names(path), parameter_names(twin), strict=True))
    for method in [key for key in paths[path] if key in METHODS]:
        here, there = join("/paths", path, method), join("/paths", twin, method)
        if method in paths[twin]:
            message = f"{path} and {twin} are the same path: the names of path parameters do not matter."
            assembly.report(assembly.where(here), "path-twice", message, "Merge them.")
            continue
        operation = paths[twin][method] = paths[path][method]
        assembly.copy_locations(operation, here, there)
        renamed = _path_parameters(assembly, operation)
        others = [each for each in operation.get("parameters", []) if follow(assembly.document, each) not in renamed]
        renamed = [{**each, "name": names.get(each["name"], each["name"])} for each in renamed]
        operation["parameters"] = [*renamed, *others]
    del paths[path]


def _path_parameters(assembly: Assembly, operation: dict[str, Any]) -> list[dict[str, Any]]:
    every = (follow(assembly.document, each) for each in operation.get("parameters", []))
    return [each for each in every if each.get("in") == "path"]


def fill_servers(document: dict[str, Any]) -> None:
    """Put the default of each variable into the URLs of the servers."""
    for server in document.get("servers", []):
        variables = server.pop("variables", {})
        defaults = {name: str(each.get(_DEFAULT, "")) for name, each in variables.items()}
        for name, value in defaults.items():
            server["url"] = server["url"].replace(f"{{{name}}}", value)


def drop_client_certificates(assembly: Assembly, dialect: Dialect) -> None:
    """Remove the security schemes of the connection itself, which no request shows."""
    document = assembly.document
    schemes = document["components"].get("securitySchemes", {})
    dropped = {name for name, each in schemes.items() if each.get("type") == "mutualTLS"}
    for name in dropped:
        where = assembly.where(join("/components/securitySchemes", name))
        message = f"The client certificate of {name} is neither asked for nor sent."
        dialect.note("mutualTLS", where, message, "Nothing needs to be done for a mock.")
        del schemes[name]
    operations = [operation for _, _, operation in operation_objects(document)]
    for holder in (document, *operations) if dropped else ():
        if "security" in holder:
            kept = (
                {name: scopes for name, scopes in each.items() if name not in dropped} for each in holder["security"]
            )
            holder["security"] = list(kept)


def settle_examples(assembly: Assembly) -> None:
    """Let each example be a named one that fits its schema; those that do not, or lie elsewhere, are left out.

    A client that is shown an example takes it for what the API sends, and a server is held to the schema.
    """
    types = ("media type", "parameter", "header")
    every = [node for node in nodes("document", assembly.document) if node.type in types]
    for node in every:
        _name(node, assembly)
    schemas = Schemas(assembly.document)
    for node in every:
        _keep_fitting(node, assembly, schemas)


def _name(node: Node, assembly: Assembly) -> None:
    data = node.data
    if "example" in data and not isinstance(data.get("examples"), dict):
        data["examples"] = {_DEFAULT: {"value": data["example"]}}
        where = assembly.where(join(node.pointer, "example"))
        assembly.locations[join(node.pointer, "examples", _DEFAULT, "value")] = where
    data.pop("example", None)
    for name, example in list(data.get("examples", {}).items()):
        if not isinstance(example, dict) or "value" not in example:
            where = assembly.where(join(node.pointer, "examples", name))
            cause = "lies elsewhere" if isinstance(example, dict) and "externalValue" in example else "has no value"
            assembly.notes.append(
                Finding(
                    where, "example-value", f"The example {name} {cause}: it is left out.", "Write it as its value."
                )
            )
            del data["examples"][name]


def _keep_fitting(node: Node, assembly: Assembly, schemas: Schemas) -> None:
    examples = node.data.get("examples", {})
    is_text = node.type == "media type" and "json" not in node.pointer.rpartition("/")[2]
    if not examples or "schema" not in node.data or is_text:
        return
    for name, example in list(examples.items()):
        faults = schemas.faults(join(node.pointer, "schema"), example["value"])
        if faults:
            where = assembly.where(join(node.pointer, "examples", name, "value"))
            message = f"The example {name} does not fit its schema, and is left out: {_shown(faults[0])}."
            assembly.notes.append(Finding(where, "example-valid", message, "Correct the example, or the schema."))
            del examples[name]
    if not examples:
        node.data.pop("examples")


def _shown(fault: Any) -> str:
    return f"{fault.field}: {fault.message}" if fault.field else str(fault.message)
