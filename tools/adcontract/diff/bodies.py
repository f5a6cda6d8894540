"""The changes of parameters, headers and bodies: of the pair of their schemas, and of all pairs within it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract.diff.change import Change, change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.diff.pairs import Key, Pairs, Step
    from adcontract.diff.schema import Part

_BODIES = ("request-body", "response-body")


@dataclass(frozen=True)
class Holder:
    """A parameter, a header or a body: the subject of its rules, such as `request-body`, and its name in sentences."""

    subject: str
    name: str

    @property
    def request(self) -> bool:
        """Whether a client writes its value."""
        return self.subject.startswith("request-")

    @property
    def text(self) -> bool:
        """Whether its value is sent as text."""
        return self.subject not in _BODIES

    def subject_at(self, path: str) -> str:
        """Return the subject of the rules for the value at `path`; items of a parameter have that of the parameter."""
        if not path or (path == "[]" and self.text):
            return self.subject
        return "request-property" if self.request else "response-property"

    @property
    def _whole(self) -> str:
        """Its name in sentences about its fields."""
        return self.name.removeprefix("the body of ")

    def part(self, path: str) -> str:
        """Return the name in sentences of the value at `path`."""
        if not path:
            return self.name
        if path.endswith("[]"):
            return f"each item of {self.part(path[:-2])}"
        return f"the field `{path}` of {self._whole}"


def compare_schemas(holder: Holder, pairs: Pairs, old: Part, new: Part) -> Iterator[Change]:
    """Yield the changes between two schemas and inside them; a pair of schemas that it has twice is named once."""
    root = pairs.pair((old,), (new,), request=holder.request, text=holder.text)
    if not pairs[root].changed:
        return
    paths = _shortest(pairs, root)
    entered: set[Key] = set()
    waiting: list[tuple[str, Step | Key]] = [("", root)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, tuple):
            if path == paths.get(each) and each not in entered:
                entered.add(each)
                steps = [(_join(path, step.inside), step.pair or step) for step in pairs[each].steps]
                waiting += reversed(steps)
        else:
            rule = each.rule if each.whole else f"{holder.subject_at(path)}-{each.rule}"
            yield change(rule, holder.part(path), each.before, each.after, each.old, each.new)


def _shortest(pairs: Pairs, root: Key) -> dict[Key, str]:
    """Return each changed pair within `root` with the shortest of the paths that lead to it."""
    paths = {root: ""}
    level = [root]
    while level:
        below = []
        for key in level:
            for step in pairs[key].steps:
                if step.pair and step.pair not in paths and pairs[step.pair].changed:
                    paths[step.pair] = _join(paths[key], step.inside)
                    below.append(step.pair)
        level = below
    return paths


def _join(path: str, inside: str) -> str:
    return f"{path}{inside}" if path else inside.removeprefix(".")
