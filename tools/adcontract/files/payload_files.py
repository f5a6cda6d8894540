"""Reading the payload files of a snapshot, each of which belongs where its name says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract.errors import ContractError, Finding, Location
from adcontract.files.source import Source, read_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFAULT = "default"
"""The name of an example whose file names none."""


@dataclass(frozen=True)
class Payload:
    """A file `<owner>[.<part>][.<name>].json`: `part` is a status, `request`, `parameters` or empty."""

    source: Source
    owner: str
    part: str
    name: str
    readable: bool = True

    @property
    def where(self) -> Location:
        """The file, as the location of a finding."""
        return self.source.where()


def read_payloads(folder: Path, report: Callable[[Finding], None]) -> list[Payload]:
    """Return every payload in `folder`, sorted by file name; a file that is not one is reported."""
    payloads: dict[tuple[str, str, str], Payload] = {}
    for file in sorted(folder.glob("*")):
        owner, *rest = file.name.removesuffix(".json").split(".")
        part = rest.pop(0) if rest and not owner[:1].isupper() else ""
        name = rest.pop(0) if rest else DEFAULT
        if file.suffix != ".json" or rest:
            message = f"{file.name} is not the name of a payload."
            fix = "Name it <operationId>.<status, request or parameters>[.<name>].json, or <Response>.json."
            report(Finding(Location(file), "payload-name", message, fix))
        elif (owner, part, name) in payloads:
            message = f"{payloads[owner, part, name].source.file.name} already is the example {name}."
            report(Finding(Location(file), "payload-name", message, "Give this one another name."))
        else:
            payloads[owner, part, name] = _payload(file, owner, part, name, report)
    return list(payloads.values())


def _payload(file: Path, owner: str, part: str, name: str, report: Callable[[Finding], None]) -> Payload:
    try:
        payload = Payload(read_json(file), owner, part, name)
    except ContractError as error:
        for finding in error.findings:
            report(finding)
    else:
        if part != "parameters" or _is_two_deep(payload.source.data):
            return payload
        fix = 'Write {"path": {…}, "query": {…}}, with the values by name.'
        report(Finding(payload.where, "payload-form", "This is not an object of parameter values by location.", fix))
    return Payload(Source(file, {}, {}), owner, part, name, readable=False)


def _is_two_deep(data: Any) -> bool:
    return isinstance(data, dict) and all(isinstance(value, dict) for value in data.values())
