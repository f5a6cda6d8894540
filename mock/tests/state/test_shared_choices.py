"""What a session prefers is kept with its state: every mock with that state obeys it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from pathlib import Path

LISTS = "/v1/products/lists"
SCENARIOS = """
twice too many:
  operations:
    listProductLists:
      - {code: 429, times: 2}
      - {}
"""


def test_mocks_with_one_state_share_the_preferences_of_a_session_and_its_place_in_a_scenario(
    place: str, tmp_path: Path
) -> None:
    (tmp_path / "scenarios.yaml").write_text(SCENARIOS)
    options = {"api": "affiliate-com", "stateful": True, "state": place, "scenarios": tmp_path / "scenarios.yaml"}

    def status(number: int, session: str = "mine", **headers: str) -> int:
        headers = {"Authorization": "Bearer any", "Mock-Session": session, **headers}
        return httpx.get(f"{mocks[number].url}{LISTS}", headers=headers).status_code

    def choose(number: int, method: str, choices: object) -> object:
        url, headers = f"{mocks[number].url}/_mock/session", {"Mock-Session": "mine"}
        response = httpx.request(method, url, headers=headers, json=choices)
        assert response.status_code == 200, response.text
        return response.json()["choices"]

    with running(**options) as one, running(**options) as other:
        mocks = [one, other]
        choose(0, "PATCH", {"*": {"delay": "1"}})
        both = choose(1, "PATCH", {"listProductLists": {"code": "503"}})
        assert both == {"*": {"delay": "1"}, "affiliate-com-v1 listProductLists": {"code": "503"}}
        assert [status(0), status(1), status(0, session="other")] == [503, 503, 200]
        choose(1, "PUT", {"*": {"scenario": "twice too many"}})
        assert [status(number) for number in (0, 1, 0, 1)] == [429, 429, 200, 200]
        # a refused request takes no step, and a new choice begins anew
        choose(0, "PUT", {"*": {"scenario": "twice too many"}})
        assert [status(0, Authorization=""), status(1), status(0), status(1)] == [401, 429, 429, 200]
        httpx.post(f"{one.url}/_mock/state", headers={"Mock-Session": "mine"}, json={"do": "reset"})
    with running(**options) as later:
        mocks = [later]
        assert choose(0, "PATCH", {}) == {"*": {"scenario": "twice too many"}}
        assert status(0) == 200
        assert choose(0, "DELETE", None) == {}
        later.reset()
