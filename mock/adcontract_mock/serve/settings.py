"""The settings of a mock: the contracts that it serves, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract import UsageError, load_named, names, spec_folder
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.http.access import Access, new_page_token
from adcontract_mock.http.bounds import MAX_BODY
from adcontract_mock.http.rate_limits import RateLimit
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from adcontract import Contract
    from adcontract_mock.upstream.forwarding import Forwarding

ON_BREACH = ("report", "fail")
_PATHS = ("spec", "scenarios", "save")


@dataclass(frozen=True)
class Settings:
    """The contracts to serve: all, those of an API, or of a snapshot, from the folder `spec` or that of the package.

    `token` is the only valid credential, None if any non-empty one is valid; `rate_limit` (`300/min`) holds for each
    credential. `stateful` is whether the state answers requests that do not ask for it; it begins with `seed_items`
    items in each collection besides the documented ones, and is kept in `state`, a file or the URL of a database, None
    for in memory. `plant` names a fault that one operation has; `scenarios` is the file of the scenarios, None for
    none. `upstream` is the URL of a real server, which gets what nothing is chosen for; with `on_breach` `fail` a
    breach of what is documented is a 502, with `report` it is reported only; the payloads are kept below the folder
    `save`. `bound` is the address that it listens on, None where it has none of its own. It is reached by names of this
    machine and `allowed_hosts`, from pages of this machine and `cors_origins`; the control page proves itself by
    `page_token`. The body of a request may have `max_body` bytes. `in_service` is whether a mock has
    started with these settings before: its database may then be gone for a while. All settings can be sent to another
    process.
    """

    api: str | None = None
    snapshot: str | None = None
    token: str | None = None
    rate_limit: str | None = None
    spec: Path | None = None
    stateful: bool = False
    seed_items: int = 0
    state: str | None = None
    plant: str | None = None
    scenarios: Path | None = None
    upstream: str | None = None
    on_breach: str = "report"
    save: Path | None = None
    bound: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    max_body: int = MAX_BODY
    page_token: str = field(default_factory=new_page_token)
    in_service: bool = False

    @classmethod
    def of(cls, **options: Any) -> Settings:
        """Return the settings that a caller gives, whose files and folders may be texts."""
        paths = {name: Path(options[name]) for name in _PATHS if options.get(name) is not None}
        state = {"state": str(options["state"])} if options.get("state") is not None else {}
        return cls(**{**options, **paths, **state})

    @property
    def folder(self) -> Path:
        """The folder in which all these contracts lie."""
        root = self.spec or spec_folder()
        return root / self.api if self.api else root

    def application(self) -> Application:
        """Return a mock of the contracts.

        Raises:
            UsageError: if there are no such contracts, the rate limit, the URL, a host or an origin is not valid, a
                file cannot be used, or the fault cannot be planted.
            ContractError: if one cannot be assembled, or lacks what every request may need, or if a scenario is wrong.
        """
        limit = RateLimit.parse(self.rate_limit) if self.rate_limit is not None else None
        state = State(on=self.stateful, seed_items=self.seed_items, place=self.state, in_service=self.in_service)
        plant = None
        if self.plant is not None:
            # imported here, as few mocks need it
            from adcontract_mock.faults.plant import Plant

            plant = Plant.parse(self.plant)
        runtime = Runtime(self.token, limit, state)
        contracts = self.contracts()
        access = Access.parse(self.bound, self.allowed_hosts, self.cors_origins, state.page_token() or self.page_token)
        forwarding = self._forwarding(contracts, runtime)
        mock = Application(contracts, runtime, plant, forwarding, access, self.max_body)
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

    def _forwarding(self, contracts: list[Contract], runtime: Runtime) -> Forwarding | None:
        if self.upstream is None:
            return None
        # imported here, as few mocks need them
        from adcontract_mock.upstream.forwarding import Forwarding
        from adcontract_mock.upstream.payloads import PayloadFiles
        from adcontract_mock.upstream.server import Server

        if self.on_breach not in ON_BREACH:
            raise UsageError(f"--on-breach is {' or '.join(ON_BREACH)}, not {self.on_breach!r}.")
        apis = list(dict.fromkeys(contract.name.api for contract in contracts))
        if len(apis) > 1:
            raise UsageError(f"--upstream is the server of one API: choose one of {', '.join(apis)} with --api.")
        server = Server(self.upstream)
        files = PayloadFiles(self.save, lambda: runtime.redaction) if self.save else None
        return Forwarding(server, runtime.learn, files, fails=self.on_breach == "fail")

    def contracts(self) -> list[Contract]:
        """Return the contracts, as their files are now.

        Raises:
            UsageError: if there are no such contracts.
            ContractError: if one cannot be assembled; it carries every finding.
        """
        root = self.spec or spec_folder()
        return [load_named(name, root) for name in names(root, self.api, self.snapshot)]
