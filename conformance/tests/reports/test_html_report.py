"""The HTML report: what is wrong, the request, the answer with the broken part marked, and the contract beside it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

EVIL = "</pre><script>alert(1)</script><img src=//x onerror=alert(2)>"
ALLOWED = {"html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "div"}
ALLOWED |= {"h1", "h2", "h3", "h4", "p", "a", "b", "span", "code", "pre", "mark", "time", "figure", "figcaption"}
ALLOWED |= {"ol", "ul", "li", "dl", "dt", "dd", "details", "summary"}
ALLOWED |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}


class Page(HTMLParser):
    """The elements of a page, and the texts that are marked in its answers and contracts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "mark":
            self.marked.append("")
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    @property
    def ids(self) -> Counter[str]:
        return Counter(attributes["id"] for _, attributes in self.elements if "id" in attributes)


@pytest.fixture
def page_of(check, tmp_path):
    """Write the report on a shop with a fault; give the page and what the command gave."""

    def run(*options, fault=None):
        file = tmp_path / "report.html"
        done = check("--output", str(file), *options, fault=fault)
        return Page(file.read_text()), done

    return run


def evil(sent, reply):
    if reply.status == 200 and sent.path == "/items/7":
        reply = reply.with_json({**reply.json(), "price": EVIL, EVIL: EVIL})
    if sent.path == "/stats":
        reply = replace(reply, body=EVIL.encode(), headers={"Content-Type": f'text/html; x="{EVIL}"'})
    return replace(reply, headers={**reply.headers, "X-Evil": EVIL})


def test_nothing_that_a_server_answers_becomes_a_part_of_the_page(page_of):
    page, done = page_of("--groups", "examples,security", fault=evil)
    assert len(done.findings) > 2
    assert {tag for tag, _ in page.elements} <= ALLOWED
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith("#")
    assert page.text.count(EVIL) >= 4


def test_the_page_needs_nothing_from_elsewhere(page_of, tmp_path):
    page_of("--groups", "examples", fault=evil)
    text = (tmp_path / "report.html").read_text()
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in text


def price(value):
    def fault(sent, reply):
        is_item = sent.path == "/items/7" and reply.status == 200
        return reply.with_json({**reply.json(), "price": value}) if is_item else reply

    return fault


def lacks(name):
    def fault(sent, reply):
        is_item = sent.path == "/items/7" and reply.status == 200
        return reply.with_json({key: each for key, each in reply.json().items() if key != name}) if is_item else reply

    return fault


def no_headers(sent, reply):
    return replace(reply, headers={"Content-Type": "application/json"}) if sent.path == "/items" else reply


def in_row_90(sent, reply):
    if sent.path != "/items" or reply.status != 200:
        return reply
    rows = reply.json()["data"] * 100
    return reply.with_json({**reply.json(), "data": [*rows[:90], {**rows[0], "price": "free"}, *rows[91:]]})


def of_stats(**change):
    return lambda sent, reply: replace(reply, **change) if sent.path == "/stats" else reply


@pytest.mark.parametrize(
    ("fault", "only", "marked"),
    [
        (price("free"), "getItem", '"price": "free"'),
        (price({"a": [1]}), "getItem", '"price": {'),
        (lacks("price"), "getItem", "{"),
        (in_row_90, "listItems", '"price": "free"'),
        (no_headers, "listItems", "x-remaining: (missing)"),
        (lambda _, reply: replace(reply, headers={"Content-Type": "text/plain"}), "getItem", "text/plain"),
        (lambda _, reply: replace(reply, body=b'{"id": 7,'), "getItem", '{"id": 7,'),
        (of_stats(status=503), "getStats", "503 Service Unavailable"),
        (of_stats(status=0), "getStats", "no answer: the target "),
    ],
    ids=["field", "object", "missing", "far", "header", "media-type", "no-json", "status", "no-answer"],
)
def test_the_part_of_the_answer_that_breaks_the_contract_is_marked(page_of, fault, only, marked):
    page, done = page_of("--groups", "examples", "--only", only, fault=fault)
    assert done.code == 1
    assert any(each.startswith(marked) for each in page.marked), page.marked


def test_nothing_is_marked_where_the_part_is_not_found(page_of):
    def long(sent, reply):
        is_item = sent.path == "/items/7" and reply.status == 200
        return reply.with_json({**reply.json(), "tags": ["x" * 2000] * 4, "price": "y" * 5000}) if is_item else reply

    page, done = page_of("--groups", "examples", "--only", "getItem", fault=long)
    (finding,) = done.findings
    assert finding["spot"] == "/body/price"
    # but the line of the contract is
    assert len(page.marked) == 1


def test_the_lines_of_the_contract_stand_beside_the_answer(page_of, spec):
    page, done = page_of("--groups", "examples", "--only", "getItem", fault=price("free"))
    (finding,) = done.findings
    lines = (Path(spec) / "shop/components/schemas/Item.yaml").read_text().splitlines()
    line = finding["where"]["line"]
    assert lines[line - 1].lstrip() in page.marked
    assert finding["source"]["lines"] == lines[line - 4 : line + 8]
    assert "documented" in page.text


def test_what_is_inferred_says_from_what(page_of):
    def fault(sent, reply):
        return reply.with_json({**reply.json(), "sold": "many"}) if sent.path == "/stats" else reply

    page, done = page_of("--groups", "examples", "--only", "getStats", fault=fault)
    (finding,) = done.findings
    assert finding["outcome"] == "warn"
    assert finding["inferred"] in page.text
    assert "The target conforms, with warnings" in page.text


def test_every_check_is_in_the_matrix_and_leads_to_what_it_found(page_of):
    page, done = page_of("--groups", "examples,security", fault=evil)
    links = {attributes["href"].removeprefix("#") for tag, attributes in page.elements if tag == "a"}
    assert set(page.ids.values()) == {1}
    assert links <= set(page.ids)
    assert {f"c1-f-{finding['fingerprint']}" for finding in done.findings} <= links
    classes = (attributes.get("class", "first").split()[0] for tag, attributes in page.elements if tag == "td")
    cells = Counter(name for name in classes if name not in ("first", "count"))
    assert cells == Counter(result["outcome"] for result in done.report["apis"][0]["results"])


def test_what_was_not_tried_is_said_with_the_reason(page_of):
    def fault(sent, reply):
        return replace(reply, status=404) if sent.path == "/items/7" else reply

    page, done = page_of("--groups", "examples,behavior,state", fault=fault)
    text = " ".join(page.text.split())
    assert "never succeeded, so nothing is known of them: getItem" in text
    for result in done.report["apis"][0]["results"]:
        if result["outcome"] == "skipped":
            assert " ".join(result["reason"].split()) in text


def test_a_server_without_a_fault_has_a_page_that_says_so(page_of):
    page, done = page_of("--groups", "examples,security")
    assert done.code == 0
    assert "The target conforms" in page.text
    assert "Nothing was found." in page.text
    assert page.marked == []


def test_a_check_of_another_group_than_the_chosen_ones_is_shown_too(page_of):
    page, done = page_of("--groups", "security", "--max-latency", "9")
    assert any(result["check"] == "examples.latency" for result in done.report["apis"][0]["results"])
    assert "No response takes longer than --max-latency" in page.text


def test_control_characters_are_shown_as_pictures(page_of, tmp_path):
    page_of("--groups", "examples", "--only", "getStats", fault=of_stats(body=b"\x00\x1b[31m\r\x7f"))
    text = (tmp_path / "report.html").read_text()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    assert "\u2400" in text


def test_all_snapshots_have_their_own_part(page_of):
    page, done = page_of("--snapshot", "all", fault=price("free"))
    assert done.code == 1
    assert "shop: the target serves no known snapshot; the nearest is v1." in page.text
