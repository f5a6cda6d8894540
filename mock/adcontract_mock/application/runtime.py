"""Everything that outlives a change of the contracts: the pages and the delivery share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_mock.http.rate_limits import RateLimiter
from adcontract_mock.journal.journal import Journal
from adcontract_mock.journal.redaction import Redaction
from adcontract_mock.preferences.scenarios import Scenarios
from adcontract_mock.preferences.sessions import Sessions
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from adcontract_mock.http.rate_limits import RateLimit
    from adcontract_mock.responses.served_contract import ServedContract


class Runtime:
    """The journal, the sessions, the scenarios, the state, the rate limiter, and the contracts that are served now.

    `token` is the only valid credential, None if any non-empty one is valid. `rate_limiter` is None where requests are
    not limited. `contract_errors` are the errors in the files of the contracts, a line each, while the previous
    ones are still served.
    """

    def __init__(
        self, token: str | None = None, rate_limit: RateLimit | None = None, state: State | None = None
    ) -> None:
        """Start with an empty journal and no contracts; without a `state` everything is kept in memory."""
        self.token = token
        self.rate_limiter = RateLimiter(rate_limit) if rate_limit else None
        self.state = state or State()
        self.journal = Journal()
        self.sessions = Sessions()
        self.scenarios = Scenarios()
        self.documents: tuple[ServedContract, ...] = ()
        self.contract_errors: tuple[str, ...] = ()
        self._redaction: tuple[tuple[ServedContract, ...], Redaction] | None = None

    @property
    def redaction(self) -> Redaction:
        """Removes credentials, wherever a client puts them, from anything that is shown or written."""
        if self._redaction is None or self._redaction[0] is not self.documents:
            contracts = (document.contract for document in self.documents)
            schemes = (scheme for contract in contracts for scheme in contract.security_schemes.values())
            self._redaction = self.documents, Redaction(schemes, self.token)
        return self._redaction[1]

    def reset(self) -> None:
        """Forget the requests so far, the preferences and scenarios of sessions, and the state of every session."""
        self.journal.clear()
        self.sessions.clear()
        self.scenarios.restart()
        self.state.clear()
