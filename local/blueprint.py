"""Functions, schedules, secrets, buckets and queues, read from the resources of a deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.deployment import Deployment, Resource
from local.errors import LaptopError
from local.policies import Statement, read_statements
from local.resource_types import suffix

PYTHON_RUNTIME = "python3.13"

_SCHEDULER = "scheduler.amazonaws.com"

type Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One Lambda function. Durations are in seconds. Lambda's defaults replace what the template does not set."""

    name: str
    """Short name, used by `invoke` and for the log file: the folder or file of the function's code."""
    full_name: str
    arn: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    environment: Mapping[str, str]
    timeout: int
    memory_mb: int
    reserved_concurrency: int | None
    role: str
    statements: tuple[Statement, ...]
    """The policy statements of the function's role."""
    retries: int
    """Retries of an asynchronous invocation."""
    max_event_age: int
    """Seconds for which an asynchronous event may be retried."""
    on_failure: str | None
    """ARN of the queue that receives a record of each event that exhausted its retries."""
    dead_letters: str | None
    """ARN of the dead-letter queue, which receives such an event itself."""


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """One EventBridge rule that invokes a function on a schedule."""

    name: str
    arn: str
    expression: str
    function: str
    """ARN of the function."""
    payload: str | None
    """The event as JSON, if the rule sets one."""


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """One secret. Its value comes from outside the template if it has neither a value nor a generator."""

    name: str
    arn_suffix: str
    arn: str
    value: str | None
    generator: Json | None


@dataclass(frozen=True, slots=True)
class RotationSpec:
    """A rotation schedule: the function that rotates one secret."""

    secret_name: str
    secret_arn: str
    function: str
    """ARN of the function."""


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """A function that the deployment invokes before it deploys the resources that depend on it."""

    name: str
    function: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything in a deployment except the HTTP API."""

    functions: tuple[FunctionSpec, ...]
    triggers: tuple[TriggerSpec, ...]
    schedules: tuple[ScheduleSpec, ...]
    secrets: tuple[SecretSpec, ...]
    rotations: tuple[RotationSpec, ...]
    buckets: tuple[str, ...]
    versioned_buckets: frozenset[str]
    queues: tuple[str, ...]
    schedule_groups: frozenset[str]
    """Names of the groups of one-shot schedules."""
    scheduler_roles: Mapping[str, tuple[Statement, ...]]
    """The policy statements of the roles that EventBridge Scheduler may assume, by their ARNs."""


def read_blueprint(deployment: Deployment) -> Blueprint:
    """Return the blueprint of `deployment`. Raises LaptopError if it uses an unsupported feature."""
    buckets = deployment.of_kind("AWS::S3::Bucket")
    secret_names = {secret.arn: secret.name for secret in deployment.of_kind("AWS::SecretsManager::Secret")}
    return Blueprint(
        functions=_functions(deployment),
        triggers=tuple(
            TriggerSpec(trigger.logical_id, function_arn(trigger.properties["HandlerArn"]))
            for trigger in deployment.of_kind("Custom::Trigger")
        ),
        schedules=tuple(schedule for rule in deployment.of_kind("AWS::Events::Rule") for schedule in _schedules(rule)),
        secrets=tuple(
            SecretSpec(
                name=secret.name,
                arn_suffix=suffix(secret.name),
                arn=secret.arn,
                value=secret.properties.get("SecretString"),
                generator=secret.properties.get("GenerateSecretString"),
            )
            for secret in deployment.of_kind("AWS::SecretsManager::Secret")
        ),
        rotations=tuple(
            RotationSpec(
                secret_name=secret_names[rotation.properties["SecretId"]],
                secret_arn=rotation.properties["SecretId"],
                function=function_arn(rotation.properties["RotationLambdaARN"]),
            )
            for rotation in deployment.of_kind("AWS::SecretsManager::RotationSchedule")
        ),
        buckets=tuple(bucket.name for bucket in buckets),
        versioned_buckets=frozenset(
            bucket.name
            for bucket in buckets
            if bucket.properties.get("VersioningConfiguration", {}).get("Status") == "Enabled"
        ),
        queues=tuple(queue.name for queue in deployment.of_kind("AWS::SQS::Queue")),
        schedule_groups=frozenset(group.name for group in deployment.of_kind("AWS::Scheduler::ScheduleGroup")),
        scheduler_roles={
            role.arn: _statements(role, deployment)
            for role in deployment.of_kind("AWS::IAM::Role")
            if _SCHEDULER in _trusted(role)
        },
    )


def function_arn(arn: str) -> str:
    """Return `arn` without its version or alias."""
    return ":".join(arn.split(":")[:7])


def _functions(deployment: Deployment) -> tuple[FunctionSpec, ...]:
    layers = {
        layer.arn: layer.asset(layer.properties["Content"]) for layer in deployment.of_kind("AWS::Lambda::LayerVersion")
    }
    roles = {role.arn: role for role in deployment.of_kind("AWS::IAM::Role")}
    asynchronous = {
        config.properties["FunctionName"]: config.properties
        for config in deployment.of_kind("AWS::Lambda::EventInvokeConfig")
    }
    # CDK implements custom resources with JavaScript functions; the laptop cloud does their work itself.
    providers = {trigger.properties["ServiceToken"] for trigger in deployment.of_kind("Custom::Trigger")}
    resources = [
        resource
        for resource in deployment.of_kind("AWS::Lambda::Function")
        if resource.arn not in providers and resource.properties.get("Runtime", "").startswith("python")
    ]
    names = _short_names(resources)
    return tuple(
        _function(resource, names[resource.name], layers, roles, asynchronous.get(resource.name, {}), deployment)
        for resource in resources
    )


def _function(
    resource: Resource,
    name: str,
    layers: Mapping[str, Path],
    roles: Mapping[str, Resource],
    asynchronous: Json,
    deployment: Deployment,
) -> FunctionSpec:
    properties = resource.properties
    if properties["Runtime"] != PYTHON_RUNTIME:
        raise LaptopError(f"{resource.name} wants {properties['Runtime']}; the laptop cloud runs {PYTHON_RUNTIME}")
    missing = [arn for arn in properties.get("Layers", []) if arn not in layers]
    if missing:
        raise LaptopError(f"{resource.name} uses a layer from outside its assembly: {missing[0]}")
    if properties["Role"] not in roles:
        raise LaptopError(f"{resource.name} uses a role from outside its assembly: {properties['Role']}")
    role = roles[properties["Role"]]
    return FunctionSpec(
        name=name,
        full_name=resource.name,
        arn=resource.arn,
        handler=properties["Handler"],
        code=resource.asset(properties["Code"]),
        layers=tuple(layers[arn] for arn in properties.get("Layers", [])),
        environment={key: str(value) for key, value in properties.get("Environment", {}).get("Variables", {}).items()},
        timeout=int(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        reserved_concurrency=properties.get("ReservedConcurrentExecutions"),
        role=role.name,
        statements=_statements(role, deployment),
        retries=int(asynchronous.get("MaximumRetryAttempts", 2)),
        max_event_age=int(asynchronous.get("MaximumEventAgeInSeconds", 21_600)),
        on_failure=asynchronous.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        dead_letters=properties.get("DeadLetterConfig", {}).get("TargetArn"),
    )


def _short_names(resources: list[Resource]) -> dict[str, str]:
    """Return the part of each function's name after the last dash, or the whole name if that part is not unique."""
    short = {resource.name: resource.name.rpartition("-")[2] for resource in resources}
    taken = list(short.values())
    return {name: part if taken.count(part) == 1 else name for name, part in short.items()}


def _statements(role: Resource, deployment: Deployment) -> tuple[Statement, ...]:
    """Return the statements of the role's inline and attached policies.

    AWS managed policies are left out: they grant logging and tracing, and those calls do not pass the gate.
    """
    documents = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for policy in deployment.of_kind(kind):
            attached = role.name in policy.properties.get("Roles", [])
            if attached or policy.reference in role.properties.get("ManagedPolicyArns", []):
                documents.append(policy.properties["PolicyDocument"])
    return tuple(statement for document in documents for statement in read_statements(document))


def _trusted(role: Resource) -> set[str]:
    """Return the services that may assume the role."""
    services: set[str] = set()
    for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
        named = statement.get("Principal", {}).get("Service", [])
        services.update([named] if isinstance(named, str) else named)
    return services


def _schedules(rule: Resource) -> list[ScheduleSpec]:
    properties = rule.properties
    if properties.get("EventPattern", {}).get("source") == ["aws.ses"]:
        return []  # the inbox accepts every mail, and nobody complains
    if "ScheduleExpression" not in properties:
        raise LaptopError(f"the rule {rule.name} has no schedule; the laptop cloud does not support event patterns")
    if properties.get("State", "ENABLED") == "DISABLED":
        return []
    schedules: list[ScheduleSpec] = []
    for target in properties.get("Targets", []):
        if ":function:" not in target["Arn"] or "InputTransformer" in target or "InputPath" in target:
            raise LaptopError(f"the rule {rule.name} does more than invoke a function, which is not supported")
        schedules.append(
            ScheduleSpec(
                name=rule.name,
                arn=rule.arn,
                expression=properties["ScheduleExpression"],
                function=function_arn(target["Arn"]),
                payload=target.get("Input"),
            )
        )
    return schedules
