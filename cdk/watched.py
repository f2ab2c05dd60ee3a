"""What of CloudWatch's metrics is watched, by the names that the stacks give; alarms and the dashboard ask for these.

Nothing here refers to a resource. What no stack makes any more would be watched in vain, so a test compares the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cdk.config import StageConfig
from cdk.constructs.rest_api import STAGE_NAME
from cdk.metrics import NAMESPACE, Dimension, Metric

SUM, MINIMUM, MAXIMUM = "Sum", "Minimum", "Maximum"
AVERAGE = "Average"
P50, P99 = "p50", "p99"
HOW_OFTEN = "SampleCount"
"""How many values there were, whatever they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One metric, and what of its values in a period counts."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


CHARGED = Watched(namespace="AWS/Billing", name="EstimatedCharges", dimensions={"Currency": "USD"}, statistic=MAXIMUM)
"""What the whole account has been charged for since the month began; there for who has asked AWS for billing alerts."""


def measured(config: StageConfig, metric: Metric, statistic: str, **more: str) -> Watched:
    """Return what the functions measure themselves. more: the dimensions of the metric beside the stage."""
    return Watched(
        namespace=NAMESPACE,
        name=metric.value,
        dimensions={Dimension.STAGE.value: config.name, **more},
        statistic=statistic,
    )


def of_api(config: StageConfig, name: str, statistic: str) -> Watched:
    """Return what API Gateway says of the whole API: `Count`, `4XXError`, `5XXError`, `Latency` in milliseconds."""
    return Watched(
        namespace="AWS/ApiGateway",
        name=name,
        dimensions={"ApiName": f"pickvs-{config.name}", "Stage": STAGE_NAME},
        statistic=statistic,
    )


def of_function(config: StageConfig, function: str, name: str, statistic: str = SUM) -> Watched:
    """Return what Lambda says of a function: `Invocations`, `Errors`, `Throttles`, `Duration` in milliseconds."""
    return Watched(
        namespace="AWS/Lambda",
        name=name,
        dimensions={"FunctionName": f"pickvs-{config.name}-{function}"},
        statistic=statistic,
    )


def of_cluster(config: StageConfig, name: str, statistic: str) -> Watched:
    """Return what Aurora says of the stage's cluster: `ACUUtilization`, in percent of the largest capacity."""
    return Watched(
        namespace="AWS/RDS",
        name=name,
        dimensions={"DBClusterIdentifier": f"pickvs-{config.name}"},
        statistic=statistic,
    )


def dead_letters(config: StageConfig, function: str) -> Watched:
    """Return how many events of a function lie in its dead-letter queue."""
    return Watched(
        namespace="AWS/SQS",
        name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": f"pickvs-{config.name}-{function}-dead-letters"},
        statistic=MAXIMUM,
    )


def logged_bytes(config: StageConfig, function: str) -> Watched:
    """Return how much a function logs."""
    return _log_group(f"/aws/lambda/pickvs-{config.name}-{function}")


def access_log_bytes(config: StageConfig) -> Watched:
    """Return how much API Gateway logs of the requests."""
    return _log_group(f"/aws/apigateway/pickvs-{config.name}-access")


def _log_group(name: str) -> Watched:
    return Watched(namespace="AWS/Logs", name="IncomingBytes", dimensions={"LogGroupName": name}, statistic=SUM)
