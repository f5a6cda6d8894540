"""What a document of a user's own may leave open, and every tool needs: names of operations, servers, examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from adcontract.errors import Finding
from adcontract.openapi.grammar import METHODS, operation_objects
from adcontract.openapi.paths import parameter_names, shape
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow
from adcontract.plain.dialect import MUTUAL_TLS

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly
    from adcontract.plain.dialect import Dialect

_WORD = re.compile(r"[A-Za-z0-9]+")
_DEFAULT = "default"
_SAME = "same-path"
_IGNORED = ("accept", "content-type", "authorization")


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

    Paths that differ in the names of their parameters are one, of which the first name counts. No request carries a
    fragment (RFC 9110, section 7.1): paths that differ in that are one, too, and the first operation counts.
    """
    known: dict[str, str] = {}
    paths = assembly.document["paths"]
    for path in [path for path in paths if "#" in path]:
        _drop_fragment(assembly, path)
    for path in list(paths):
        if (twin := known.setdefault(shape(path), path)) != path:
            message = f"{path} and {twin} are the same path: the names of path parameters do not matter."
            assembly.notes.append(Finding(assembly.where(join("/paths", path)), _SAME, message, "Merge them."))
            for method in _merge(assembly, path, twin):
                assembly.report(assembly.where(join("/paths", path, method)), _SAME, message, "Merge them.")
    for path, method, operation in operation_objects(assembly.document):
        declared = {each.get("name") for each in _path_parameters(assembly, operation)}
        for name in parameter_names(path):
            if name not in declared:
                message = f"The path has {{{name}}}, but the operation has no path parameter {name}."
                where = assembly.where(join("/paths", path, method))
                assembly.report(where, "path-parameters", message, "Add it to the parameters, with its schema.")


def _drop_fragment(assembly: Assembly, path: str) -> None:
    """Move the operations of a path with a fragment to the path without, and leave out those that it has already."""
    bare, _, fragment = path.partition("#")
    twin = next((each for each in assembly.document["paths"] if shape(each) == shape(bare)), bare)
    message = f"No request carries the fragment of this path, #{fragment}."
    if taken := _merge(assembly, path, twin):
        methods = " and ".join(each.upper() for each in taken)
        message += f" There is a {methods} {twin} already, and what stands here is left out."
    fix = "Describe in one operation all that one method and path do."
    assembly.notes.append(Finding(assembly.where(join("/paths", path)), _SAME, message, fix))


def _merge(assembly: Assembly, path: str, twin: str) -> list[str]:
    """Move the operations of a path to that of the same shape, and return the methods that this one has already."""
    paths = assembly.document["paths"]
    names = dict(zip(parameter_names(path), parameter_names(twin), strict=True))
    taken = []
    for method in [key for key in paths[path] if key in METHODS]:
        here, there = join("/paths", path, method), join("/paths", twin, method)
        if method in paths.setdefault(twin, {}):
            taken.append(method)
            continue
        operation = paths[twin][method] = paths[path][method]
        assembly.copy_locations(operation, here, there)
        renamed = _path_parameters(assembly, operation)
        others = [each for each in operation.get("parameters", []) if follow(assembly.document, each) not in renamed]
        renamed = [{**each, "name": names.get(each["name"], each["name"])} for each in renamed]
        operation["parameters"] = [*renamed, *others]
    del paths[path]
    return taken


def _path_parameters(assembly: Assembly, operation: dict[str, Any]) -> list[dict[str, Any]]:
    every = (follow(assembly.document, each) for each in operation.get("parameters", []))
    return [each for each in every if each.get("in") == "path"]


def fill_servers(document: dict[str, Any]) -> None:
    """Put the default of each variable into the URLs of the servers."""
    items = document["paths"].values()
    holders = [document, *items, *(operation for _, _, operation in operation_objects(document))]
    for server in (each for holder in holders for each in holder.get("servers", [])):
        variables = server.pop("variables", {})
        defaults = {name: str(each.get(_DEFAULT, "")) for name, each in variables.items()}
        for name, value in defaults.items():
            server["url"] = server["url"].replace(f"{{{name}}}", value)


def drop_client_certificates(assembly: Assembly, dialect: Dialect) -> None:
    """Remove the security schemes of the connection itself, which no request shows."""
    document = assembly.document
    schemes = document["components"].get("securitySchemes", {})
    dropped = {name for name, each in schemes.items() if each.get("scheme") == MUTUAL_TLS}
    for name in dropped:
        where = assembly.where(join("/components/securitySchemes", name))
        message = f"The client certificate of {name} is neither asked for nor sent."
        dialect.note("mutualTLS", where, message, "")
        del schemes[name]
    operations = [operation for _, _, operation in operation_objects(document)]
    for holder in (document, *operations) if dropped else ():
        if "security" in holder:
            kept = (
                {name: scopes for name, scopes in each.items() if name not in dropped} for each in holder["security"]
            )
            holder["security"] = list(kept)


def drop_ignored_headers(document: dict[str, Any]) -> None:
    """Remove the header parameters that OpenAPI ignores: content negotiation and credentials are declared elsewhere."""
    for _, _, operation in operation_objects(document):
        parameters = operation.get("parameters", [])
        kept = [each for each in parameters if not _is_ignored(follow(document, each))]
        if len(kept) < len(parameters):
            operation["parameters"] = kept


def _is_ignored(parameter: dict[str, Any]) -> bool:
    return parameter.get("in") == "header" and str(parameter.get("name")).lower() in _IGNORED
