"""Which contracts a mock serves, and to whom."""

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
    """What to serve: every contract, or those of an API, or of a snapshot, from the folder `spec` or the package's.

    `token` is the only credential that is good, None where any is that is not empty; `rate_limit` (`300/min`) is
    what each credential may ask. `stateful` is whether requests meet the state that do not ask for it; it begins with
    `seed_items` items in each collection besides the documented ones, and is kept in the file `state`, in memory if
    None. All that is here can be sent to another process.
    """

    api: str | None = None
    snapshot: str | None = None
    token: str | None = None
    rate_limit: str | None = None
    spec: Path | None = None
    stateful: bool = False
    seed_items: int = 0
    state: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder in which all these contracts lie."""
        root = self.spec or spec_folder()
        return root / self.api if self.api else root

    def application(self) -> Application:
        """Return a mock of the contracts.

        Raises:
            UsageError: if there are none such, the rate limit is not written as one, or the file cannot be used.
            ContractError: if one cannot be assembled, or lacks what every request may need.
        """
        limit = RateLimit.parse(self.rate_limit) if self.rate_limit is not None else None
        state = State(on=self.stateful, seed_items=self.seed_items, file=self.state)
        return Application(self.contracts(), Runtime(self.token, limit, state))

    def contracts(self) -> list[Contract]:
        """Return the contracts, as their files are now.

        Raises:
            UsageError: if there are none such.
            ContractError: if one cannot be assembled; it carries every finding.
        """
        root = self.spec or spec_folder()
        return [load_named(name, root) for name in names(root, self.api, self.snapshot)]
