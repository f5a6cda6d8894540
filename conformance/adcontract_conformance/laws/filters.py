"""Filters: a filtered list has the items that match, all of them and no others."""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

from adcontract.contract.behavior import BOUNDS
from adcontract.contract.filters import matches
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import NotTestable
from adcontract_conformance.laws.law import law
from adcontract_conformance.laws.matching import unheard_of, values_in
from adcontract_conformance.laws.trial import KEYWORD, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.contract.behavior import Filter
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.model.promises import Found


def filtered(operation: Operation) -> bool:
    """Return whether a list has filters that narrow it."""
    return any(not each.alternative for each in operation.behavior.filters)


def _alternative(operation: Operation) -> bool:
    return any(each.alternative for each in operation.behavior.filters) and filtered(operation)


def _plural(operation: Operation) -> bool:
    arrays = {each.name for each in operation.parameters if each.data.get("schema", {}).get("type") == "array"}
    return any(
        each.parameter in arrays or any(condition.op == "pairs" for condition in each.conditions)
        for each in operation.behavior.filters
        if not each.alternative
    )


def _several(operation: Operation) -> bool:
    return sum(not each.alternative for each in operation.behavior.filters) > 1


@law("filter", "a filtered list has the items that match, all of them and no others", filtered, needs=("page-walk",))
def each_filter(client: Client, operation: Operation) -> Iterator[Found]:
    """Filter by values that the list shows, one parameter and one value at a time."""
    trial = _trial(client, operation)
    for each in trial.narrow:
        for value in trial.values(each):
            wanted = lambda row, each=each, value=value: matches(each, row, value)  # noqa: E731
            yield from trial.held({each.parameter: value}, wanted, each.parameter, "does not match")
    trial.end("the list shows no value of its filters that leaves an item out", trial.narrow)


def _trial(client: Client, operation: Operation) -> Trial:
    """Return the trial of a list. Where no row has what a filter looks at, an item is created that may have it."""
    trial = Trial(client, operation)
    return Trial(client, operation) if _is_created(trial) else trial


def _is_created(trial: Trial) -> bool:
    """Create an item with what a filter looks at and no row has, if requests for one say it; return whether it is."""
    conditions = [condition for each in trial.narrow if not each.hidden for condition in each.conditions]
    lacking = {each.field for each in conditions if not any(values_in(each, trial.source))}
    resource, checked = trial.operation.behavior.resource, trial.client.sender.checked
    if not lacking or resource is None:
        return False
    factory = ResourceFactory(trial.client, resource.name)
    for create in (*factory.creates, *factory.every("add")) if factory.every("delete") else ():
        declared = factory.resource(create)
        said = [*declared.makes, *(declared.echo if declared.action != "add" else ())]
        if checked.may_write(create) and any(_beside(field, each) for field in lacking for each in said):
            with suppress(NotTestable):
                factory.create(factory.parent_ids_of(trial.operation)[0] if resource.parent else None)
                return True
    return False


def _beside(field: str, other: str) -> bool:
    """Return whether a field is another one, or is in the same object inside an item."""
    parent = field.rpartition("/")[0]
    return field == other or bool(parent and other.startswith(f"{parent}/"))


@law("filter-nothing", "a filter that no item matches gives an empty list", filtered, needs=("page-walk",))
def no_match(client: Client, operation: Operation) -> Iterator[Found]:
    """Search for a text that no item has, and for the beginning of one, where a parameter takes any text.

    Where all items have the same of the documented values, another of those is tried. The target may refuse a value.
    A hidden filter may keep items, but not all of them.
    """
    trial, refused = _trial(client, operation), ""
    for each in trial.narrow:
        for given in _unmatched(trial, each):
            query = {each.parameter: given}
            try:
                if each.hidden:
                    yield from _all_kept(trial, each, given)
                else:
                    # an item may be listed only where its value is asked for, such as one that is archived
                    wanted = lambda row, each=each, given=given: matches(each, row, given)  # noqa: E731
                    yield from trial.held(query, wanted, each.parameter, "does not match", is_exact=True)
            except NotTestable as error:
                refused = str(error)
    trial.end(refused or "its filters take only values that an item may have", trial.narrow)


def _unmatched(trial: Trial, each: Filter) -> Iterator[Any]:
    if any(condition.op in BOUNDS or condition.negated for condition in each.conditions):
        return
    invented = (trial.given(each, value) for value in unheard_of(each.conditions[0], trial.source))
    yield from islice((one for one in invented if trial.fits(each, one) and not trial.matching(each, one)), 1)
    if each.is_exact:
        yield from trial.unmatched(each)
        yield from trial.unused(each)


def _all_kept(trial: Trial, each: Filter, given: Any) -> Iterator[Found]:
    """Yield a breach if a list still has every item, of several, where a text is asked for that none shows."""
    client, operation = trial.client, trial.operation
    walk = client.lists.walk(operation, query={each.parameter: given})
    trial.tried.add(each.parameter)
    if not set(client.lists.keys(operation, trial.all)) - set(client.lists.keys(operation, walk)):
        sentence = f"{each.parameter}={given} still lists each of the {len(trial.all.rows)} items."
        yield broken(operation, KEYWORD, walk.replies[0], sentence, part=each.parameter)


@law("filter-all", "an empty value, and the one that means all, give the whole list", filtered, needs=("page-walk",))
def nothing_asked(client: Client, operation: Operation) -> Iterator[Found]:
    """Give each parameter the values that do not filter, where they are valid."""
    trial, tried = Trial(client, operation), False
    for each in trial.narrow:
        for value in ("", each.all):
            if value is not None and trial.takes(each, value):
                tried = True
                yield from trial.held({each.parameter: value}, lambda _: True, each.parameter, "")
    if not tried:
        raise NotTestable("its filters have no value that does not filter")


@law("filter-or", "several values of a filter give the items that match any of them", _plural, needs=("page-walk",))
def several_values(client: Client, operation: Operation) -> Iterator[Found]:
    """Give two values to each parameter that takes several."""
    trial = Trial(client, operation)
    plural = [*filter(trial.is_plural, trial.narrow)]
    for each in plural:
        given = trial.several(each)
        if given is not None:
            wanted = lambda row, each=each, given=given: matches(each, row, given)  # noqa: E731
            negated = any(condition.negated for condition in each.conditions)
            says = "does not match" if negated else "matches none of the values"
            yield from trial.held({each.parameter: given}, wanted, each.parameter, says)
    trial.end("the list shows no two values, for a filter that takes several, that leave an item out", plural)


@law("filter-and", "several filters give the items that match all of them", _several, needs=("page-walk",))
def several_filters(client: Client, operation: Operation) -> Iterator[Found]:
    """Give two parameters at once, with values that an item matches and that other items do not."""
    trial = Trial(client, operation)
    for first, second in combinations(trial.narrow, 2):
        pair = trial.pair(first, second)
        if pair is not None:
            ours, theirs = pair

            def both(row: Any, first: Filter = first, second: Filter = second, a: Any = ours, b: Any = theirs) -> bool:
                return matches(first, row, a) and matches(second, row, b)

            query = {first.parameter: ours, second.parameter: theirs}
            yield from trial.held(query, both, second.parameter, "does not match both")
    trial.end("the list shows no values for two of its filters that leave an item out", trial.narrow)


@law(
    "filter-alternative",
    "an item that matches an alternative filter is listed whatever the other filters say",
    _alternative,
    needs=("page-walk",),
)
def alternative(client: Client, operation: Operation) -> Iterator[Found]:
    """Filter by a value, and name an item that does not match it."""
    trial = Trial(client, operation)
    for each in trial.widen:
        for narrow in trial.narrow:
            for value in islice(trial.values(narrow), 1):
                others = tuple(row for row in trial.all.rows if not matches(narrow, row, value))
                known = (trial.given(each, one) for one in values_in(each.conditions[0], others))
                other = next((one for one in known if trial.fits(each, one)), None)
                if other is None:
                    continue

                def either(
                    row: Any, narrow: Filter = narrow, each: Filter = each, a: Any = value, b: Any = other
                ) -> bool:
                    return matches(narrow, row, a) or matches(each, row, b)

                query = {narrow.parameter: value, each.parameter: other}
                yield from trial.held(query, either, each.parameter, "matches neither")
    trial.end("no value of its filters, with an alternative, leaves an item out", trial.widen)
