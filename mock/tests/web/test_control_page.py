"""The control page as a person works with it: what is chosen, how operations are found and tried, and its keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    Opened = Callable[[Page, str], Locator]

pytestmark = pytest.mark.slow

BOOKS = "library-v1 listBooks"
ADD = "library-v1 addBook"


def choose(page: Page, **choices: dict[str, str]) -> None:
    """Choose in the session of the page, as a test would, and open it again."""
    session = page.locator("body").get_attribute("data-session") or ""
    chosen = httpx.patch(f"{page.url}session", json=choices, headers={"Mock-Session": session})
    assert chosen.is_success
    page.reload()


def find(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Find an operation").fill(text)


def found(page: Page) -> list[str]:
    return page.locator(".operation:visible").evaluate_all("all => all.map(each => each.dataset.key)")


# what is chosen


def test_one_click_drops_one_choice(page: Page) -> None:
    chosen = page.get_by_role("region", name="Chosen responses")
    expect(chosen).to_contain_text("Nothing is chosen")
    choose(page, **{BOOKS: {"code": "422", "delay": "50"}, "*": {"fault": "503"}})
    assert chosen.locator("li").all_inner_texts() == ["Every operation\n503", "listBooks\n422\n50 ms"]
    chosen.get_by_role("button", name="422: drop it from listBooks").click()
    expect(page.locator("#message")).to_have_text("listBooks: 50 ms.")
    expect(chosen.locator("li").last).to_have_text("listBooks50 ms")
    expect(chosen.get_by_role("button", name="50 ms: drop it from listBooks")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chosen.locator("li")).to_have_text(["Every operation503"])
    page.keyboard.press("Enter")
    expect(chosen).to_contain_text("Nothing is chosen")
    expect(page.get_by_role("searchbox", name="Find an operation")).to_be_focused()
    assert page.evaluate("fetch('/_mock/session').then(each => each.json())")["choices"] == {}


def test_a_choice_leads_to_its_operation(page: Page) -> None:
    choose(page, **{"post-2024-06-30 getLetter": {"code": "200"}})
    operation = page.locator('[data-key="post-2024-06-30 getLetter"]')
    expect(operation).not_to_be_visible()
    find(page, "books")
    page.get_by_role("region", name="Chosen responses").get_by_role("button", name="getLetter").first.click()
    expect(operation.locator("summary").first).to_be_focused()
    expect(operation.get_by_role("combobox", name="Status")).to_have_value("200")


def test_the_only_chosen_are_shown(page: Page) -> None:
    choose(page, **{"*": {"fault": "503"}})
    page.get_by_label("Chosen only").check()
    expect(page.get_by_text("Only “Every operation” has a choice.")).to_be_visible()
    page.get_by_role("button", name="Show all operations").click()
    expect(page.locator(".operation:visible").first).to_be_visible()


def test_without_scenarios_it_says_how_to_have_some(page: Page) -> None:
    every = page.get_by_role("group", name="Every operation")
    expect(every).to_contain_text("Scenario: There is none: start the mock with --scenarios FILE.")


def test_what_is_being_typed_stays_when_an_earlier_choice_is_confirmed(page: Page, opened: Opened) -> None:
    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    books = opened(page, BOOKS)
    page.route("**/_mock/session", late)
    books.get_by_role("combobox", name="Status").select_option("422")
    delay = books.get_by_role("combobox", name="Delay in milliseconds")
    delay.focus()
    page.keyboard.type("5")
    expect(books.locator(".chip")).to_have_text("422")
    page.keyboard.type("0")
    expect(delay).to_have_value("50")
    delay.blur()
    expect(books.locator(".chip")).to_have_text("422 · 50 ms")
    page.unroute_all()


def test_what_is_chosen_is_explained_below(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    books.get_by_role("combobox", name="Example").select_option("many")
    expect(books.locator(".hints")).to_contain_text("Example: three pages of rows")
    status = books.get_by_role("combobox", name="Status")
    status.select_option("422")
    expect(status.locator("option:checked")).to_have_text("422 Unprocessable Entity")


# finding


def test_operations_are_found_by_what_is_in_their_requests_and_responses(page: Page) -> None:
    expect(page.locator(".operation:visible").first).to_be_visible()
    page.wait_for_function("performance.getEntriesByName(location.origin + '/_mock/names').length > 0")
    find(page, "allowEmptyValue")
    expect(page.get_by_text("No operation has “allowEmptyValue” in its path")).to_be_visible()
    page.get_by_role("button", name="Show all operations").click()
    expect(page.get_by_role("searchbox", name="Find an operation")).to_be_focused()
    find(page, "authors books")
    expect(page.locator(f'[data-key="{ADD}"] .match')).to_have_text("body authors")
    assert ADD in found(page)
    assert BOOKS not in found(page), "it has an author, and no authors"
    find(page, "library-v1 addBook")
    expect(page.locator(f'[data-key="{ADD}"] .match')).to_have_text("document library-v1")
    marked = "[...CSS.highlights.get('found')].map(each => each.toString())"
    assert page.evaluate(marked) == ["addBook", "library-v1"]
    find(page, "v1/books/{b")
    assert set(page.evaluate(marked)) == {"v1/books/{b"}, "across the places where a path may break"


def test_older_snapshots_are_folded_and_found(page: Page) -> None:
    old = page.locator('[data-key^="post-2024-06-30 "]')
    expect(old.first).not_to_be_visible()
    find = page.get_by_role("searchbox", name="Find an operation")
    find.fill("parcels GET")
    expect(page.locator(".operation:visible")).to_have_count(2)
    expect(page.locator("#found")).to_contain_text("2 of ")
    find.fill("no such thing")
    expect(page.locator(".operation:visible")).to_have_count(0)
    find.fill("")
    expect(old.first).not_to_be_visible()


def test_tags_are_found(whole: Page) -> None:
    tag = whole.locator(".document[open] h3").first.inner_text()
    find(whole, tag)
    assert len(found(whole)) >= whole.locator(".document[open] .group").first.locator(".operation").count()


def test_every_operation_is_at_hand_soon(whole: Page) -> None:
    """With five documents: an operation has its form only after it was opened."""
    assert whole.locator(".operation").count() > 150
    assert whole.locator(".try").count() == 0
    assert whole.evaluate("document.querySelectorAll('*').length") < 3000
    assert whole.evaluate("document.documentElement.outerHTML.length") < 160_000


def test_an_operation_that_is_gone_is_reported_and_loaded_when_it_is_there_again(page: Page) -> None:
    refused = {"message": "There is no operation 'library-v1 listBooks'."}
    page.route("**/_mock/operation?*", lambda route: route.fulfill(status=400, json=refused))
    operation = page.locator(f'[data-key="{BOOKS}"]')
    operation.locator("summary").first.click()
    expect(operation).to_contain_text("There is no operation 'library-v1 listBooks'. Reload the page")
    page.unroute_all()
    for _ in range(2):
        operation.locator("summary").first.click()
    expect(operation.locator(".try")).to_be_visible()
    expect(operation.locator(".failed")).to_have_count(0)


# a request


def test_text_is_copied_also_where_a_page_has_no_clipboard(page: Page) -> None:
    """A page of another host than this one has none without TLS."""
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    copies = page.get_by_role("button", name="Copy the header")
    copies.click()
    expect(page.locator("#message")).to_have_text("Copied the header.")
    expect(copies).to_be_focused()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == f"Mock-Session: {page.evaluate('document.body.dataset.session')}"
    )


def test_a_parameter_is_added_to_the_address(page: Page, opened: Opened) -> None:
    books = opened(page, BOOKS)
    address = books.get_by_role("textbox", name="Address")
    address.fill("/library/v1/v1/books")
    books.get_by_role("button", name="Add size to the address").click()
    written = address.input_value()
    assert written.startswith("/library/v1/v1/books?size=")
    expect(address).to_be_focused()
    page.keyboard.type("7")
    expect(address).to_have_value("/library/v1/v1/books?size=7")
    books.get_by_role("button", name="Add size to the address").click()
    expect(page.locator("#message")).to_have_text("The address has size already.")
    expect(address).to_have_value("/library/v1/v1/books?size=7")


def test_a_body_that_is_not_json_is_said_to_be_and_sent_all_the_same(page: Page, opened: Opened) -> None:
    operation = opened(page, ADD)
    operation.get_by_role("textbox", name="Body").fill('{"title": ')
    expect(operation.locator(".body .hint")).to_contain_text("Not valid JSON, sent as it is")
    page.keyboard.press("Control+Enter")
    expect(operation.locator(".response")).to_contain_text("4")
    operation.get_by_role("textbox", name="Body").fill('{"title": "T"}')
    expect(operation.locator(".body .hint")).to_be_empty()


# keys


def test_keys_find_open_send_and_close(page: Page) -> None:
    search = page.get_by_role("searchbox", name="Find an operation")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("v1/books list")
    expect(search).to_have_value("v1/books list")
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    page.keyboard.type("/v1/books")
    expect(search).to_have_value("/v1/books")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    first, second = (page.locator(".operation:visible > summary").nth(index) for index in (0, 1))
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    operation = page.locator(".operation[open]")
    operation.get_by_role("textbox", name="Address").focus()
    page.keyboard.press("Enter")
    expect(operation.locator(".response")).to_contain_text("200 OK")
    operation.get_by_role("textbox", name="Address").focus()
    page.keyboard.press("Escape")
    expect(operation).to_have_count(0)
    expect(first).to_be_focused()


def test_it_is_worked_with_the_keyboard_alone(page: Page) -> None:
    def tab_to(target: Locator) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"40 tabs do not reach {target}")

    tab_to(page.get_by_role("link", name="Skip to the operations"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("searchbox", name="Find an operation"))
    page.keyboard.type("library listbooks")
    operation = page.locator(f'[data-key="{BOOKS}"]')
    tab_to(operation.locator("summary").first)
    page.keyboard.press("Enter")
    tab_to(operation.get_by_role("combobox", name="Status"))
    page.keyboard.type("422")
    page.keyboard.press("Enter")
    expect(operation.locator(".chip")).to_have_text("422")
    tab_to(operation.get_by_role("button", name="Reset"))
    tab_to(operation.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    expect(operation.get_by_role("status")).to_contain_text("422 Unprocessable Entity")
