"""The report of a pass, as data: what the text, the Markdown and the JSON are written from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from adcontract import spec_folder
from adcontract.loading import before_payloads
from adcontract.openapi.pointer import split
from adcontract.wording import plural
from adcontract_conformance.watch.discoveries import Discovery, Kind
from adcontract_conformance.watch.entry import entry, values_of
from adcontract_conformance.watch.inference import schema_of, type_of

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_conformance.watch.reads import RememberingTarget
    from adcontract_conformance.watch.watching import Watched

_VALUES = 5
_COMPOSITIONS = ("allOf", "oneOf", "anyOf")


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a snapshot does not have; `snapshots` are the others that have it.

    It is to be written `by_hand` where the entry does not have it.
    """

    kind: str
    name: str
    says: str
    count: int
    of: int
    operations: list[str]
    values: list[Any]
    where: str
    snapshots: list[str] = []
    by_hand: bool = False


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """An operation of which no response could be compared, and why."""

    operation: str
    reason: str


class Api(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on one API. `differences` counts those from each snapshot; `actions` are the entry for `spec/`."""

    api: str
    snapshot: str
    says: str
    is_determined: bool
    differences: dict[str, int]
    reads: int
    compared: int
    new: list[Sight]
    of_other_snapshots: list[Sight]
    unseen: list[Unseen]
    actions: list[dict[str, Any]]
    file: str | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a pass over a target."""

    version: int = 1
    target: str
    date: str
    requests: int
    apis: list[Api]
    left_out: list[str] = []

    @property
    def status(self) -> int:
        """The exit status: 0 nothing is new, 1 something is, 2 that was not determined."""
        if any(each.new for each in self.apis):
            return 1
        return 2 if self.left_out or not all(each.is_determined for each in self.apis) else 0


def as_json(report: Report) -> str:
    """Return the report as JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def api_of(watched: Watched, spec: Path, date: str) -> Api:
    """Return what was found on one API; `spec` is the folder of its contract."""
    nearest, new = watched.nearest, watched.new
    checked = nearest.checked
    document = before_payloads(checked.contract.name, spec) if new else {}
    actions, by_hand = entry(document, new, date)
    return Api(
        api=checked.api,
        snapshot=nearest.snapshot,
        says=_says(watched),
        is_determined=watched.is_determined,
        differences={each.snapshot: each.differences for each in (nearest, *watched.others)},
        reads=nearest.reads,
        compared=nearest.shown,
        new=[_sight(each, watched, by_hand=each in by_hand) for each in new],
        of_other_snapshots=[_sight(each, watched) for each in nearest.discoveries if watched.snapshots_of(each)],
        unseen=[Unseen(operation=operation, reason=reason) for operation, reason in nearest.unseen.items()],
        actions=actions,
    )


def _says(watched: Watched) -> str:
    api, nearest, new = watched.nearest.checked.api, watched.nearest.snapshot, watched.new
    if new:
        are = "is" if len(new) == 1 else "are"
        return f"{api}: the nearest snapshot is {nearest}, and {plural(len(new), 'difference')} {are} in no snapshot."
    if not watched.nearest.shown:
        return f"{api}: the target showed nothing that could be compared."
    if failing := watched.nearest.failing:
        return f"{api}: the target serves {nearest}, as far as it answers; {_names(failing)} failed."
    if watched.nearest.discoveries:
        return f"{api}: nothing is new. The nearest snapshot is {nearest}; the target also has parts of others."
    return f"{api}: nothing is new. The target serves {nearest}."


def _sight(found: Discovery, watched: Watched, *, by_hand: bool = False) -> Sight:
    name = _name(found)
    return Sight(
        kind=found.kind.value,
        name=name,
        says=_SENTENCES[found.kind](found, name),
        count=found.count,
        of=found.of,
        operations=list(found.operations),
        values=values_of(found)[:_VALUES],
        where=str(watched.nearest.checked.contract.where(found.place)),
        snapshots=watched.snapshots_of(found),
        by_hand=by_hand,
    )


def _name(found: Discovery) -> str:
    """Return what a discovery is about as a reader names it: `Offer.budget`, `listOffers: meta.links[]`."""
    own = f"/{found.name}" if found.kind in (Kind.FIELD, Kind.ABSENT) else ""
    parts = split(found.place)
    if parts[0] == "components" and parts[1] == "schemas":
        first, rest = parts[2], parts[3:]
        return first + _path(rest, own)
    rest = parts[parts.index("schema") + 1 :] if "schema" in parts else []
    first = next(iter(found.operations))
    return f"{first}{_path(rest, own)}" if rest or own else first


def _path(parts: list[str], own: str) -> str:
    """Return the names of the fields on a way through schemas."""
    text, left = "", iter(parts)
    for part in left:
        if part == "properties":
            text += f".{next(left)}"
        elif part in _COMPOSITIONS:
            next(left)
        else:
            text += {"items": "[]", "additionalProperties": ".*"}.get(part, "")
    return text + own.replace("/", ".", 1)


def _types(found: Discovery) -> str:
    schema = schema_of(found.values)
    types = sorted({type_of(value) for value in found.values} - {"null"}) or ["always null"]
    nullable = " or null" if schema.get("nullable") and schema.keys() - {"nullable"} else ""
    return " or ".join(types) + nullable


def _share(found: Discovery) -> str:
    return f"in {found.count:,} of {found.of:,}" if found.count < found.of else f"in all {found.of:,}"


def _shown(found: Discovery) -> str:
    values = values_of(found)
    rest = ", …" if len(values) > _VALUES else ""
    return ", ".join(msgspec.json.encode(each).decode() for each in values[:_VALUES]) + rest


_SENTENCES = {
    Kind.STATUS: lambda found, name: f"{name} answers {found.name}, which is not documented",
    Kind.MEDIA: lambda found, name: f"{name} answers with {found.name or 'no media type'}, which is not documented",
    Kind.HEADER: lambda found, name: f"{name} sends {found.name} in place of {found.values[0]}",
    Kind.FIELD: lambda found, name: f"{name} is not documented: {_types(found)}, {_share(found)}",
    Kind.ABSENT: lambda found, name: f"{name} is required and absent, {_share(found)}",
    Kind.TYPE: lambda found, name: f"{name} has another type: {found.name}, {_share(found)}",
    Kind.NULL: lambda found, name: f"{name} is null, which is not documented, {_share(found)}",
    Kind.VALUE: lambda found, name: f"{name} has the value {_shown(found)}, which is not documented, {_share(found)}",
    Kind.LIMIT: lambda found, name: f"{name} does not keep its {found.name}: {_shown(found)}, {_share(found)}",
}


def _names(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def report(
    target: RememberingTarget, found: list[Watched], left_out: list[str], spec: Path | None, date: str | None = None
) -> Report:
    """Return the report of a pass, without secrets; `spec` is the folder of the contracts, and `date` today's."""
    day = date or datetime.now(UTC).date().isoformat()
    made = Report(
        target=target.shown,
        date=day,
        requests=target.requests,
        apis=[api_of(each, spec or spec_folder(), day) for each in found],
        left_out=left_out,
    )
    text = target.redaction.text(msgspec.json.encode(made).decode())
    return msgspec.json.decode(text, type=Report)
