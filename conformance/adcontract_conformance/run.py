"""A run of the suite: for each contract, group by group, send the requests and let the checks judge the responses."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract import AdcontractError
from adcontract_conformance.checks import exchange_checks  # noqa: F401 - fills the registry
from adcontract_conformance.checks.ledger import Ledger
from adcontract_conformance.checks.news import News
from adcontract_conformance.client.book import Book
from adcontract_conformance.client.book_file import BookFile, earlier
from adcontract_conformance.client.clock import Clock
from adcontract_conformance.client.created import Created
from adcontract_conformance.client.interrupts import Interrupts, interruptible
from adcontract_conformance.client.leftovers import left
from adcontract_conformance.client.recognition import recognize
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import TimeUpError
from adcontract_conformance.groups.examples import Examples
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.groups.links import Stateful
from adcontract_conformance.groups.mistakes import unknown_path, unreadable_body
from adcontract_conformance.groups.processes import Processes
from adcontract_conformance.groups.security import security
from adcontract_conformance.groups.shorter import shorter
from adcontract_conformance.laws.runner import laws
from adcontract_conformance.model.exchange import Exchange
from adcontract_conformance.model.promises import GROUPS, LawResult, Outcome, Skip, SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from adcontract import Operation
    from adcontract_conformance.checks.news import Progress
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract

Event: TypeAlias = Exchange | Skip | LawResult | SuiteError


@dataclass(frozen=True)
class Options:
    """The options of a run. `seconds` bounds it all; `spec` is a folder of contracts in place of ours.

    `every_snapshot` says that the run is about all snapshots of an API, of which the target needs to serve one.
    `own` says that the server was written for the contract, which is then held to what the contract infers, too.
    `workers` is the number of processes that send what is generated.
    `allow_untried` lets a target conform although some operations carried out no request.
    `max_failures` ends it when so many causes fail. `max_latency` is how long a response may take, in seconds.
    """

    groups: tuple[str, ...] = GROUPS
    seed: int = 1
    seconds: float | None = None
    own: bool = False
    spec: Path | None = None
    every_snapshot: bool = False
    allow_untried: bool = False
    max_failures: int | None = None
    max_latency: float | None = None
    workers: int = 1


@dataclass
class Run:
    """A run and its results.

    `stopped` says in a sentence why it ended early, if it could not go on, and `bound` which bound of its options it
    met, as a clause.
    `book` has what was created, and what could not be removed, which `left` names, a file; `earlier` are the files of
    what earlier runs have left on the target.
    """

    target: Target
    options: Options
    ledgers: list[Ledger]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    stopped: str | None = None
    bound: str | None = None
    book: Book = field(default_factory=Book)
    left: Path | None = None
    earlier: list[Path] = field(default_factory=list)

    @property
    def served(self) -> list[Ledger]:
        """The ledgers of the contracts that the target serves."""
        return [ledger for ledger in self.ledgers if not ledger.left_out]


def run(target: Target, checked_contracts: list[CheckedContract], options: Options, progress: Progress) -> Run:
    """Hold the target to every contract.

    Raises:
        UsageError: if the target is not recognized: it refuses the token, serves another API, or does not work.
        TargetDownError: if it does not answer at all.
        TlsError: if no connection with TLS is possible.
        TimeUpError: if the time is up before the target is recognized.
    """
    clock = Clock(options.seconds)
    target.timing.end_after(options.seconds)
    own, latency = options.own, options.max_latency
    ledgers = [
        Ledger(each, options.groups, own=own, max_latency=latency, redaction=target.redaction)
        for each in checked_contracts
    ]
    result = Run(target, options, ledgers, earlier=earlier(target.url))
    file = BookFile(target.url, target.redaction.text)
    result.book.listener = file.note
    news = News(ledgers, options.max_failures, clock, progress)
    _recognize(ledgers, target, options)
    try:
        with interruptible() as interrupts:
            result.book.is_urgent = lambda: interrupts.times > 1
            for ledger in result.served:
                _Contract(ledger, result, clock, progress, news, interrupts).run()
            interrupts.check()
    except TimeUpError:
        pass  # what was tried until then is reported
    except AdcontractError as error:
        result.stopped = target.redaction.text(str(error))
    except KeyboardInterrupt:
        result.stopped = "The run was interrupted. What was tried until then is reported."
    file.close()
    result.left = file.path
    ended = "the run ended before it was tried" if result.stopped else clock.bound
    for ledger in ledgers:
        ledger.close("the target does not serve the contract" if ledger.left_out else ended)
    result.bound = clock.bound
    result.seconds = clock.passed
    return result


def _recognize(ledgers: list[Ledger], target: Target, options: Options) -> None:
    """Recognize the target before anything else is sent, and leave out the contracts that it does not serve."""
    senders = [Sender(each.checked, target, Generated(each.checked, target, options.seed).sample) for each in ledgers]
    failed = recognize(senders)
    served = dict.fromkeys(each.checked.api for each in ledgers if each.checked not in failed)
    choice = " or ".join(f"--api {api}" for api in served)
    for ledger in ledgers:
        # of all snapshots of an API the target needs to serve one
        needed = not (options.every_snapshot and ledger.checked.api in served)
        if needed and (cause := failed.get(ledger.checked)):
            ledger.left_out = f"Left out, because {cause}. Check only what the target serves with {choice}."


class _Contract:
    """The run on one contract."""

    def __init__(
        self,
        ledger: Ledger,
        run: Run,
        clock: Clock,
        progress: Progress,
        news: News,
        interrupts: Interrupts,
    ) -> None:
        self.ledger = ledger
        self.checked = ledger.checked
        self.target = run.target
        self.options = run.options
        self.clock = clock
        self.progress = progress
        self.news = news
        self.interrupts = interrupts
        self.generated = Generated(self.checked, self.target, self.options.seed)
        self.sender = Sender(self.checked, self.target, self.generated.sample, run.book)
        self.created = Created(self.sender)
        self.generating: Generated | Processes = self.generated

    def run(self) -> None:
        groups: dict[str, Callable[[], Iterator[Event]]] = {
            "examples": lambda: self.each(Examples(self.sender, self.created).examples),
            "security": self.security,
            "behavior": lambda: laws(self.sender, self.options.seed, self.is_over),
            "state": self.from_links,
            "schema": self.schema,
            "rejection": self.rejection,
        }
        with self.workers():
            try:
                for group in GROUPS:
                    self.interrupts.check()
                    if group in self.options.groups and not self.clock.up:
                        self.group(group, groups[group]())
            finally:
                self.finish()

    @contextmanager
    def workers(self) -> Iterator[None]:
        """Have processes for the groups of generated requests, if there are to be several."""
        if self.options.workers == 1 or not {"schema", "rejection"} & set(self.options.groups):
            yield
            return
        with closing(Processes(self.checked, self.target, self.options.seed, self.options.workers)) as self.generating:
            yield

    def group(self, name: str, source: Iterator[Event]) -> None:
        start, done, total = time.monotonic(), set[str](), len(self.checked.operations)
        try:
            self.progress.show(self.ledger, name, 0, total)
            # closed, so that nothing is sent any more when what was created is removed
            with closing(_guarded(None, source)) as events:
                for each in events:
                    self.take(name, each)
                    if each.operation is not None:
                        done.add(each.operation.id)
                    self.progress.show(self.ledger, name, min(len(done), total), total)
                    if self.clock.up:
                        break
            if not self.clock.up:
                self.ledger.finished_groups.append(name)
            self.shorten(name)
        finally:
            self.clear(name)
            self.news.report(self.ledger)
            self.ledger.seconds[name] = time.monotonic() - start
            self.progress.close(self.ledger, name)

    def is_over(self) -> bool:
        self.interrupts.check()
        return self.clock.up

    def take(self, group: str, event: Event) -> None:
        if isinstance(event, Exchange):
            self.ledger.add(group, event)
        elif isinstance(event, Skip):
            self.ledger.skip(group, event)
        elif isinstance(event, LawResult):
            self.ledger.law(event)
        else:
            self.ledger.error(group, event)
        self.news.report(self.ledger)

    def shorten(self, group: str) -> None:
        """Look for shorter requests that show what has failed."""
        for cause in self.ledger.causes:
            finding = cause.findings[0]
            if finding.outcome is Outcome.FAIL and finding.check.group == group and not self.clock.time_is_up:
                for exchange in self.heeding_interrupts(shorter(self.sender, self.created, finding)):
                    self.take(group, exchange)

    def each(self, source: Callable[[Operation], Iterator[Event]]) -> Iterator[Event]:
        # many documented requests name the same item, so it is deleted after all of them
        for operation in sorted(self.checked.operations, key=_deletes):
            self.interrupts.check()
            if not self.clock.up:
                for event in _guarded(operation, source(operation)):
                    if isinstance(event, Exchange):
                        self.created.note(event)
                    yield event

    def security(self) -> Iterator[Event]:
        paths = self.created.paths(self.checked.operations)
        yield from self.each(lambda operation: security(self.sender, operation, paths.get(operation.id, {})))

    def rejection(self) -> Iterator[Event]:
        yield from unknown_path(self.sender)
        paths = self.created.paths(self.checked.operations)
        yield from self.each(lambda operation: unreadable_body(self.sender, operation, paths.get(operation.id, {})))
        yield from self.from_schemas(paths, valid=False)

    def schema(self) -> Iterator[Event]:
        yield from self.from_schemas(self.created.paths(self.checked.operations), valid=True)

    def from_schemas(self, paths: dict[str, dict[str, Any]], *, valid: bool) -> Iterator[Event]:
        yield from self.heeding_interrupts(
            self.generating.exchanges(valid=valid, paths=paths, answered=self.created.answered, seconds=self.clock.left)
        )

    def from_links(self) -> Iterator[Event]:
        stateful = Stateful(self.checked, self.target, self.options.seed, self.created)
        yield from self.heeding_interrupts(stateful.exchanges(lambda: self.clock.left))

    def heeding_interrupts(self, source: Generator[Event, None, None]) -> Iterator[Event]:
        with closing(source):
            for each in source:
                self.interrupts.check()
                yield each

    def clear(self, group: str) -> None:
        """Remove what the requests of a group have created."""
        stop = self.created.clear()
        for exchange in self.created.taken():
            self.ledger.add(group, exchange)
        if stop is not None:
            raise stop

    def finish(self) -> None:
        """Try again to remove what is left, and report what stays, although the contract can remove it."""
        stop = self.created.finish()
        for message in left(self.sender.book, self.checked):
            self.ledger.broken.append(SuiteError(None, self.target.redaction.text(message), ours=False))
        if stop is not None:
            raise stop


def _deletes(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return resource is not None and resource.action == "delete"


def _guarded(operation: Operation | None, source: Iterator[Event]) -> Generator[Event, None, None]:
    """Yield the events of a source; an exception in it is an error of the suite."""
    try:
        yield from source
    except AdcontractError:
        raise
    except Exception as error:
        yield SuiteError(operation, f"{type(error).__name__}: {error}")
