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
    from collections.abc import Iterable

    from adcontract_mock.http.rate_limits import RateLimit
    from adcontract_mock.responses.served_contract import ServedContract

_LEARNED = 100
"""How many secrets of clients are known."""


class Runtime:
    """The journal, the sessions, the scenarios, the state, the rate limiter, and the contracts that are served now.

    `token` is the only valid credential, None if any non-empty one is valid. `rate_limiter` is None where requests are
    not limited. `contract_errors` are the errors in the files of the contracts, a line each, while the previous
    ones are still served.
    """

    def __init__(
        self,
        token: str | None = None,
        rate_limit: RateLimit | None = None,
        state: State | None = None,
        *,
        has_real_server: bool = False,
    ) -> None:
        """Start with an empty journal and no contracts; without a `state` everything is kept in memory.

        `has_real_server` is whether requests are forwarded to one.
        """
        self.token = token
        self.rate_limiter = RateLimiter(rate_limit) if rate_limit else None
        self.state = state or State()
        self.journal = Journal()
        self.sessions = Sessions()
        self.scenarios = Scenarios()
        self.documents: tuple[ServedContract, ...] = ()
        self.contract_errors: tuple[str, ...] = ()
        self._has_real_server = has_real_server
        self._learned: dict[str, None] = {}
        self._redaction: tuple[tuple[ServedContract, ...], Redaction] | None = None

    @property
    def redaction(self) -> Redaction:
        """Removes credentials, wherever a client puts them, from anything that is shown or written."""
        if self._redaction is None or self._redaction[0] is not self.documents:
            contracts = (document.contract for document in self.documents)
            schemes = (scheme for contract in contracts for scheme in contract.security_schemes.values())
            redaction = Redaction(schemes, self.token, self._learned, real=self._has_real_server)
            self._redaction = self.documents, redaction
        return self._redaction[1]

    def learn(self, secrets: Iterable[str]) -> None:
        """Have these secrets removed too, from anything and from now on; the last hundred are known."""
        new = [each for each in secrets if each not in self._learned]
        if new:
            self._learned |= dict.fromkeys(new)
            self._learned = dict.fromkeys(list(self._learned)[-_LEARNED:])
            self._redaction = None

    def reset(self) -> None:
        """Forget the requests so far, the preferences and scenarios of sessions, and the state of every session."""
        self.journal.clear()
        self.sessions.clear()
        self.scenarios.restart()
        self.state.clear()
