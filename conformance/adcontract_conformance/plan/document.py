"""A plan as plain data, and as text or JSON."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from adcontract.wording import plural
from adcontract_conformance.client.limits import SAFE
from adcontract_conformance.plan.planning import CLEARING, KINDS, RECOGNIZING
from adcontract_conformance.plan.shelf import ITEMS

if TYPE_CHECKING:
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.plan.planning import Counted, Planned
    from adcontract_conformance.run.options import Options

LATENCY = 0.1
"""How long a target typically takes for a response, in seconds."""

ALL, WRITING = "all", "writing"
"""The columns of all requests, and of those with a method that writes: a read is also asked with such a one."""

OTHERS = "(no operation)"
"""The row of the requests that are for no operation, such as those that learn what the target takes."""


class PlannedOperation(Struct, frozen=True, kw_only=True):
    """What would be sent for one operation: how many requests of each kind, and how many with a method that writes."""

    operation: str
    method: str
    kinds: dict[str, int]
    requests: int
    writes: int


class PlannedContract(Struct, frozen=True, kw_only=True):
    """What would be sent of one contract."""

    api: str
    snapshot: str
    operations: tuple[PlannedOperation, ...]
    kinds: dict[str, int]
    requests: int
    writes: int


class Plan(Struct, frozen=True, kw_only=True):
    """What a run would send.

    `items` is how many items each list is assumed to have, and `latency` how long a response, in seconds. `seconds` is
    how long the run would take. `read_only` says why nothing would be written, and `bound` which bound would end it.
    """

    plan: Literal[1] = 1
    version: str
    target: str
    seed: int
    groups: tuple[str, ...]
    rate: str | None
    read_only: str | None
    bound: str | None
    items: int
    latency: float
    requests: int
    writes: int
    seconds: float
    contracts: tuple[PlannedContract, ...]


def plan_of(counted: Counted, target: Target, contracts: list[CheckedContract], options: Options) -> Plan:
    """Return a plan from what was counted."""
    rate, total = target.limits.rate, counted.requests.total()
    seconds = total * max(LATENCY, rate.interval if rate else 0.0) + counted.seconds
    is_long = options.seconds is not None and seconds > options.seconds
    bound = f"--max-time ends it after {options.seconds:g} s" if is_long else counted.bound
    return Plan(
        version=version("adcontract"),
        target=target.url,
        seed=options.seed,
        groups=options.groups,
        rate=str(rate) if rate else None,
        read_only=target.allowance.read_only,
        bound=bound,
        items=ITEMS,
        latency=LATENCY,
        requests=total,
        writes=_writes(counted.requests),
        seconds=round(seconds, 1),
        contracts=tuple(_contract(checked, counted) for checked in contracts),
    )


def _contract(checked: CheckedContract, counted: Counted) -> PlannedContract:
    own = Counter({one: number for one, number in counted.requests.items() if one.contract == checked.title})
    methods = {each.id: each.method for each in checked.contract.operations}
    rows: dict[str, Counter[Planned]] = {name: Counter() for name in methods}
    for one, number in own.items():
        rows.setdefault(one.operation if one.operation in methods else OTHERS, Counter())[one] += number
    return PlannedContract(
        api=checked.api,
        snapshot=checked.contract.name.snapshot,
        operations=tuple(
            PlannedOperation(
                operation=name,
                method=methods.get(name, ""),
                kinds=_kinds(row),
                requests=row.total(),
                writes=_writes(row),
            )
            for name, row in rows.items()
            if row
        ),
        kinds=_kinds(own),
        requests=own.total(),
        writes=_writes(own),
    )


def _writes(requests: Counter[Planned]) -> int:
    return sum(number for one, number in requests.items() if one.writes)


def _kinds(requests: Counter[Planned]) -> dict[str, int]:
    found = Counter[str]()
    for one, number in requests.items():
        found[one.kind] += number
    order = (RECOGNIZING, *KINDS.values(), *sorted(found.keys() - {RECOGNIZING, CLEARING, *KINDS.values()}), CLEARING)
    return {kind: found[kind] for kind in order if found[kind]}


def as_json(plan: Plan) -> str:
    """Return a plan as one JSON document."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2).decode()


def as_text(plan: Plan) -> str:
    """Return a plan for a person: what would be sent, by contract, operation and kind."""
    lines = [
        f"Nothing was sent. To {plan.target} this run would send about {plural(plan.requests, 'request')}, "
        f"{plan.writes:,} of them with a method that writes, in about {_duration(plan.seconds)}."
    ]
    if plan.read_only:
        else_ = plan.read_only.removeprefix("it ")
        lines.append(f"Only {', '.join(SAFE)} would be sent, because anything else {else_}.")
    if plan.bound:
        lines.append(f"It would end before it has tried everything, because {plan.bound}.")
    for contract in plan.contracts:
        lines += ["", f"{contract.api} {contract.snapshot}", *_table(contract)]
    pace = f"at most {plan.rate}, and " if plan.rate else ""
    lines += [
        "",
        f"These are the requests of seed {plan.seed} to a target that obeys the contract, applies Prefer and has "
        f"{plan.items} items in each list. A finding takes more. The time is with {pace}{plan.latency:g} s a response.",
    ]
    return "\n".join(lines)


def _table(contract: PlannedContract) -> list[str]:
    kinds = list(contract.kinds)
    head = ["", "operation", *kinds, ALL, WRITING]
    rows = [
        [
            "*" if each.method not in ("", *SAFE) else "",
            f"{each.method} {each.operation}".strip(),
            *_numbers({**each.kinds, ALL: each.requests, WRITING: each.writes}, [*kinds, ALL, WRITING]),
        ]
        for each in contract.operations
    ]
    sums = {**contract.kinds, ALL: contract.requests, WRITING: contract.writes}
    rows.append(["", ALL, *_numbers(sums, [*kinds, ALL, WRITING])])
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [_line(row, widths) for row in (head, *rows)]


def _numbers(counts: dict[str, int], kinds: list[str]) -> list[str]:
    return [f"{counts[kind]:,}" if counts.get(kind) else "·" for kind in kinds]


def _line(row: list[str], widths: list[int]) -> str:
    left, right = list(zip(row, widths, strict=True))[:2], list(zip(row, widths, strict=True))[2:]
    return "  ".join([*(text.ljust(width) for text, width in left), *(text.rjust(width) for text, width in right)])


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
