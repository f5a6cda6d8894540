"""Each limit of a value is tried alone: a server may enforce the others."""

import json

import pytest

pytestmark = pytest.mark.slow

PLANTED = [
    ("listParticipantStats", "format-parameter-accepted@listParticipantStats:start_date"),
    ("getOfferStats", "format-parameter-accepted@getOfferStats:start_date"),  # nothing is known of what it reads
    ("createReturnAd", "pattern-body-accepted@createReturnAd:starts_at"),
]


@pytest.mark.parametrize(("operation", "fault"), PLANTED)
def test_a_limit_that_is_not_enforced_is_found_although_others_are(command, mock, tmp_path, operation, fault):
    report = tmp_path / "report.json"
    options = ("--api", "metapic", "--only", operation, "--groups", "behavior", "--for", "own")
    with mock(tmp_path, "--stateful", "--seed-items", "10", "--api", "metapic", "--plant", fault) as url:
        result = command(url, *options, "--json", str(report))
    findings = json.loads(report.read_text())["apis"][0]["findings"]
    assert {each["check"] for each in findings} == {"behavior.refusal-limit"}, result.output
