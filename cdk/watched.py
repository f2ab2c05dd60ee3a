"""CloudWatch metrics that alarms and the dashboard use, by the names that the stacks give their resources.

Nothing here refers to a resource, so a metric of a resource that no longer exists would stay empty unnoticed. A test
therefore compares the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cdk.config import StageConfig
from cdk.constructs.rest_api import STAGE_NAME
from cdk.errors import DeploymentError
from cdk.platform_names import METRICS_NAMESPACE, dimensions_of

SUM, MINIMUM, MAXIMUM = "Sum", "Minimum", "Maximum"
AVERAGE = "Average"
P50, P99 = "p50", "p99"
MARKETS = ("moneyline", "spread", "total")
"""Values of the dimension `market`."""
CHANNELS = ("email", "webhook")
"""Values of the dimension `channel`."""
KINDS_GIVEN_UP = ("closing", "check", "morning")
"""Values of the dimension `kind`, in the order in which such calls are given up."""
HOW_OFTEN = "SampleCount"
"""Statistic: the number of values, whatever they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Metric, and the statistic that aggregates its values in a period."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


CHARGED = Watched(namespace="AWS/Billing", name="EstimatedCharges", dimensions={"Currency": "USD"}, statistic=MAXIMUM)
"""Charges of the whole account since the start of the month. The metric exists only if billing alerts are enabled."""

MAIL_BOUNCES = Watched(namespace="AWS/SES", name="Reputation.BounceRate", dimensions={}, statistic=MAXIMUM)
"""Share of the account's latest mails that bounced, from 0 to 1."""


def measured(config: StageConfig, metric: str, statistic: str, **more: str) -> Watched:
    """Return a metric that the functions write. `more`: its dimensions apart from the stage.

    Raises DeploymentError for an unknown metric, and for dimensions that the metric does not have.
    """
    dimensions = {"stage": config.name, **more}
    if dimensions.keys() != dimensions_of(metric):
        raise DeploymentError(f"the metric {metric} has the dimensions {', '.join(sorted(dimensions_of(metric)))}")
    return Watched(
        namespace=METRICS_NAMESPACE,
        name=metric,
        dimensions=dimensions,
        statistic=statistic,
    )


def odds_age(config: StageConfig, sport: str, market: str) -> Watched:
    """Return the metric of the age of a sport's odds on a market, in seconds."""
    return measured(config, "OddsAge", MAXIMUM, sport=sport, market=market)


def of_api(config: StageConfig, name: str, statistic: str) -> Watched:
    """Return an API Gateway metric of the whole API, such as `Count`, `5XXError` or `Latency` (milliseconds)."""
    return Watched(
        namespace="AWS/ApiGateway",
        name=name,
        dimensions={"ApiName": f"pickvs-{config.name}", "Stage": STAGE_NAME},
        statistic=statistic,
    )


def of_function(config: StageConfig, function: str, name: str, statistic: str = SUM) -> Watched:
    """Return a Lambda metric of a function, such as `Invocations`, `Errors` or `Duration` (milliseconds)."""
    return Watched(
        namespace="AWS/Lambda",
        name=name,
        dimensions={"FunctionName": f"pickvs-{config.name}-{function}"},
        statistic=statistic,
    )


def of_cluster(config: StageConfig, name: str, statistic: str) -> Watched:
    """Return an Aurora metric of the stage's cluster, such as `ACUUtilization` (percent of the maximum capacity)."""
    return Watched(
        namespace="AWS/RDS",
        name=name,
        dimensions={"DBClusterIdentifier": f"pickvs-{config.name}"},
        statistic=statistic,
    )


def dead_letters(config: StageConfig, function: str) -> Watched:
    """Return the metric of the number of events in a function's dead-letter queue."""
    return Watched(
        namespace="AWS/SQS",
        name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": f"pickvs-{config.name}-{function}-dead-letters"},
        statistic=MAXIMUM,
    )


def logged_bytes(config: StageConfig, function: str) -> Watched:
    """Return the metric of the bytes that a function logs."""
    return _log_group(f"/aws/lambda/pickvs-{config.name}-{function}")


def access_log_bytes(config: StageConfig) -> Watched:
    """Return the metric of the bytes in the API's access log."""
    return _log_group(f"/aws/apigateway/pickvs-{config.name}-access")


def _log_group(name: str) -> Watched:
    return Watched(namespace="AWS/Logs", name="IncomingBytes", dimensions={"LogGroupName": name}, statistic=SUM)
