"""README.md: its links lead somewhere, and the commands for frontends do what they say."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONTENDS = README.partition("\n## For frontends\n")[2].partition("\n### ")[0]
HOST = "localhost:4010"
EMPTY, BUSY, SLOW = (line.strip() for line in FRONTENDS.splitlines() if line.startswith("    curl "))


def anchors(file: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(api="topsort") as served:
        yield served.url


def curl(line: str, url: str) -> tuple[int, bytes, float]:
    """Run a command of the page on this mock, and return the status, the body and the seconds."""
    assert HOST in line
    words = shlex.split(line.replace(HOST, url.partition("//")[2]))
    done = subprocess.run([*words, "-s", "-w", "\n%{http_code} %{time_total}"], capture_output=True, check=True)
    body, _, last = done.stdout.rpartition(b"\n")
    status, seconds = last.split()
    return int(status), body, float(seconds)


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    targets = [link for link in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in link]
    assert len(targets) > 20
    for target in targets:
        name, _, anchor = target.partition("#")
        file = ROOT / (name or "README.md")
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_a_list_is_empty_as_the_command_for_frontends_says(url: str) -> None:
    status, body, _ = curl(EMPTY, url)
    assert (status, json.loads(body)["campaigns"]) == (200, [])
    by_query = httpx.get(
        f"{url}/v1/campaign-service/campaigns?__example=empty", headers={"Authorization": "Bearer any"}
    )
    assert by_query.json() == json.loads(body)


@pytest.mark.slow
def test_a_status_and_a_delay_come_as_the_commands_for_frontends_say(url: str) -> None:
    assert curl(BUSY, url)[0] == 429
    status, _, seconds = curl(SLOW, url)
    assert status == 200
    assert seconds >= 2


def test_the_control_page_chooses_for_an_application_that_sends_cookies(url: str) -> None:
    origin = {"Origin": "http://localhost:5173", "Authorization": "Bearer any"}
    with httpx.Client(base_url=url.replace("127.0.0.1", "localhost")) as browser:
        browser.get("/_mock/")
        session = {"Mock-Session": browser.cookies["mock_session"]}
        browser.patch("/_mock/session", headers=session, json={"*": {"example": "empty"}})
        response = browser.get("/v1/campaign-service/campaigns", headers=origin)
        without = httpx.get(response.url, headers=origin)
    assert response.json()["campaigns"] == []
    assert without.json()["campaigns"] != []
    # what a browser wants to see before it hands the response over
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert response.headers["Access-Control-Allow-Origin"] == origin["Origin"]
