"""Everything that outlives a change of the contracts: the pages and the delivery share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.passwords import password_names
from adcontract_mock.http.rate_limits import RateLimiter
from adcontract_mock.journal.journal import Journal
from adcontract_mock.journal.kept import KeptJournal
from adcontract_mock.journal.metrics import Metrics
from adcontract_mock.journal.redaction import Redaction
from adcontract_mock.preferences.scenarios import Scenarios
from adcontract_mock.preferences.sessions import Sessions
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from adcontract_mock.http.exchange import Exchange, RequestSource
    from adcontract_mock.http.rate_limits import RateLimit
    from adcontract_mock.http.response import HttpResponse
    from adcontract_mock.journal.journal import AnyJournal
    from adcontract_mock.responses.served_contract import ServedContract

_LEARNED = 100
"""How many secrets of clients are known."""

_REFUSALS = 20
"""How many different refusals are shown: a page of another site could cause any number."""


class Runtime:
    """The journal of this process, the metrics, the sessions, the scenarios, the state, and the contracts served now.

    `token` is the only valid credential, None if any non-empty one is valid. `rate_limiter` is None where requests are
    not limited. `page_token` is what the control page proves itself by. `refusals` say why requests were not let in,
    each once. `contract_errors` are the errors in the files of the contracts, a line each, while the previous ones are
    still served. `source_of` returns what can read the request of an exchange again, if its contract still has it.
    """

    def __init__(
        self,
        token: str | None = None,
        rate_limit: RateLimit | None = None,
        state: State | None = None,
    ) -> None:
        """Start with an empty journal and no contracts; without a `state` everything is kept in memory."""
        self.token = token
        self.page_token = ""
        self.refusals: list[str] = []
        self.rate_limiter = RateLimiter(rate_limit) if rate_limit else None
        self.state = state or State()
        self.journal = Journal()
        self.source_of: Callable[[Exchange], RequestSource | None] = lambda _: None
        self._kept = self._new_kept() if self.state.on and self.state.is_shared else None
        self.metrics = Metrics()
        self.sessions = Sessions(state=self.state)
        self.scenarios = Scenarios(self.state)
        self.documents: tuple[ServedContract, ...] = ()
        self.contract_errors: tuple[str, ...] = ()
        self._learned: dict[str, None] = {}
        self._redaction: tuple[tuple[ServedContract, ...], Redaction] | None = None

    def _new_kept(self) -> KeptJournal:
        return KeptJournal(self.state, lambda: self.redaction, lambda exchange: self.source_of(exchange))

    @property
    def shown_journal(self) -> AnyJournal:
        """The journal to show: that of all processes where they share a state, else that of this one."""
        return self.journal if self._kept is None else self._kept

    def record(self, exchange: Exchange) -> None:
        """Note an exchange in the journals."""
        self.journal.record(exchange)
        if self._kept is not None:
            self._kept.record(exchange)

    @property
    def redaction(self) -> Redaction:
        """Removes credentials, wherever a client puts them, from anything that is shown or written."""
        if self._redaction is None or self._redaction[0] is not self.documents:
            contracts = [document.contract for document in self.documents]
            schemes = (scheme for contract in contracts for scheme in contract.security_schemes.values())
            passwords = (name for contract in contracts for name in password_names(contract.document))
            redaction = Redaction(schemes, self.token, self._learned, passwords)
            self._redaction = self.documents, redaction
        return self._redaction[1]

    def learn(self, secrets: Iterable[str]) -> None:
        """Have these secrets removed too, from anything and from now on; the last hundred are known."""
        new = [each for each in secrets if each not in self._learned]
        if new:
            self._learned |= dict.fromkeys(new)
            self._learned = dict.fromkeys(list(self._learned)[-_LEARNED:])
            self._redaction = None

    def note_refusal(self, refused: HttpResponse) -> None:
        """Note why a request was not let in, so that the log can say it once; the first twenty different ones."""
        if refused.reason not in self.refusals and len(self.refusals) < _REFUSALS:
            self.refusals.append(refused.reason)

    def reset(self) -> None:
        """Forget the requests so far, the preferences and scenarios of sessions, and the state of every session."""
        self.journal.clear()
        self.shown_journal.clear()
        self.sessions.clear()
        self.scenarios.restart()
        self.state.clear()
