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
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.log_groups import log_group
from cdk.constructs.network import FunctionNetwork, may_be_connected
from cdk.secret_names import DATABASE_SECRETS, SECRET_VARIABLES, SecretName

_CALLER_WAITS = (
    "Who calls this is told of a failure, and tries again or does not: the gateway, a deployment, an engineer, Secrets "
    "Manager. No event is left over that a queue could keep."
)
_DESTINATION_SAYS_MORE = (
    "An event that failed goes to the dead-letter queue as the function's on-failure destination, which says with it "
    "why it failed; a dead-letter configuration would not."
)

_DATABASE_OUTSIDE = (
    "What it talks to is outside any network of ours: AWS's services and the provider by their public names, and the "
    "database likewise, by TLS and a secret. In a VPC it would need a way out, and gain no way in."
)
_NO_DATABASE = (
    "In the database's network is what speaks with the database. This function does not: what it talks to has a public "
    "name, and it would only need a way out again."
)
_TRACING = "xray:PutTraceSegments and PutTelemetryRecords know no resources: AWS accepts them for * only."
_TRACING_AND_INTERFACES = (
    f"{_TRACING} So are EC2's that describe; and the interfaces that Lambda makes for the function, in its network, "
    "have no name before they are there. The function's own code is denied all of EC2's."
)

PYTHON_RUNTIME = lambda_.Runtime.PYTHON_3_13


def architecture(config: StageConfig) -> lambda_.Architecture:
    """Return the processor that the stage's functions run on."""
    return lambda_.Architecture.X86_64 if config.architecture == "x86_64" else lambda_.Architecture.ARM_64


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefaults:
    """What all functions of a stack have in common."""

    config: StageConfig
    layer: lambda_.ILayerVersion
    secrets: Mapping[SecretName, secretsmanager.ISecret]
    network: FunctionNetwork | None
    """Where those are that may read a database secret; None is outside any network, like the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncInvocation:
    """How Lambda treats an event that nobody waits for."""

    dead_letters: sqs.IQueue
    """Where an event goes that failed or aged."""
    retries: int
    max_event_age: Duration
    """How long an event may wait for its turn."""


class PythonFunction(Construct):
    """One Lambda function with a role and a log group of its own.

    The role holds what is stated here and nothing else: CDK's own grants do not reach it. A function that may read a
    database secret is where it can reach the database.
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
        environment: Mapping[str, str] | None = None,
        work: Sequence[iam.PolicyStatement] = (),
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
        self.role = self._role(full_name, defaults, secrets, work, asynchronous, network)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            code=code,
            handler=handler,
            runtime=PYTHON_RUNTIME,
            architecture=architecture(config),
            layers=[defaults.layer],
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
                "POWERTOOLS_LOG_LEVEL": config.log_level,
                **({"SECRETS_CACHE_SECONDS": str(config.secrets_cache_seconds)} if secrets else {}),
                **({"DATABASE_TLS": config.database.tls.value} if speaks_with_database else {}),
                **{SECRET_VARIABLES[secret]: defaults.secrets[secret].secret_arn for secret in secrets},
                **(environment or {}),
            },
        )
        acknowledge(
            self.function,
            "AwsSolutions-L1",
            "Python 3.13 is the version that the layer's compiled packages and byte code are built and tested for; "
            "3.14 starts more slowly on arm64 (measured: 94-100 ms against 77-85 ms).",
        )
        acknowledge(
            self.function,
            "NIST.800.53.R5-LambdaDLQ",
            _CALLER_WAITS if asynchronous is None else _DESTINATION_SAYS_MORE,
        )
        if snap_start:
            acknowledge(
                self.function,
                "Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish",
                "Snapshots are of published versions: its callers go through an alias, as a house rule sees to.",
            )
        if reserved_concurrency is None:
            acknowledge(
                self.function,
                "NIST.800.53.R5-LambdaConcurrency",
                "A reservation takes from what the account's other functions may use, and is for what must not "
                "overlap. How many of these run at once is bounded by the gateway's throttles, or by their one caller.",
            )
        if network is None:
            acknowledge(
                self.function,
                "NIST.800.53.R5-LambdaInsideVPC",
                _DATABASE_OUTSIDE if defaults.network is None else _NO_DATABASE,
            )

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
            description=f"What {full_name} may do",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                name: iam.PolicyDocument(statements=stated) for name, stated in policies.items() if stated
            },
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            _TRACING if network is None else _TRACING_AND_INTERFACES,
        )
        acknowledge(
            role,
            "NIST.800.53.R5-IAMNoInlinePolicy",
            "The role is this one function's. What it may do is written, read and removed with it; a policy that "
            "could be attached elsewhere would be what nobody wants.",
        )
        return role
