"""A rate limit for each credential: responses show the quota, and requests beyond it are refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from adcontract import UsageError, load
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.http.rate_limits import RateLimit, RateLimiter

GARDEN = Path(__file__).parents[1] / "garden"
FULL = {"Authorization": "Bearer full"}


def standing(response: httpx.Response) -> tuple[str, str]:
    return response.headers["x-ratelimit-limit"], response.headers["x-ratelimit-remaining"]


def test_without_a_limit_the_headers_are_as_documented(garden: httpx.Client) -> None:
    assert [standing(garden.get("/plants")) for _ in range(3)] == [("60", "59")] * 3


def test_the_quota_of_each_credential_counts_down_until_it_is_refused(serve: Any) -> None:
    with serve(GARDEN, rate_limit=RateLimit.parse("3/h")) as client:
        for left in ("2", "1", "0"):
            response = client.get("/plants", headers=FULL)
            assert (response.status_code, standing(response)) == (200, ("3", left))
        response = client.get("/plants", headers=FULL)
        assert (response.status_code, standing(response)) == (429, ("3", "0"))
        assert response.json() == {"problem": "Too many requests."}
        assert response.headers["mock-explain"] == "listPlants: the rate limit of 3/h is exceeded"
        assert 3590 < int(response.headers["retry-after"]) <= 3600
        assert response.headers["ratelimit-reset"] == response.headers["retry-after"], "declared, without an example"
        other = client.get("/plants", headers={"Authorization": "Bearer other"})
        assert (other.status_code, standing(other)) == (200, ("3", "2"))


def test_errors_count_too_and_show_the_quota(serve: Any) -> None:
    with serve(GARDEN, rate_limit=RateLimit.parse("2/min")) as client:
        response = client.get("/plants", params={"color": "far too long"}, headers=FULL)
        assert (response.status_code, standing(response)) == (422, ("2", "1"))
        nobody = client.get("/plants")
        assert (nobody.status_code, standing(nobody)) == (401, ("2", "1"))
        unlimited = client.get("/nowhere", headers=FULL)
        assert unlimited.status_code == 404


def test_a_response_that_declares_no_such_headers_has_none(serve: Any) -> None:
    with serve(GARDEN, rate_limit=RateLimit.parse("5/min")) as client:
        assert "x-ratelimit-limit" not in client.delete("/plants/1", headers=FULL).headers


def test_a_budget_is_whole_again_when_its_time_is_over() -> None:
    now = 100.0
    runtime = Runtime()
    runtime.rate_limiter = RateLimiter(RateLimit.parse("1/s"), clock=lambda: now)
    transport = httpx.ASGITransport(Application([load("garden", spec=GARDEN)], runtime))

    async def status() -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://mock", headers=FULL) as client:
            return (await client.get("/plants")).status_code

    assert [asyncio.run(status()) for _ in range(2)] == [200, 429]
    now += 0.5
    assert asyncio.run(status()) == 429
    now += 0.5
    assert asyncio.run(status()) == 200


def test_without_a_documented_429_the_mock_has_one(serve: Any) -> None:
    with serve(Path(__file__).parents[1] / "spec", rate_limit=RateLimit.parse("1/h")) as client:
        client.get("/v1/books", headers=FULL)
        response = client.get("/v1/books", headers=FULL)
        assert (response.status_code, "retry-after" in response.headers) == (429, True)
        assert response.json() == {"message": "Too many requests."}


def test_only_so_many_credentials_are_remembered() -> None:
    budgets = RateLimiter(RateLimit.parse("1/h"))
    for number in range(20_000):
        budgets.take(str(number).encode())
    assert budgets.take(b"19999").exceeded
    assert not budgets.take(b"0").exceeded, "forgotten"


@pytest.mark.parametrize("text", ["300", "300/day", "0/min", "-1/s", "1.5/s", "many/min", ""])
def test_a_limit_that_cannot_be_read_is_refused_with_how_it_is_written(text: str) -> None:
    with pytest.raises(UsageError, match="300/min"):
        RateLimit.parse(text)
