from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge_all
from cdk.constructs.log_groups import log_group
from cdk.constructs.network import FunctionNetwork, may_be_connected
from cdk.constructs.packaged_layer import StackLayers
from cdk.constructs.runtime import PYTHON_RUNTIME, architecture
from cdk.constructs.waking import acknowledge_alarms, may_wake, variables
from cdk.layers import Layer
from cdk.secret_names import DATABASE_SECRETS, SECRET_VARIABLES, SecretName
from cdk.settings.database import Database

_CALLER_WAITS = (
    "The caller is told of a failure and decides whether to retry: the gateway, a deployment, an engineer or Secrets "
    "Manager. No event remains for a queue to keep."
)
_DESTINATION_SAYS_MORE = (
    "A failed event goes to the dead-letter queue through the function's on-failure destination, which adds the reason "
    "of the failure. A dead-letter configuration would not."
)

_DATABASE_OUTSIDE = (
    "The function connects only to public addresses: AWS services, the odds provider, and the database, by TLS and a "
    "secret. In a VPC it would need a NAT gateway to reach them, and gain nothing."
)
_NO_DATABASE = (
    "The VPC is for functions that connect to the database. This function does not. It connects only to public "
    "addresses, and in the VPC it would need a NAT gateway to reach them."
)
_TRACING = "xray:PutTraceSegments and PutTelemetryRecords have no resource types: AWS accepts them for * only."
_TRACING_AND_INTERFACES = (
    f"{_TRACING} The same holds for the Describe actions of EC2. The network interfaces that Lambda creates for the "
    "function have no names in advance. The function's own code is denied all of these EC2 actions."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefaults:
    """Properties that all functions of a stack have in common."""

    config: StageConfig
    layers: StackLayers
    secrets: Mapping[SecretName, secretsmanager.ISecret]
    network: FunctionNetwork | None
    """Network of the functions that may read a database secret. None: they are in no VPC, like all other functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncInvocation:
    """Settings for asynchronous invocations."""

    dead_letters: sqs.IQueue
    """Queue for events that failed or expired."""
    retries: int
    max_event_age: Duration
    """Time that an event may wait before it is dropped."""


class PythonFunction(Construct):
    """Lambda function with its own role and log group.

    The role has only the permissions that are stated here; CDK's grants do not change it. A function that may read a
    database secret is in the database's network, if there is one. `wakes` and `sets_alarms_of` are the short names of
    functions that this one invokes asynchronously, or has woken at a time.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        defaults: FunctionDefaults,
        code: lambda_.Code,
        handler: str,
        memory_mb: int,
        timeout: Duration,
        secrets: Sequence[SecretName] = (),
        layers: Sequence[Layer] = (),
        environment: Mapping[str, str] | None = None,
        work: Sequence[iam.PolicyStatement] = (),
        wakes: Sequence[str] = (),
        sets_alarms_of: Sequence[str] = (),
        asynchronous: AsyncInvocation | None = None,
        reserved_concurrency: int | None = None,
        snap_start: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        config = defaults.config
        self.name = name
        self.full_name = full_name = f"pickvs-{config.name}-{name}"
        self.log_group = log_group(self, "Logs", name=f"/aws/lambda/{full_name}", config=config)
        speaks_with_database = not DATABASE_SECRETS.isdisjoint(secrets)
        network = defaults.network if speaks_with_database else None
        waking = list(may_wake(self, config, wakes=wakes, sets_alarms_of=sets_alarms_of))
        self.role = self._role(full_name, defaults, secrets, [*work, *waking], asynchronous, network)
        acknowledge_alarms(self.role, config, sets_alarms_of)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            code=code,
            handler=handler,
            runtime=PYTHON_RUNTIME,
            architecture=architecture(config),
            layers=defaults.layers.of(layers),
            memory_size=memory_mb,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            role=self.role.without_policy_updates(),
            vpc=None if network is None else network.vpc,
            vpc_subnets=None if network is None else network.subnets,
            security_groups=None if network is None else [network.group],
            reserved_concurrent_executions=reserved_concurrency,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.DESTROY),
            on_failure=None if asynchronous is None else destinations.SqsDestination(asynchronous.dead_letters),
            retry_attempts=None if asynchronous is None else asynchronous.retries,
            max_event_age=None if asynchronous is None else asynchronous.max_event_age,
            environment={
                "PICKVS_STAGE": config.name,
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_LOG_LEVEL": config.runtime.log_level,
                **({"SECRETS_CACHE_SECONDS": str(config.runtime.secrets_cache_seconds)} if secrets else {}),
                **(_database_variables(config.database) if speaks_with_database else {}),
                **{SECRET_VARIABLES[secret]: defaults.secrets[secret].secret_arn for secret in secrets},
                **variables(self, config, wakes=wakes, sets_alarms_of=sets_alarms_of),
                **(environment or {}),
            },
        )
        self._acknowledge(defaults, asynchronous, reserved_concurrency, network, snap_start=snap_start)

    def _acknowledge(
        self,
        defaults: FunctionDefaults,
        asynchronous: AsyncInvocation | None,
        reserved_concurrency: int | None,
        network: FunctionNetwork | None,
        *,
        snap_start: bool,
    ) -> None:
        reasons = {
            "AwsSolutions-L1": "The layer's compiled packages and byte code are built and tested for Python 3.13. "
            "3.14 starts more slowly on arm64 (measured: 94-100 ms against 77-85 ms).",
            "NIST.800.53.R5-LambdaDLQ": _CALLER_WAITS if asynchronous is None else _DESTINATION_SAYS_MORE,
        }
        if snap_start:
            reasons["Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish"] = (
                "Only published versions have snapshots. Callers use the alias; a house rule ensures it."
            )
        if reserved_concurrency is None:
            reasons["NIST.800.53.R5-LambdaConcurrency"] = (
                "A reservation reduces the concurrency of the account's other functions. It is for functions that must "
                "not overlap. The gateway's throttles or its only caller limit the concurrency of this one."
            )
        if network is None:
            reasons["NIST.800.53.R5-LambdaInsideVPC"] = _DATABASE_OUTSIDE if defaults.network is None else _NO_DATABASE
        acknowledge_all(self.function, reasons)

    def _role(
        self,
        full_name: str,
        defaults: FunctionDefaults,
        secrets: Sequence[SecretName],
        work: Sequence[iam.PolicyStatement],
        asynchronous: AsyncInvocation | None,
        network: FunctionNetwork | None,
    ) -> iam.Role:
        policies = {
            "logs": [
                iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self.log_group.log_group_arn]
                )
            ],
            "tracing": [
                iam.PolicyStatement(actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"])
            ],
            "secrets": [
                iam.PolicyStatement(
                    actions=["secretsmanager:GetSecretValue"],
                    resources=[defaults.secrets[secret].secret_arn for secret in secrets],
                )
            ]
            if secrets
            else [],
            "dead-letters": []
            if asynchronous is None
            else [
                iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[asynchronous.dead_letters.queue_arn]),
            ],
            "network": [] if network is None else may_be_connected(self, full_name),
            "work": list(work),
        }
        role = iam.Role(
            self,
            "Role",
            description=f"Execution role of {full_name}",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                name: iam.PolicyDocument(statements=stated) for name, stated in policies.items() if stated
            },
        )
        acknowledge_all(
            role,
            {
                "AwsSolutions-IAM5[Resource::*]": _TRACING if network is None else _TRACING_AND_INTERFACES,
                "NIST.800.53.R5-IAMNoInlinePolicy": "The role is for this function only. Its policy is written, "
                "reviewed and removed with it. A managed policy could also be attached elsewhere, which is not wanted.",
            },
        )
        return role


def _database_variables(database: Database) -> dict[str, str]:
    return {"DATABASE_TLS": database.tls.value, "DATABASE_POOLED": "on" if database.pooled else "off"}
