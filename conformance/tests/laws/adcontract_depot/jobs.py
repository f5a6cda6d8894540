"""The jobs of a depot, which go on by themselves until they are done."""

import json
import time
from email.utils import formatdate
from zlib import crc32

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Jobs(Part):
    """Lets a job go a step on each time it is read."""

    about = ("listJobs", "createJob", "getJob", "renameJob", "cancelJob", "deleteJob")
    steps = ("queued", "running", "done")

    def __init__(self):
        super().__init__()
        self.jobs, self.reads = {}, {}
        for status in ("done", "failed", "canceled", "done"):
            self.add_job(f"a job that is {status}")["status"] = status

    def add_job(self, label):
        number = max(self.reads, default=0) + 1
        self.jobs[number] = {"id": number, "label": label, "status": self.steps[0], "result": None}
        self.reads[number] = []
        return self.jobs[number]

    def go_on(self, job):
        """Let a job have its next state."""
        following = dict(zip(self.steps, self.steps[1:], strict=False))
        job["status"] = following.get(job["status"], job["status"])

    def place(self, job):
        return f"/jobs/{job['id']}"

    def job(self, number):
        if not number.isdecimal() or int(number) not in self.jobs:
            raise RefusedError(404)
        return self.jobs[int(number)]

    @answers("GET", "/jobs")
    def list_jobs(self, asked):
        wanted = asked.query.get("status")
        return 200, [each for each in self.jobs.values() if wanted in (None, "", each["status"])]

    @answers("POST", "/jobs")
    def create_job(self, asked):
        if not isinstance(asked.body, dict) or not isinstance(asked.body.get("label"), str):
            raise RefusedError(422)
        job = self.add_job(asked.body["label"])
        self.headers["Location"] = self.place(job)
        return 202, job

    @answers("GET", "/jobs/{job_id}")
    def get_job(self, asked, job_id):
        job = self.job(job_id)
        self.reads[job["id"]].append(time.monotonic())
        self.go_on(job)
        tag = f'"{crc32(json.dumps(job).encode())}"'
        self.headers["ETag"] = tag
        return (304, None) if tag in asked.headers.get("if-none-match", "") else (200, job)

    @answers("PATCH", "/jobs/{job_id}")
    def rename_job(self, asked, job_id):
        job = self.job(job_id)
        if not isinstance(asked.body, dict) or not isinstance(asked.body.get("label", ""), str):
            raise RefusedError(422)
        job["label"] = asked.body.get("label", job["label"])
        return 200, job

    @answers("POST", "/jobs/{job_id}/cancel")
    def cancel_job(self, asked, job_id):  # noqa: ARG002
        self.job(job_id)["status"] = "canceled"
        return 200, self.job(job_id)

    @answers("DELETE", "/jobs/{job_id}")
    def delete_job(self, asked, job_id):  # noqa: ARG002
        del self.jobs[self.job(job_id)["id"]]
        return 204, None


@answers("POST", "/jobs")
def _lost(self, asked):
    answer = Jobs.create_job(self, asked)
    del self.jobs[answer[1]["id"]]
    return answer


def _back(self, job):
    if job["status"] == "running":
        job["status"] = "queued"
    else:
        Jobs.go_on(self, job)


def _on_after_its_end(self, job):
    if job["status"] == "done":
        job["status"] = "failed"
    elif job["status"] != "failed":
        Jobs.go_on(self, job)


FAULTS = {
    "a job is never done": breaks(Jobs, "getJob", "states", steps=("queued", "running")),
    "a job goes back": breaks(Jobs, "getJob", "states", go_on=_back),
    "a job is in a state that may not follow": breaks(
        Jobs, "getJob", "states", steps=("queued", "running", "canceled")
    ),
    "a job that is done fails": breaks(Jobs, "getJob", "states", go_on=_on_after_its_end),
    "a new job is not kept": breaks(Jobs, "createJob", "create", create_job=_lost),
    "the place of a job is that of another": breaks(Jobs, "createJob", "location", place=lambda *_: "/jobs/1"),
}


class ByTime(Jobs):
    """Lets a job go on by time, also while a list is read."""

    def __init__(self):
        self.begun = {}
        super().__init__()

    def add_job(self, label):
        job = super().add_job(label)
        self.begun[job["id"]] = time.monotonic()
        return job

    def respond(self, *request):
        for job in self.jobs.values():
            if job["id"] > 4 and job["status"] in self.steps:
                passed = time.monotonic() - self.begun[job["id"]]
                job["status"] = self.steps[min(int(passed / 0.01), len(self.steps) - 1)]
        return super().respond(*request)

    def go_on(self, job):
        pass


class AtOnce(Jobs):
    """Has a job done before it answers, with 200."""

    @answers("POST", "/jobs")
    def create_job(self, asked):
        _, job = super().create_job(asked)
        job["status"] = "done"
        return 200, job


class Skips(Jobs):
    """Shows only the last state of a job, which fails."""

    def go_on(self, job):
        job["status"] = "failed" if job["status"] == "queued" else job["status"]


class LeadsOn(Jobs):
    """Leads to what came of a job once it is done."""

    @answers("GET", "/jobs/{job_id}")
    def get_job(self, asked, job_id):
        if self.job(job_id)["status"] == "done":
            self.headers["Location"] = "/goods/1"
            return 303, None
        return super().get_job(asked, job_id)


class Forgets(Jobs):
    """Has a job no more once it was shown as done."""

    @answers("GET", "/jobs/{job_id}")
    def get_job(self, asked, job_id):
        status, job = super().get_job(asked, job_id)
        if self.job(job_id)["status"] == "done":
            del self.jobs[int(job_id)]
        return status, job


class KeepsWhatRuns(Jobs):
    """Removes no job that is not done."""

    @answers("DELETE", "/jobs/{job_id}")
    def delete_job(self, asked, job_id):
        if self.job(job_id)["status"] != "done":
            raise RefusedError(409)
        return super().delete_job(asked, job_id)


class AsksToWait(Jobs):
    """Asks for some time before the next read, as a date, while a job is not done."""

    seconds = 1.3

    @answers("GET", "/jobs/{job_id}")
    def get_job(self, asked, job_id):
        answer = super().get_job(asked, job_id)
        if answer[1]["status"] != "done":
            self.headers["Retry-After"] = formatdate(time.time() + self.seconds, usegmt=True)
        return answer


UNUSUAL = {
    ByTime: ("states", "create", "read", "change", "delete"),
    AtOnce: ("states", "create"),
    Skips: ("states", "create", "etag"),
    LeadsOn: ("states", "create"),
    Forgets: ("states", "create"),
    KeepsWhatRuns: ("states", "change", "delete"),
}
