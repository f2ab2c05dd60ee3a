"""The metrics that alarms and dashboards read, and whether a resource of the stage emits them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cdk.config import stage_config
from cdk.platform_names import METRICS, METRICS_NAMESPACE, dimensions_of
from cdk.watched import CHANNELS, KINDS_GIVEN_UP, MARKETS
from tests.infra.assembly import Assembly, Resource

EMITTED = {
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"},
    "AWS/Lambda": {"Invocations", "Errors", "Throttles", "Duration"},
    "AWS/RDS": {"ACUUtilization"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
    "AWS/Logs": {"IncomingBytes"},
}
"""Names of the AWS services' own metrics that are in use here.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""
RACE_SOURCES = ("jolpica", "f1db")
"""Sources of races, each of which is a job of its own within collect_f1."""
OF_THE_ACCOUNT = ("AWS/Billing", "EstimatedCharges", {"Currency": "USD"})
"""A metric that belongs to the account, not to a resource, and exists in one region only."""


@dataclass(frozen=True)
class Asked:
    """A metric that an alarm or a dashboard reads."""

    namespace: str
    name: str
    dimensions: dict[str, Any]
    region: str | None = None

    def __str__(self) -> str:
        return f"{self.namespace} {self.name} {self.dimensions}"


def metrics_of(alarm: Resource) -> list[dict[str, Any]]:
    """Return the queries of an alarm's formula that each read a metric. Empty for an alarm without a formula."""
    return [each for each in alarm.properties.get("Metrics", []) if "MetricStat" in each]


def asked_by_alarm(alarm: Resource) -> Iterator[Asked]:
    """Yield the metrics of an alarm, used directly or in a formula."""
    single = [alarm.properties] if "MetricName" in alarm.properties else []
    in_formula = [each["MetricStat"]["Metric"] for each in metrics_of(alarm)]
    for each in (*single, *in_formula):
        dimensions = {pair["Name"]: pair["Value"] for pair in each.get("Dimensions", [])}
        yield Asked(each["Namespace"], each["MetricName"], dimensions)


def widgets(dashboard: Resource) -> list[dict[str, Any]]:
    """Return the widgets of a dashboard. Values that CloudFormation fills in are `<token>`."""
    body = dashboard.properties["DashboardBody"]
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    text = "".join(part if isinstance(part, str) else "<token>" for part in parts)
    return list(json.loads(text)["widgets"])


def asked_by_dashboard(dashboard: Resource) -> Iterator[Asked]:
    """Yield the metrics of a dashboard's charts, shown or used in a formula."""
    for widget in widgets(dashboard):
        for line in widget["properties"].get("metrics", []):
            *words, options = line if isinstance(line[-1], dict) else (*line, {})
            if words:
                namespace, name, *pairs = words
                yield Asked(namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True)), options.get("region"))


def is_said(assembly: Assembly, asked: Asked) -> bool:
    """Return whether a resource of the stage emits this metric with exactly these dimensions."""
    if asked.namespace == METRICS_NAMESPACE:
        return _is_measured(assembly, asked)
    if (asked.namespace, asked.name, asked.dimensions) == OF_THE_ACCOUNT:
        return asked.region == "us-east-1"
    if (asked.namespace, asked.name, asked.dimensions) == ("AWS/SES", "Reputation.BounceRate", {}):
        return bool(list(assembly.resources("AWS::SES::ConfigurationSet")))
    return asked.name in EMITTED.get(asked.namespace, ()) and asked.dimensions in SAID_OF[asked.namespace](assembly)


def _is_measured(assembly: Assembly, asked: Asked) -> bool:
    if asked.name not in METRICS or set(asked.dimensions) != dimensions_of(asked.name):
        return False
    functions = {each.properties.get("FunctionName") for each in assembly.functions()}
    config = stage_config(assembly.stage, database=assembly.database)
    sports = {*config.odds_api.sports, *config.predictions.sports}
    known = {"stage": {assembly.stage}, "sport": sports, "market": set(MARKETS)}
    known["channel"] = set(CHANNELS)
    known["kind"] = set(KINDS_GIVEN_UP)
    functions |= {f"pickvs-{assembly.stage}-{name}_races" for name in RACE_SOURCES}  # jobs of the function collect_f1
    return all(
        value in known[name] if name in known else f"pickvs-{assembly.stage}-{value}" in functions
        for name, value in asked.dimensions.items()
    )


def _of_stages(assembly: Assembly) -> Iterator[dict[str, Any]]:
    for stage in assembly.resources("AWS::ApiGateway::Stage"):
        api = assembly.meant(stage.stack, stage.properties["RestApiId"])
        yield {"ApiName": api.properties["Name"], "Stage": stage.properties["StageName"]}


def _of_functions(assembly: Assembly) -> Iterator[dict[str, Any]]:
    for function in assembly.functions():
        if name := function.properties.get("FunctionName"):
            yield {"FunctionName": name}
    for alias in assembly.resources("AWS::Lambda::Alias"):
        name = assembly.get(alias.stack, alias.properties["FunctionName"]["Ref"]).properties["FunctionName"]
        yield {"FunctionName": name, "Resource": f"{name}:{alias.properties['Name']}"}


def _named(kind: str, name: str) -> Callable[[Assembly], Iterator[dict[str, Any]]]:
    return lambda assembly: ({name: each.properties.get(name)} for each in assembly.resources(kind))


SAID_OF: dict[str, Callable[[Assembly], Iterator[dict[str, Any]]]] = {
    "AWS/ApiGateway": _of_stages,
    "AWS/Lambda": _of_functions,
    "AWS/RDS": _named("AWS::RDS::DBCluster", "DBClusterIdentifier"),
    "AWS/SQS": _named("AWS::SQS::Queue", "QueueName"),
    "AWS/Logs": _named("AWS::Logs::LogGroup", "LogGroupName"),
}
"""Dimensions of each service's metrics for the stage's resources."""
