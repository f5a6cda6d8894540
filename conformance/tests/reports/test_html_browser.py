"""The HTML report in a real browser: Debian's Chromium, or the one installed in its place."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. It ends with this module, for while it is open an event loop runs."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is there (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def three_faults(sent, reply):
    if sent.path == "/items/7" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free" * 60, "x" * 90: "<script>document.title = 1</script>"})
    if sent.path == "/stats":
        return replace(reply, status=503)
    return replace(reply, headers={"Content-Type": "application/problem+json"}) if reply.status >= 400 else reply


@pytest.fixture(scope="module")
def report(command, shop, server_of, tmp_path_factory) -> Path:
    """The report on a shop with three faults."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    with server_of(shop, three_faults).up() as url:
        done = command(url, "--spec", str(shop.folder.parent), "--groups", "examples,security", "--output", str(file))
    assert done.exit_code == 1, done.output
    return file


def opened(browser: Browser, file: Path, width: int = 1280, scheme: str = "light") -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(file.as_uri())
    return page


def fold(page: Page, *, folded: bool) -> None:
    page.evaluate("open => document.querySelectorAll('details').forEach(each => each.open = open)", not folded)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_page_is_accessible_and_fits_its_width(browser, report, width, scheme):
    page = opened(browser, report, width, scheme)
    fold(page, folded=False)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_page_is_read_by_keyboard_alone(browser, report):
    page = opened(browser, report)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the findings")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    code = page.get_by_text("import requests").first
    expect(code).not_to_be_visible()
    page.get_by_text("The same in Python").first.focus()
    page.keyboard.press("Enter")
    expect(code).to_be_visible()
    page.get_by_role("region", name="The checks of shop v1 by operation").focus()
    page.context.close()


def test_a_cell_of_the_matrix_leads_to_a_finding_that_was_folded(browser, report):
    page = opened(browser, report)
    fold(page, folded=True)
    link = page.get_by_role("link", name="fail: getItem, examples.body")
    target = page.locator(link.get_attribute("href") or "")
    expect(target).not_to_be_visible()
    link.click()
    expect(target).to_be_visible()
    page.context.close()


def test_nothing_is_run_or_fetched(browser, report):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.title().startswith("The target does not conform · http://")
    page.close()


def test_a_print_shows_the_causes_that_were_folded(browser, report):
    page = opened(browser, report)
    fold(page, folded=True)
    answer = page.locator(".cause figure").first
    expect(answer).not_to_be_visible()
    page.emulate_media(media="print")
    expect(answer).to_be_visible()
    expect(page.locator("nav")).not_to_be_visible()
    page.context.close()
