"""Metrics, written to the log in CloudWatch's Embedded Metric Format.

CloudWatch extracts the metrics from the log lines, so no request waits for an API call. `platform.json` defines all
metrics. The `metrics.py` of each room names those that it emits.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pickvs.core.config import settings
from pickvs.core.logging import logger
from pickvs.core.platform import platform

STAGE = "stage"
"""Name of the dimension that every metric has. Its value is the stage's name."""


@dataclass(frozen=True, slots=True, order=True)
class Metric:
    """A metric, identified by its name in `platform.json`. Raises ValueError for an unknown name.

    A value is the count since the previous value, unless `platform.json` declares the metric as a gauge.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in platform().metrics:
            raise ValueError(f"platform.json has no metric {self.name}")

    @property
    def unit(self) -> str:
        """Unit, in CloudWatch's terms."""
        return platform().metrics[self.name].unit

    @property
    def dimensions(self) -> frozenset[str]:
        """Names of the metric's dimensions. Every value has all of them."""
        return platform().metrics[self.name].dimensions | {STAGE}


def emit(values: Mapping[Metric, float | None], **dimensions: str) -> None:
    """Write one line with `values`. Omits values that are None (unknown).

    Writes nothing outside a stage, for example in an operator's tool. Never raises: a failure is logged, so that a
    metric cannot fail the work that it measures.

    dimensions: the dimensions of all these metrics, without the stage.
    """
    stage = settings().stage
    known = {metric: value for metric, value in values.items() if value is not None}
    if stage is None or not known:
        return
    try:
        from aws_lambda_powertools.metrics import EphemeralMetrics  # late: most requests measure nothing

        # Powertools would add a service name as a dimension to every metric, and alarms would have to specify it.
        line = EphemeralMetrics(namespace=platform().metrics_namespace, service="")
        line.add_dimension(STAGE, stage)
        for name, value in dimensions.items():
            line.add_dimension(name, value)
        for metric, measured in known.items():
            line.add_metric(metric.name, metric.unit, measured)
        line.flush_metrics()
    except Exception as error:  # the measured work is done and must not fail
        names = sorted(metric.name for metric in known)
        logger().error("metrics not written", extra={"metrics": names, "error": repr(error)})
