"""What `adcontract import` suggests of jobs, and of pages that a header leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from click.testing import CliRunner

from adcontract.cli import main
from adcontract.contract.catalog import names
from adcontract.loading import load_named
from adcontract_mock.serve.in_thread import running

EXPORTS = Path(__file__).with_name("exports.yaml")


def imported(text: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Import a document, and return its operations by their ids."""
    (folder / "own.yaml").write_text(text)
    arguments = ["import", str(folder / "own.yaml"), "--api", "own", "--spec", str(folder / "spec")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    (name,) = names(folder / "spec", "own")
    return {each.id: each.data for each in load_named(name, folder / "spec").operations}


def test_what_is_created_with_a_202_and_has_the_status_of_a_job_goes_on_by_itself(tmp_path: Path) -> None:
    found = imported(EXPORTS.read_text(), tmp_path)
    bad = ["failed", "cancelled"]
    assert found["createExport"]["x-resource"]["action"] == "create"
    assert found["getExport"]["x-states"] == {
        "field": "/status",
        "follows": {
            "pending": ["queued", "in_progress", *bad],
            "queued": ["in_progress", "pending", *bad],
            "in_progress": ["completed", *bad],
        },
        "x-inferred": "createExport is answered with 202, and the values of status are words for the states of a job.",
    }
    with running(spec=tmp_path / "spec", stateful=True) as mock:
        job = httpx.post(f"{mock.url}/exports", json={"name": "all"})
        shown = [httpx.get(f"{mock.url}{job.headers['location']}").json()["status"] for _ in range(4)]
    assert [job.json()["status"], *shown] == ["pending", "queued", "in_progress", "completed", "completed"]


def test_a_job_may_be_known_by_its_place_alone(tmp_path: Path) -> None:
    before, _, after = EXPORTS.read_text().partition("  /exports/{export_id}:")
    shown = "          content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}\n"
    text = f"{before.replace(shown, '')}  /exports/{{export_id}}:{after}"
    created = imported(text, tmp_path)["createExport"]["x-resource"]
    assert (created["action"], created["echo"]) == ("create", ["/name"])
    with running(spec=tmp_path / "spec", stateful=True) as mock:
        job = httpx.post(f"{mock.url}/exports", json={"name": "all"})
        assert httpx.get(f"{mock.url}{job.headers['location']}").json()["name"] == "all"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'202':", "'201':"),
        ("completed", "active"),
        ("completed, ", ""),
        ("pending, queued, in_progress, ", ""),
        ("status: {type: string, enum", "weather: {type: string, enum"),
    ],
)
def test_what_is_not_certain_to_be_a_job_is_none(old: str, new: str, tmp_path: Path) -> None:
    text = EXPORTS.read_text().replace(old, new).replace("[id, status]", "[id]")
    assert not [each for each in imported(text, tmp_path).values() if "x-states" in each]


def test_a_link_and_a_total_in_headers_belong_to_the_pages_and_the_last_page_leads_nowhere(tmp_path: Path) -> None:
    found = imported(EXPORTS.read_text(), tmp_path)
    by_page, by_cursor = (found[each]["x-pagination"] for each in ("listExports", "listEvents"))
    assert by_page["headers"] == {"next": "Link", "last_link": "Link", "total": "X-Total-Count"}
    assert (by_cursor["cursor"], by_cursor["headers"]) == ("cursor", {"next": "Link"})
    with running(spec=tmp_path / "spec", stateful=True, seed_items=5) as mock:
        for path in ("exports", "events"):
            pages, url = [], f"{mock.url}/{path}"
            while url:
                pages.append(httpx.get(url))
                following = pages[-1].links.get("next", {}).get("url")
                url = following and urljoin(url, following)
            ids = [each["id"] for page in pages for each in page.json()]
            assert len(pages) == 3
            assert len(ids) == len(set(ids)) == 5


def test_a_link_that_leads_to_no_page_is_no_part_of_the_pages(tmp_path: Path) -> None:
    text = EXPORTS.read_text().replace('rel="next"', 'rel="license"').replace('rel="last"', 'rel="help"')
    assert imported(text, tmp_path)["listExports"]["x-pagination"]["headers"] == {"total": "X-Total-Count"}
