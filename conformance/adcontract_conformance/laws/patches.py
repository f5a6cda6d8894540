"""Patches: a JSON Merge Patch changes what it names (RFC 7396), and a JSON Patch is done as a whole (RFC 6902)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from adcontract.openapi.patches import JSON_PATCH, MERGE_PATCH, TEST, assignment
from adcontract.openapi.pointer import get, join, put
from adcontract_conformance.checks.declared import broken
from adcontract_conformance.client.equality import kept
from adcontract_conformance.client.factory import ResourceFactory
from adcontract_conformance.client.replies import MISSING, NotTestable, at, text_of
from adcontract_conformance.laws.existing import changeable
from adcontract_conformance.laws.law import does, law
from adcontract_conformance.laws.nulls import other_values
from adcontract_conformance.laws.patch_bodies import media_of, target_of, values_in
from adcontract_conformance.laws.telling import SELDOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.client.client import Client
    from adcontract_conformance.client.replies import Reply
    from adcontract_conformance.laws.law import Given
    from adcontract_conformance.model.promises import Found

KEYWORD = "x-resource"

NOTHING = (MISSING, None)
"""What is left of a value that null has taken away."""

FIELDS = 4
"""How many fields are tried in each way."""

NONSENSE = "No such value of ours"
"""A value that no field has."""


def _takes(essence: str) -> Given:
    return lambda _, operation: media_of(operation, essence) is not None


class _Trial:
    """An item of its own, or the only one, which patches of one media type change."""

    def __init__(self, client: Client, operation: Operation, essence: str) -> None:
        self.factory, self.resource = ResourceFactory.of(client, operation)
        media = media_of(operation, essence)
        if media is None or not self.factory.is_shown:
            raise NotTestable(f"the contract has no operation that shows {self.factory.a}")
        self.operation, self.media = operation, media
        self.item = changeable(self.factory, operation)
        self.tried = 0

    def look(self) -> Any:
        return self.factory.look(self.item)[0]

    def fields(self, type_: type) -> list[tuple[str, str]]:
        """Return some fields in which the item has a value of a type, each with its pointer into the body."""
        shown = self.look()
        return [each for each in self.resource.echo.items() if isinstance(at(shown, each[0]), type_)][:FIELDS]

    def is_valid(self, body: Any) -> bool:
        schemas = self.factory.client.sender.checked.schemas
        return "schema" not in self.media.data or schemas.valid(f"{self.media.pointer}/schema", body)

    def schemas(self, pointer: str) -> list[dict[str, Any]]:
        """Return the schemas of what the body has at a pointer."""
        schemas, place = self.factory.client.sender.checked.schemas, f"{self.media.pointer}/schema"
        return [node for _, node in schemas.parts(place, pointer)] if "schema" in self.media.data else []

    def send(self, body: Any) -> Reply:
        return self.factory.write(self.operation, self.item, self.media, body)

    def is_done(self, reply: Reply) -> bool:
        """Return whether a request was carried out.

        Raises:
            NotTestable: if it was refused for another reason than what it says.
        """
        if not reply.ok and self.factory.client.says_nothing(self.operation, reply):
            raise NotTestable(f"{self.operation.id} answers {reply.status}")
        return reply.ok

    def broken(self, reply: Reply, sentence: str, part: str, *, grave: bool = False) -> Found:
        return broken(self.operation, KEYWORD, reply, sentence, part=part, grave=grave)


@law(
    "merge-patch",
    "null in a JSON Merge Patch takes a value away, an object keeps its other members, and an array is replaced",
    does("update"),
    needs=("change",),
    given=_takes(MERGE_PATCH),
)
def merge_patch(client: Client, operation: Operation) -> Iterator[Found]:
    """Send null, a part of an object and a shorter array for the fields of an item that can have them."""
    trial = _Trial(client, operation, MERGE_PATCH)
    for each in (_without_members, _shorter, _nulls):
        yield from each(trial)
    if not trial.tried:
        reason = "a null, a part of an object and a shorter array are refused, or no field can have them"
        raise NotTestable(reason)


def _without_members(trial: _Trial) -> Iterator[Found]:
    """Send one member of each object, with the value that it has; the others have to stay."""
    for ours, theirs in trial.fields(dict):
        held = at(trial.look(), ours)
        members = {name: value for name, value in held.items() if value is not None} if isinstance(held, dict) else {}
        own = {name for name in members if not any(each.get("readOnly") for each in trial.schemas(join(theirs, name)))}
        bodies = (put({}, theirs, {name: members[name]}) for name in members if name in own and len(members) > 1)
        body = next((each for each in bodies if trial.is_valid(each)), None)
        if body is None or not trial.is_done(trial.send(body)):
            continue
        trial.tried += 1
        after, seen = trial.factory.look(trial.item)
        if lost := sorted(name for name in members if at(after, join(ours, name)) in NOTHING):
            sent = text_of(get(body, theirs))
            sentence = f"{theirs} was sent as {sent}, after which {ours} has lost {', '.join(lost[:3])}."
            yield trial.broken(seen, sentence, "members", grave=True)
            continue
        others = [name for name in own if trial.schemas(join(theirs, name)) and name not in get(body, theirs)]
        if changed := sorted(name for name in others if not kept(members[name], at(after, join(ours, name)))):
            sentence = f"{theirs} was sent as {text_of(get(body, theirs))}, after which {ours} has "
            sentence += f"{', '.join(f'{name}: {text_of(at(after, join(ours, name)))}' for name in changed[:3])}."
            yield trial.broken(seen, sentence, "members", grave=True)


def _shorter(trial: _Trial) -> Iterator[Found]:
    """Send each array without all of its entries but the first, and one of a single entry with another in its place."""
    for ours, theirs in trial.fields(list):
        held = at(trial.look(), ours)
        sent = next(_replacements(trial, theirs, held), None) if isinstance(held, list) else None
        if sent is None or not trial.is_done(trial.send(put({}, theirs, sent))):
            continue
        trial.tried += 1
        after, seen = trial.factory.look(trial.item)
        # a target may add an entry of its own, and drop one that it does not know
        if isinstance(now := at(after, ours), list) and (
            not now or all(_is_among(each, now) for each in (*held, *sent))
        ):
            yield trial.broken(seen, f"{theirs} was sent as {text_of(sent)}; {ours} is {text_of(now)}.", "entries")


def _replacements(trial: _Trial, theirs: str, held: list[Any]) -> Iterator[list[Any]]:
    """Yield arrays in which an entry of one is missing."""
    arrays = [held[:1]] if len(held) > 1 else [[each] for entry in held for each in other_values(entry)]
    yield from (each for each in arrays if trial.is_valid(put({}, theirs, each)))


def _is_among(value: Any, others: list[Any]) -> bool:
    return any(kept(value, each) for each in others)


def _nulls(trial: _Trial) -> Iterator[Found]:
    """Send null for each field, and each member of an object, that may be null."""
    pairs = list(trial.resource.echo.items())
    shown = trial.look()
    for ours, theirs in trial.resource.echo.items():
        if isinstance(held := at(shown, ours), dict):
            pairs += [(join(ours, name), join(theirs, name)) for name in held]
    for ours, theirs in [each for each in pairs if trial.is_valid(put({}, each[1], None))][:FIELDS]:
        held = _with_value(trial, ours, theirs)
        if held in NOTHING or not trial.is_done(trial.send(put({}, theirs, None))):
            continue
        trial.tried += 1
        after, seen = trial.factory.look(trial.item)
        now = at(after, ours)
        if now not in NOTHING and kept(held, now) and not _may_be_default(trial, ours, theirs, now):
            sentence = f"{theirs} was sent as null; {ours} is still {text_of(now)}."
            yield trial.broken(seen, sentence, "null")


def _with_value(trial: _Trial, ours: str, theirs: str) -> Any:
    """Return the value of a field, which is given one if it has none."""
    held = at(trial.look(), ours)
    if held not in NOTHING:
        return held
    for value in SELDOM:
        body = put({}, theirs, value)
        if trial.is_valid(body) and trial.is_done(trial.send(body)):
            return at(trial.look(), ours)
    return held


def _may_be_default(trial: _Trial, ours: str, theirs: str, held: Any) -> bool:
    """Return whether null gives a field the value `held`, also once it was set to another one, or it cannot be set."""
    listed = [each for node in trial.schemas(theirs) for each in node.get("enum", ()) if each not in (held, None)]
    for value in (*listed, *other_values(held)):
        body = put({}, theirs, value)
        if trial.is_valid(body) and trial.is_done(trial.send(body)) and kept(value, at(trial.look(), ours)):
            return trial.is_done(trial.send(put({}, theirs, None))) and not kept(value, at(trial.look(), ours))
    return True


@law(
    "json-patch",
    "a JSON Patch of which a test fails is refused, and changes nothing",
    does("update"),
    needs=("change",),
    given=_takes(JSON_PATCH),
)
def json_patch(client: Client, operation: Operation) -> Iterator[Found]:
    """Change a field by a JSON Patch, and then back by another one, whose last operation is a test that fails."""
    trial = _Trial(client, operation, JSON_PATCH)
    ours, theirs, held = _changed(trial)
    before = at(trial.look(), ours)
    body = [
        assignment(theirs, held, target_of(operation, trial.look())),
        {"op": TEST, "path": theirs, "value": NONSENSE},
    ]
    if not trial.is_valid(body):
        raise NotTestable("the contract has no `test` in a JSON Patch")
    reply = trial.send(body)
    is_done = trial.is_done(reply)
    after, seen = trial.factory.look(trial.item)
    if not kept(before, now := at(after, ours)):
        how = f"is answered with {reply.status}, and has changed {ours} from {text_of(before)} to {text_of(now)}"
        yield trial.broken(seen, f"A JSON Patch of which a test fails {how}.", "test", grave=True)
    elif is_done and reply.status != HTTPStatus.ACCEPTED:
        yield trial.broken(reply, f"A JSON Patch of which a test fails is answered with {reply.status}.", "test")


def _changed(trial: _Trial) -> tuple[str, str, Any]:
    """Give a field another value; return its pointers in the item and in a patch, and the value that it had before.

    Raises:
        NotTestable: if every such patch is refused, or does nothing.
    """
    documented = trial.factory.client.documented(trial.operation).body
    shown = trial.look()
    target = target_of(trial.operation, shown)
    wanted = values_in(trial.operation, documented, shown)
    status = None
    for ours, theirs in trial.resource.echo.items():
        held = at(shown, ours)
        known = [at(wanted, theirs)] if isinstance(wanted, dict) else []
        for value in (*known, *other_values(held)):
            if isinstance(held, dict | list) or held in NOTHING or value in NOTHING or kept(value, held):
                continue
            body = [assignment(theirs, value, target)]
            if not trial.is_valid(body):
                continue
            status = (reply := trial.send(body)).status
            if trial.is_done(reply) and kept(value, at(trial.look(), ours)):
                return ours, theirs, held
    raise NotTestable(f"{trial.operation.id} answers {status}" if status else "no field is known that it can change")
