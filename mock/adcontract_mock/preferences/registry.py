"""The registry of preferences: each with its parser, its effect, and its texts for lists and forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adcontract_mock.http.network_faults import LookUpResponse
from adcontract_mock.http.response import HttpResponse, mock_response

Option = tuple[str, str]
"""A value, and the text by which a person chooses it."""

Parser = Callable[[str], Any]
Change = Callable[[HttpResponse, Any, LookUpResponse], Awaitable[HttpResponse]]


@dataclass(frozen=True)
class Available:
    """What the contracts have to choose from: for one operation, or for all operations of all contracts."""

    statuses: Sequence[Option] = ()
    shared_statuses: Sequence[Option] = ()
    """Those that faulty requests get, and the operation does not declare itself."""

    examples: Sequence[Option] = ()
    states: Sequence[Option] = ()
    snapshots: Sequence[Option] = ()
    scenarios: Sequence[Option] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What holds while nothing is chosen, by preference, where that depends on how the mock was started."""


@dataclass(frozen=True)
class FormField:
    """How a preference is chosen on the control page.

    `unset` is shown while nothing is chosen. `options` are the values to choose from, or suggestions where the field is
    `free_text`; below these stand `more` under the heading `group`. `without_options` is shown where there are none.
    The text of an option may be its value, `: ` and a description. The field is in the form of each operation
    (`of_operation`), and in that of all of them (`of_all`).
    """

    label: str
    unset: str
    options: Callable[[Available], Sequence[Option]]
    group: str = ""
    more: Callable[[Available], Sequence[Option]] = lambda _: ()
    without_options: str = ""
    free_text: bool = False
    of_operation: bool = True
    of_all: bool = True


@dataclass(frozen=True)
class PreferenceType:
    """A preference that the mock knows.

    `description` says in a sentence what it does. `parse` turns its text into its value, or raises `InvalidPreference`.
    `selects_body` is whether it takes part in choosing the body. `change` turns a finished response into the preferred
    one, with a lookup of the response that the contract declares for a status; it is None where the value takes effect
    while the response is chosen. `summary` describes a choice in a word or two, with `{}` for the value. `field` is
    None where the control page has no field for it.
    """

    name: str
    description: str
    parse: Parser
    selects_body: bool
    change: Change | None
    summary: str
    field: FormField | None


PREFERENCES: dict[str, PreferenceType] = {}
"""Every preference by its name, in the order in which they are listed and take effect."""


class InvalidPreference(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A preference has a value that it cannot have; `response` says so and lists the possible ones."""

    def __init__(self, message: str, **listed: object) -> None:
        super().__init__(message)
        self.response: HttpResponse = mock_response(400, message, message=message, **listed)


def preference(
    name: str,
    description: str,
    *,
    selects_body: bool = False,
    change: Change | None = None,
    summary: str = "{}",
    field: FormField | None = None,
) -> Callable[[Parser], Parser]:
    """Register the parser below as that of the preference `name`; the arguments are those of `PreferenceType`."""

    def register(parse: Parser) -> Parser:
        PREFERENCES[name] = PreferenceType(name, description, parse, selects_body, change, summary, field)
        return parse

    return register
