"""A law that is cut short by a bound finds nothing that is not there, and what was created is removed all the same."""

import json

import pytest
from adcontract_library import Library


@pytest.mark.parametrize("most", [5, 12, 30, 77])
def test_what_was_created_is_removed_when_the_requests_are_used_up(held, most):
    server = Library()
    before = json.dumps(server.books)
    found, report, result = held(server, "--groups", "examples,behavior", "--max-requests", str(most))
    assert (found, result.exit_code) == (set(), 2), result.output
    assert report["apis"][0]["unreached"]
    assert json.dumps(server.books) == before


@pytest.mark.parametrize("most", [1, 3, 10, 40])
def test_a_law_without_its_requests_is_not_tried(held, most):
    server = Library()
    before = json.dumps(server.books)
    options = ("--groups", "examples,behavior,state", "--max-requests-per-operation", str(most))
    found, report, result = held(server, *options)
    assert (found, result.exit_code) == (set(), 2), result.output
    assert "the operation got its" in json.dumps(report)
    assert json.dumps(server.books) == before
