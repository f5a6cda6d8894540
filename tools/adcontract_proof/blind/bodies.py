"""Schemas that say less of a value than the payloads and the names of its fields do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract import ContractError, Schemas
from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import get, join, lookup
from adcontract_mock.generation.values import Generator
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.shapes import count_names, id_of, json_of, noun_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_proof.blind.lack import Edits
    from adcontract_proof.blind.resources import Resources
    from adcontract_proof.blind.shapes import Shape


def required_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield the schemas of items, or of whole responses, that require nothing, with the operations that show them."""
    document = resources.contract.document
    shown: dict[str, list[Operation]] = {}
    for operation in resources.contract.operations:
        shape = resources.shapes.get(operation.pointer)
        if shape and not any(lookup(document, each).get("required") for each in reach(document, shape.schema, "")):
            shown.setdefault(shape.schema, []).append(operation)
    for schema, operations in shown.items():
        fields = resources.shapes[operations[0].pointer].fields
        items = [item for each in operations for item in _items(resources, each)]
        always = [name for name in fields if all(name in item for item in items)] if items else []
        sign = "Every documented response has these fields." if always else ""
        names = always or [id_of(fields, noun_of(operations[0].path)) or next(iter(fields))]
        yield Lack(
            "required",
            tuple(operations),
            "no required fields in its response",
            "a field that is missing cannot be seen",
            sign,
            {schema: {"required": names}},
            lens=schema,
            is_example=not always,
        )


def invariant_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield the items that have a list and the number of its entries, in every payload, without a rule that says so."""
    document, known = resources.contract.document, set[str]()
    counts = {each.count for each in resources.contract.resources.values()}
    for operation in resources.contract.operations:
        shape = resources.shapes.get(operation.pointer)
        if shape is None or shape.schema in known:
            continue
        known.add(shape.schema)
        items = _items(resources, operation)
        rules = "".join(str(lookup(document, each).get("x-invariants")) for each in reach(document, shape.schema, ""))
        for count, entries in _counted(shape):
            pairs = [(item[count], item[entries]) for item in items if count in item and item.get(entries)]
            if not pairs or any(number != len(each) for number, each in pairs):
                continue
            if f"self.{count}" in rules or join("", count) in counts:
                continue
            rule = {"rule": f"self.{count} == size(self.{entries})", "says": f"{count} is the number of {entries}."}
            yield Lack(
                "x-invariants",
                (operation,),
                "no x-invariants",
                "a wrong number of entries cannot be seen",
                f"In every payload `{count}` is the number of `{entries}`.",
                {shape.schema: {"x-invariants": [*_rules(document, shape.schema), rule]}},
            )


def example_lacks(resources: Resources) -> Iterator[Lack]:
    """Yield the operations that read something that is no item, and show no example of it, as one."""
    contract = resources.contract
    generator = Generator(contract, Schemas(contract.document))
    operations: list[Operation] = []
    edits: Edits = {}
    for operation in contract.operations:
        media, success = json_of(operation), operation.success
        # an inferred response is one that no page shows
        is_known = success is None or success.inferred or resources.action(operation)
        if operation.method != "GET" or media is None or media.examples or is_known:
            continue
        try:
            value = generator.value(f"{media.pointer}/schema", operation.id)
        except ContractError:
            continue  # the mock has no response, so that none can be faulty
        operations.append(operation)
        edits[media.pointer] = {"examples": {"default": {"value": value}}}
    if operations:
        yield Lack(
            "example",
            tuple(operations),
            "no example of its response",
            "a value that differs from the documented one cannot be seen",
            "",
            edits,
            advice=f"Add a response as examples/{contract.name.snapshot}/OPERATION.STATUS.json.",
        )


def _items(resources: Resources, operation: Operation) -> list[dict[str, Any]]:
    """Return the items, or the rows, in the payloads of a response."""
    shape, media = resources.shapes[operation.pointer], json_of(operation)
    found: list[Any] = []
    for example in media.examples if media else ():
        value = get(example.value, shape.rows if shape.rows is not None else shape.item or "")
        found += value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def _counted(shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield the names of numbers that look like the length of a list, each with the list."""
    numbers = {plain(name): name for name, node in shape.fields.items() if node.get("type") == "integer"}
    for name in (name for name, node in shape.fields.items() if node.get("type") == "array"):
        for count in count_names(plain(name), noun_of(f"/{plain(name)}")):
            if count in numbers:
                yield numbers.pop(count), name


def _rules(document: dict[str, Any], schema: str) -> list[Any]:
    return list(lookup(document, schema).get("x-invariants", []))
