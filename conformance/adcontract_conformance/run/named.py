"""What the entry of a target names of the contracts, which has to exist: operations, parameters, security schemes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract import load_named, names, spec_folder
from adcontract.contract.security import BASIC, security_schemes
from adcontract.openapi.text import as_text
from adcontract.requests.structured import parameter_reader
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.settings.toml_errors import no_such

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from adcontract import Operation, UsageError
    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.settings.settings_file import Chosen


def check_names(settled: Chosen, contracts: list[CheckedContract], spec: Path | None) -> None:
    """Check what the entry of a target names: it has to be in a contract that is checked, or in another of `spec`.

    Raises:
        UsageError: with the place of a name that does not exist, or of a value that the contract does not allow.
    """
    named = {*settled.access.credentials, *settled.access.known}
    checked = _Names(settled, contracts)
    if not named <= {*checked.schemes, *checked.operations}:
        spec = spec or spec_folder()
        others = [CheckedContract(load_named(name, spec)) for name in names(spec, None, None)]
        checked = _Names(settled, [*contracts, *others])
    for error in checked.errors():
        raise error


class _Names:
    """The names in several contracts."""

    def __init__(self, settled: Chosen, contracts: list[CheckedContract]) -> None:
        self._settled = settled
        self._contracts = contracts

    @cached_property
    def schemes(self) -> dict[str, SecurityScheme]:
        return {name: each for one in self._contracts for name, each in security_schemes(one.contract.document).items()}

    @cached_property
    def operations(self) -> dict[str, list[tuple[CheckedContract, Operation]]]:
        found: dict[str, list[tuple[CheckedContract, Operation]]] = {}
        for checked in self._contracts:
            for operation in checked.contract.operations:
                found.setdefault(operation.id, []).append((checked, operation))
        return found

    def errors(self) -> Iterator[UsageError]:
        yield from self._of_credentials()
        yield from self._of_headers()
        yield from self._of_known()

    def _of_credentials(self) -> Iterator[UsageError]:
        for name, secret in self._settled.access.credentials.items():
            if name not in self.schemes:
                yield self._error(no_such("security scheme", name, self.schemes), "credentials", name)
            elif self.schemes[name].word == BASIC and ":" not in secret.value:
                cause = f"{name} is HTTP Basic, and {secret.variable} has no colon. Give it as user:password."
                yield self._error(cause, "credentials", name)

    def _of_headers(self) -> Iterator[UsageError]:
        for name in self._settled.access.headers:
            for scheme in self.schemes.values():
                carrier = {"header": scheme.key, "cookie": "Cookie"}.get(scheme.location, "")
                if carrier.lower() == name.lower():
                    cause = f"{name} carries the security scheme {scheme.name}. Name its variable in credentials."
                    yield self._error(cause, "headers", name)

    def _of_known(self) -> Iterator[UsageError]:
        for name, values in self._settled.access.known.items():
            if name not in self.operations:
                yield self._error(no_such("operation", name, self.operations), "known", name)
            for checked, operation in self.operations.get(name, ()):
                for parameter, cause in _wrong(checked, operation, values):
                    yield self._error(cause, "known", name, parameter)

    def _error(self, cause: str, *keys: str) -> UsageError:
        return self._settled.file.error((*self._settled.keys, *keys), cause)


def _wrong(checked: CheckedContract, operation: Operation, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each value that no request to an operation can have, with the cause."""
    known = {each.name: each for each in operation.parameters if each.location in ("path", "query")}
    for name, value in values.items():
        if name not in known:
            yield name, no_such(f"parameter in the path or the query of {operation.id}", name, known)
        elif not {"array", "object"} & {*(reader := parameter_reader(known[name], checked.schemas)).texts.types}:
            text = as_text(value)
            for fault in reader.read(quote(text, safe="") if reader.location == "path" else text, {}):
                # a value that the target has outweighs what is only inferred
                if fault.inferred is None:
                    place = checked.contract.where(fault.pointer)
                    yield name, f"{place} does not allow it: {fault.message}. Name a value that the target has."
