"""A browser for the tests of the pages, and the control pages that it opens."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=10_000)  # milliseconds, on a machine that is busy with other tests


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    """A tab of a browser. There is one for all tests: opening a window takes Chromium a second.

    It ends with this module, for while it is open an event loop runs, and other tests could not run theirs.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is there (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        page = browser.new_page(permissions=["clipboard-read", "clipboard-write"])
        page.set_default_timeout(10_000)
        yield page
        browser.close()


@contextlib.contextmanager
def visited(tab: Page, mock: httpx.Client) -> Iterator[Page]:
    """Open the control page of a mock, as a new browser, with an empty journal. An error in its script is one here."""
    errors: list[Exception] = []

    def note(error: Exception) -> None:
        errors.append(error)

    mock.delete("/_mock/requests")
    tab.context.clear_cookies()
    tab.set_viewport_size({"width": 1400, "height": 950})
    tab.on("pageerror", note)
    tab.goto(f"{mock.base_url}/_mock/")
    yield tab
    tab.remove_listener("pageerror", note)
    assert errors == []


@pytest.fixture
def page(tab: Page, small: httpx.Client) -> Iterator[Page]:
    """The control page of the small contracts."""
    with visited(tab, small) as opened_page:
        yield opened_page


@pytest.fixture
def whole(tab: Page, real: httpx.Client) -> Iterator[Page]:
    """The control page of the contracts that come with the package."""
    with visited(tab, real) as opened_page:
        yield opened_page


@pytest.fixture(scope="session")
def opened() -> Callable[[Page, str], Locator]:
    """What opens an operation of a control page by its key, and gives its place."""

    def open_it(page: Page, key: str) -> Locator:
        operation = page.locator(f'[data-key="{key}"]')
        operation.locator("summary").first.click()
        expect(operation.locator(".try")).to_be_visible()
        return operation

    return open_it
