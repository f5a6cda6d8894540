"""A few safe questions to a target: which APIs and snapshots it serves, and whether it takes the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcontract_conformance.client.credentials import with_credentials, without_credentials
from adcontract_conformance.client.explanations import explanation
from adcontract_conformance.client.probes import Way, names_no_item, probe, probed
from adcontract_conformance.client.recognition import recognize
from adcontract_conformance.model.exchange import HttpResponse, Purpose
from adcontract_conformance.watch.reads import Answers
from adcontract_conformance.watch.snapshots import compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract_conformance.client.probes import Failure
    from adcontract_conformance.client.sender import Sender
    from adcontract_conformance.watch.reads import RememberingTarget

_WRONG = "adcontract:wrong-token"


@dataclass(frozen=True)
class SurveyedApi:
    """What is known of an API: the snapshots of its contract, and what the target says to it.

    `snapshot` is the one that its responses fit best, None if they do not say, and `differences` in how much they do
    not fit it. `missing` says why it is left out, and `refused` that the token is not taken.
    """

    api: str
    snapshots: tuple[str, ...]
    snapshot: str | None = None
    differences: int = 0
    missing: str | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Survey:
    """What a target has said. `takes_any_token` is None if that is not known, as where it refuses the one it got."""

    apis: tuple[SurveyedApi, ...]
    takes_any_token: bool | None

    @property
    def served(self) -> tuple[SurveyedApi, ...]:
        """The APIs that the target serves, or may serve if it took the token."""
        return tuple(each for each in self.apis if each.missing is None)


def survey(target: RememberingTarget, senders: list[Sender]) -> Survey:
    """Ask a target for some documented resources of each contract, with GET; the newest snapshot of an API comes first.

    Raises:
        UsageError: if it serves none of the contracts, or does not work.
        TargetDownError: if it does not answer at all.
        TlsError: if no connection with TLS is possible.
    """
    by_api: dict[str, list[Sender]] = {}
    for sender in senders:
        by_api.setdefault(sender.checked.api, []).append(sender)
    apis = []
    for api, known in by_api.items():
        snapshots = tuple(each.checked.contract.name.snapshot for each in known)
        failures: list[Failure] = []
        served = []
        for sender in known:
            if failed := probe(sender):
                failures = failures or failed
                if failed[0].way is Way.SILENT:
                    # the probes of another contract would take as long, and end no better
                    recognize([sender])
            else:
                served.append(sender)
        if served:
            apis.append(_nearest(api, snapshots, served))
            continue
        cause = target.redaction.text(explanation(target, failures).cause)
        is_refused = failures[0].way is Way.REFUSED
        refused, missing = (cause, None) if is_refused else (None, cause)
        apis.append(SurveyedApi(api, snapshots, refused=refused, missing=missing))
    if all(each.missing for each in apis):
        recognize(senders)
    working = [by_api[each.api][0] for each in apis if not (each.missing or each.refused)]
    return Survey(tuple(apis), _takes_any_token(working))


def _nearest(api: str, snapshots: tuple[str, ...], senders: list[Sender]) -> SurveyedApi:
    """Return an API with the snapshot that the responses fit best; of equal ones the newest, which comes first."""
    answers = Answers()
    for sender in senders:
        for operation in filter(names_no_item, probed(sender)):
            request = sender.request(sender.documented(operation)[0])
            answers.add(sender.exchange(Purpose.DOCUMENTED, operation, request))
    compared = [compare(each.checked, answers) for each in senders]
    nearest = min(compared, key=lambda each: each.distance)
    return SurveyedApi(api, snapshots, nearest.snapshot if nearest.shown else None, nearest.differences)


def _takes_any_token(senders: Iterable[Sender]) -> bool | None:
    """Return whether a secured operation that the target carries out is also carried out with another token."""
    for sender in senders:
        for operation in filter(names_no_item, probed(sender)):
            request = sender.request(sender.documented(operation)[0])
            if not operation.secured or not _is_success(sender.send(operation, request)):
                continue
            schemes = sender.checked.schemes(operation)
            wrong = with_credentials(without_credentials(request, schemes), schemes, _WRONG)
            return _is_success(sender.send(operation, wrong))
    return None


def _is_success(response: object) -> bool:
    return isinstance(response, HttpResponse) and 200 <= response.status < 300
