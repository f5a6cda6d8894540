"""Operations that do not say who may use them, or what their success is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from adcontract.contract.error_responses import FAULTS
from adcontract.openapi.references import follow
from adcontract_proof.blind.lack import Lack, as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Operation
    from adcontract_proof.blind.lack import Edits

_STATUSES = dict(zip(FAULTS, ("404", "405", "401", "400", "422"), strict=True))
_ANNOTATIONS = {"description", "title", "example", "examples", "deprecated", "nullable", "x-inferred", "x-source"}
_SOME = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
"""The example of a schema."""


def error_lacks(contract: Contract) -> Iterator[Lack]:
    """Yield the responses to invalid requests, if the contract names none."""
    if not contract.error_responses:
        errors = {fault: {"status": status, "response": {"description": "…"}} for fault, status in _STATUSES.items()}
        unseen = "no fault can be planted, as nothing says how an invalid request is answered"
        if contract.is_plain:
            unseen = "how an invalid request is answered is checked only where its operation says it"
        yield Lack(
            "x-errors",
            contract.operations,
            "no x-errors",
            unseen,
            "",
            {"": {"x-errors": errors}},
            is_example=True,
        )


def default_lacks(contract: Contract) -> Iterator[Lack]:
    """Yield the operations with a response `default`, which any status fits, as one."""
    edits: Edits = {}
    operations = [each for each in contract.operations if "default" in each.responses]
    for each in operations:
        own = {} if each.success else {"200": each.data["responses"]["default"]}
        edits[f"{each.pointer}/responses"] = {"default": None, **own}
    if operations:
        yield Lack(
            "default",
            tuple(operations),
            "a response `default`",
            "a status that is not documented cannot be seen",
            "",
            edits,
            advice="Declare the statuses that it stands for in its place, such as '200' and '404'.",
        )


def security_lacks(contract: Contract) -> Iterator[Lack]:
    """Yield the operations that neither ask for credentials nor say that they need none, while others do, as one.

    `security: []` says so.
    """
    silent = tuple(each for each in contract.operations if "security" not in each.data)
    if "security" in contract.document or not silent or not contract.security_schemes:
        return
    usual = Counter(tuple(one) for each in contract.operations for one in each.security if one)
    schemes = usual.most_common(1)[0][0] if usual else tuple(contract.security_schemes)[:1]
    security: list[dict[str, list[str]]] = [{name: [] for name in schemes}]
    unseen = "a request without credentials that is accepted cannot be seen"
    if usual:
        edits: Edits = {each.pointer: {"security": security} for each in silent}
        sign = f"Others ask for {' and '.join(schemes)}."
        advice = f"Declare: {as_yaml({'security': security})}, or `security: []` if it needs no credentials."
        yield Lack("security", silent, "no security", unseen, sign, edits, advice=advice)
    else:
        sign = f"It has the security scheme {schemes[0]}, which no operation asks for."
        yield Lack("security", silent, "no security", unseen, sign, {"": {"security": security}})


def success_lacks(contract: Contract) -> Iterator[Lack]:
    """Yield the operations of which no success, or no schema of its body is declared."""
    for operation in contract.operations:
        success = operation.success
        if success is None:
            if "default" not in operation.responses:
                edits = {f"{operation.pointer}/responses": {"200": {"description": "…"}}}
                unseen = "any response passes as a success"
                yield Lack("success", (operation,), "no response 2xx", unseen, "", edits, is_example=True)
            continue
        if not success.media:
            if operation.method == "GET" and success.status not in ("204", "205"):
                content = {"content": {"application/json": {"schema": _SOME}}}
                yield _no_schema(operation, "no content of its response", {success.pointer: content})
        elif success.json and _is_empty(contract, success.json.data.get("schema", {})):
            lacks = "an empty schema of its response" if "schema" in success.json.data else "no schema of its response"
            yield _no_schema(operation, lacks, {success.json.pointer: {"schema": _SOME}})


def _no_schema(operation: Operation, lacks: str, edits: Edits) -> Lack:
    reason = operation.success.inferred if operation.success else None
    sign = f"The contract says of it: {reason}" if reason else ""
    return Lack("schema", (operation,), lacks, "any body passes", sign, edits, is_example=True)


def _is_empty(contract: Contract, schema: dict[str, Any]) -> bool:
    """Return whether every value fits a schema, or every object."""
    schema = follow(contract.document, schema)
    said = schema.keys() - _ANNOTATIONS
    if said == {"type", "additionalProperties"} and schema["additionalProperties"] in (True, {}):
        said = {"type"}
    return not said or (said == {"type"} and schema["type"] == "object")
