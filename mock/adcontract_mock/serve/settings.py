"""The settings of a mock: the contracts that it serves, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract import load_named, names, spec_folder
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.http.rate_limits import RateLimit
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract import Contract


@dataclass(frozen=True)
class Settings:
    """The contracts to serve: all, those of an API, or of a snapshot, from the folder `spec` or that of the package.

    `token` is the only valid credential, None if any non-empty one is valid; `rate_limit` (`300/min`) holds for each
    credential. `stateful` is whether the state answers requests that do not ask for it; it begins with `seed_items`
    items in each collection besides the documented ones, and is kept in the file `state`, None for in memory. `plant`
    names a fault that one operation has (`missing-field@getBook`); `scenarios` is the file of the scenarios, None for
    none. All settings can be sent to another process.
    """

    api: str | None = None
    snapshot: str | None = None
    token: str | None = None
    rate_limit: str | None = None
    spec: Path | None = None
    stateful: bool = False
    seed_items: int = 0
    state: Path | None = None
    plant: str | None = None
    scenarios: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder in which all these contracts lie."""
        root = self.spec or spec_folder()
        return root / self.api if self.api else root

    def application(self) -> Application:
        """Return a mock of the contracts.

        Raises:
            UsageError: if there are no such contracts, the rate limit is not valid, the file cannot be used, or the
                fault cannot be planted.
            ContractError: if one cannot be assembled, or lacks what every request may need, or if a scenario is wrong.
        """
        limit = RateLimit.parse(self.rate_limit) if self.rate_limit is not None else None
        state = State(on=self.stateful, seed_items=self.seed_items, file=self.state)
        plant = None
        if self.plant is not None:
            # imported here, as few mocks need it
            from adcontract_mock.faults.plant import Plant

            plant = Plant.parse(self.plant)
        mock = Application(self.contracts(), Runtime(self.token, limit, state), plant)
        self.take_scenarios(mock)
        return mock

    def take_scenarios(self, mock: Application) -> None:
        """Let `mock` have the scenarios, as their file is now; each session begins them anew.

        Raises:
            ContractError: if one is wrong, with every finding; the previous ones stay.
        """
        if self.scenarios is not None:
            # imported here, as few mocks need it
            from adcontract_mock.application.scenario_file import read_scenarios

            mock.runtime.scenarios.take(read_scenarios(self.scenarios, mock.runtime.documents))

    def contracts(self) -> list[Contract]:
        """Return the contracts, as their files are now.

        Raises:
            UsageError: if there are no such contracts.
            ContractError: if one cannot be assembled; it carries every finding.
        """
        root = self.spec or spec_folder()
        return [load_named(name, root) for name in names(root, self.api, self.snapshot)]
