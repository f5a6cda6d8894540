"""Jobs: the suite waits for their end as long as the page and the target ask, and says where it does not."""

import itertools
from pathlib import Path
from shutil import copytree

import pytest
from adcontract_depot.jobs import AsksToWait, Jobs, KeepsWhatRuns, LeadsOn
from adcontract_depot.server import answers

SPEC = Path(__file__).parent / "adcontract_depot/spec"


OLD = 4
"""The jobs that nobody has created."""


class Slow(Jobs):
    """Never comes to the end."""

    steps = ("queued", "running")


def law_of(report):
    (law,) = (each for each in report["apis"][0]["results"] if each["check"] == "behavior.states")
    return law["outcome"], law.get("reason", "")


@pytest.mark.parametrize(
    ("server", "within", "reason"),
    [
        (
            Slow,
            None,
            "the end was not tried: after 0 seconds /status is running, and the contract does not say how long",
        ),
        (Slow, 3600, "the end was not tried: after 0 seconds /status is running, and the contract allows 3600 seconds"),
        (AsksToWait, 3600, "the end was not tried: the target asks to wait 9"),
    ],
)
def test_an_end_that_is_not_waited_for_is_not_tried(held, tmp_path, monkeypatch, server, within, reason):
    monkeypatch.setattr("adcontract_conformance.client.progress.PATIENCE", 0.2)
    monkeypatch.setattr(AsksToWait, "seconds", 95)
    spec = copytree(SPEC, tmp_path / "spec")
    file = spec / "depot/paths/jobs_job_id.yaml"
    file.write_text(file.read_text().replace("    within: 0.4\n", f"    within: {within}\n" if within else ""))
    found, report, result = held(server(), "--only", "getJob", "--spec", str(spec))
    assert found == set(), result.output
    outcome, said = law_of(report)
    assert outcome == "skipped"
    assert said.startswith(reason)


def test_the_suite_waits_between_two_reads_as_long_as_the_target_asks(held):
    server = AsksToWait()
    _, report, result = held(server, "--only", "getJob")
    assert law_of(report) == ("pass", ""), result.output
    reads = max((reads for number, reads in server.reads.items() if number > OLD), key=len)
    gaps = [later - sooner for sooner, later in itertools.pairwise(reads)]
    # a date has whole seconds
    assert gaps[0] > 0.25
    assert max(gaps[1:]) < 0.25


def test_a_run_that_ends_before_a_job_does_not_wait_for_it(held):
    server = AsksToWait()
    server.seconds = 20
    _, report, _ = held(server, "--only", "getJob", "--max-time", "8")
    assert law_of(report) == ("skipped", "the end was not tried: the run ends before")


def test_a_new_state_of_an_open_list_breaks_nothing(held, tmp_path):
    class Paused(Jobs):
        steps = ("queued", "paused", "done")

    assert held(Paused(), "--only", "getJob")[0] == {("states", "getJob")}
    spec = copytree(SPEC, tmp_path / "spec")
    file = spec / "depot/components/schemas/Job.yaml"
    file.write_text(file.read_text().replace("enum", "x-extensible-enum"))
    found, report, result = held(Paused(), "--only", "getJob", "--spec", str(spec))
    assert found == set(), result.output
    assert law_of(report)[1].endswith("is paused, of which x-states does not say what follows")


BODY = """
      content:
        application/json:
          schema:
            $ref: ../components/schemas/Job.yaml
"""


@pytest.mark.parametrize(("place", "expected"), [("/jobs/{id}", set()), ("/jobs/1", {("create", "createJob")})])
def test_a_job_whose_response_has_no_body_is_found_by_its_place_and_removed(held, tmp_path, place, expected):
    class SaysWhere(Jobs):
        @answers("POST", "/jobs")
        def create_job(self, asked):
            return 202, super().create_job(asked)[1] and None

        def place(self, job):
            return place.format(**job)

    spec = copytree(SPEC, tmp_path / "spec")
    file = spec / "depot/paths/jobs.yaml"
    before, _, after = file.read_text().partition(BODY)
    file.write_text(f"{before}\n{after}")
    server = SaysWhere()
    found, report, result = held(server, *(f"--only={each}" for each in Jobs.about), "--spec", str(spec))
    assert found == expected, result.output
    if not expected:
        assert law_of(report)[0] == "pass", result.output
        assert sorted(server.jobs) == [1, 2, 3, 4]


class Busy(Jobs):
    """Has a job that goes on while the list of all is read with its filters."""

    @answers("GET", "/jobs")
    def list_jobs(self, asked):
        self.jobs[1]["status"] = "running" if self.jobs[1]["status"] == "queued" else "queued"
        return super().list_jobs(asked)


def test_a_list_is_not_filtered_by_a_state_that_changes_meanwhile(held):
    found, report, result = held(Busy(), "--only", "listJobs")
    assert found == set(), result.output
    outcomes = {each["check"]: each["outcome"] for each in report["apis"][0]["results"]}
    assert outcomes["behavior.filter"] == "skipped"


class Restarts(Jobs):
    """Goes on after the end."""

    def go_on(self, job):
        job["status"] = "running" if job["status"] == "done" else "done"


@pytest.mark.parametrize("options", [(), ("--read-only",)], ids=["no create", "read only"])
@pytest.mark.parametrize(("server", "expected"), [(Jobs, set()), (Restarts, {("states", "getJob")})])
def test_jobs_that_are_not_created_are_read_as_they_are(held, tmp_path, server, expected, options):
    spec = copytree(SPEC, tmp_path / "spec")
    file = spec / "depot/paths/jobs.yaml"
    if not options:
        file.write_text(file.read_text().replace("{name: job, action: create", "{name: other, action: create"))
    found, report, result = held(server(), "--only", "getJob", "--spec", str(spec), *options)
    assert found == expected, result.output
    assert law_of(report)[0] == ("fail" if expected else "pass"), result.output


@pytest.mark.parametrize(
    ("server", "operation", "status"), [(LeadsOn, "getJob", "303"), (KeepsWhatRuns, "deleteJob", "409")]
)
def test_a_declared_response_to_a_job_in_another_state_is_no_refusal(held, tmp_path, server, operation, status):
    spec = copytree(SPEC, tmp_path / "spec")
    file = spec / "depot/paths/jobs_job_id.yaml"
    own = f"  operationId: {operation}\n"
    before, _, after = file.read_text().partition(own)
    rest = after.replace("\n    '404':\n", f"\n    '{status}':\n      description: Not yet.\n    '404':\n", 1)
    for text, expected in ((f"{before}{own}{rest}", set()), (file.read_text(), {("examples.accepted", operation)})):
        file.write_text(text)
        found, _, result = held(server(), "--only", operation, "--groups", "examples", "--spec", str(spec))
        assert {each for each in found if each[0].endswith("accepted")} == expected, result.output
