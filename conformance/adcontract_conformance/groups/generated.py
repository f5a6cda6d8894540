"""The groups `schema` and `rejection`: valid and faulty requests that Schemathesis generates from the schemas."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import hypothesis
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

from adcontract.contract.schema_conversion import as_openapi_31, for_requests
from adcontract.contract.schema_paths import EXACT
from adcontract.openapi.grammar import nodes
from adcontract.requests.parameters import REPEATED
from adcontract_conformance.client.allowance import NotSent
from adcontract_conformance.client.documented import no_request
from adcontract_conformance.client.unknown_ids import unknown_id
from adcontract_conformance.groups._schemathesis import GENERATION, Engine
from adcontract_conformance.groups.naming import about_no_item, with_one_id
from adcontract_conformance.model.exchange import Exchange, Purpose
from adcontract_conformance.model.promises import Skip, SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from schemathesis.engine import events

    from adcontract import Operation, Values
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.model.exchange import Request

EXAMPLES = 20
"""How many requests fuzzing generates for each operation, beside those of the coverage phase."""

_PHASES: dict[str, Any] = {
    # learning from responses would make one run depend on another
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
}
_OTHERS = tuple(each for each in ParameterLocation if each is not ParameterLocation.PATH)
_LONGEST_URL = 8000
"""The length of a URL that servers should support (RFC 9110, section 4.1); a longer one may be refused as such."""


class Generated:
    """Sends to one target what Schemathesis generates from one contract; the same for the same seed.

    Fuzzing generates `count` requests for each operation.
    """

    def __init__(self, checked: CheckedContract, target: Target, seed: int, count: int = EXAMPLES) -> None:
        self._checked = checked
        self._target = target
        self._seed = seed
        self._count = count
        self._engine = Engine(checked, target, seed)
        self._samples: dict[str, dict[str, Any] | None] = {}

    def sample(self, operation: Operation) -> dict[str, Any]:
        """Return valid values for `operation`, by location and name, as simple as possible.

        Raises:
            NotSent: if there are none, or the library finds none, as with a `/` in a path.
        """
        if operation.id not in self._samples:
            try:
                self._samples[operation.id] = self._sample(operation)
            except hypothesis.errors.Unsatisfiable:
                self._samples[operation.id] = None
        if (sample := self._samples[operation.id]) is None:
            raise NotSent(no_request(self._checked, operation))
        return sample

    def _sample(self, operation: Operation) -> dict[str, Any]:
        found = self._plain.find_operation_by_id(operation.id)
        strategy = found.as_strategy(generation_mode=GenerationMode.POSITIVE)
        phases = [hypothesis.Phase.generate, hypothesis.Phase.shrink]
        settings = hypothesis.settings(database=None, deadline=None, phases=phases)
        for plain in (self._plainly(operation, ("", [], {})), self._plainly(operation, ([], {})), lambda _: True):
            with suppress(hypothesis.errors.NoSuchExample):
                case = hypothesis.find(strategy, plain, settings=settings, random=random.Random(self._seed))
                break
        # the library encodes the values of a path as they stand in a URL
        path = {
            name: unquote(each) if isinstance(each, str) else each
            for name, each in (case.path_parameters or {}).items()
        }
        places = {"path": path, "query": case.query, "header": case.headers, "cookie": case.cookies}
        return {**{place: dict(values or {}) for place, values in places.items()}, "body": _data_of(case.body)}

    def _plainly(self, operation: Operation, empty: tuple[Any, ...]) -> Callable[[Any], bool]:
        """Return whether a required body is there and fits, and no value is `empty` that servers may take for none."""

        def is_plain(case: Any) -> bool:
            places = (case.query, case.headers, case.cookies)
            # an empty text in the query is one, and as the value of a filter it asks for all
            filled = all(_fills(dict(each or {}), ([], {})) for each in places)
            return filled and self._has_body(operation, case.body, empty)

        return is_plain

    def _has_body(self, operation: Operation, body: Any, empty: tuple[Any, ...]) -> bool:
        # the library knows no keyword that OpenAPI 3.0 lacks
        if not operation.body or not operation.body_required:
            return True
        media = operation.body[0]
        if not media.is_json:
            return _data_of(body) not in ("", b"") and _fills(body, empty)
        return "schema" not in media.data or self._checked.schemas.valid(f"{media.pointer}/schema", body)

    @cached_property
    def _plain(self) -> Any:
        # a configuration of its own, because without one a schemathesis.toml of the user is read
        document = self._checked.contract.document
        is_wider = any(node.type == "schema" and EXACT in node.data for node in nodes("document", document))
        known = as_openapi_31(document) if is_wider else for_requests(document)
        return schemathesis.openapi.from_dict(known, config=SchemathesisConfig())

    def exchanges(
        self,
        *,
        valid: bool,
        paths: Mapping[str, Mapping[str, Any]],
        answered: Callable[[Exchange], None],
        seconds: float | None,
        operations: tuple[Operation, ...] | None = None,
    ) -> Generator[Exchange | Skip | SuiteError, None, None]:
        """Send valid requests, or faulty ones, and yield each with its response, an operation at a time.

        Args:
            valid: whether to send valid requests.
            paths: values of the path, by operation, for requests that try something else.
            answered: called with every exchange as it happens.
            seconds: the longest time, None for no limit.
            operations: those that are asked, None for all that are checked.

        Raises:
            TargetGoneError: if the target went down.
            KeyboardInterrupt: if the user stops it.
        """
        allowance = self._target.allowance
        asked = operations or self._checked.operations
        operations = tuple(each for each in asked if allowance.refusal(each.method) is None)
        if not operations:
            return
        methods = [each for each in _PHASES["coverage"]["unexpected-methods"] if not allowance.refusal(each)]
        coverage = {**_PHASES["coverage"], "unexpected-methods": methods}
        if not valid:
            # what is not at fault has values of the valid requests, which are generated with the others and not sent
            coverage["generation"] = {**GENERATION, "mode": "all"}
        schema = self._engine.schema(
            operations,
            mode="positive" if valid else "negative",
            examples=self._count,
            phases={**_PHASES, "coverage": coverage},
            checks=(),
        )
        if not valid:
            schema.hooks.hook("filter_case")(_is_faulty)
        schema.hooks.hook("map_case")(_with_known_ids(paths, self._engine.labels))
        self._engine.notify(schema, answered)
        labels = self._engine.labels
        for event in self._engine.scenarios(schema, seconds):
            if isinstance(event, Skip) and not valid:
                yield replace(event, reason="no faulty request can be generated for it")
            elif isinstance(event, Skip | SuiteError):
                yield event
            elif event.label in labels:
                yield from self._scenario(labels[event.label], event, valid=valid)

    def stop(self) -> None:
        """Have `exchanges`, in another thread, end after the request under way."""
        self._engine.stop()

    def _scenario(
        self, operation: Operation, event: events.ScenarioFinished, *, valid: bool
    ) -> Iterator[Exchange | Skip]:
        recorder = event.recorder
        for case_id, interaction in recorder.interactions.items():
            if withheld := self._engine.withheld(case_id):
                yield Skip(None, operation, withheld)
                continue
            case = recorder.cases[case_id].value
            request = self._engine.request(operation, interaction.request)
            reading = self._checked.read(operation, request, self._target.url)
            if _has_unknown_method(case):
                purpose = Purpose.UNKNOWN_METHOD
            elif _is_unsure(operation, request, reading, valid=valid):
                purpose = Purpose.UNSURE
            else:
                purpose = Purpose.VALID if valid else Purpose.INVALID
            response = self._engine.http_response(case_id, interaction.response)
            yield Exchange(purpose, operation, request, response, reading)


def _fills(value: Any, empty: tuple[Any, ...]) -> bool:
    """Return whether no part of a value is `empty`: outside JSON an empty text, list or object is often none at all."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(part not in empty and _fills(part, empty) for part in parts)


def _data_of(body: Any) -> Any:
    """Return a body, or the bytes of a file, which comes in an object of the library."""
    data = getattr(body, "data", None)
    return data if isinstance(data, bytes) else body


def _is_faulty(context: Any, case: Any) -> bool:  # noqa: ARG001
    """Return whether a case is not a valid request."""
    return case.meta.generation.mode.is_negative or _has_unknown_method(case)


def _with_known_ids(paths: Mapping[str, Mapping[str, Any]], labels: Mapping[str, Operation]) -> Any:
    """Return a hook that leads a request to an existing item where it tries something else than the path.

    Otherwise the target may answer 404 before it looks at a faulty body. A method that the contract does not have could
    remove an item, so it goes to one that does not exist.
    """

    def map_case(context: Any, case: Any) -> Any:  # noqa: ARG001
        known = paths.get(case.operation.definition.raw.get("operationId"))
        if case.path_parameters and _has_unknown_method(case):
            case.path_parameters = {
                name: unknown_id(value) if str(value).isdecimal() else value
                for name, value in {**case.path_parameters, **(known or {})}.items()
            }
        elif known and case.path_parameters and not _tries_path(case):
            case.path_parameters = {**case.path_parameters, **known}
        operation = labels.get(case.operation.label)
        return case if operation is None else about_no_item(operation, with_one_id(operation, case))

    return map_case


def _tries_path(case: Any) -> bool:
    """Return whether the path of a case has a fault, and no other part has one."""
    return case.meta.is_negative_at(ParameterLocation.PATH) and not any(map(case.meta.is_negative_at, _OTHERS))


def _is_unsure(operation: Operation, request: Request, reading: Values | None, *, valid: bool) -> bool:
    """Return whether a request is not what it was meant to be, or may be accepted or refused as the server likes.

    It may be for its length, for a header that HTTP does not allow, for NUL, which many stores cannot hold, for a
    parameter that is given twice, for a cursor that no page has given, for a condition, and for null in a JSON Merge
    Patch.
    """
    if reading is None or bool(reading.faults) is valid or len(request.url) > _LONGEST_URL or not request.is_http:
        return True
    if valid:
        is_free = operation.behavior.cursor in reading.query or bool(operation.conditions.asked & reading.header.keys())
        return is_free or "%00" in request.url or b"\\u0000" in request.body or b"\0" in request.body
    return reading.only_removes or all(fault.message == REPEATED for fault in reading.faults)


def _has_unknown_method(case: Any) -> bool:
    data = case.meta.phase.data if case.meta else None
    return isinstance(data, CoveragePhaseData) and data.scenario is CoverageScenario.UNSPECIFIED_HTTP_METHOD
