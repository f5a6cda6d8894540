"""Lets Prism judge the mock: every documented request of every document goes through its proxy without objection."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from prism import installed
from rich.console import Console
from servers import running

from adcontract import Contract, load_named, names, spec_folder
from adcontract_conformance.client.target import Target
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.groups.sources import Sources
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.exchange import NoResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_conformance.model.exchange import HttpResponse

_MOCK = (sys.executable, "-c", "from adcontract.cli import main; main()", "mock", "--port", "{port}")
_VIOLATIONS = "sl-violations"
_BRACKETS = "%5b"
"""Prism looks for parameters that are named with brackets under an encoded name, where they never are.

So it misses every required one: https://github.com/stoplightio/prism/issues/2443
"""


def main() -> int:
    """Print what Prism objects to, and return 1 if that is anything."""
    console = Console(soft_wrap=True)
    program, reason = installed()
    if program is None:
        console.print(f"Skipped: {reason}.")
        return 0
    objections = quirks = 0
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        with running("adcontract", _MOCK, "/_mock/health", output=room / "mock.txt") as mock:
            for name in names(spec_folder()):
                contract = load_named(name, spec_folder())
                url = f"http://127.0.0.1:{mock.port}/{name.api}/{name.snapshot}"
                verdicts = list(_judge(contract, url, program, room))
                for line in (f"{request}: {each}" for request, violations in verdicts for each in violations):
                    if _BRACKETS in line:
                        quirks += 1
                    else:
                        objections += 1
                        console.print(f"{name}: {line}", markup=False, highlight=False)
                console.print(f"{name}: {len(verdicts)} documented requests of {len(contract.operations)} operations")
    if quirks:
        console.print(f"Left out: {quirks} required parameters with brackets in their names, which Prism cannot find.")
    console.print(f"Prism objects {objections} times." if objections else "Prism objects to nothing.")
    return 1 if objections else 0


def _judge(contract: Contract, url: str, program: Path, room: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each documented request that was sent through Prism to the mock at `url`, and what Prism said of it."""
    bundle = room / f"{contract.name}.json"
    bundle.write_text(json.dumps(contract.document), encoding="utf-8")
    # without --errors an answer passes as it is, and every violation, the slightest too, is told in a header
    command = (str(program), "proxy", "--port", "{port}", "--verboseLevel", "silent", str(bundle), url)
    with running("Prism", command, "/", output=room / "prism.txt") as prism:
        subject = CheckedContract(contract)
        target = Target(f"http://127.0.0.1:{prism.port}")
        sources = Sources(subject, target, Generated(subject, target, 0).sample)
        for operation in contract.operations:
            for each in sources.documented(operation):
                answer = target.send(each.request(subject, target.url))
                yield f"{operation.id} ({each.name})", _violations(answer)
        target.close()


def _violations(answer: HttpResponse | NoResponse) -> list[str]:
    if isinstance(answer, NoResponse):
        return [f"no answer: {answer}"]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    told = [
        f"{answer.status}: {each['severity']}: {'.'.join(map(str, each.get('location', [])))}: {each['message']}"
        for each in json.loads(headers.get(_VIOLATIONS, "[]"))
    ]
    refused = answer.status >= 400 and not told
    return [f"{answer.status}: {answer.body[:200]!r}"] if refused else told


if __name__ == "__main__":
    sys.exit(main())
