"""Schemathesis' engine: it generates requests from a contract and sends them to a target. How we start and read it.

The engine and its events are not part of its documented API, so only this module, `generated` and `links` use them, and
its minor version is pinned. Our own reader decides whether a request is valid, for it knows what is inferred. The time
limit is ours too: Schemathesis would use up all that it is given.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import platformdirs

os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(platformdirs.user_cache_path("adcontract", appauthor=False) / "hypothesis")
)

import requests
import schemathesis
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import context, events, from_schema
from schemathesis.engine.errors import ServerUnavailable

from adcontract.contract.schema_conversion import for_requests
from adcontract.wording import first_line
from adcontract_conformance.client.credentials import with_credentials, without_credentials
from adcontract_conformance.client.documented import no_request
from adcontract_conformance.client.keys import Keys
from adcontract_conformance.client.notes import Note
from adcontract_conformance.client.target import TargetDownError, TargetGoneError
from adcontract_conformance.model.exchange import Exchange, HttpResponse, NoResponse, Purpose, Request
from adcontract_conformance.model.promises import Skip, SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from adcontract import Operation
    from adcontract.contract.security import SecurityScheme
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.client.transport import Transport
    from adcontract_conformance.model.checked_contract import CheckedContract

# Hypothesis also draws the constants in the source of every module that is not installed in site-packages, and has no
# setting against it: the requests of a seed would depend on our own code and on the user's.
providers._get_local_constants = Constants

# It has no setting for how a request is sent, so each session that it creates gets our transport mounted.
_MOUNTS: dict[int, Callable[[requests.Session], object]] = {}
_create_session = context.make_session


def _session(config: Any, **options: Any) -> requests.Session:
    session = _create_session(config, **options)
    if mount := _MOUNTS.get(id(config)):
        mount(session)
    return session


context.make_session = _session

# Only a hook of all schemas is called before a request is sent, in the thread that sends it.
_TURNS: dict[int, Callable[[str], None]] = {}


@schemathesis.hook("before_call")
def _turn(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001
    if turn := _TURNS.get(id(case.operation.schema.config)):
        turn(case.operation.label)


GENERATION = {
    "database": "none",
    "no-shrink": True,
    "unique-inputs": True,
    "with-security-parameters": False,
}
_CONFIG: dict[str, Any] = {
    "continue-on-failure": True,
    "max-redirects": 0,
    # that values are generated slowly, or many of them thrown away, is no reason to try none
    "suppress-health-check": ["all"],
    "workers": 1,
    "cache": {"enabled": False},
    "auth": {"auto-signup": False},
    "analysis": {"constants": {"enabled": False}},
    "output": {"truncation": {"max-recorded-payload-size": 0}},
}
_PHASES = ("examples", "coverage", "fuzzing", "stateful")
_CASE_ID = "x-schemathesis-testcaseid"
_OWN_HEADERS = frozenset(("user-agent", "accept-encoding", "connection", "content-length", _CASE_ID))


class Engine:
    """Schemathesis on one contract and one target; the same requests for the same seed."""

    def __init__(self, checked: CheckedContract, target: Target, seed: int) -> None:
        self.checked = checked
        self._target = target
        self._seed = seed
        self._notes: dict[str, Note] = {}
        self._is_stopped = False
        self._stops: list[Callable[[], None]] = []

    def schema(
        self,
        operations: tuple[Operation, ...],
        *,
        mode: str,
        examples: int,
        phases: Mapping[str, Any],
        checks: tuple[str, ...],
    ) -> Any:
        """Return Schemathesis' view of `operations`, to have hooks added and to be given to `scenarios`.

        Args:
            operations: those that are asked.
            mode: `positive` for valid requests, `negative` for faulty ones.
            examples: how many requests or sequences it generates beside those of the coverage phase.
            phases: the settings of the phases that it goes through; it goes through no other.
            checks: which of its checks look at the responses, by name.
        """
        config = SchemathesisConfig.from_dict(
            {
                **_CONFIG,
                "seed": self._seed,
                "base-url": self._target.url,
                "tls-verify": self._target.verify,
                "generation": {**GENERATION, "max-examples": examples, "mode": mode},
                "phases": {name: phases.get(name, {"enabled": False}) for name in _PHASES},
                "checks": {"enabled": False, **{name: {"enabled": True} for name in checks}},
            }
        )
        schema: Any = schemathesis.openapi.from_dict(for_requests(self.checked.contract.document), config=config)
        others = [each.id for each in self.checked.contract.operations if each not in operations]
        schema = schema.exclude(operation_id=others) if others else schema
        self._write_credentials(schema, operations)
        if mode == "positive":
            schema.hooks.hook("map_case")(self._without_given())
        return schema

    def _without_given(self) -> Any:
        """Return a hook that leaves out whatever a target has to give before a request may name it.

        These are cursors, and the tags in conditions. A condition that must be there is that the item exists.
        """
        labels = self.labels

        def map_case(context: Any, case: Any) -> Any:  # noqa: ARG001
            operation = labels[case.operation.label]
            if case.query:
                case.query.pop(operation.behavior.cursor, None)
            for each in operation.parameters if case.headers else ():
                if each.name in operation.conditions.asked and each.name in case.headers:
                    case.headers.pop(each.name)
                    case.headers.update({each.name: "*"} if each.required else {})
            return case

        return map_case

    def _write_credentials(self, schema: Any, operations: tuple[Operation, ...]) -> None:
        """Have the credentials, and a key of its own, written into each request when it is complete."""
        alike: dict[tuple[tuple[SecurityScheme, ...], str], list[Operation]] = {}
        for operation in operations:
            own = self.checked.schemes(operation), operation.id if operation.idempotency else ""
            alike.setdefault(own, []).append(operation)
        for those in alike.values():
            writer = self._writer(those[0])
            schema.auth.set_from_requests(writer).apply_to(operation_id=[each.id for each in those])

    def _writer(self, operation: Operation) -> Callable[[Any], Any]:
        schemes, keys = self.checked.schemes(operation), Keys(self.checked.schemas)

        def write(sent: Any) -> Any:
            bare = keys.renewed(operation, Request(sent.method, sent.url, dict(sent.headers)))
            marked = with_credentials(bare, schemes, self._target.credentials.mark)
            sent.url, headers = self._target.with_secrets(marked)
            sent.headers.update(headers)
            return sent

        return write

    def notify(self, schema: Any, answered: Callable[[Exchange], None]) -> None:
        """Call `answered` with every exchange at once; a scenario is known only at its end."""
        labels = self.labels

        def after_call(context: Any, case: Any, response: Any) -> None:  # noqa: ARG001
            sent, operation = response.request, labels[case.operation.label]
            content = sent.body or b""
            body = content.encode() if isinstance(content, str) else content
            request = self._shown(operation, Request(sent.method, sent.url, dict(sent.headers), body))
            answered(Exchange(Purpose.UNSURE, operation, request, self.http_response(case.id, response)))

        schema.hooks.hook("after_call")(after_call)

    @property
    def labels(self) -> dict[str, Operation]:
        """The operations by what Schemathesis calls them."""
        return {f"{each.method} {each.path}": each for each in self.checked.contract.operations}

    def scenarios(self, schema: Any, seconds: float | None) -> Iterator[events.ScenarioFinished | Skip | SuiteError]:
        """Run the engine, for at most so many `seconds`, and yield what it has sent, a scenario at a time.

        An operation without a possible request is skipped.

        Raises:
            TargetGoneError: if the target went down.
            KeyboardInterrupt: if the user stops it, which Schemathesis catches.
        """
        transport = self._target.transport(self._note)
        labels, allowance = self.labels, self._target.allowance
        _MOUNTS[id(schema.config)] = self._mount_of(transport)
        _TURNS[id(schema.config)] = lambda label: allowance.turn_to(self.checked.name_of(labels[label]))
        stream = from_schema(schema).execute()
        self._stops = [stream.stop, transport.stop]
        if self._is_stopped:
            self.stop()
        timer = threading.Timer(seconds or 0, stream.stop)
        timer.daemon = True
        if seconds is not None:
            timer.start()
        try:
            for event in stream:
                if isinstance(event, events.ScenarioFinished):
                    yield event
                    for case_id in event.recorder.interactions:
                        self._notes.pop(case_id, None)
                elif isinstance(event, events.NonFatalError):
                    yield from self._error(labels.get(event.label), event.value)
                elif isinstance(event, events.FatalError):
                    yield from self._error(None, event.exception)
                elif isinstance(event, events.Interrupted):
                    self._interrupted()
        finally:
            timer.cancel()
            stream.stop()
            transport.stop()
            # a request that may create something still ends, in a thread of the engine
            for _ in stream:
                pass
            transport.close()
            del _MOUNTS[id(schema.config)], _TURNS[id(schema.config)]

    def _mount_of(self, transport: Transport) -> Callable[[requests.Session], None]:
        def mount(session: requests.Session) -> None:
            transport.mount(session)
            # the writer of credentials adds them too, but not to what the engine sends before its cases
            session.headers.update(self._target.with_secrets(Request("GET", self._target.url))[1])

        return mount

    def _note(self, request: requests.PreparedRequest, note: Note) -> None:
        self._notes[str(request.headers.get(_CASE_ID))] = note

    def stop(self) -> None:
        """Stop what `scenarios` sends, from another thread, and send no more."""
        self._is_stopped = True
        for each in self._stops:
            each()

    def _interrupted(self) -> None:
        if self._target.pulse.gone:
            raise TargetGoneError(self._target.url, self._target.pulse.gone)
        if not (self._is_stopped or self._target.timing.is_up or self._target.allowance.met):
            raise KeyboardInterrupt

    def request(self, operation: Operation, sent: Any) -> Request:
        """Return a request of a scenario as ours."""
        headers = {name: ", ".join(values) for name, values in sent.headers.items() if name.lower() not in _OWN_HEADERS}
        return self._shown(operation, Request(sent.method, sent.uri, headers, sent.body or b""))

    def _shown(self, operation: Operation, sent: Request) -> Request:
        """Return a request with the marks of the credentials in their places."""
        schemes = self.checked.schemes(operation)
        return with_credentials(without_credentials(sent, schemes), schemes, self._target.credentials.mark)

    def withheld(self, case_id: str) -> str:
        """Return why the request of a case was not sent, empty if it was."""
        return self._notes.get(case_id, Note()).withheld

    def http_response(self, case_id: str, response: Any) -> HttpResponse | NoResponse:
        """Return the response of a case as ours; None stands for a missing one."""
        note = self._notes.get(case_id, Note(missing="breaks the connection"))
        if response is None:
            return NoResponse(note.missing, note.seconds)
        headers = {name: ", ".join(values) for name, values in response.headers.items()}
        return note.response(response.status_code, headers, response.content or b"")

    def _error(self, operation: Operation | None, error: Exception) -> Iterator[Skip | SuiteError]:
        if isinstance(error, ServerUnavailable):
            raise TargetDownError(self._target.url, "it went down during the run")
        if operation is not None and isinstance(error, Unsatisfiable):
            yield Skip(None, operation, no_request(self.checked, operation))
        elif not isinstance(error, requests.RequestException):
            yield SuiteError(operation, f"{type(error).__name__}: {first_line(error)}")
