"""A target that goes down in the middle of a run: what was found until then is reported, and that it went down."""

import threading

import pytest
from adcontract_library import Library

DOWN = {"examples": 9, "security": 12, "behavior": 60, "state": 40, "schema": 60, "rejection": 90}
"""After how many requests the target goes down, by group: in the middle of it."""
FILES = {"json": "run.json", "junit": "run.xml", "sarif": "run.sarif", "markdown": "run.md", "text": "run.txt"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Do not wait as long for an answer as a real target needs."""
    monkeypatch.setattr("adcontract_conformance.client.pulse.PAUSE", 0.01)
    monkeypatch.setattr("adcontract_conformance.client.pulse.PATIENCE", 0.5)
    monkeypatch.setattr("adcontract_conformance.client.bounds.SILENCE", 1)


class GoesDown(Library):
    """Answers so many requests, and has a fault from then on."""

    def __init__(self, number, fault):
        super().__init__()
        self.number, self.fault = number, fault
        self.ended = threading.Event()

    def respond(self, *request):
        return self.fault(self) if len(self.log) >= self.number else super().respond(*request)


def breaks(_):
    return 0, None, None


def is_unavailable(_):
    return 503, {"code": "no", "message": "no"}, None


def fails(_):
    return 500, {"code": "no", "message": "no"}, None


def hangs(library):
    library.ended.wait(10)
    return 0, None, None


FAULTS = {
    breaks: "breaks the connection",
    is_unavailable: "answers 503",
    fails: "answers 500",
    hangs: "does not respond within 1 s",
}
QUICK = [(breaks, "examples"), (is_unavailable, "security"), (breaks, "behavior"), (fails, "behavior")]


@pytest.mark.parametrize(
    ("fault", "group"),
    [
        *QUICK,
        *(
            pytest.param(fault, group, marks=pytest.mark.slow)
            for fault in FAULTS
            for group in DOWN
            if (fault, group) not in QUICK
        ),
    ],
)
def test_a_target_that_goes_down_is_no_finding_and_every_file_is_written(held, tmp_path, fault, group):
    number, words = DOWN[group], FAULTS[fault]
    library = GoesDown(number, fault)
    before = set(library.books)
    outputs = [part for kind, name in FILES.items() for part in ("--output", f"{kind}:{tmp_path / name}")]
    found, report, result = held(library, "--groups", group, *outputs)
    library.ended.set()
    # nothing that was not answered is a finding; the library has a few others, which decide
    assert not [check for check, _ in found if check.endswith("answered")], result.output
    failed = any(finding["outcome"] == "fail" for finding in report["apis"][0]["findings"])
    assert result.exit_code == (1 if failed else 2), result.output
    stopped = report["stopped"]
    assert f"{report['target']} went down during the run: since " in stopped
    assert f" it {words}, also at GET /" in stopped
    assert ", which it answered before. Start it again, and look into its" in stopped
    assert result.output.endswith(f"{'The run ended early' if failed else 'Error'}: {stopped}\n")
    assert f"library v1: Not finished, because the run ended early: {group}" in result.output
    assert report["apis"][0]["requests"] > 0
    for name in FILES.values():
        assert " went down during the run: since " in (tmp_path / name).read_text(), name
    # what it keeps is named, with the reason
    kept = set(library.books) - before
    assert result.output.count("could not be removed (the target does not answer): ") == bool(kept)
    assert "interrupted" not in result.output
    assert len(library.log) == number


@pytest.mark.parametrize("fault", [breaks, is_unavailable, fails])
def test_one_operation_that_does_not_answer_is_a_finding_and_the_run_goes_on(held, fault):
    class Flawed(Library):
        def respond(self, method, target, *rest):
            return fault(self) if target.startswith("/visits") else super().respond(method, target, *rest)

    found, report, result = held(Flawed(), "--groups", "examples")
    assert result.exit_code == 1, result.output
    assert report["stopped"] is None
    assert {operation for _, operation in found} == {"listVisits"}


def test_a_target_that_is_away_for_a_moment_is_checked_to_the_end(held):
    class Restarts(Library):
        def respond(self, *request):
            away = len(self.log) == 9
            answer = super().respond(*request)
            return is_unavailable(self) if away else answer

    _, report, _ = held(Restarts(), "--groups", "examples")
    assert (report["stopped"], report["apis"][0]["unreached"]) == (None, [])


def test_a_target_that_fails_at_every_write_is_checked_to_the_end(held):
    class ReadsOnly(Library):
        def respond(self, method, *request):
            return super().respond(method, *request) if method == "GET" else fails(self)

    found, report, _ = held(ReadsOnly(), "--groups", "examples,security")
    assert (report["stopped"], report["apis"][0]["unreached"]) == (None, [])
    assert ("examples.answered", "createBook") in found
