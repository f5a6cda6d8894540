"""The decorators by which a team declares checks and laws of its own, and what they have declared."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from adcontract.errors import UsageError, shown
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from adcontract_conformance.own.client import Client
    from adcontract_conformance.own.response import Response

Report: TypeAlias = "Iterable[str] | str | None"
"""The breaches that a check or a law has found, a sentence each."""

SUCCESSES = range(200, 300)

OWN = "own"
"""The group of a check whose id names none."""

ANSWERED = "answered"
"""The name of the check that each group has for requests that get no response, or a 5xx."""

_CheckFunction = TypeVar("_CheckFunction", bound="Callable[[Response], Report]")
_LawFunction = TypeVar("_LawFunction", bound="Callable[[Client], Report]")

_is_id = re.compile(r"([A-Za-z0-9_-]+\.)?[A-Za-z0-9_-]+").fullmatch


@dataclass(frozen=True)
class Declaration:
    """A check, or a law if it is about no `statuses`: its id, its sentence, and where it is declared."""

    id: str
    sentence: str
    operations: tuple[str, ...]
    statuses: Container[int] | None
    file: str
    line: int
    function: Callable[[Any], Report]

    @property
    def group(self) -> str:
        """The group that it belongs to."""
        return self.id.partition(".")[0]

    def at(self, line: int) -> str:
        """Return a line of its file as a place."""
        return f"{shown(Path(self.file))}:{line}"


DECLARED: dict[str, Declaration] = {}
"""What was declared, by id."""


def check(
    id: str,  # noqa: A002
    sentence: str,
    *operations: str,
    statuses: Container[int] = SUCCESSES,
) -> Callable[[_CheckFunction], _CheckFunction]:
    """Declare a function as a check of each response, whichever request led to it.

    The function takes a `Response`. It yields a sentence for each breach, or asserts what has to be true. It raises
    `NotTestable` with the reason where a response shows nothing.

    Args:
        id: its name, or its group and its name, such as `catalog.currency`. The group is `own` if none is named.
        sentence: what is true of a conforming server, such as `every price has a currency`.
        operations: the operationIds whose responses it looks at; all if none is named.
        statuses: the statuses of those responses; the successes unless others are named.

    Raises:
        UsageError: if something is wrong with the declaration; the message names its line.
    """
    file, line = _caller()
    return _register(file, line, id, sentence, operations, statuses, "the response")


def law(
    id: str,  # noqa: A002
    sentence: str,
    operation: str,
    *operations: str,
) -> Callable[[_LawFunction], _LawFunction]:
    """Declare a function as a law: a check that sends requests of its own.

    The function takes a `Client`. It yields a sentence for each breach, or asserts what has to be true; the last
    response then shows it. It raises `NotTestable` with the reason where the target has nothing to try it on. A breach
    counts if a second try shows it again.

    Args:
        id: its name, or its group and its name, such as `catalog.paused`. The group is `own` if none is named.
        sentence: what is true of a conforming server, such as `a paused campaign is not served`.
        operation: the operationId that it is about, under which its result is reported.
        operations: others, on each of which it is tried as well; `Client.operation` is the one.

    Raises:
        UsageError: if something is wrong with the declaration; the message names its line.
    """
    file, line = _caller()
    return _register(file, line, id, sentence, (operation, *operations), None, "the client")


def _caller() -> tuple[str, int]:
    """Return the file and the line that a function of this module was called from."""
    frame: Any = inspect.currentframe()
    called = frame.f_back.f_back
    return called.f_code.co_filename, called.f_lineno


def _register(
    file: str,
    line: int,
    id: Any,  # noqa: A002
    sentence: Any,
    operations: tuple[Any, ...],
    statuses: Container[int] | None,
    argument: str,
) -> Callable[[Any], Any]:
    where = f"{shown(Path(file))}:{line}"
    word = "check" if statuses is not None else "law"
    if not all(isinstance(each, str) and each.strip() for each in (id, sentence, *operations)):
        raise UsageError(f'{where}: write it as @{word}("name", "what a conforming server does", "operationId").')
    if not _is_id(id):
        raise UsageError(f"{where}: {id} is not the id of a {word}. Write it as name or group.name, without spaces.")
    full = id if "." in id else f"{OWN}.{id}"
    group, _, name = full.partition(".")
    if group in GROUPS:
        raise UsageError(f"{where}: {group} is a group of the suite. Name another one, such as {OWN}.{name}.")
    if name == ANSWERED:
        raise UsageError(f"{where}: each group has a check {name} already. Give this {word} another name.")
    known = DECLARED.get(full)
    # a file that is imported twice declares the same twice
    if known is not None and (known.file, known.line) != (file, line):
        raise UsageError(f"{where}: there is another {full} at {known.at(known.line)}. Rename one of them.")

    def register(function: Any) -> Any:
        if not callable(function) or not _takes_one(function):
            raise UsageError(f"{where}: what @{word} decorates is not a function of one argument, {argument}.")
        DECLARED[full] = Declaration(full, sentence.strip().rstrip("."), operations, statuses, file, line, function)
        return function

    return register


def _takes_one(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None)
    except (TypeError, ValueError):
        return False
    return True
