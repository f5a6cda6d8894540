"""Lets Prism judge the mock: it must not object to any documented request or its response."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from prism import installed
from rich.console import Console
from servers import mock, prism

from adcontract import Contract, load_named, names, spec_folder
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import Target
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import NoResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.model.exchange import HttpResponse

_VIOLATIONS = "sl-violations"
_BRACKETS = "%5b"
"""Prism looks up parameters with brackets in their names by the encoded name, which never matches.

So it reports every required one as missing: https://github.com/stoplightio/prism/issues/2443
"""


def main() -> int:
    """Print what Prism objects to, and return 1 if it objects to anything."""
    console = Console(soft_wrap=True)
    program, reason = installed()
    if program is None:
        console.print(f"Skipped: {reason}.")
        return 0
    objections = quirks = 0
    with tempfile.TemporaryDirectory() as folder, mock(Path(folder)) as server:
        for name in names(spec_folder()):
            contract = load_named(name, spec_folder())
            upstream = f"{server.url}/{name.api}/{name.snapshot}"
            judged = list(_judge(contract, upstream, program, Path(folder)))
            for line in (f"{request}: {each}" for request, violations in judged for each in violations):
                if _BRACKETS in line:
                    quirks += 1
                else:
                    objections += 1
                    console.print(f"{name}: {line}", markup=False, highlight=False)
            console.print(f"{name}: {len(judged)} documented requests of {len(contract.operations)} operations")
    if quirks:
        console.print(f"Left out: {quirks} required parameters with brackets, which Prism does not find.")
    console.print(f"Prism objects {objections} times." if objections else "Prism objects to nothing.")
    return 1 if objections else 0


def _judge(contract: Contract, upstream: str, program: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Send each documented request through Prism to the mock at `upstream`, and yield it with Prism's violations."""
    # without --errors Prism passes a response on as it is, and reports every violation in a header
    with prism(folder, program, "proxy", contract.document, upstream) as proxy:
        checked = CheckedContract(contract)
        target = Target(proxy.url)
        sender = Sender(checked, target, Generated(checked, target, 0).sample)
        for operation in contract.operations:
            for each in sender.documented(operation):
                response = target.send(sender.request(each))
                yield f"{operation.id} ({each.name})", _violations(response)
        target.close()


def _violations(response: HttpResponse | NoResponse) -> list[str]:
    if isinstance(response, NoResponse):
        return [f"no response: {response}"]
    headers = {name.lower(): value for name, value in response.headers.items()}
    violations = [
        f"{response.status}: {each['severity']}: {'.'.join(map(str, each.get('location', [])))}: {each['message']}"
        for each in json.loads(headers.get(_VIOLATIONS, "[]"))
    ]
    refused = response.status >= 400 and not violations
    return [f"{response.status}: {response.body[:200]!r}"] if refused else violations


if __name__ == "__main__":
    sys.exit(main())
