"""The book of a run: what its requests have created on the target, what is removed again, and what stays."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcontract.contract.actions import batched
from adcontract.openapi.text import as_text
from adcontract_conformance.client.batches import entries_of, ids_of, results_of
from adcontract_conformance.client.entry import Entry
from adcontract_conformance.client.items import created_ids, under
from adcontract_conformance.client.new_ids import new_id, shown_in
from adcontract_conformance.client.replies import MISSING, at, json_of
from adcontract_conformance.client.seen import Seen, key_of
from adcontract_conformance.model.exchange import HttpResponse, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from adcontract import Operation, Values
    from adcontract.contract.behavior import Resource
    from adcontract_conformance.client.items import Address, ParentIds
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Exchange, NoResponse

READS = ("read", "list")
"""The actions that change nothing."""


@dataclass
class Added:
    """What requests of one operation have added to one list: an item for each of the ids that they `named`."""

    checked: CheckedContract
    operation: Operation
    parent_ids: ParentIds
    named: dict[str, set[str]] = field(default_factory=dict)
    times: int = 0


class Book:
    """What a run has created on its target, by all groups, and what has become of it.

    Of what the contract cannot remove there is only a number, by API and resource or operation: `unremovable`,
    `marked` (deleted, and readable still), `unnamed` (no response showed the id) and `others` (requests that
    changed something that the run did not create, or that the contract does not describe).
    `documented` has the last documented request that has created what no operation removes, or changed what the run
    did not create, by API and operation.
    `seen` has the items that were there before; one with which a create is answered is none that the run removes.
    Items that are added to a list are known only by a look at it: `looked` has the ids that were there before.
    `listener` is called with an entry and whether it was created, at once. `is_urgent` says whether an interrupt is not
    the first one of the run; then the book is `abandoned`, and nothing more is removed.
    """

    def __init__(self, listener: Callable[[Entry, bool], None] = lambda *_: None) -> None:
        self.listener = listener
        self.abandoned = False
        self.is_urgent: Callable[[], bool] = lambda: False
        self.open: list[Entry] = []
        self.removed: list[Entry] = []
        self.unremovable: Counter[tuple[str, str]] = Counter()
        self.marked: Counter[tuple[str, str]] = Counter()
        self.unnamed: Counter[tuple[str, str]] = Counter()
        self.others: Counter[tuple[str, str]] = Counter()
        self.added: dict[tuple[str, str, str], Added] = {}
        self.looked: dict[tuple[str, str, str], set[bytes]] = {}
        self.documented: dict[tuple[str, str], Exchange] = {}
        self.seen = Seen()
        self._own: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lock = threading.RLock()

    def note(self, checked: CheckedContract, exchange: Exchange, base: str, owner: object) -> None:
        """Note what a request has shown, created, removed or changed, if it was carried out."""
        operation, response, resource = exchange.operation, exchange.response, exchange.operation.behavior.resource
        if exchange.request.method == "GET" and resource is not None:
            with self._lock:
                self.seen.note(checked, exchange, base, self._own[checked.api, resource.name])
        if exchange.request.method == "GET" or exchange.request.method != operation.method:
            return
        with self._lock:
            if not isinstance(response, HttpResponse):
                reading = checked.read(operation, exchange.request, base)
                if resource is not None and resource.action == "upsert" and reading is not None:
                    created = new_id(checked, exchange, base), MISSING
                    self._new(checked, resource, reading, exchange, owner, created)
                elif resource is not None and resource.action in ("create", batched("create")):
                    self.unnamed[checked.api, resource.name] += 1
            elif not is_carried_out(response) or (resource is not None and resource.action in READS):
                return
            elif resource is None or not self._noted(checked, resource, exchange, base, owner):
                self.others[checked.api, operation.id] += 1
                if exchange.purpose is Purpose.DOCUMENTED:
                    self.documented[checked.api, operation.id] = exchange

    def _noted(
        self, checked: CheckedContract, resource: Resource, exchange: Exchange, base: str, owner: object
    ) -> bool:
        """Note what a request has done, and return whether it did it to an item that the run has created."""
        reading, response = checked.read(exchange.operation, exchange.request, base), exchange.response
        if reading is None or not isinstance(response, HttpResponse):
            return False
        if resource.action in ("create", "upsert"):
            created = new_id(checked, exchange, base), shown_in(exchange)
            return self._new(checked, resource, reading, exchange, owner, created)
        if resource.batch:
            return self._noted_batch(checked, resource, reading, exchange, owner)
        if resource.action == "delete":
            return self._deleted(checked, resource, reading)
        if resource.makes and checked.contract.resources[resource.name].of("delete"):
            self._added(checked, exchange.operation, resource, reading)
            return True
        return self._is_own(checked, resource, reading)

    def _noted_batch(
        self, checked: CheckedContract, resource: Resource, reading: Values, exchange: Exchange, owner: object
    ) -> bool:
        """Note what the results of a batch say was done, and return whether it was done to items of the run."""
        value = json_of(exchange.response.body) if isinstance(exchange.response, HttpResponse) else MISSING
        entries, results = entries_of(resource, reading.body), results_of(resource, value)
        if resource.action == batched("create"):
            if results is None:
                self.unnamed[checked.api, resource.name] += len(entries)
            done = [(each.id, each.item) for each in results or () if each.said is not False]
            are_new = [self._new(checked, resource, reading, exchange, owner, each) for each in done]
            return all(are_new)
        said = [each.said for each in results or ()]
        named = [
            as_text(id_)
            for place, id_ in enumerate(ids_of(resource, reading.body))
            if id_ is not MISSING and (place >= len(said) or said[place] is not False)
        ]
        if resource.action == batched("delete"):
            for entry in [each for each in self.open if each.checked is checked and each.resource == resource.name]:
                if as_text(entry.id) in named:
                    self.strike(entry)
        return self._own[checked.api, resource.name].issuperset(named)

    def _new(
        self,
        checked: CheckedContract,
        resource: Resource,
        reading: Values,
        exchange: Exchange,
        owner: object,
        created: tuple[Any, Any],
    ) -> bool:
        """Note a created item, by its id and as it is shown; return False if it is one that was there before."""
        name, type_, (id_, shown) = (checked.api, resource.name), checked.contract.resources[resource.name], created
        parent_ids: ParentIds = {}
        if parent := resource.parent:
            parent_ids[under(parent)] = getattr(reading, parent.key.location).get(parent.key.name)
        if type_.of("delete"):
            if id_ in (MISSING, None, ""):
                self.unnamed[name] += 1
            else:
                remover = type_.of("delete")[0].declared
                if remover.parent and under(remover.parent) not in parent_ids and remover.parent.field:
                    found = at(shown, remover.parent.field)
                    parent_ids |= {} if found is MISSING else {under(remover.parent): found}
                key = key_of(checked, resource.name, id_, parent_ids, shown)
                if self.seen.was_there(key, exchange):
                    return False
                self.seen.is_ours(key)
                self.add(Entry(checked, resource.name, id_, parent_ids, shown, owner))
        elif id_ in (MISSING, None, "") or as_text(id_) not in self._own[name]:
            self.unremovable[name] += not self._goes_with_its_parent(checked, resource, reading)
            if exchange.purpose is Purpose.DOCUMENTED:
                self.documented[checked.api, exchange.operation.id] = exchange
        self._own[name] |= {as_text(each) for each in (id_, *(at(shown, place) for place in type_.ids)) if _is_id(each)}
        return True

    def _goes_with_its_parent(self, checked: CheckedContract, resource: Resource, reading: Values) -> bool:
        removers = checked.contract.resources[resource.parent.name].of("delete") if resource.parent else ()
        return any(each.declared.gone == "hidden" for each in removers) and self._is_own(checked, resource, reading)

    def own(self, checked: CheckedContract, resource: str) -> Set[str]:
        """Return the ids, as texts, of all items of a resource that the run has created, also of those it removed."""
        return self._own[checked.api, resource]

    def _is_own(self, checked: CheckedContract, resource: Resource, reading: Values) -> bool:
        """Return whether a request is about an item that the run has created, or about its children."""
        named = [(resource.name, resource.key)] if resource.key else []
        named += [(resource.parent.name, resource.parent.key)] if resource.parent else []
        return any(
            as_text(getattr(reading, key.location).get(key.name)) in self._own[checked.api, name] for name, key in named
        )

    def _added(self, checked: CheckedContract, operation: Operation, resource: Resource, reading: Values) -> None:
        parent_ids: ParentIds = {}
        place: Address = {}
        if parent := resource.parent:
            value = getattr(reading, parent.key.location).get(parent.key.name)
            parent_ids, place = {under(parent): value}, {parent.key.location: {parent.key.name: value}}
        added = self.added.setdefault(_list(checked, resource.name, place), Added(checked, operation, parent_ids))
        added.times += 1
        for ours, named in created_ids(resource, reading.body):
            added.named.setdefault(ours, set()).update(named)

    def look(self, checked: CheckedContract, resource: str, place: Address, ids: set[bytes]) -> None:
        """Note the ids in a list before anything is added to it at `place`."""
        self.looked.setdefault(_list(checked, resource, place), ids)

    def add(self, entry: Entry) -> None:
        """Note an item to remove."""
        with self._lock:
            if not any(entry.is_same(each) for each in self.open):
                self.open.append(entry)
                self._own[entry.checked.api, entry.resource].add(as_text(entry.id))
                self.listener(entry, True)

    def _deleted(self, checked: CheckedContract, resource: Resource, reading: Values) -> bool:
        """Strike the item that was deleted, and return whether the run had created it."""
        for entry in self.open:
            if entry.checked is checked and entry.resource == resource.name and entry.is_named(reading, resource):
                self.strike(entry)
                return True
        return self._is_own(checked, resource, reading)

    def strike(self, entry: Entry) -> None:
        """Note that an item is removed."""
        with self._lock:
            if entry in self.open:
                self.open.remove(entry)
                self.removed.append(entry)
                self.marked[entry.checked.api, entry.resource] += entry.stays
                self.listener(entry, False)

    def reopen(self, entry: Entry, reason: str) -> None:
        """Note that an item is there still, although it was removed."""
        with self._lock:
            self.removed.remove(entry)
            entry.reason = reason
            self.open.append(entry)
            self.listener(entry, True)

    def of(self, owner: object) -> list[Entry]:
        """Return the items that an owner has to remove, the latest first."""
        with self._lock:
            return [each for each in reversed(self.open) if each.owner is owner]


def is_carried_out(response: HttpResponse | NoResponse) -> bool:
    """Return whether a response says that the request was carried out, and not what was preferred with `Prefer`."""
    if not isinstance(response, HttpResponse):
        return False
    return 200 <= response.status < 300 and "preference-applied" not in response.headers


def _list(checked: CheckedContract, resource: str, place: Address) -> tuple[str, str, str]:
    values = {name: as_text(value) for each in place.values() for name, value in each.items()}
    return checked.title, resource, repr(sorted(values.items()))


def _is_id(value: Any) -> bool:
    return value not in (MISSING, None, "") and not isinstance(value, dict | list)
