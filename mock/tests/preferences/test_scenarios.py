"""A scenario joins choices for several operations under a name: in sequence, by chance, until the last one stays."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract_mock.serve.in_thread import running
from adcontract_mock.serve.settings import Settings
from adcontract_mock.serve.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Path(__file__).parents[1] / "spec"
ROOT = Path(__file__).parents[3]
SCENARIOS = """
busy, then fine, then offline:
  says: Two requests too many, a success, and then no network.
  operations:
    library-v1 listBooks:
      - {code: 422, times: 2}
      - {}
      - {fault: reset}
    getNewestBook: {example: unicode, delay: 1}

flaky:
  seed: 7
  operations:
    getNewestBook: {fault: 503, chance: 40 %}

expired:
  operations:
    addBook:
      - {code: 409}
      - {example: trilogy}
    '*': [{code: 401, times: 1}, {dynamic: true}]

überlastet:
  operations:
    getNewestBook: {code: 401}
"""
BOOKS, NEWEST = "/library/v1/v1/books", "/library/v1/v1/books/newest"
SESSION = "/_mock/session"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a mock of the small contracts with the scenarios above."""
    file = tmp_path_factory.mktemp("scenarios") / "scenarios.yaml"
    file.write_text(SCENARIOS)
    with running(spec=SPEC, scenarios=file) as mock, httpx.Client(base_url=mock.url) as opened:
        opened.headers["Authorization"] = "Bearer any"
        yield opened


def in_scenario(name: str, session: str) -> dict[str, str]:
    return {"Prefer": f'scenario="{name}"', "Mock-Session": session}


def test_an_operation_answers_one_step_after_the_other_and_the_last_one_stays(client: httpx.Client) -> None:
    headers = in_scenario("busy, then fine, then offline", "sequence")
    answers = [client.get(BOOKS, headers=headers) for _ in range(3)]
    assert [each.status_code for each in answers] == [422, 422, 200]
    for _ in range(3):
        with pytest.raises(httpx.HTTPError):
            client.get(BOOKS, headers=headers)
    assert answers[0].headers["preference-applied"] == 'scenario="busy, then fine, then offline", code=422'
    assert (
        answers[1]
        .headers["mock-explain"]
        .startswith("listBooks: scenario busy, then fine, then offline, request 2: code=422; ")
    )
    assert answers[2].headers["mock-explain"] == (
        "listBooks: scenario busy, then fine, then offline, request 3: as documented; example default"
    )
    assert answers[2].json() == client.get(BOOKS).json()


def test_each_operation_of_a_scenario_has_its_own_steps_and_others_are_as_documented(client: httpx.Client) -> None:
    headers = in_scenario("busy, then fine, then offline", "own steps")
    unicode = client.get(NEWEST, headers=headers)
    assert not unicode.text.isascii()
    assert unicode.headers["preference-applied"].endswith("example=unicode, delay=1")
    assert client.get(BOOKS, headers=headers).status_code == 422, "its first request"
    shelves = client.get("/library/v1/v1/shelves", headers=headers)
    assert shelves.is_success
    assert "preference-applied" not in shelves.headers


def test_a_scenario_is_chosen_for_a_session_and_begins_anew_with_it(client: httpx.Client) -> None:
    headers = {"Mock-Session": "chosen"}
    for _ in range(2):
        chosen = client.patch(SESSION, json={"*": {"scenario": "expired"}}, headers=headers)
        assert chosen.json()["choices"] == {"*": {"scenario": "expired"}}
        assert [client.get(BOOKS, headers=headers).status_code for _ in range(3)] == [401, 200, 200]
        assert [client.post(BOOKS, json={"title": "T"}, headers=headers).status_code for _ in range(3)] == [
            *(409, 201, 201)
        ]
    client.delete(SESSION, headers=headers)
    assert client.get(BOOKS, headers=headers).status_code == 200


def test_every_session_goes_through_a_scenario_of_its_own(client: httpx.Client) -> None:
    for session in ("one", "other"):
        assert client.get(BOOKS, headers=in_scenario("expired", session)).status_code == 401


def test_a_request_goes_before_its_scenario(client: httpx.Client) -> None:
    headers = in_scenario("expired", "before")
    response = client.get(BOOKS, headers=headers | {"Prefer": "scenario=expired, example=by-author"})
    assert (response.status_code, response.headers["preference-applied"]) == (
        200,
        "scenario=expired, example=by-author",
    )


def test_a_request_that_is_refused_does_not_use_up_a_step(client: httpx.Client) -> None:
    headers = in_scenario("busy, then fine, then offline", "refused")
    for refused in (
        client.get(BOOKS, headers=headers | {"Authorization": ""}),
        client.get(f"{BOOKS}?size=none", headers=headers),
        client.get(BOOKS, headers=headers | {"Prefer": f"{headers['Prefer']}, code=999"}),
    ):
        assert refused.is_client_error
        assert "scenario" not in refused.headers.get("preference-applied", "")
    assert [client.get(BOOKS, headers=headers).status_code for _ in range(3)] == [422, 422, 200]
    # a fault of the network spoils a refusal, too
    with pytest.raises(httpx.HTTPError):
        client.get(BOOKS, headers=headers | {"Authorization": ""})


def test_a_request_that_chooses_for_itself_is_not_said_to_be_as_documented(client: httpx.Client) -> None:
    headers = in_scenario("busy, then fine, then offline", "itself")
    for _ in range(2):
        client.get(BOOKS, headers=headers)
    own = client.get(BOOKS, headers=headers | {"Prefer": f"{headers['Prefer']}, example=by-author"})
    assert own.headers["mock-explain"] == "listBooks: Prefer example=by-author"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_name_has_any_letters_as_command_lines_and_browsers_send_them(client: httpx.Client, encoding: str) -> None:
    headers = {b"Prefer": 'scenario="überlastet"'.encode(encoding), b"Mock-Session": encoding.encode()}
    assert client.get(NEWEST, headers=headers).status_code == 401


def test_a_scenario_may_stand_in_the_query(client: httpx.Client) -> None:
    response = client.get(f"{NEWEST}?__scenario=expired", headers={"Mock-Session": "query"})
    assert response.headers["preference-applied"].startswith("scenario=expired")


def test_chance_is_the_same_in_every_run(client: httpx.Client) -> None:
    runs = []
    for session in ("first run", "second run"):
        headers = in_scenario("flaky", session)
        runs.append([client.get(NEWEST, headers=headers).status_code for _ in range(60)])
    assert runs[0] == runs[1]
    assert 10 < runs[0].count(503) < 40
    assert runs[0].count(200) == 60 - runs[0].count(503)


def test_an_unknown_scenario_is_refused_with_those_that_there_are(client: httpx.Client, small: httpx.Client) -> None:
    for refused in (
        client.get(BOOKS, headers={"Prefer": "scenario=flacky"}),
        client.patch(SESSION, json={"*": {"scenario": "flacky"}}, headers={"Mock-Session": "unknown"}),
    ):
        assert (refused.status_code, refused.json()["scenarios"][1]) == (400, "flaky")
        assert "There is no scenario 'flacky'. Did you mean flaky?" in refused.json()["message"]
    without = small.get(BOOKS, headers={"Prefer": "scenario=flaky"})
    assert (without.status_code, "Name their file with --scenarios" in without.json()["message"]) == (400, True)


def test_the_control_page_offers_the_scenarios(client: httpx.Client) -> None:
    page = client.get("/_mock/").text
    every = page.split('data-name="Every operation"')[1].split("</form>")[0]
    assert '<option value="flaky">flaky</option>' in every
    assert 'data-hint="Two requests too many, a success, and then no network.">busy, then fine, then offline<' in every
    assert page.count('<option value="flaky">') == 1, "a scenario is of all operations"


def test_the_scenarios_of_the_readme_are_understood(tmp_path: Path) -> None:
    section = (ROOT / "README.md").read_text().split("### Scenarios\n")[1].split("### ")[0]
    written = section[section.index("    busy:") : section.index("\nAn operation has a step")]
    file = tmp_path / "scenarios.yaml"
    file.write_text(dedent(written))
    with running(scenarios=file) as mock:
        assert list(mock.mock.runtime.scenarios.named) == ["busy", "flaky"]


WRONG = {
    "- a": ("1:1", "A file of scenarios has their names as keys."),
    "": ("1:1", "The file is empty."),
    "a: {operations: {listBooks: {code: 200}}}": ("1:18", "More than one API has listBooks."),
    "a: {operations: {addBok: {code: 409}}}": ("1:18", "Did you mean addBook"),
    "a: {operations: {addBook: {code: 418}}}": ("1:28", "addBook declares no response '418'."),
    "a: {operations: {addBook: {example: triology}}}": ("1:28", "has no example 'triology'."),
    "a: {operations: {addBook: {fault: fire}}}": ("1:28", "There is no fault 'fire'."),
    "a: {operations: {addBook: {cod: 409}}}": ("1:28", "A step has no cod. Did you mean code?"),
    "a: {operations: {addBook: {snapshot: v1}}}": ("1:28", "A step has no snapshot."),
    "a: {operations: {addBook: [{code: 409, times: 0}, {}]}}": ("1:40", "`times` is a whole number from 1."),
    "a: {operations: {addBook: [{code: 409, times: 2}]}}": ("1:40", "The last step stays"),
    "a: {operations: {addBook: {code: 409, chance: 101 %}}}": ("1:39", "`chance` is a number of percent"),
    "a: {operations: {addBook: []}}": ("1:18", "A step is a mapping of preferences."),
    "a: {operations: {addBook: {code: [409]}}}": ("1:28", "`code` is a single value."),
    "a: {operation: {addBook: {code: 409}}}": ("1:5", "A scenario has no operation. Did you mean operations?"),
    "a: {says: 7, operations: {addBook: {}}}": ("1:5", "`says` is a text."),
    "a: {seed: [7], operations: {addBook: {}}}": ("1:5", "`seed` is a whole number or a text."),
    "a: {operations: {'*': {code: 999}}}": ("1:24", "No contract has the code 999."),
    "a: {operations: {'*': [{example: manny}]}}": ("1:25", "No contract has the example manny."),
    "a: {operations: {addBook: {}, library-v1 addBook: {code: 409}}}": ("1:31", "has steps twice"),
    "'': {operations: {addBook: {}}}": ("1:1", "The name of a scenario is one line of text."),
    '"a\\nb": {operations: {addBook: {}}}': ("1:1", "The name of a scenario is one line of text."),
    "a: {}": ("1:1", "The scenario a has no operations."),
    "a: {operations: {addBook: {}}}\na: {}": ("2:1", "The key a stands here twice."),
    "a: {operations: {addBook: {delay: 1_000}}}": ("1:35", "is read as a number"),
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text or "empty")
def test_a_wrong_file_is_reported_with_the_place_and_nothing_is_served(text: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    position, message = WRONG[text]
    result = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--port", "0", "--scenarios", str(file)])
    assert result.exit_code == 2
    assert f"{file}:{position}: " in result.output
    assert message in result.output


def test_an_edit_is_seen_by_the_next_request_and_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("a: {operations: {addBook: {code: 409}}}\n")
    settings = Settings(spec=SPEC, scenarios=file)
    said: list[str] = []
    with running(spec=SPEC, scenarios=file) as mock, httpx.Client(base_url=mock.url) as opened:
        watch = Watch(mock.mock, settings, said.append)

        def status() -> int:
            headers = {"Authorization": "Bearer any", "Prefer": "scenario=a"}
            return opened.post(BOOKS, json={"title": "T"}, headers=headers).status_code

        assert status() == 409
        file.write_text("a: {operations: {addBook: [{code: 422}, {}]}}\n")
        watch.look()
        assert [status() for _ in range(2)] == [422, 201]
        file.write_text("a: {operations: {addBook: {code: 9}}}\n")
        watch.look()
        assert status() == 201
        assert said[1:2] == ["The scenarios are broken; the previous ones are still served:"]
        assert f"{file}:1:28: scenario: addBook declares no response '9'." in said[2]
        assert opened.get("/_mock/health").json()["broken"][0] in said[2]


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    result = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--port", "0", "--scenarios", str(file)])
    assert (result.exit_code, f"{file}:1:1: unreadable: " in result.output) == (2, True)
    assert "No such file or directory. Create it, or name another." in result.output
