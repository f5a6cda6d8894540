"""The run on one contract: group by group, the requests are sent and the checks judge the responses."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from adcontract import AdcontractError
from adcontract_conformance.checks import exchange_checks  # noqa: F401 - fills the registry
from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.created import Created
from adcontract_conformance.client.leftovers import left
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.groups.examples import Examples
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.groups.hard_values import hard_values
from adcontract_conformance.groups.links import Stateful
from adcontract_conformance.groups.mistakes import unknown_path, unreadable_body
from adcontract_conformance.groups.processes import Processes
from adcontract_conformance.groups.security import security
from adcontract_conformance.groups.shorter import shorter
from adcontract_conformance.laws.runner import expected, laws
from adcontract_conformance.model.exchange import Exchange, HttpResponse, Purpose, Request
from adcontract_conformance.model.promises import CHECKS, LawResult, Outcome, Skip, SuiteError, known_groups
from adcontract_conformance.own.promises import OWN_LAWS, laws_of
from adcontract_conformance.run.slow_again import SlowAgain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from adcontract import Operation
    from adcontract_conformance.checks.ledger import Ledger
    from adcontract_conformance.checks.news import News, Progress
    from adcontract_conformance.client.clock import Clock
    from adcontract_conformance.client.interrupts import Interrupts
    from adcontract_conformance.run.result import Run

Event: TypeAlias = Exchange | Skip | LawResult | SuiteError


class ContractRun:
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
        self.generated = Generated(self.checked, self.target, self.options.seed, self.options.generated)
        self.sender = Sender(
            self.checked, self.target, self.generated.sample, run.book, self.options.pages, own=self.options.own
        )
        self.created = Created(self.sender)
        self.generating: Generated | Processes = self.generated
        self.reads = Counter[str]()
        self.documented_reads = dict[str, Request]()

    def run(self) -> None:
        """Run the groups, and remove what their requests have created."""
        for check, operation in expected(self.sender, OWN_LAWS.values()):
            self.ledger.expect(check, operation)
        examples = Examples(self.sender, self.created)
        groups: dict[str, Callable[[], Iterator[Event]]] = {
            "examples": lambda: self._each(examples.examples),
            "security": self._security,
            "behavior": lambda: laws(self.sender, self.options.seed, self._is_over),
            "state": self._from_links,
            "schema": self._schema,
            "rejection": self._rejection,
        }
        with self._workers():
            try:
                for group in known_groups():
                    self.interrupts.check()
                    if group in self.options.groups and not self.clock.up:
                        self._group(group, groups[group]() if group in groups else self._own(group, examples))
                self._slow_again(examples)
            finally:
                self._finish()

    def _slow_again(self, examples: Examples) -> None:
        """Send again what was slow once, to see whether it is slow now and then."""
        again = SlowAgain(self.ledger, self.sender, self.created, lambda one: self._each(examples.documented, [one]))
        for _ in again.requests():
            self.news.report(self.ledger)
            if self._is_over() or not self.clock.may_send:
                return
        self._clear(self.ledger.groups[-1])

    @contextmanager
    def _workers(self) -> Iterator[None]:
        """Have processes for the groups of generated requests, if there are to be several."""
        # several processes do not count together
        if (
            self.options.workers == 1
            or self.target.limits.is_counted
            or not {"schema", "rejection"} & set(self.options.groups)
        ):
            yield
            return
        options = self.options
        processes = Processes(self.checked, self.target, options.seed, options.workers, options.generated)
        with closing(processes) as self.generating:
            yield

    def _group(self, name: str, source: Iterator[Event]) -> None:
        start, done, total = time.monotonic(), set[str](), len(self.checked.operations)
        allowance = self.target.allowance
        allowance.taken_withheld(self.checked.title)
        try:
            self.progress.show(self.ledger, name, 0, total)
            # closed, so that nothing is sent any more when what was created is removed
            with closing(_guarded(None, source)) as events:
                for each in events:
                    self._take(name, each)
                    if each.operation is not None:
                        done.add(each.operation.id)
                    self.progress.show(self.ledger, name, min(len(done), total), total)
                    if self.clock.up:
                        break
            if not self.clock.up:
                self.ledger.finished_groups.append(name)
            self.ledger.withheld[name] = allowance.taken_withheld(self.checked.title)
            self._shorten(name)
        finally:
            self._clear(name)
            self.news.report(self.ledger)
            self.ledger.seconds[name] = time.monotonic() - start
            self.progress.close(self.ledger, name)

    def _is_over(self) -> bool:
        self.interrupts.check()
        return self.clock.up

    def _take(self, group: str, event: Event) -> None:
        if isinstance(event, Exchange):
            self.ledger.add(group, event)
            if event.request.method == "GET" and _succeeded(event):
                self.reads[event.operation.id] += 1
                if event.purpose is Purpose.DOCUMENTED:
                    self.documented_reads.setdefault(event.operation.id, event.request)
        elif isinstance(event, Skip):
            self.ledger.skip(group, event)
        elif isinstance(event, LawResult):
            self.ledger.law(event)
        else:
            self.ledger.error(group, event)
        self.news.report(self.ledger)

    def _shorten(self, group: str) -> None:
        """Look for shorter requests that show what has failed."""
        for cause in self.ledger.causes:
            finding = cause.findings[0]
            if finding.outcome is Outcome.FAIL and finding.check.group == group and self.clock.may_send:
                with suppress(NotSent):
                    for exchange in self._heeding_interrupts(shorter(self.sender, self.created, finding)):
                        self._take(group, exchange)

    def _each(
        self, source: Callable[[Operation], Iterator[Event]], operations: Iterable[Operation] | None = None
    ) -> Iterator[Event]:
        # many documented requests name the same item, so it is deleted after all of them
        for operation in sorted(operations or self.checked.operations, key=_deletes):
            self.interrupts.check()
            if self.clock.up:
                continue
            if refusal := self._refusal(operation):
                yield Skip(None, operation, refusal)
                continue
            for event in _guarded(operation, source(operation)):
                if isinstance(event, Exchange):
                    self.created.note(event)
                yield event

    def _refusal(self, operation: Operation) -> str | None:
        return self.target.allowance.refusal(operation.method)

    def _paths(self) -> dict[str, dict[str, Any]]:
        return self.created.paths(each for each in self.checked.operations if self._refusal(each) is None)

    def _own(self, group: str, examples: Examples) -> Iterator[Event]:
        """Try the laws of a team, and send what its checks look at, if no other group has sent it."""
        yield from laws(self.sender, self.options.seed, self._is_over, laws_of(group))
        if "examples" not in self.options.groups:
            looking = [each for each in CHECKS.values() if each.group == group and each.declared and each.judge]
            yield from self._each(
                lambda operation: (
                    examples.documented(operation) if any(each.is_about(operation) for each in looking) else iter(())
                )
            )

    def _security(self) -> Iterator[Event]:
        paths = self._paths()
        yield from self._each(
            lambda operation: security(self.sender, operation, paths.get(operation.id, {}), own=self.options.own)
        )

    def _rejection(self) -> Iterator[Event]:
        if self.checked.is_first:
            yield from unknown_path(self.sender)
        paths = self._paths()
        yield from self._each(lambda operation: unreadable_body(self.sender, operation, paths.get(operation.id, {})))
        yield from self._from_schemas(paths, valid=False)

    def _schema(self) -> Iterator[Event]:
        paths = self._paths()
        if self.target.allowance.read_only is None:
            self.created.look_first()
        yield from self._each(lambda operation: hard_values(self.sender, operation, self._path(operation, paths)))
        yield from self._from_schemas(paths, valid=True)
        if not self.target.limits.is_counted:
            yield from self._each(self._read_again)

    def _read_again(self, operation: Operation) -> Iterator[Event]:
        """Read as often as requests are generated where few are possible: some responses fail now and then."""
        if (request := self.documented_reads.get(operation.id)) is None:
            return
        for _ in range(self.options.generated - self.reads[operation.id]):
            again = self.sender.exchange(Purpose.VALID, operation, request)
            # what was there may have been deleted meanwhile
            if isinstance(again.response, HttpResponse) and 400 <= again.response.status < 500:
                return
            yield again

    def _path(self, operation: Operation, paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Return the values of the path of an operation, one that deletes leads to an item of its own."""
        if _deletes(operation):
            paths = self.created.paths([operation])
        return paths.get(operation.id, {})

    def _from_schemas(self, paths: dict[str, dict[str, Any]], *, valid: bool) -> Iterator[Event]:
        for operation in self.checked.operations:
            if refusal := self._refusal(operation):
                yield Skip(None, operation, refusal)
        if self.target.allowance.read_only is None:
            self.created.look_first()
        yield from self._heeding_interrupts(
            self.generating.exchanges(valid=valid, paths=paths, answered=self.created.answered, seconds=self.clock.left)
        )

    def _from_links(self) -> Iterator[Event]:
        self.created.look_first()
        stateful = Stateful(self.checked, self.target, self.options.seed, self.created, self.options.generated)
        yield from self._heeding_interrupts(stateful.exchanges(lambda: self.clock.left))

    def _heeding_interrupts(self, source: Generator[Event, None, None]) -> Iterator[Event]:
        with closing(source):
            for each in source:
                self.interrupts.check()
                yield each

    def _clear(self, group: str) -> None:
        """Remove what the requests of a group have created."""
        stop = self.created.clear()
        for exchange in self.created.taken():
            self.ledger.add(group, exchange)
        if stop is not None:
            raise stop

    def _finish(self) -> None:
        """Try again to remove what is left, and report what stays, although the contract can remove it."""
        stop = self.created.finish()
        for message in left(self.sender.book, self.checked):
            self.ledger.broken.append(SuiteError(None, self.target.redaction.text(message), ours=False))
        if stop is not None:
            raise stop


def _deletes(operation: Operation) -> bool:
    resource = operation.behavior.resource
    return resource is not None and resource.action == "delete"


def _succeeded(exchange: Exchange) -> bool:
    return isinstance(exchange.response, HttpResponse) and 200 <= exchange.response.status < 300


def _guarded(operation: Operation | None, source: Iterator[Event]) -> Generator[Event, None, None]:
    """Yield the events of a source; an exception in it is an error of the suite."""
    try:
        yield from source
    except NotSent as reason:
        if operation is not None:
            yield Skip(None, operation, str(reason))
    except AdcontractError:
        raise
    except Exception as error:
        yield SuiteError(operation, f"{type(error).__name__}: {error}")
