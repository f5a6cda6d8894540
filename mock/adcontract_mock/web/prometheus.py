"""The metrics of the mock in the text format of Prometheus."""

from __future__ import annotations

import os
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from adcontract_mock.journal.metrics import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract_mock.journal.metrics import Metrics

_PREFIX = "adcontract_mock"
_BOUNDS = (*map(str, SECONDS), "+Inf")


def exposition(metrics: Metrics, sizes: Mapping[str, tuple[str, float]], accept: str) -> tuple[bytes, str]:
    """Return all numbers as text, and its media type: the edition of the format that the header `accept` prefers.

    `sizes` are a description and a number by name: what the mock keeps at the moment.
    """
    registry = CollectorRegistry()
    registry.register(_Collector(metrics, sizes))
    ProcessCollector(registry=registry)
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


class _Collector(Collector):
    """Each series has the label `worker`, the id of the process: several workers count for themselves."""

    def __init__(self, metrics: Metrics, sizes: Mapping[str, tuple[str, float]]) -> None:
        self._metrics = metrics
        self._sizes = sizes

    def collect(self) -> Iterator[Metric]:
        """Yield every metric, as the client library asks for it."""
        worker, labels = str(os.getpid()), ("worker", "document", "operation")
        requests = CounterMetricFamily(
            f"{_PREFIX}_requests", "Requests, by their responses.", labels=(*labels, "method", "status")
        )
        seconds = HistogramMetricFamily(f"{_PREFIX}_seconds", "Seconds until the response.", labels=labels)
        violations = CounterMetricFamily(f"{_PREFIX}_violations", "Faults of requests, by the contract.", labels=labels)
        for target, work in self._metrics.work.items():
            names = (worker, *target)
            for (method, status), number in work.requests.items():
                requests.add_metric((*names, method, str(status)), number)
            buckets = list(zip(_BOUNDS, map(float, accumulate(work.buckets)), strict=True))
            seconds.add_metric(names, buckets, work.seconds)
            violations.add_metric(names, work.violations)
        yield from (requests, seconds, violations)
        for name, (description, size) in self._sizes.items():
            gauge = GaugeMetricFamily(f"{_PREFIX}_{name}", description, labels=("worker",))
            gauge.add_metric((worker,), size)
            yield gauge
