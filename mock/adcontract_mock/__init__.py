"""A server that obeys the contracts: every document, with its documented payloads, credentials and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from adcontract_mock.application.application import Application
    from adcontract_mock.serve.in_thread import Running

__all__ = ["app", "running"]


def app(
    api: str | None = None,
    snapshot: str | None = None,
    *,
    token: str | None = None,
    rate_limit: str | None = None,
    spec: Path | str | None = None,
    stateful: bool = False,
    seed_items: int = 0,
    state: Path | str | None = None,
    plant: str | None = None,
    scenarios: Path | str | None = None,
    upstream: str | None = None,
    on_breach: Literal["report", "fail"] = "report",
    save: Path | str | None = None,
    allowed_hosts: tuple[str, ...] = (),
    cors_origins: tuple[str, ...] = (),
) -> Application:
    """Return the mock as an ASGI application, for tests in one process with it: `httpx.ASGITransport(app=app())`.

    Args:
        api: only this API.
        snapshot: only this snapshot.
        token: the only valid credential; without it any non-empty one is valid.
        rate_limit: how many requests each credential may send, such as `300/min`; without it any number.
        spec: a folder of contracts to serve in place of those of the package.
        stateful: whether later requests of a session see what earlier ones created, changed and deleted.
        seed_items: how many items each collection begins with, besides the documented ones.
        state: the file that keeps the state of the sessions, or the URL of a database of PostgreSQL, which mocks of
            several machines share; without it they are kept in memory.
        plant: a fault that one operation has, such as `missing-field@getBook`; see `adcontract mock --plant list`.
        scenarios: a file of scenarios, which requests and sessions choose by name.
        upstream: the URL of a real server, which gets the requests for which nothing is chosen.
        on_breach: `fail` for a 502 where the exchange breaks what is documented; `report` passes it on.
        save: the folder for the payloads of that server.
        allowed_hosts: names by which `running` may be reached, besides those of this machine.
        cors_origins: the origins of pages that may use the mock, besides those of this machine; `*` for any.

    Raises:
        UsageError: if there are no such contracts, the rate limit, the URL or an origin is not valid, a file cannot be
            used, or the fault cannot be planted.
        ContractError: if one cannot be assembled, or lacks what every request may need, or if a scenario is wrong.
    """
    # imported here, so that an import of the package alone does not load a server
    from adcontract.extras import extra

    with extra("mock", "adcontract_mock.app"):
        from adcontract_mock.serve.settings import Settings

    settings = Settings.of(
        api=api,
        snapshot=snapshot,
        token=token,
        rate_limit=rate_limit,
        spec=spec,
        stateful=stateful,
        seed_items=seed_items,
        state=state,
        plant=plant,
        scenarios=scenarios,
        upstream=upstream,
        on_breach=on_breach,
        save=save,
        allowed_hosts=allowed_hosts,
        cors_origins=cors_origins,
    )
    return settings.application()


def running(**options: Any) -> AbstractContextManager[Running]:
    """Serve the mock on a free port of this machine, in a thread, until the context ends.

    For unittest, and any client that needs a URL:

        class ShopTest(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.mock = cls.enterClassContext(adcontract_mock.running(api="topsort"))

            def setUp(self):
                self.mock.reset()

    Args:
        options: the arguments of `app`.

    Returns:
        A context manager, whose value has the `url` of the mock, its `journal` of requests, and `reset()`, which
        forgets the requests, and the preferences and the state of all sessions.

    Raises:
        UsageError, ContractError: as `app` does, when the context is entered.
    """
    from adcontract.extras import extra

    with extra("mock", "adcontract_mock.running"):
        from adcontract_mock.serve.in_thread import running as in_thread

    return in_thread(**options)
