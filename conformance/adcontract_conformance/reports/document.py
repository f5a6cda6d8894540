"""A finished run as plain data: all that a report says, and the JSON report itself (`report.schema.json`)."""

from __future__ import annotations

import base64
import shlex
from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from adcontract.errors import Location
from adcontract.requests.curl import TOKEN
from adcontract_conformance.checks.causes import Cause, Kinship, causes
from adcontract_conformance.model.promises import Outcome  # noqa: TC001 - msgspec reads the annotations
from adcontract_conformance.reports.covered_parts import OperationCoverage  # noqa: TC001 - the same
from adcontract_conformance.reports.created_items import CreatedItems  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

VERSION: Literal[2] = 2
"""The version of the report. It changes where a report of before is not one any more."""


class _Data(Struct, frozen=True, omit_defaults=True):
    """Data of a report; what has its default is not written."""


class Place(_Data, frozen=True, kw_only=True):
    """A place in a file of the contract; line and column count from 1."""

    file: str
    line: int
    column: int

    @property
    def location(self) -> Location:
        """The place as all reports know it."""
        return Location(Path(self.file), self.line, self.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class SentRequest(_Data, frozen=True, kw_only=True):
    """A request, with one of `marks`, such as `$ADCONTRACT_TOKEN`, for each secret; a body may be in base64."""

    method: str
    url: str
    headers: dict[str, str]
    body: str = ""
    encoding: Literal["text", "base64"] = "text"
    marks: tuple[str, ...] = (TOKEN,)

    def __post_init__(self) -> None:
        self.content  # noqa: B018 - raises ValueError if it is not in base64

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return base64.b64decode(self.body) if self.encoding == "base64" else self.body.encode()


class Answer(_Data, frozen=True, kw_only=True):
    """What came back: a response, the beginning of its body, and the `length` of it in bytes; or why none came.

    Where the broken part is in a JSON body beyond that beginning, `closeup` is the JSON at `closeup_at` around it.
    """

    status: int | None
    headers: dict[str, str] = {}
    body: str = ""
    length: int = 0
    closeup: str = ""
    closeup_at: str = ""
    reason: str = ""


class SourceLines(_Data, frozen=True, kw_only=True):
    """Lines of a file, the `first` of which has this number."""

    first: int
    lines: tuple[str, ...]


class ReportedWaiver(_Data, frozen=True, kw_only=True):
    """Why a finding may pass, until when, who sees to it, and where its waiver is."""

    reason: str
    owner: str
    expires: date
    link: str
    where: Place


class WaiverToEdit(_Data, frozen=True, kw_only=True, rename={"check_id": "check", "operation_id": "operation"}):
    """A waiver that has expired or is stale: where, what is to be done in a sentence, and of which finding it is."""

    where: Place
    sentence: str
    check_id: str
    operation_id: str
    fingerprint: str


class ReportedFinding(_Data, frozen=True, kw_only=True, rename={"check_id": "check", "operation_id": "operation"}):
    """One part of the contract that the target breaks, the requests that show it, the last one of all, and its answer.

    `promise` is the sentence of its check. `basis` is whether the broken part is documented, inferred or open, and
    `inferred` the sentence that says why. It was found `count` times; one that comes and goes was seen in `seen` of
    `tries` tries. `pointer`, `part`, `way` and `kinship` are what its cause is found by. `source` are the lines around
    `where`. `curl` and `before` are the requests as lines for a shell. `spot` is the part of the answer that shows it,
    as a pointer: `/status`, `/headers/NAME`, or `/body` and a pointer in its JSON; empty where it is none of them.
    """

    fingerprint: str
    cause: str
    outcome: Outcome
    check_id: str
    promise: str
    operation_id: str
    method: str
    path: str
    sentence: str
    seen: int = 0
    tries: int = 0
    where: Place
    source: SourceLines | None
    pointer: str
    part: str = ""
    way: tuple[str, ...]
    kinship: Kinship
    only_of_a_mock: bool = False
    basis: str
    inferred: str | None
    count: int
    size: int
    curl: str
    before: tuple[str, ...]
    requests: tuple[SentRequest, ...]
    answer: Answer
    spot: str = ""
    waiver: ReportedWaiver | None = None

    @property
    def reason(self) -> str:
        """Whether the broken part is documented, from what it was inferred, or why the contract leaves it open."""
        return f"{self.basis}: {self.inferred}" if self.inferred else self.basis

    @property
    def curls(self) -> tuple[str, ...]:
        """All lines for a shell, in their order."""
        return (*self.before, self.curl)


class ReportedCause(_Data, frozen=True, kw_only=True):
    """Findings that have one cause, by their fingerprints: the gravest first, with the shortest request."""

    fingerprint: str
    outcome: Outcome
    sentence: str
    operations: tuple[str, ...]
    places: tuple[Place, ...]
    findings: tuple[str, ...]


class ReportedCheck(_Data, frozen=True, kw_only=True):
    """A check: its id, its group, and its promise as a clause; a team's own check is `declared` at a line of a file."""

    id: str
    group: str
    sentence: str
    declared: str = ""

    @property
    def promise(self) -> str:
        """Its promise as a sentence."""
        return f"{self.sentence[0].upper()}{self.sentence[1:]}."


class ReportedResult(_Data, frozen=True, kw_only=True):
    """How a check ended on an operation, on how many requests, and its findings by their fingerprints.

    `reason` says why it was skipped or is an error, and `untried` what it did not look at.
    """

    group: str
    check: str
    operation: str
    outcome: Outcome
    requests: int
    reason: str = ""
    untried: str = ""
    findings: tuple[str, ...]


class ReportedOperation(_Data, frozen=True, kw_only=True):
    """An operation that was checked."""

    id: str
    method: str
    path: str


class ReportedError(_Data, frozen=True, kw_only=True):
    """What the suite could not do, on an operation if one is named: it failed itself if it is `ours`."""

    message: str
    operation: str | None = None
    ours: bool = True


class ContractReport(_Data, frozen=True, kw_only=True):
    """The results of one contract.

    `left_out` says why nothing was checked, if so. `untried` are the operations that never succeeded, with the number
    of their responses by status (0: none came). `unreached` are the groups that were asked for and not finished, and
    `unreached_operations` those that no request of such a group was sent to. `unwritten` are the operations that were
    not tried because they write and the user wants it so, and `withheld` has by group those that got no more requests
    because of a bound for each. `limited` is the number of requests that
    the target refused as too many, and `unread` that of the bodies that were too long to be read, by operation.
    `seconds` has the duration of each group. `coverage` has the parts of each operation; where the contract was divided
    (--shard), also those of the others. `where` is the beginning of the contract. `at_other_servers` are the
    operations that were not tried because no server of the whole document has them, each with the URL of one that does.
    """

    api: str
    snapshot: str
    where: Place
    outcome: Outcome
    operations: tuple[ReportedOperation, ...]
    narrowed: bool = False
    at_other_servers: dict[str, str] = {}
    requests: int
    seconds: dict[str, float]
    left_out: str | None
    untried: dict[str, dict[int, int]]
    unreached: tuple[str, ...]
    unreached_operations: dict[str, tuple[str, ...]]
    unwritten: tuple[str, ...] = ()
    withheld: dict[str, tuple[str, ...]] = {}
    limited: int
    unread: dict[str, int]
    errors: tuple[ReportedError, ...]
    causes: tuple[ReportedCause, ...]
    findings: tuple[ReportedFinding, ...]
    results: tuple[ReportedResult, ...]
    coverage: tuple[OperationCoverage, ...]

    def __post_init__(self) -> None:
        known = {finding.fingerprint for finding in self.findings}
        of_causes = [name for cause in self.causes for name in cause.findings]
        _demand_known("finding", known, of_causes, (name for result in self.results for name in result.findings))
        _demand_known("cause with the finding", of_causes, known)
        _demand_known("cause", {cause.fingerprint for cause in self.causes}, (each.cause for each in self.findings))
        _demand_known("list of operations of the group", self.unreached_operations, self.unreached)
        covered = [each.operation for each in self.coverage]
        _demand_known("coverage of the operation", covered, (each.id for each in self.operations))
        if not all(cause.findings for cause in self.causes):
            raise ValueError("A cause has no finding")

    @property
    def title(self) -> str:
        """The API and the snapshot."""
        return f"{self.api} {self.snapshot}"

    @property
    def found_causes(self) -> list[Cause[ReportedFinding]]:
        """The causes with their findings, the gravest first."""
        known = {finding.fingerprint: finding for finding in self.findings}
        return [Cause(each.fingerprint, tuple(known[name] for name in each.findings)) for each in self.causes]


class Tool(_Data, frozen=True, kw_only=True):
    """The program that wrote a report."""

    name: str
    version: str


class ReportedOptions(_Data, frozen=True, kw_only=True, rename={"for_": "for"}):
    """The options of a run, and whether a token was given. `shard` is a part of it, such as 2/5."""

    groups: tuple[str, ...]
    max_time: float | None
    workers: int
    max_failures: int | None
    max_latency: float | None
    for_: Literal["vendor", "own"]
    token: Literal["given", "default"]
    spec: str | None = None
    every_snapshot: bool = False
    allow_untried: bool = False
    read_only: bool = False
    allow_writes: bool = False
    rate: str | None = None
    max_requests: int | None = None
    max_requests_per_operation: int | None = None
    min_coverage: dict[str, int] = {}
    shard: str | None = None


class RateLimit(_Data, frozen=True, kw_only=True):
    """How often the target refused a request as one too many, and how long the run waited because of that."""

    refused: int
    waited: float


class SnapshotVerdict(_Data, frozen=True, kw_only=True):
    """Which snapshot of an API the target serves, if any, and the same as a sentence."""

    api: str
    speaks: str | None
    says: str


class RunReport(_Data, frozen=True, kw_only=True):
    """A finished run.

    `stopped` says in a sentence why it ended early, and `bound` as a clause which bound of its options it met.
    `again` is the command that repeats it. `notes` are further sentences on the target, and `conclusions` the verdict
    on each contract and what was not checked. `checks` are all that there are. `waivers_unused` are stale if no other
    shard has found what they waive.
    """

    version: Literal[2]
    suite: Tool
    target: str
    date: datetime
    seed: int
    options: ReportedOptions
    again: str
    seconds: float
    stopped: str | None
    bound: str | None
    resent: int
    rate_limit: RateLimit
    created: CreatedItems
    conclusions: tuple[str, ...]
    notes: tuple[str, ...]
    verdicts: tuple[SnapshotVerdict, ...]
    waivers_to_edit: tuple[WaiverToEdit, ...] = ()
    waivers_unused: tuple[WaiverToEdit, ...] = ()
    checks: tuple[ReportedCheck, ...]
    apis: tuple[ContractReport, ...]

    def __post_init__(self) -> None:
        try:
            shlex.split(self.again)
        except ValueError as error:
            raise ValueError(f"The command again is not one of a shell: {error}") from None
        checks = {check.id for check in self.checks}
        _demand_known("check", checks, (result.check for contract in self.apis for result in contract.results))
        _demand_known("check", checks, (finding.check_id for contract in self.apis for finding in contract.findings))
        for contract in self.apis:
            _demand_known("duration of the group", contract.seconds, self.options.groups)

    @property
    def served(self) -> list[ContractReport]:
        """The contracts that the target serves."""
        return [each for each in self.apis if not each.left_out]


def _demand_known(what: str, known: Container[str], *named: Iterable[str]) -> None:
    missing = next((name for names in named for name in names if name not in known), None)
    if missing is not None:
        raise ValueError(f"There is no {what} {missing}")


def with_causes(
    api: str, findings: Iterable[ReportedFinding]
) -> tuple[tuple[ReportedFinding, ...], tuple[ReportedCause, ...]]:
    """Return the findings on one API, each with the fingerprint of its cause, and the causes, the gravest first."""
    findings = tuple(findings)
    found = causes(api, findings)
    of = {finding.fingerprint: cause.fingerprint for cause in found for finding in cause.findings}
    reported = tuple(
        ReportedCause(
            fingerprint=cause.fingerprint,
            outcome=cause.outcome,
            sentence=cause.sentence,
            operations=tuple(cause.operations),
            places=tuple(dict.fromkeys(finding.where for finding in cause.findings)),
            findings=tuple(finding.fingerprint for finding in cause.findings),
        )
        for cause in found
    )
    return tuple(replace(finding, cause=of[finding.fingerprint]) for finding in findings), reported
