"""The preferences that the mock knows. To add one, register its parser here."""

from __future__ import annotations

import asyncio
import re
from random import uniform
from typing import TYPE_CHECKING

from adcontract_mock.http.network_faults import FAULTS
from adcontract_mock.preferences.registry import FormField, InvalidPreference, preference

if TYPE_CHECKING:
    from adcontract_mock.http.network_faults import LookUpResponse
    from adcontract_mock.http.response import HttpResponse

LONGEST_DELAY = 60_000
_DELAY = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
_SWITCH = {"": True, "true": True, "false": False}
_STATES = {"on": True, "off": False}


@preference(
    "code",
    "The status: one that the contract declares for the operation, or for faulty requests.",
    selects_body=True,
    field=FormField(
        "Status",
        "as documented",
        lambda available: available.statuses,
        group="of any faulty request",
        more=lambda available: available.shared_statuses,
    ),
)
def _code(text: str) -> str:
    return text


@preference(
    "example",
    "The name of a documented payload of that status, or of a state of the response, such as empty or many.",
    selects_body=True,
    field=FormField(
        "Example",
        "matching",
        lambda available: available.examples,
        group="states",
        more=lambda available: available.states,
    ),
)
def _example(text: str) -> str:
    return text


@preference(
    "dynamic", "true: a body that is generated from the schema.", selects_body=True, summary="generated from the schema"
)
def _dynamic(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise InvalidPreference(f"dynamic is true or false, not {text!r}.", known=["true", "false"])
    return _SWITCH[text.lower()]


@preference(
    "seed",
    "The seed of a generated body: the same seed and request, the same body.",
    selects_body=True,
    summary="seed {}",
)
def _seed(text: str) -> str:
    return text


@preference(
    "state",
    "on: the response shows the state of the session; off: the documented payload.",
    summary="state {}",
    field=FormField(
        "State",
        "as the mock was started",
        lambda _: (("on", "on: requests change what later ones see"), ("off", "off: as documented")),
        of_operation=False,
    ),
)
def _state(text: str) -> bool:
    if text not in _STATES:
        raise InvalidPreference(f"state is on or off, not {text!r}.", known=list(_STATES))
    return _STATES[text]


@preference(
    "snapshot",
    "The snapshot of the contract, on the vendor's own paths.",
    field=FormField("Snapshot", "the newest", lambda available: available.snapshots, of_operation=False),
)
def _snapshot(text: str) -> str:
    return text


@preference(
    "scenario",
    "The scenario that goes on with this request: a name in the file of --scenarios.",
    summary="scenario {}",
    field=FormField(
        "Scenario",
        "none",
        lambda available: available.scenarios,
        without_options="There is none: start the mock with `--scenarios FILE`.",
        of_operation=False,
    ),
)
def _scenario(text: str) -> str:
    return text


async def _wait(response: HttpResponse, seconds: tuple[float, float], _: LookUpResponse) -> HttpResponse:
    await asyncio.sleep(uniform(*seconds))
    return response


@preference(
    "delay",
    "How long to wait before the response, in milliseconds: 200, or 100-500.",
    change=_wait,
    summary="{} ms",
    field=FormField(
        "Delay in milliseconds",
        "none",
        lambda _: (
            ("300", "0.3 seconds"),
            ("1000", "1 second"),
            ("3000", "3 seconds"),
            ("10000", "10 seconds"),
            ("100-500", "0.1 to 0.5 seconds"),
        ),
        free_text=True,
    ),
)
def _delay(text: str) -> tuple[float, float]:
    match = _DELAY.fullmatch(text)
    low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not low <= high <= LONGEST_DELAY:
        known = ["200", "100-500"]
        raise InvalidPreference(
            f"delay is a number of milliseconds up to {LONGEST_DELAY}, or two like 100-500, not {text!r}.", known=known
        )
    return low / 1000, high / 1000


async def _break(response: HttpResponse, fault: str, declared: LookUpResponse) -> HttpResponse:
    return FAULTS[fault].spoil(response, declared)


@preference(
    "fault",
    "What goes wrong on the way: " + ", ".join(FAULTS) + ".",
    change=_break,
    field=FormField(
        "Fault", "none", lambda _: [(fault.name, f"{fault.name}: {fault.description}") for fault in FAULTS.values()]
    ),
)
def _fault(text: str) -> str:
    if text not in FAULTS:
        raise InvalidPreference(f"There is no fault {text!r}. There are {', '.join(FAULTS)}.", faults=list(FAULTS))
    return text
