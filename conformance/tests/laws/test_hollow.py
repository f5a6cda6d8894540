"""No law is kept by a target that shows nothing of it: one that gives the same answer to every request."""

import pytest
from adcontract_library import Library

pytestmark = pytest.mark.slow

STATUSES = (401, 403, 429, 500)
PAGE = {"meta": {"total": 0, "current": 1, "last": 1, "from": None, "to": None, "next": None, "prev": None}, "data": []}
HOLLOW = {
    **{
        f"{status} to everything": lambda _, status=status: (status, {"code": "no", "message": "no"})
        for status in STATUSES
    },
    "an empty object": lambda _: (200, {}),
    "an empty list": lambda _: (200, []),
    "an empty page": lambda _: (200, {**PAGE, "visits": [], "hasMore": False, "next": None}),
    "an empty page, and 401 to what writes": lambda method: (200, PAGE) if method == "GET" else (401, {}),
}


class Hollow(Library):
    def __init__(self, answer):
        super().__init__()
        self.always = answer

    def respond(self, method, *_):
        status, value = self.always(method)
        return status, value, None


@pytest.fixture(autouse=True)
def recognized(monkeypatch):
    """Take every target for one that serves the contract, as one does that answers a single request as it should."""
    monkeypatch.setattr("adcontract_conformance.run.suite.recognize", lambda _: {})


@pytest.mark.parametrize("name", HOLLOW)
def test_no_law_is_kept_by_the_same_answer_to_everything(held, name):
    _, report, result = held(Hollow(HOLLOW[name]))
    passed = {(each["check"], each["operation"]) for each in report["apis"][0]["results"] if each["outcome"] == "pass"}
    passed -= {each for each in passed if each[0] in ("behavior.answered", "behavior.invariants")}
    assert passed == set(), result.output
    assert result.exit_code != 0
