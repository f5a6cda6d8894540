"""The look of the control page, narrow and wide, light and dark: nothing is cut, and everybody can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    Opened = Callable[[Page, str], Locator]

pytestmark = pytest.mark.slow

WIDTHS = (1280, 390)

ROWS = """() => [...document.querySelectorAll(".operation")].flatMap((row) => {
    const boxes = ["method", "path", "says"].map((name) => {
        const range = document.createRange();
        range.selectNodeContents(row.querySelector("." + name));
        return range.getBoundingClientRect();
    });
    const apart = (a, b) => a.right + 8 <= b.left || a.bottom <= b.top + 1;
    return boxes.slice(1).every((box, index) => apart(boxes[index], box)) ? [] : [row.dataset.key];
})"""

CUT = """() => [...document.querySelectorAll("select")].filter((each) => each.checkVisibility()).flatMap((select) => {
    const pen = document.createElement("canvas").getContext("2d");
    const { font, paddingLeft, paddingRight } = getComputedStyle(select);
    pen.font = font;
    return [...select.options].filter((option) => {
        select.value = option.value;
        const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - 16;
        return pen.measureText(option.text).width > room;
    }).map((option) => option.text);
})"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_and_nothing_runs_into_another(whole: Page, width: int, opened: Opened) -> None:
    whole.set_viewport_size({"width": width, "height": 900})
    whole.reload()
    whole.evaluate("for (const each of document.querySelectorAll('.document, .every')) each.open = true")
    assert whole.evaluate(ROWS) == []
    for key in ("metapic-2025-08-08 listOffers", "affiliate-com-v1 createProductList", "topsort-v1 listCampaigns"):
        opened(whole, key)
    assert whole.evaluate(CUT) == []
    assert whole.evaluate("document.documentElement.scrollWidth") <= width
    address = (
        "[...document.querySelectorAll('.address')].filter(each => each.scrollHeight > each.clientHeight + 2).length"
    )
    assert whole.evaluate(address) == 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits(page: Page, small: httpx.Client, scheme: str, width: int, opened: Opened) -> None:
    small.get("/v1/books?size=x")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    assert Axe().run(page).response["violations"] == []
    chosen = {"library-v1 listBooks": {"code": "422", "delay": "5"}, "*": {"fault": "503"}}
    session = page.locator("body").get_attribute("data-session") or ""
    small.patch("/_mock/session", json=chosen, headers={"Mock-Session": session})
    page.reload()
    search = page.get_by_role("searchbox", name="Find an operation")
    search.fill("books title")
    books, add = opened(page, "library-v1 listBooks"), opened(page, "library-v1 addBook")
    books.get_by_role("button", name="Send").click()
    expect(books.locator(".response")).to_contain_text("503")
    add.get_by_role("textbox", name="Body").fill("{")
    page.locator("#entries summary").last.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    search.fill("no such thing")
    assert Axe().run(page).response["violations"] == []
