"""What of a stage's resources a bill depends on, read from the inventory."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tools.cost.cluster import Cluster, clusters
from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource
from tools.cost.metrics import metrics_of_schedules, other_metrics, watched
from tools.cost.network import Network, network
from tools.cost.schedules import runs_a_month

_DEFAULT_MEMORY_MB = 128
_FAST_SECONDS = 60
_BUCKET_VARIABLE = "_BUCKET"
"""How the environment variables end that name a bucket."""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function."""

    name: str
    memory_mb: int
    architecture: str
    snapshots: bool
    """Whether each version is kept as a snapshot of its start (SnapStart)."""
    keeps: bool
    """Whether it is given a bucket, to keep something there."""
    in_network: bool
    """Whether it runs in a network of the account's own."""
    traced: bool


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A function that a schedule calls."""

    function: Function
    runs: float
    """Calls in a month."""
    by_scheduler: bool
    """Whether EventBridge Scheduler calls it, which is paid by the call; a rule is not."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What the alarms watch, in metrics: AWS asks for each of them."""

    ordinary: int
    fast: int
    """Those looked at more often than once a minute."""
    composite: int


@dataclass(frozen=True, slots=True)
class WebAcl:
    """One web access control list in front of the API."""

    rules: int
    logged: bool
    filtered: bool
    """Whether its log drops what no filter keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What a stage is made of, as far as it is paid for."""

    apis: int
    usual: Function
    """The commonest kind of function behind a route."""
    largest: Function
    """The function behind a route with the most memory."""
    authorizer: Function | None
    authorizer_remembers: bool
    """Whether the gateway keeps the authorizer's answers."""
    scheduled: tuple[Scheduled, ...]
    uncalled: tuple[str, ...]
    """Functions that only a deployment, a rotation or a person calls."""
    snapshots: tuple[Function, ...]
    """Of each function with snapshots as often as it has versions."""
    access_logs: bool
    log_retention_days: int
    """The longest of all log groups."""
    traced: bool
    secrets: int
    secrets_under_keys: int
    """Secrets under a key of the account's own."""
    keys: int
    buckets: int
    queues: int
    topics: int
    alarms: Alarms
    metrics: float
    """Metrics of the platform's own, each as the part of a month in whose hours it is written."""
    dashboards: int
    web_acls: tuple[WebAcl, ...]
    clusters: tuple[Cluster, ...]
    network: Network


def footprint(inventory: Inventory) -> Footprint:
    """Return what the stage is made of. Raises CostError if no route has a function, or one cannot be traced."""
    routed = [_called(inventory, method, method.properties["Integration"].get("Uri")) for method in _proxied(inventory)]
    if not routed:
        raise CostError("no route of these templates has a function; an estimate has nothing to count")
    behind = {str(each): _function(each) for each in routed}
    authorizers = inventory.of("AWS::ApiGateway::Authorizer")
    if len(authorizers) > 1:
        raise CostError("there is more than one authorizer; the estimate knows how to share requests out to one")
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
        + metrics_of_schedules((call.function.name, call.runs) for _, call in scheduled),
        dashboards=len(inventory.of("AWS::CloudWatch::Dashboard")),
        web_acls=_web_acls(inventory),
        clusters=clusters(inventory),
        network=network(inventory),
    )


def _proxied(inventory: Inventory) -> list[Resource]:
    """Return the methods that call a function; a preflight, which the gateway answers itself, does not."""
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
    """Return a function with the commonest memory size; of two equally common, with the larger."""
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
