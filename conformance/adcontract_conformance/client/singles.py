"""What a whole API has one of, such as its settings: a run may change it, and leaves it as it was."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

from adcontract.contract.schema_paths import reach
from adcontract.openapi.patches import JSON_PATCH
from adcontract.openapi.pointer import put
from adcontract_conformance.client.book import READS, is_carried_out
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.client.replies import MISSING, at, json_of
from adcontract_conformance.model.exchange import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract import Operation, ResourceOperation, ResourceType
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange, NoResponse

    Ask = Callable[[Operation, Any], HttpResponse | NoResponse]
    """Sends the documented request of an operation with another body, unless that is `MISSING`."""


TRIES = 2
"""How often the suite tries to change one back before the end of a run."""


class Singles:
    """The singletons of an API as they were before a run changed them, by resource."""

    def __init__(self, checked: CheckedContract) -> None:
        self._checked = checked
        self._before: dict[str, Any] = {}
        self._changed: dict[str, ResourceType] = {}
        self._failures = Counter[str]()

    def look(self, operation: Operation, ask: Ask) -> None:
        """Look once at what an operation changes, before a request of it is sent."""
        type_ = self._changed_by(operation)
        if type_ is None or type_.name in self._before:
            return
        self._before[type_.name] = MISSING
        self._before[type_.name] = _shown(type_, ask)

    def can_restore(self, type_: ResourceType) -> bool:
        """Return whether it is known what a singleton was, and a request changes it back."""
        before = self._before.get(type_.name, MISSING)
        return before is not MISSING and any(self._bodies(type_, before))

    def note(self, exchange: Exchange) -> None:
        """Note that a request has changed a singleton."""
        type_ = self._changed_by(exchange.operation)
        if type_ is not None and exchange.request.method not in SAFE and is_carried_out(exchange.response):
            self._changed[type_.name] = type_

    def restore(self, ask: Ask, *, at_last: bool = False) -> list[ResourceType]:
        """Change back what was changed, and return what is as it was.

        What could not be changed back several times is left for the end of the run: `at_last`.
        """
        found: list[ResourceType] = []
        for name, type_ in self._changed.items():
            if at_last or self._failures[name] < TRIES:
                is_restored = self._is_restored(type_, ask)
                self._failures[name] += not is_restored
                found += [type_] if is_restored else []
        for type_ in found:
            del self._changed[type_.name]
        return found

    def _changed_by(self, operation: Operation) -> ResourceType | None:
        resource = operation.behavior.resource
        type_ = self._checked.contract.resources.get(resource.name) if resource else None
        return type_ if resource and type_ and type_.is_global and resource.action not in READS else None

    def _is_restored(self, type_: ResourceType, ask: Ask) -> bool:
        before = self._before.get(type_.name, MISSING)
        for update, body in self._bodies(type_, before) if before is not MISSING else ():
            if is_carried_out(ask(update, body)) and _is_same(type_, before, _shown(type_, ask)):
                return True
        return False

    def _bodies(self, type_: ResourceType, before: Any) -> Iterator[tuple[Operation, Any]]:
        """Yield valid bodies that give a singleton the values that it had before, and their operations.

        One that replaces it comes first: a change leaves what it does not name.
        """
        for update in sorted(type_.of("update"), key=lambda each: each.operation.method != "PUT"):
            media = update.operation.body[0] if update.operation.body else None
            if media is None or media.essence == JSON_PATCH:
                continue
            schema = f"{media.pointer}/schema"
            for body in self._candidates(update, schema, before):
                if self._checked.schemas.valid(schema, body):
                    yield update.operation, body

    def _candidates(self, update: ResourceOperation, schema: str, before: Any) -> Iterator[Any]:
        """Yield what an update keeps, as it was before: with all else that was shown, and alone.

        What was not there is left out of a request that replaces all, and null in one that changes.
        """
        document, names = self._checked.contract.document, before if isinstance(before, dict) else {}
        shown = {name: before[name] for name in names if reach(document, schema, f"/{name}")}
        for part in self._checked.schemas.hidden_parts(schema, shown):
            shown.pop(str(part.path[0]), None)
        held = {theirs: at(before, ours) for ours, theirs in update.declared.echo.items()}
        absent_as_null = {theirs: None if value is MISSING else value for theirs, value in held.items()}
        forms = [held, absent_as_null] if update.operation.method == "PUT" else [absent_as_null, held]
        for whole, values in product((shown, {}), forms):
            body: Any = dict(whole)
            for theirs, value in values.items():
                body = body if value is MISSING else put(body, theirs, value)
            yield body


def _shown(type_: ResourceType, ask: Ask) -> Any:
    """Return a singleton as it is read, or `MISSING`."""
    for reader in type_.of("read"):
        response = ask(reader.operation, MISSING)
        if isinstance(response, HttpResponse) and is_carried_out(response) and reader.declared.item is not None:
            return at(json_of(response.body), reader.declared.item)
    return MISSING


def _is_same(type_: ResourceType, before: Any, after: Any) -> bool:
    """Return whether a singleton has the values that it had, of those that operations change."""
    pointers = {pointer for each in type_.operations for pointer in (*each.declared.echo, *each.declared.set)}
    states = ((at(before, each), at(after, each)) for each in pointers)
    # a field without a value may be shown or left out
    return all(is_ in (MISSING, None) if was in (MISSING, None) else kept(was, is_) for was, is_ in states)
