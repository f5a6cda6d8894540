"""Lists whose parameters look as if they divided it into pages, or put it in an order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join
from adcontract_proof.blind.lack import Lack
from adcontract_proof.blind.orders import order_by
from adcontract_proof.blind.shapes import fields, json_of, plain, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Contract, Operation, Parameter
    from adcontract_proof.blind.shapes import Shape

PAGES = {"page", "pagenumber", "pageno", "pageindex"}
OFFSETS = {"offset", "skip"}
SIZES = {"size", "limit", "perpage", "pagesize", "pagelimit", "maxresults"}
_ENVELOPE = {
    "total": {"total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements"},
    "more": {"hasmore", "morepages"},
    "current": {"currentpage"},
    "last": {"lastpage", "totalpages", "pagecount"},
    "per_page": {"perpage", "pagesize"},
}
"""What a response calls the parts of its envelope, by their roles in `x-pagination`."""


@dataclass(frozen=True)
class List:
    """An operation that lists items, with the shape of its response."""

    contract: Contract
    operation: Operation
    shape: Shape

    @cached_property
    def query(self) -> tuple[Parameter, ...]:
        """The parameters of its query that no declaration of behavior names."""
        behavior = self.operation.behavior
        declared = {each.parameter for each in behavior.filters} | {each.parameter for each in behavior.sorts}
        if behavior.pagination:
            declared |= {behavior.pagination.start, behavior.pagination.size or ""}
        if behavior.resource:
            keys = [*behavior.resource.takes.values(), behavior.resource.key]
            keys += [behavior.resource.parent.key] if behavior.resource.parent else []
            declared |= {each.name for each in keys if each and each.location == "query"}
        parameters = self.operation.parameters
        return tuple(
            each for each in parameters if each.location == "query" and each.name not in declared and not each.formats
        )

    def lacks(self) -> Iterator[Lack]:
        """Yield the pages and the orders that it does not declare."""
        declared = self._pagination()
        if declared:
            size = declared.get("size")
            yield Lack(
                "x-pagination",
                (self.operation,),
                "no x-pagination",
                "a page that is skipped, repeated or cut cannot be seen",
                f"It has the parameter{'s' if size else ''} {' and '.join(f'`{each}`' for each in self._paging())}.",
                {self.operation.pointer: {"x-pagination": declared}},
            )
        for parameter in () if self.operation.behavior.sorts else self.query:
            sort, is_example = order_by(parameter, self.schema(parameter), self.shape.fields)
            if sort:
                yield Lack(
                    "x-sort",
                    (self.operation,),
                    "no x-sort",
                    "an order that is ignored cannot be seen",
                    f"It has the parameter `{parameter.name}`.",
                    {self.operation.pointer: {"x-sort": {parameter.name: sort}}},
                    is_example=is_example,
                )
                return

    def schema(self, parameter: Parameter) -> dict[str, Any]:
        """Return the schema of a parameter."""
        return schema_of(self.contract.document, parameter)

    def _paging(self) -> list[str]:
        start = self._named(PAGES) or self._named(OFFSETS)
        return [each.name for each in (start, self._named(SIZES)) if each]

    def _named(self, names: set[str]) -> Parameter | None:
        number = [each for each in self.query if self.schema(each).get("type") in ("integer", "number")]
        return next((each for each in number if plain(each.name) in names), None)

    def _pagination(self) -> dict[str, Any] | None:
        """Return the `x-pagination` that the parameters look like, None where they look like none of its styles."""
        page, offset = self._named(PAGES), self._named(OFFSETS)
        start, size = page or offset, self._named(SIZES)
        if self.operation.behavior.pagination or start is None:
            return None
        schema = self.schema(start)
        if page and 0 in (schema.get("minimum"), schema.get("default")):
            return None  # it counts from 0, and the style `page` from 1
        style = "page" if page else "offset"
        declared: dict[str, Any] = {"style": style, style: start.name}
        if size:
            declared["size"] = size.name
        return declared | {"items": self.shape.rows} | self._envelope()

    def _envelope(self) -> dict[str, str]:
        media = json_of(self.operation)
        if media is None or not self.shape.rows:
            return {}
        document, schema = self.contract.document, f"{media.pointer}/schema"
        pointers = {join("", name): node for name, node in fields(document, schema).items()}
        for pointer in list(pointers):
            for inner in reach(document, schema, pointer):
                pointers |= {join(pointer, name): node for name, node in fields(document, inner).items()}
        found: dict[str, str] = {}
        for pointer, node in pointers.items():
            last = plain(pointer.rpartition("/")[2])
            role = next((role for role, names in _ENVELOPE.items() if last in names), None)
            wanted = ("boolean",) if role == "more" else ("integer", "number")
            if role and node.get("type") in wanted:
                found.setdefault(role, pointer)
        return found
