"""A preference is listed, explained, chosen and obeyed everywhere as soon as it is registered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adcontract_mock.preferences.registry import PREFERENCES, FormField, InvalidPreference, preference

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from conftest import Serve

    from adcontract_mock.http.network_faults import Declared
    from adcontract_mock.http.response import HttpResponse

SPEC = Path(__file__).parents[1] / "spec"
BOOKS = "/v1/books"
COLORS = ("red", "blue")


async def _painted(response: HttpResponse, color: str, _: Declared) -> HttpResponse:
    return response.with_header("X-Color", color)


@pytest.fixture(scope="module")
def client(serve: Serve) -> Iterator[httpx.Client]:
    """A client of a mock that knows one preference more: `color`."""

    @preference(
        "color",
        "The color of the response.",
        change=_painted,
        summary="in {}",
        field=FormField("Color", "colorless", lambda _: [(each, each.title()) for each in COLORS]),
    )
    def color(text: str) -> str:
        if text not in COLORS:
            raise InvalidPreference(f"There is no color {text!r}.", known=list(COLORS))
        return text

    assert color
    with serve(SPEC) as opened:
        opened.headers["Authorization"] = "Bearer any"
        yield opened
    del PREFERENCES["color"]


@pytest.mark.parametrize("query", ["", "?__color=red"])
def test_a_registered_preference_is_obeyed_and_explained(client: httpx.Client, query: str) -> None:
    response = client.get(f"{BOOKS}{query}", headers={} if query else {"Prefer": "color=red"})
    assert (response.status_code, response.headers["x-color"]) == (200, "red")
    assert response.headers["preference-applied"] == "color=red"
    assert "color=red" in response.headers["mock-explain"]


def test_a_registered_preference_is_chosen_for_a_session(client: httpx.Client) -> None:
    session = {"Mock-Session": "painter"}
    assert client.patch("/_mock/session", json={"*": {"color": "blue"}}, headers=session).is_success
    assert client.get(BOOKS, headers=session).headers["x-color"] == "blue"
    refused = client.patch("/_mock/session", json={"*": {"color": "green"}}, headers=session)
    assert (refused.status_code, refused.json()["known"]) == (400, list(COLORS))


def test_a_registered_preference_is_listed(client: httpx.Client) -> None:
    assert "__color" in client.get(f"{BOOKS}?__colour=red").json()["known"]
    page = client.get("/_mock/").text
    operation = client.get("/_mock/operation", params={"key": "library-v1 listBooks"}).text
    for form in (page, operation):
        assert form.count('<label title="The color of the response."><span>Color</span>') == 1
        assert form.count('<option value="blue">Blue</option>') == 1
    assert '["color", "in {}"]' in page
