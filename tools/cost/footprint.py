"""Properties of a stage's resources that determine the bill, read from the inventory."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tools.cost.cluster import Cluster, clusters
from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource
from tools.cost.metrics import metrics_of_schedules, other_metrics, sports_of, watched
from tools.cost.network import Network, network
from tools.cost.schedules import runs_a_month

_DEFAULT_MEMORY_MB = 128
_FAST_SECONDS = 60
_BUILDER = "-build_lineups"
"""End of the name of the function that builds lineups."""
_BUCKET_VARIABLE = "_BUCKET"
"""Suffix of environment variables that name a bucket."""


@dataclass(frozen=True, slots=True)
class Function:
    """Lambda function."""

    name: str
    memory_mb: int
    architecture: str
    snapshots: bool
    """Whether each version has a snapshot (SnapStart)."""
    keeps: bool
    """Whether its environment names a bucket."""
    in_network: bool
    """Whether it runs in a VPC of the account."""
    traced: bool


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Function that a schedule invokes."""

    function: Function
    runs: float
    """Invocations per month."""
    by_scheduler: bool
    """Whether EventBridge Scheduler invokes it, which is billed by invocation. A rule is free."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """Numbers of metrics that the alarms watch. AWS bills each metric."""

    ordinary: int
    fast: int
    """Metrics that are evaluated more often than once a minute."""
    composite: int


@dataclass(frozen=True, slots=True)
class WebAcl:
    """Web access control list in front of the API."""

    rules: int
    logged: bool
    filtered: bool
    """Whether its log drops requests that no filter keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Billed parts of a stage."""

    apis: int
    usual: Function
    """Function behind a route with the most common memory size."""
    largest: Function
    """Function behind a route with the most memory."""
    authorizer: Function | None
    authorizer_remembers: bool
    """Whether the gateway caches the authorizer's answers."""
    scheduled: tuple[Scheduled, ...]
    builder: Function | None
    """Function that builds lineups."""
    uncalled: tuple[str, ...]
    """Functions that only a deployment, a rotation or a person invokes."""
    snapshots: tuple[Function, ...]
    """Functions with snapshots, once for each version."""
    access_logs: bool
    log_retention_days: int
    """Longest retention of all log groups in days."""
    traced: bool
    secrets: int
    secrets_under_keys: int
    """Secrets that are encrypted with a customer managed key."""
    keys: int
    buckets: int
    queues: int
    topics: int
    alarms: Alarms
    metrics: float
    """Custom metrics, each counted as the share of the month's hours in which it is written."""
    dashboards: int
    web_acls: tuple[WebAcl, ...]
    clusters: tuple[Cluster, ...]
    network: Network


def footprint(inventory: Inventory) -> Footprint:
    """Return the footprint of the stage. Raises CostError if no route has a function, or if one cannot be found."""
    routed = [_called(inventory, method, method.properties["Integration"].get("Uri")) for method in _proxied(inventory)]
    if not routed:
        raise CostError("no route of these templates has a function, so there is nothing to estimate")
    behind = {str(each): _function(each) for each in routed}
    authorizers = inventory.of("AWS::ApiGateway::Authorizer")
    if len(authorizers) > 1:
        raise CostError("there is more than one authorizer; the estimate supports only one")
    authorizer = next((_called(inventory, each, each.properties.get("AuthorizerUri")) for each in authorizers), None)
    scheduled = _scheduled(inventory)
    called = {*behind, str(authorizer), *(str(each) for each, _ in scheduled)}
    functions = inventory.of("AWS::Lambda::Function")
    secrets = inventory.of("AWS::SecretsManager::Secret")
    stages = inventory.of("AWS::ApiGateway::Stage")
    return Footprint(
        apis=len(inventory.of("AWS::ApiGateway::RestApi")),
        usual=_commonest(list(behind.values())),
        largest=max(behind.values(), key=lambda function: function.memory_mb),
        authorizer=None if authorizer is None else _function(authorizer),
        authorizer_remembers=any(each.properties.get("AuthorizerResultTtlInSeconds", 300) > 0 for each in authorizers),
        scheduled=tuple(call for _, call in scheduled),
        builder=next((each for each in map(_function, functions) if each.name.endswith(_BUILDER)), None),
        uncalled=tuple(_function(each).name for each in functions if str(each) not in called),
        snapshots=_snapshots(inventory),
        access_logs=any("AccessLogSetting" in stage.properties for stage in stages),
        log_retention_days=max(
            (int(group.properties.get("RetentionInDays", 0)) for group in inventory.of("AWS::Logs::LogGroup")),
            default=0,
        ),
        traced=any(stage.properties.get("TracingEnabled") for stage in stages),
        secrets=len(secrets),
        secrets_under_keys=sum("KmsKeyId" in secret.properties for secret in secrets),
        keys=len(inventory.of("AWS::KMS::Key")),
        buckets=len(inventory.of("AWS::S3::Bucket")),
        queues=len(inventory.of("AWS::SQS::Queue")),
        topics=len(inventory.of("AWS::SNS::Topic")),
        alarms=_alarms(inventory),
        metrics=other_metrics(inventory)
        + metrics_of_schedules(((call.function.name, call.runs) for _, call in scheduled), sports=sports_of(inventory)),
        dashboards=len(inventory.of("AWS::CloudWatch::Dashboard")),
        web_acls=_web_acls(inventory),
        clusters=clusters(inventory),
        network=network(inventory),
    )


def _proxied(inventory: Inventory) -> list[Resource]:
    """Return the methods that invoke a function. A preflight does not: the gateway answers it itself."""
    return [
        method
        for method in inventory.of("AWS::ApiGateway::Method")
        if method.properties.get("Integration", {}).get("Type") == "AWS_PROXY"
    ]


def _called(inventory: Inventory, caller: Resource, value: Any) -> Resource:
    found = inventory.function_in(caller.stack, value)
    if found is None:
        raise CostError(f"{caller} calls a function that is not in its stack; the estimate cannot follow it")
    return found


def _function(resource: Resource) -> Function:
    name = resource.properties.get("FunctionName")
    return Function(
        name=name if isinstance(name, str) else str(resource),
        memory_mb=int(resource.properties.get("MemorySize", _DEFAULT_MEMORY_MB)),
        architecture=resource.properties.get("Architectures", ["x86_64"])[0],
        snapshots=resource.properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
        keeps=any(
            name.endswith(_BUCKET_VARIABLE) for name in resource.properties.get("Environment", {}).get("Variables", {})
        ),
        in_network="VpcConfig" in resource.properties,
        traced=resource.properties.get("TracingConfig", {}).get("Mode") == "Active",
    )


def _snapshots(inventory: Inventory) -> tuple[Function, ...]:
    versioned = (
        inventory.function_in(version.stack, version.properties.get("FunctionName"))
        for version in inventory.of("AWS::Lambda::Version")
    )
    functions = (_function(resource) for resource in versioned if resource is not None)
    return tuple(function for function in functions if function.snapshots)


def _commonest(functions: list[Function]) -> Function:
    """Return a function with the most common memory size. If two sizes are equally common, use the larger."""
    sizes = Counter(function.memory_mb for function in functions)
    memory_mb = max(sizes, key=lambda size: (sizes[size], size))
    return next(function for function in functions if function.memory_mb == memory_mb)


def _scheduled(inventory: Inventory) -> list[tuple[Resource, Scheduled]]:
    found = []
    for rule in inventory.of("AWS::Events::Rule"):
        if "ScheduleExpression" in rule.properties and rule.properties.get("State") != "DISABLED":
            runs = runs_a_month(rule.properties["ScheduleExpression"])
            for target in rule.properties.get("Targets", []):
                function = _called(inventory, rule, target["Arn"])
                found.append((function, Scheduled(_function(function), runs, by_scheduler=False)))
    for schedule in inventory.of("AWS::Scheduler::Schedule"):
        if schedule.properties.get("State") != "DISABLED":
            function = _called(inventory, schedule, schedule.properties["Target"]["Arn"])
            runs = runs_a_month(schedule.properties["ScheduleExpression"])
            found.append((function, Scheduled(_function(function), runs, by_scheduler=True)))
    return found


def _alarms(inventory: Inventory) -> Alarms:
    ordinary = fast = 0
    for alarm in inventory.of("AWS::CloudWatch::Alarm"):
        queries = watched(alarm)
        periods = [alarm.properties.get("Period"), *(query.get("Period") for query in queries)]
        if any(period is not None and int(period) < _FAST_SECONDS for period in periods):
            fast += max(len(queries), 1)
        else:
            ordinary += max(len(queries), 1)
    return Alarms(ordinary, fast, len(inventory.of("AWS::CloudWatch::CompositeAlarm")))


def _web_acls(inventory: Inventory) -> tuple[WebAcl, ...]:
    logs = inventory.of("AWS::WAFv2::LoggingConfiguration")
    return tuple(
        WebAcl(
            rules=len(acl.properties.get("Rules", [])),
            logged=bool(logs),
            filtered=all(log.properties.get("LoggingFilter", {}).get("DefaultBehavior") == "DROP" for log in logs),
        )
        for acl in inventory.of("AWS::WAFv2::WebACL")
    )
