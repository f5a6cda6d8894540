"""Schemathesis: the requests that it makes from the schemas of a contract, and what its checks find in the answers.

Its engine and the events of it are no part of its documented API, so they are used here alone, and its minor version is
pinned. Of its checks, those on answers run; whether a request is valid, and so to be accepted, our own reader of the
contract decides, which knows what of it is inferred. The bound on time is ours: Schemathesis fills what it is given.
"""

from __future__ import annotations

import os
import random
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import platformdirs

os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(platformdirs.user_cache_path("adcontract", appauthor=False) / "hypothesis")
)

import hypothesis
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.engine.errors import ServerUnavailable
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

from adcontract_conformance.model import TOKEN, Answer, Broken, Exchange, Purpose, Request, Silence
from adcontract_conformance.target import TIMEOUT, TargetDownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract_conformance.subject import Subject
    from adcontract_conformance.target import Target

EXAMPLES = 20
"""How many requests fuzzing makes for each operation, beside those that coverage lists."""

_CHECKS = ("content_type_conformance", "response_headers_conformance", "response_schema_conformance")
_GENERATION = {
    "max-examples": EXAMPLES,
    "database": "none",
    "no-shrink": True,
    "unique-inputs": True,
    "with-security-parameters": False,
}
_CONFIG: dict[str, Any] = {
    "continue-on-failure": True,
    "request-timeout": TIMEOUT,
    "max-redirects": 0,
    "workers": 1,
    "cache": {"enabled": False},
    "auth": {"auto-signup": False},
    "analysis": {"constants": {"enabled": False}},
    "output": {"truncation": {"max-recorded-payload-size": 0}},
    "checks": {"enabled": False, **{name: {"enabled": True} for name in _CHECKS}},
    # what is learned from answers would make one run depend on another
    "phases": {
        "examples": {"enabled": False},
        "stateful": {"enabled": False},
        "coverage": {
            "operation-ordering": "none",
            "extra-data-sources": {"responses": False},
            "unexpected-methods": ["get", "put", "post", "delete", "patch"],
        },
        "fuzzing": {
            "operation-ordering": "none",
            "extra-data-sources": {"responses": False},
            "error-feedback": {"enabled": False},
        },
    },
}
_LONGEST_URL = 8000
"""What servers should take at least (RFC 9110, section 4.1), in characters; a longer one may be refused as such."""
_OWN_HEADERS = frozenset(("user-agent", "accept-encoding", "connection", "content-length", "x-schemathesis-testcaseid"))


class Generated:
    """Sends to one target what Schemathesis makes of one contract; the same for the same seed."""

    def __init__(self, subject: Subject, target: Target, seed: int) -> None:
        self._subject = subject
        self._target = target
        self._seed = seed
        self._samples: dict[str, dict[str, Any]] = {}

    def sample(self, operation: Operation) -> dict[str, Any]:
        """Return valid values for `operation`, by place and name; the simplest that there are."""
        if operation.id not in self._samples:
            found = self._plain.find_operation_by_id(operation.id)
            strategy = found.as_strategy(generation_mode=GenerationMode.POSITIVE)
            case = hypothesis.find(
                strategy,
                lambda _: True,
                settings=hypothesis.settings(database=None, deadline=None, phases=[hypothesis.Phase.generate]),
                random=random.Random(self._seed),
            )
            places = {"path": case.path_parameters, "query": case.query, "header": case.headers}
            self._samples[operation.id] = {place: dict(values or {}) for place, values in places.items()}
            self._samples[operation.id]["body"] = case.body
        return self._samples[operation.id]

    @cached_property
    def _plain(self) -> Any:
        # a configuration of its own, because without one a schemathesis.toml of the user is read
        return schemathesis.openapi.from_dict(self._subject.contract.copy(), config=SchemathesisConfig())

    def exchanges(
        self, *, valid: bool, paths: dict[str, dict[str, Any]], seconds: float | None
    ) -> Iterator[Exchange | Broken]:
        """Send valid requests, or faulty ones, and yield each with its answer, an operation at a time.

        Args:
            valid: which of the two.
            paths: documented values of the path, by operation, for requests that are about something else.
            seconds: when to stop.

        Raises:
            TargetDownError: if the target is gone.
            KeyboardInterrupt: if the user stops it, which Schemathesis keeps to itself.
        """
        schema = self._schema("positive" if valid else "negative")
        schema.hooks.hook("map_case")(_with_known_ids(paths))
        stream = from_schema(schema).execute()
        up = threading.Event()

        def stop() -> None:
            up.set()
            stream.stop()

        timer = threading.Timer(seconds or 0, stop)
        timer.daemon = True
        if seconds is not None:
            timer.start()
        labels = {f"{each.method} {each.path}": each for each in self._subject.operations}
        try:
            for event in stream:
                if isinstance(event, events.ScenarioFinished) and event.label in labels:
                    yield from self._scenario(labels[event.label], event, valid=valid)
                elif isinstance(event, events.NonFatalError):
                    yield from self._error(labels.get(event.label), event.value)
                elif isinstance(event, events.FatalError):
                    yield from self._error(None, event.exception)
                elif isinstance(event, events.Interrupted) and not up.is_set():
                    raise KeyboardInterrupt
        finally:
            stream.stop()
            timer.cancel()

    def _schema(self, mode: str) -> Any:
        operations = self._subject.operations
        headers: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for operation in operations:
            words = tuple((name, f"{word}{self._target.token}") for name, word in self._subject.schemes(operation))
            headers.setdefault(words, []).append(operation.id)
        config = SchemathesisConfig.from_dict(
            {
                **_CONFIG,
                "seed": self._seed,
                "base-url": self._target.url,
                "generation": {**_GENERATION, "mode": mode},
                "operations": [
                    {"include-operation-id": ids, "headers": dict(words)} for words, ids in headers.items() if words
                ],
            }
        )
        schema = schemathesis.openapi.from_dict(self._subject.contract.copy(), config=config)
        # not include(): beside settings for operations it leaves out none
        others = [each.id for each in self._subject.contract.operations if each not in operations]
        return schema.exclude(operation_id=others) if others else schema

    def _scenario(self, operation: Operation, event: events.ScenarioFinished, *, valid: bool) -> Iterator[Exchange]:
        recorder = event.recorder
        for case_id, interaction in recorder.interactions.items():
            case = recorder.cases[case_id].value
            request = self._request(operation, interaction.request)
            reading = self._subject.read(operation, request, self._target.url)
            if _scenario_of(case) is CoverageScenario.UNSPECIFIED_HTTP_METHOD:
                purpose = Purpose.UNKNOWN_METHOD
            elif reading is None or bool(reading.faults) is valid or len(request.url) > _LONGEST_URL:
                purpose = Purpose.UNSURE
            else:
                purpose = Purpose.VALID if valid else Purpose.INVALID
            opinions = {
                node.name: _first_line(node.failure_info.failure)
                for node in recorder.checks.get(case_id, [])
                if node.name in _CHECKS and node.failure_info
            }
            answer = self._answer(interaction.response)
            yield Exchange(purpose, operation, request, answer, reading, opinions=opinions)

    def _request(self, operation: Operation, sent: Any) -> Request:
        headers = {name: ", ".join(values) for name, values in sent.headers.items() if name.lower() not in _OWN_HEADERS}
        words = {name: f"{word}{TOKEN}" for name, word in self._subject.schemes(operation)}
        return Request(sent.method, sent.uri, headers | words, sent.body or b"")

    def _answer(self, response: Any) -> Answer | Silence:
        if response is None:
            return Silence(f"breaks the connection, or gives no answer within {TIMEOUT:g} s")
        headers = {name: ", ".join(values) for name, values in response.headers.items()}
        return Answer(
            response.status_code, self._target.redacted_headers(headers), self._target.redacted(response.content or b"")
        )

    def _error(self, operation: Operation | None, error: Exception) -> Iterator[Broken]:
        if isinstance(error, ServerUnavailable):
            raise TargetDownError(self._target.url, "it stopped answering during the run")
        if not isinstance(error, requests.RequestException):
            yield Broken(operation, f"{type(error).__name__}: {_first_line(error)}")


def _with_known_ids(paths: dict[str, dict[str, Any]]) -> Any:
    """Return a hook that asks for documented things where the request is about something else than the path.

    Otherwise a 404 answers a faulty body before the target looks at it.
    """

    def map_case(context: Any, case: Any) -> Any:  # noqa: ARG001
        known = paths.get(case.operation.definition.raw.get("operationId"))
        if known and case.path_parameters and not case.meta.is_negative_at(ParameterLocation.PATH):
            case.path_parameters = {**case.path_parameters, **known}
        return case

    return map_case


def _scenario_of(case: Any) -> CoverageScenario | None:
    data = case.meta.phase.data if case.meta else None
    return data.scenario if isinstance(data, CoveragePhaseData) else None


def _first_line(error: BaseException) -> str:
    message = getattr(error, "message", "") or str(error)
    return next((line.strip() for line in message.splitlines() if line.strip()), type(error).__name__)
