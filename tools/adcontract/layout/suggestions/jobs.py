"""What a 202 and the words of a status suggest: x-states, for jobs that go on by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow
from adcontract.openapi.text import letters

if TYPE_CHECKING:
    from adcontract.contract.operations import Operation
    from adcontract.layout.suggestions.shapes import Shapes, Shown

ACCEPTED = "202"
"""The status of a request that will be carried out."""

_FIELDS = ("status", "state", "phase", "jobstatus", "jobstate")
_STAGES = (
    ("queued", "pending", "waiting", "scheduled", "submitted", "created", "accepted", "enqueued", "notstarted"),
    ("running", "processing", "inprogress", "started", "working", "executing"),
)
"""The words for a job that waits, and for one that is at work."""

_ENDS = (
    ("succeeded", "success", "successful", "done", "completed", "complete", "finished"),
    ("failed", "failure", "error", "errored", "canceled", "cancelled", "aborted", "timedout", "expired"),
)
"""The words for a job that came to a good end, and to another."""


def states(create: Operation | None, shown: Shown | None, shapes: Shapes) -> dict[str, Any] | None:
    """Return the x-states of the items that an operation shows, None where it is not certain that they are jobs.

    They are if they are created with a 202, and every value of their status is a word for a state of a job.
    """
    if create is None or shown is None or create.success is None or create.success.status != ACCEPTED:
        return None
    for name, schema in shown.item.properties.items():
        words = follow(shapes.document, schema).get("enum", []) if letters(name) in _FIELDS else []
        if follows := _follows([each for each in words if isinstance(each, str)]):
            reason = f"{create.id} is answered with 202, and the values of {name} are words for the states of a job."
            return {"field": join("", name), "follows": follows, "x-inferred": reason}
    return None


def _follows(words: list[str]) -> dict[str, list[str]]:
    """Return for each state of a job those that may come next, the likeliest first; empty where a word is unknown."""
    stages = [[each for each in words if letters(each) in known] for known in _STAGES]
    good, bad = ([each for each in words if letters(each) in known] for known in _ENDS)
    passing = [each for stage in stages for each in stage]
    if not passing or not good or len(passing) + len(good) + len(bad) != len(words):
        return {}
    found: dict[str, list[str]] = {}
    for stage in stages:
        for place, state in enumerate(stage):
            later = stages[1] if stage is stages[0] and stages[1] else good
            # the order of two words for the same is not known
            found[state] = [*stage[place + 1 :], *later, *stage[:place], *bad]
    return found
