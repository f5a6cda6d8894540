"""Stock Connexion judges the requests that the mock judges, whose routing, security and validation are its own.

Both are asked in this process, without a server: every documented request, variations of it, and requests that
Schemathesis generates from the schemas, valid and faulty. Where one accepts what the other refuses, or both refuse for
different causes, a row of `DIFFERENCES` gives the reason. A difference without a row fails the test, and so does a row
without a difference. `--log-cli-level=INFO` shows how many there are of each.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

import adcontract_mock
from adcontract import Contract, load_named, names, spec_folder
from adcontract_mock.http._connexion import AsyncApp

# after the module above, which silences a warning of Connexion's import
from connexion.lifecycle import ConnexionResponse  # isort: skip
from connexion.resolver import Resolution, Resolver  # isort: skip
from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler  # isort: skip

from stock_connexion.differences import DIFFERENCES, Judged, Request, explained
from stock_connexion.sent import JSON, documented, generated, prefix

INVALID = dict.fromkeys((400, 413, 415, 422), "invalid")
"""Vendors choose among these statuses for a faulty request: Connexion takes 400, and 415 for a media type."""


async def accept(**_: Any) -> ConnexionResponse:
    return ConnexionResponse(status_code=200, mimetype=JSON, body=b"{}")


class AcceptAll(Resolver):
    def resolve(self, operation: Any) -> Resolution:
        return Resolution(accept, operation.operation_id)


class AnyBearer(BearerSecurityHandler):
    def _resolve_func(self, _: Any) -> Callable[[str], dict[str, str]]:
        return lambda token: {"sub": token}


class AnyKey(ApiKeySecurityHandler):
    def _resolve_func(self, _: Any) -> Callable[[str], dict[str, str]]:
        return lambda key: {"sub": key}


def stock(contract: Contract) -> AsyncApp:
    """Return Connexion with nothing replaced; any credential is good, and every operation answers 200."""
    app = AsyncApp("stock", resolver=AcceptAll(), security_map={"bearer": AnyBearer, "apiKey": AnyKey})
    app.add_api(contract.copy(), base_path=prefix(contract))
    return app


async def judge(requests: Iterable[Request], mock: Any, connexion: Any) -> list[Judged]:
    judged = []
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(mock)) as one,
        httpx.AsyncClient(transport=httpx.ASGITransport(connexion, raise_app_exceptions=False)) as other,
    ):
        for each in requests:
            sent = {"method": each.method, "url": each.url, "headers": each.headers, "content": each.body}
            first, second = await one.request(**sent), await other.request(**sent)
            judged.append(Judged(each, outcome(first.status_code), outcome(second.status_code), second.text))
    return judged


def outcome(status: int) -> str:
    return "accepted" if status < 400 else INVALID.get(status, str(status))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Connexion leaves the files of a form open
def test_stock_connexion_accepts_and_refuses_the_same_requests(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "connexion")
    caplog.set_level(logging.WARNING, "httpx")
    mock, seen = adcontract_mock.app(), set[str]()
    judged: list[Judged] = []
    for name in names(spec_folder()):
        contract = load_named(name, spec_folder())
        requests = {repr(each): each for each in (*documented(contract, seen), *generated(contract))}
        judged += asyncio.run(judge(requests.values(), mock, stock(contract)))
    gc.collect()  # while the warnings of open files are silenced
    sources = Counter(each.request.source.partition(" ")[0] for each in judged)
    different = [each for each in judged if each.mock != each.connexion]
    reasons = Counter(map(explained, different))
    for what, count in (*sources.items(), *reasons.items()):
        logging.getLogger(__name__).info("%d: %s", count, what)
    assert sources["generated"] >= 500
    assert [str(each) for each in different if not explained(each)] == []
    assert reasons.keys() == {each.reason for each in DIFFERENCES}
