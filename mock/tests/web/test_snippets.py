"""The code that the control page copies: it runs as it is pasted, and sends what the page sends."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    Opened = Callable[[Page, str], Locator]

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("language", ["curl", "fetch", "Python"])]

COMMANDS = {
    "curl": ("bash", "-ec"),
    "fetch": ("node", "--input-type=module", "--eval"),
    "Python": (sys.executable, "-c"),
}
AWKWARD = """{
  "title": "It's \\"new\\": `a` ${b} $HOME \\\\ \\n 'q' 書 é 😀 '''",
  "authors": ["%41", "#&?", ""]
}"""
BODIES = (AWKWARD, '{"title": "It\'s `new`\\\\"}', "", "several lines, then quotes\n'''\\")
ADDRESS = '/library/v1/v1/books?tags[genre]={a,b}&tags[x]=[1-3]&author=O\'Neil "+" $HOME `é` %25 {書}'
CREDENTIAL = "bob:it's$x&y=1"


def send(operation: Locator) -> None:
    operation.locator(".response").evaluate("element => element.replaceChildren()")
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".response .status")).to_be_visible()


def copied(operation: Locator, language: str) -> str:
    page = operation.page
    page.evaluate("navigator.clipboard.writeText('')")
    operation.get_by_role("button", name=f"Copy as {language}").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
    return str(page.evaluate("navigator.clipboard.readText()"))


def run(language: str, snippets: list[str]) -> None:
    """Run all snippets in one process, in order."""
    command = COMMANDS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    code = "\n".join(f"{{\n{each}\n}}" if language == "fetch" else each for each in snippets)
    done = subprocess.run([*command, code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{code}\n{done.stderr}"


def sent(mock: httpx.Client) -> list[dict[str, Any]]:
    """Return the requests in the journal, the first one first, without what differs from client to client."""
    return [
        {
            **{part: entry[part] for part in ("method", "path", "operation", "status", "session")},
            "query": parse_qsl(entry["query"], keep_blank_values=True),
            "type": entry["request"]["headers"].get("content-type", "").partition(";")[0],
            "body": entry["request"]["body"],
        }
        for entry in reversed(mock.get("/_mock/requests").json()["requests"])
    ]


def requests(page: Page, opened: Opened) -> Iterator[Locator]:
    """Yield the form of each request, filled in."""
    page.get_by_label("Credential").fill(CREDENTIAL)
    operation = opened(page, "library-v1 addBook")
    for body in BODIES:
        operation.get_by_role("textbox", name="Body").fill(body)
        yield operation
    operation = opened(page, "library-v1 listBooks")
    operation.get_by_role("textbox", name="Address").fill(ADDRESS)
    yield operation
    for each in ("getByQuery", "getByCookie", "getByPassword", "getByBoth"):
        yield opened(page, f"stamps-v2 {each}")


def test_code_sends_the_same_request_as_the_page(
    page: Page, small: httpx.Client, language: str, opened: Opened
) -> None:
    snippets = []
    for operation in requests(page, opened):
        send(operation)
        snippets.append(copied(operation, language))
    by_page = sent(small)
    assert [each["status"] for each in by_page[-4:]] == [204] * 4, "the credentials are where the contract has them"
    small.delete("/_mock/requests")
    page.context.clear_cookies()
    run(language, snippets)
    assert sent(small) == by_page


def test_a_file_is_sent_in_a_multipart_body(whole: Page, real: httpx.Client, language: str, opened: Opened) -> None:
    operation = opened(whole, "metapic-2025-08-08 uploadImage")
    operation.get_by_role("combobox", name="Media type of the body").select_option("multipart/form-data")
    body = operation.get_by_role("textbox", name="Body")
    expect(body).to_have_value("image=@file")
    body.fill('image=@it\'s a "file";x.txt\nnote=it\'s; type="text"\nsame=<x\nsame=@b')
    send(operation)
    snippet = copied(operation, language)
    (by_page,) = sent(real)
    real.delete("/_mock/requests")
    run(language, [snippet])
    (by_code,) = sent(real)
    assert parts(by_code) == parts(by_page)
    assert [name for name, _ in parts(by_page)] == ["image", "note", "same", "same"]
    assert all(by_code[each] == by_page[each] for each in ("type", "status", "session"))


def parts(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the name of each part of a multipart body, and its value, or its file's name and content."""
    boundary, _, rest = request["body"]["text"].partition("\r\n")
    read = [part.partition("\r\n\r\n") for part in rest.split(f"\r\n{boundary}")[:-1]]
    heads = [re.search(r'form-data; name="([^"]*)"([^\r\n]*)', head) for head, _, _ in read]
    return [(head[1], head[2] + value) for head, (_, _, value) in zip(heads, read, strict=True) if head]
