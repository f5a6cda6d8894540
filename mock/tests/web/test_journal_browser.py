"""The journal of the control page in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.slow

SPEC = Path(__file__).parents[1] / "spec"
BOOKS = "/v1/books"
WRONG = {"title": "T", "authors": ["A", 2]}


def rows(page: Page) -> Locator:
    return page.locator("#entries > li")


def open_first(page: Page) -> Locator:
    first = rows(page).first
    first.locator("summary").first.click()
    expect(first.locator("pre").first).to_be_visible()
    return first


def marks(entry: Locator) -> list[tuple[str, str]]:
    """Return each marked line with the sentence below it."""
    lines = entry.locator("mark")
    return [
        (mark.inner_text(), mark.locator("xpath=following-sibling::span[1]").inner_text().strip("^ \n"))
        for mark in lines.all()
    ]


def test_requests_are_filtered_and_a_reload_keeps_the_filters(page: Page, small: httpx.Client) -> None:
    small.get(f"{BOOKS}?size=500")
    small.get(f"{BOOKS}?author=Le+Guin")
    small.post(BOOKS, json={"title": "The Dispossessed"})
    expect(rows(page)).to_have_count(3)
    page.get_by_label("Status of requests").select_option("4xx")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Status of requests").select_option("201")
    expect(rows(page)).to_contain_text(["addBook"])
    page.get_by_label("Status of requests").select_option("")
    page.get_by_label("Find a request").fill("dispossessed")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Find a request").fill("le guin")
    expect(rows(page)).to_contain_text(["listBooks"])
    page.get_by_label("Find a request").fill("")
    page.get_by_label("Method of requests").select_option("POST")
    expect(rows(page)).to_contain_text(["addBook"])
    assert page.url.endswith("/_mock/?method=POST")
    page.reload()
    expect(page.get_by_label("Method of requests")).to_have_value("POST")
    expect(rows(page)).to_have_count(1)
    listed = small.get(page.get_by_role("link", name="as JSON", exact=True).get_attribute("href") or "").json()
    assert [entry["method"] for entry in listed["requests"]] == ["POST"]


def test_an_empty_journal_says_what_to_do(page: Page, small: httpx.Client) -> None:
    expect(page.get_by_text("No request yet. Send one from here")).to_be_visible()
    small.get(BOOKS)
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Find a request").fill("nowhere")
    expect(page.locator("#no-match")).to_contain_text("None of 1 request matches these filters.")
    expect(page.locator("#journal-news")).to_have_text("None of 1 request matches these filters.")
    page.get_by_role("button", name="Clear the filters").click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    small.get(BOOKS)
    small.get(BOOKS)
    expect(page.get_by_text("Paused: 2 new requests not shown.")).to_be_visible()
    page.get_by_label("Status of requests").select_option("2xx")
    expect(rows(page)).to_have_count(3)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Paused")).not_to_be_visible()
    small.get(BOOKS)
    expect(rows(page)).to_have_count(4)


def test_what_breaks_the_contract_is_marked_where_it_is_sent(page: Page, small: httpx.Client) -> None:
    small.post(BOOKS, json=WRONG)
    expect(rows(page)).to_have_count(1)
    entry = open_first(page)
    assert marks(entry) == [("2", '2 is not of type "string"')]
    small.get(f"{BOOKS}?author=x&size=500")
    expect(rows(page)).to_have_count(2)
    ((line, why),) = marks(open_first(page))
    assert line == "&size=500"
    assert "100" in why
    small.post(BOOKS, json={"authors": []})
    expect(rows(page)).to_have_count(3)
    assert marks(open_first(page)) == [("{", "title is missing")]


def test_a_mark_in_a_long_body_is_scrolled_to(page: Page, small: httpx.Client) -> None:
    small.post(BOOKS, json={"title": "T", "authors": [*map(str, range(500)), 7, *map(str, range(500))]})
    expect(rows(page)).to_have_count(1)
    entry = open_first(page)
    expect(entry.locator("mark")).to_be_in_viewport()
    body = entry.get_by_role("group", name="Request: body")
    body.evaluate("element => { element.scrollTop = 0 }")
    expect(entry.locator("mark")).not_to_be_in_viewport()
    entry.get_by_role("button", name="Show it").click()
    expect(entry.locator("mark")).to_be_in_viewport()
    expect(entry.locator("mark")).to_be_focused()


def test_numbers_are_shown_as_they_were_sent(page: Page, small: httpx.Client) -> None:
    body = '{"title": "T", "authors": [], "n": [12345678901234567890, 1.0, {}]}'
    small.post(BOOKS, content=body, headers={"Content-Type": "application/json"})
    expect(rows(page)).to_have_count(1)
    shown = open_first(page).get_by_role("group", name="Request: body").inner_text().split("\n")
    assert [line.strip() for line in shown if line] == [
        "{",
        '"title": "T",',
        '"authors": [],',
        '"n": [',
        "12345678901234567890,",
        "1.0,",
        "{}",
        "]",
        "}",
    ]


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        ("missing-header", ("200", "X-Total is missing")),
        ("text-as-number", ('"title": 12345', '12345 is not of type "string"')),
    ],
)
def test_what_a_real_server_breaks_is_marked_in_its_response(
    tab: Page, small: httpx.Client, plant: str, expected: tuple[str, str]
) -> None:
    with (
        running(spec=SPEC, api="library", plant=f"{plant}@listBooks") as real,
        running(spec=SPEC, api="library", upstream=real.url) as mock,
    ):
        tab.goto(f"{mock.url}/_mock/")
        small.get(f"{mock.url}{BOOKS}")
        tab.get_by_label("Breaches").check()
        expect(rows(tab)).to_have_count(1)
        assert expected in marks(open_first(tab))


def test_an_entry_is_copied_as_a_command_that_sends_it_again(page: Page, small: httpx.Client, tmp_path: Path) -> None:
    small.post(f"{BOOKS}?size=1", json={"title": 'It\'s "new"'}, headers={"Mock-Session": "mine", "Prefer": "code=409"})
    expect(rows(page)).to_have_count(1)
    open_first(page).get_by_role("button", name="Copy the request as curl").click()
    expect(page.locator("#message")).to_have_text("Copied the command.")
    script = tmp_path / "again.sh"
    script.write_text(page.evaluate("navigator.clipboard.readText()"))
    subprocess.run(["sh", script], check=True, capture_output=True)
    again, sent = small.get("/_mock/requests").json()["requests"]
    for part in ("method", "path", "query", "operation", "status", "session", "applied"):
        assert (part, again[part]) == (part, sent[part])
    assert again["request"]["body"] == sent["request"]["body"]


def test_thousands_of_violations_are_shown_as_a_few_and_their_number(page: Page, small: httpx.Client) -> None:
    small.post(BOOKS, json={"title": "T", "authors": list(range(5000))})
    expect(rows(page)).to_contain_text(["5000 violations"])
    entry = open_first(page)
    expect(entry.locator("mark")).to_have_count(20)
    expect(entry.get_by_role("link", name="all 5,000 as JSON")).to_be_visible()


def test_an_answer_that_was_not_passed_on_is_shown_with_its_marks(tab: Page, small: httpx.Client) -> None:
    with (
        running(spec=SPEC, api="library", plant="text-as-number@listBooks") as real,
        running(spec=SPEC, api="library", upstream=real.url, on_breach="fail") as mock,
    ):
        tab.goto(f"{mock.url}/_mock/")
        small.get(f"{mock.url}{BOOKS}")
        expect(rows(tab)).to_contain_text(["502"])
        entry = open_first(tab)
        withheld = entry.get_by_role("group", name="Answer of the server, not passed on: body")
        expect(withheld.locator("mark")).to_have_text('"title": 12345')
        expect(entry.locator("mark")).to_have_count(1)


def test_a_thousand_requests_in_a_few_seconds_do_not_stop_the_page(
    page: Page, small: httpx.Client, tmp_path: Path
) -> None:
    expect(page.get_by_text("No request yet")).to_be_visible()
    before = page.evaluate("document.querySelectorAll('*').length")
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, path=tmp_path / "trace.json", categories=["disabled-by-default-devtools.timeline"])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: small.get(f"{BOOKS}?size=x{number}"), range(1000)))
    expect(page.locator("#journal-shown")).to_have_text("100 requests of 1,000")
    browser.stop_tracing()
    assert rows(page).count() == 100
    assert page.evaluate("document.querySelectorAll('*').length") - before < 1500
    # the time of the processor, for other tests take some of the time of the clock
    tasks = [each for each in events(tmp_path / "trace.json") if each["name"] == "RunTask"]
    assert max(each.get("tdur", 0) for each in tasks) < 50_000, "microseconds"
    page.get_by_role("button", name="100 more").click()
    expect(rows(page)).to_have_count(200)
    expect(rows(page).nth(100).locator("summary").first).to_be_focused()


def events(trace: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(trace.read_text())["traceEvents"]
    return listed


def test_new_requests_are_read_out_in_one_sentence(page: Page, small: httpx.Client) -> None:
    expect(page.get_by_text("No request yet")).to_be_visible()
    for _ in range(3):
        small.get(BOOKS)
    news = page.get_by_role("status").filter(has_text="new request")
    expect(news).to_contain_text(re.compile(r"^\d new requests?\. The last: GET /v1/books, 200\.$"))
    assert page.locator("[role=log], [aria-live] #entries").count() == 0


def test_rows_are_opened_and_closed_with_the_keyboard(page: Page, small: httpx.Client) -> None:
    for number in range(3):
        small.get(f"{BOOKS}?size={number}")
    expect(rows(page)).to_have_count(3)
    summaries = page.locator("#entries > li > details > summary")
    summaries.first.focus()
    page.keyboard.press("ArrowDown")
    expect(summaries.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(summaries.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows(page).nth(2).get_by_role("group", name="Response: body")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(rows(page).nth(2).get_by_role("group", name="Response: body")).not_to_be_visible()
    expect(summaries.nth(2)).to_be_focused()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
def test_it_is_accessible_and_fits(page: Page, small: httpx.Client, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 950})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    small.post(BOOKS, json={**WRONG, "authors": [*map(str, range(50)), 7]})
    expect(rows(page)).to_have_count(1)
    open_first(page)
    problems = [*audit(page)]
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Status of requests").select_option("3xx")
    expect(page.locator("#no-match")).to_be_visible()
    assert [*problems, *audit(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def audit(page: Page) -> list[Any]:
    found: list[Any] = Axe().run(page).response["violations"]
    return found
