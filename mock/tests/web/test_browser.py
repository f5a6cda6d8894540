"""The control page in a real browser: Debian's Chromium, or the one installed in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, expect

from adcontract import load
from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    Opened = Callable[[Page, str], Locator]

pytestmark = pytest.mark.slow

SPEC = Path(__file__).parents[1] / "spec"
REPORTS = Path(__file__).parents[3] / "reports"
BOOKS = "library-v1 listBooks"
TOKEN = {"Authorization": "Bearer any"}


def choose(operation: Locator, name: str, option: str) -> None:
    operation.get_by_role("combobox", name=name, exact=True).select_option(option)


def send(operation: Locator) -> Locator:
    operation.get_by_role("button", name="Send").click()
    return operation.get_by_role("status")


def fetched(page: Page, path: str) -> list[object]:
    """Return the status and the body that a script on a page of this browser gets."""
    script = "async (path) => { const a = await fetch(path, {headers: {Authorization: 'Bearer x'}});"
    answer: list[object] = page.evaluate(script + "return [a.status, await a.json()] }", path)
    return answer


def test_a_422_is_chosen_served_and_reset(page: Page, small: httpx.Client, opened: Opened) -> None:
    responses = load("library", spec=SPEC).operations[0].responses
    documented = {status: response.media[0].examples[0].value for status, response in responses.items()}
    books = opened(page, BOOKS)
    choose(books, "Status", "422")
    expect(page.locator("#message")).to_have_text("listBooks: 422.")
    expect(books.locator(".chip")).to_have_text("422")
    expect(send(books)).to_contain_text("422 Unprocessable Entity")
    assert fetched(page, "/v1/books") == [422, documented["422"]]
    assert small.get("/v1/books").status_code == 200, "others are not concerned"

    books.get_by_role("button", name="Reset").click()
    expect(books.get_by_role("combobox", name="Status")).to_have_value("")
    expect(send(books)).to_contain_text("200 OK")
    assert fetched(page, "/v1/books") == [200, documented["200"]]


def test_choices_are_still_there_when_the_page_is_opened_again(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    choose(books, "Example", "by-author")
    books.get_by_role("combobox", name="Delay in milliseconds").fill("50")
    choose(books, "Fault", "slow-body")
    expect(books.locator(".chip")).to_have_text("by-author · 50 ms · slow-body")
    page.reload()
    expect(books.locator(".chip")).to_have_text("by-author · 50 ms · slow-body")
    books.locator("summary").first.click()
    expect(books.get_by_role("combobox", name="Example")).to_have_value("by-author")
    page.get_by_label("Chosen only").check()
    expect(page.locator(".operation:visible")).to_have_count(1)
    page.get_by_role("button", name="Reset all").click()
    expect(books.locator(".chip")).to_be_empty()


def test_a_body_that_is_generated_from_the_schema_is_chosen_like_an_example(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    choose(books, "Example", "generated from the schema")
    expect(books.locator(".chip")).to_have_text("generated from the schema")
    expect(send(books)).to_contain_text("dynamic=true")
    page.reload()
    expect(books.locator(".chip")).to_have_text("generated from the schema")


def test_a_state_is_chosen_below_the_examples_while_the_response_is_a_success(page: Page, opened: Opened) -> None:
    operation = opened(page, "library-v1 getNewestBook")
    choose(operation, "Example", "long-text")
    expect(operation.locator(".chip")).to_have_text("long-text")
    expect(send(operation)).to_contain_text("Pneumono")
    states = operation.locator("select[name=example] optgroup option")
    assert states.evaluate_all("all => all.map(each => each.value)") == ["long-text", "unicode"]
    choose(operation, "Status", "405")
    expect(states).to_have_count(0)
    expect(send(operation)).to_contain_text("405")


SCENARIO = """
busy:
  says: Too many requests, a success, no network.
  operations:
    listCampaigns: [{code: 429, times: 2}, {example: many}, {fault: reset}]
"""


def test_a_page_goes_through_a_scenario_until_the_network_is_gone(tab: Page, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text(SCENARIO)
    with running(api="topsort", scenarios=file) as mock:
        tab.context.clear_cookies()
        tab.goto(f"{mock.url}/_mock/")
        choose(tab.locator("#every"), "Scenario", "busy")
        expect(tab.locator("#message")).to_have_text("Every operation: scenario busy.")
        script = """async () => {
            const answer = await fetch("/v1/campaign-service/campaigns", {headers: {Authorization: "Bearer x"}});
            return [answer.status, (await answer.json()).campaigns?.length ?? 0];
        }"""
        assert [tab.evaluate(script) for _ in range(3)] == [[429, 0], [429, 0], [200, 100]]
        for _ in range(2):
            with pytest.raises(Error, match="Failed to fetch"):
                tab.evaluate(script)
        tab.get_by_role("button", name="scenario busy: drop it from Every operation").click()
        expect(tab.locator("#message")).to_have_text("Every operation: as documented.")
        assert tab.evaluate(script) == [200, 2]


def test_every_operation_fails_at_once(page: Page, opened: Opened) -> None:
    every = page.get_by_role("group", name="Every operation")
    every.get_by_role("combobox", name="Fault").select_option("503")
    expect(page.locator("#message")).to_have_text("Every operation: 503.")
    assert fetched(page, "/v1/books")[0] == 503
    expect(send(opened(page, "library-v1 getBook"))).to_contain_text("503 Service Unavailable")


def test_a_browser_has_a_state_of_its_own_while_it_is_switched_on(
    whole: Page, real: httpx.Client, opened: Opened
) -> None:
    def names() -> list[str]:
        status, lists = fetched(whole, "/v1/products/lists")
        assert status == 200
        return [each["name"] for each in lists["data"]]  # type: ignore[index]

    documented = names()
    state = whole.get_by_role("group", name="Every operation").get_by_role("combobox", name="State")
    expect(state.locator("option:checked")).to_have_text("off")
    state.select_option("on")
    expect(whole.locator("#message")).to_have_text("Every operation: state on.")
    create = opened(whole, "affiliate-com-v1 createProductList")
    create.get_by_role("textbox", name="Body").fill('{"pool_id": 1, "name": "Of this browser"}')
    expect(send(create)).to_contain_text("state=on")
    assert names().count("Of this browser") == 1
    assert "Of this browser" not in real.get("/v1/products/lists", headers=TOKEN).text, "others are not concerned"

    state.select_option("")
    expect(whole.locator("#message")).to_have_text("Every operation: as documented.")
    assert names() == documented
    state.select_option("on")
    expect(whole.locator("#message")).to_have_text("Every operation: state on.")
    assert names().count("Of this browser") == 1, "it is still there"


def test_a_response_that_breaks_off_is_reported(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    choose(books, "Fault", "reset")
    expect(send(books)).to_contain_text("No complete response")
    expect(page.locator("#entries li").first).to_contain_text("no response")


def test_an_invalid_choice_is_reported_at_its_field(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    delay = books.get_by_role("combobox", name="Delay in milliseconds")
    delay.fill("soon")
    delay.press("Enter")
    delay.blur()
    expect(page.locator("#message")).to_contain_text("delay is a number of milliseconds")
    expect(delay).to_have_attribute("aria-invalid", "true")


def test_the_journal_is_live_until_it_is_paused(page: Page, small: httpx.Client) -> None:
    entries = page.locator("#entries > li")
    expect(page.get_by_text("No request yet")).to_be_visible()
    small.get("/v1/books?author=<img src=x onerror=alert(1)>")
    small.post("/v1/books", json={"title": "<img src=x onerror=alert(1)>", "authors": 1})
    expect(entries).to_have_count(2)
    expect(entries.nth(0)).to_contain_text("422")
    expect(entries.nth(0)).to_contain_text("1 violation")
    expect(entries.nth(1)).to_contain_text("/v1/books?author=%3Cimg")
    entries.nth(0).locator("summary").first.click()
    expect(entries.nth(0)).to_contain_text("v1_books.yaml:")
    expect(entries.nth(0)).to_contain_text("Bearer [redacted]")
    expect(entries.nth(0)).to_contain_text("<img")
    assert page.locator("#entries img").count() == 0

    page.get_by_label("Violations").check()
    expect(entries).to_have_count(1)
    page.get_by_label("Violations").uncheck()
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Pause").click()
    small.get("/v1/books")
    page.wait_for_timeout(1500)
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Pause").click()
    expect(entries).to_have_count(3)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("No request yet")).to_be_visible()
    assert small.get("/_mock/requests").json()["requests"] == []


def test_the_journal_shows_what_a_real_server_breaks(tab: Page, small: httpx.Client) -> None:
    with (
        running(spec=SPEC, api="library", plant="missing-header@listBooks") as real,
        running(spec=SPEC, api="library", upstream=real.url) as mock,
    ):
        tab.goto(f"{mock.url}/_mock/")
        small.get(f"{mock.url}/v1/books")
        entry = tab.locator("#entries > li").first
        expect(entry).to_contain_text("1 breach")
        entry.locator("summary").first.click()
        expect(entry).to_contain_text("header X-Total: is missing")
        expect(entry).to_contain_text("v1_books.yaml:")


def test_a_restart_of_the_mock_is_noticed(page: Page, small: httpx.Client) -> None:
    small.get("/v1/books")
    expect(page.locator("#entries > li")).to_have_count(1)
    reported = {**small.get("/_mock/requests").json(), "journal": "another", "last": 0, "requests": []}
    page.route("**/_mock/requests?*", lambda route: route.fulfill(json=reported))
    expect(page.locator("#message")).to_contain_text("This is a new journal")
    expect(page.locator("#entries > li")).to_have_count(0)
    page.unroute_all()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documentation_fills_the_window_and_is_as_dark_as_the_system(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_role("link", name="Documentation").click()
    expect(page.locator(".opblock")).to_have_count(9)
    page.get_by_label("Select a definition").select_option("stamps-v2")
    expect(page.get_by_role("heading", name="Stamps")).to_be_visible()
    assert page.evaluate("document.querySelector('.topbar').getBoundingClientRect().left") == 0
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')") == (scheme == "dark")


def test_the_documentation_sends_what_is_chosen_among_the_examples(page: Page, small: httpx.Client) -> None:
    page.get_by_role("link", name="Documentation").click()
    newest = page.locator(".opblock").filter(has_text="/v1/books/newest")
    newest.get_by_role("button").first.click()
    newest.get_by_role("button", name="Try it out").click()
    newest.get_by_role("button", name="Execute").click()
    expect(newest.locator(".curl-command")).not_to_contain_text("Prefer")
    examples = newest.locator("tr[data-code='200'] .response-control-examples select")
    examples.select_option("unicode")
    newest.get_by_role("button", name="Execute").click()
    expect(newest.locator(".curl-command")).to_contain_text("Prefer: code=200, example=unicode")
    newer, older = (entry["request"]["headers"] for entry in small.get("/_mock/requests").json()["requests"])
    assert (older.get("prefer"), newer["prefer"]) == (None, "code=200, example=unicode")
    expect(page.locator(".info a").first).to_have_attribute("href", re.compile("/openapi.json$"))


@pytest.mark.parametrize("width", [1400, 360])
def test_the_report_is_accessible_and_fits(page: Page, small: httpx.Client, width: int) -> None:
    small.get("/v1/books?size=x&sise=1")
    small.get("/library/v1/nope")
    page.set_viewport_size({"width": width, "height": 950})
    page.get_by_role("link", name="Use of the contracts").click()
    expect(page.get_by_text("1 of 9 operations used")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []


def test_every_operation_can_be_sent_as_the_page_writes_it(whole: Page, opened: Opened) -> None:
    """Each of the newest documents is called as its button does; none is refused. A picture of the page is kept."""
    offers = opened(whole, "metapic-2025-08-08 listOffers")
    choose(offers, "Status", "422")
    expect(send(offers)).to_contain_text("422")
    REPORTS.mkdir(exist_ok=True)
    whole.screenshot(path=REPORTS / "control-page.png")
    offers.get_by_role("button", name="Reset").click()
    script = """async () => {
        const refused = [];
        const until = async (found) => { while (!found()) await new Promise((done) => setTimeout(done, 2)); };
        for (const operation of document.querySelectorAll(".document[open] .operation")) {
            operation.open = true;
            await until(() => operation.querySelector(".try"));
            const media = operation.querySelector("[name=media]");
            const output = operation.querySelector(".response");
            for (const { value } of media?.options ?? [{}]) {
                if (media) media.value = value;
                media?.dispatchEvent(new Event("change", {bubbles: true}));
                output.replaceChildren();
                operation.querySelector(".try").requestSubmit();
                await until(() => output.querySelector(".status, .violation"));
                const status = output.querySelector(".status")?.textContent ?? output.textContent;
                if (!status.startsWith("2")) refused.push([operation.dataset.key, output.textContent]);
            }
            operation.open = false;
        }
        return refused;
    }"""
    assert whole.evaluate(script) == []
