from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.code import function_code
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.secret_names import SecretName

TIMEOUT = Duration.seconds(120)
"""A step asks Secrets Manager up to five times, and again where it does not answer, and may have to wake a database."""
MEMORY_MB = 512


class SecretRotation(Construct):
    """The function that makes a new value of a secret, and Secrets Manager's order to call it every so many days.

    The first rotation is at once, as part of the deployment, and so is one after each change of the schedule. Secrets
    Manager takes a failed rotation up again by itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        rotated: SecretName,
        days: int,
        defaults: FunctionDefaults,
        root: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Rotate `rotated` every so many `days` by the function `name`, whose folder in `functions` is called so."""
        super().__init__(scope, construct_id)
        secret = defaults.secrets[rotated]
        self.function = PythonFunction(
            self,
            "Code",
            name=name,
            defaults=defaults,
            code=function_code(root, name),
            handler="handler.handler",
            memory_mb=MEMORY_MB,
            timeout=TIMEOUT,
            secrets=[rotated],
            environment=environment,
            work=[
                iam.PolicyStatement(
                    actions=[
                        "secretsmanager:DescribeSecret",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage",
                    ],
                    resources=[secret.secret_arn],
                )
            ],
        )
        # Not by `add_rotation_schedule`: that gives the role more, and would make the secret's stack wait for this one.
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=secret.secret_arn,
            rotation_lambda_arn=self.function.function.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(automatically_after_days=days),
        )
        self.function.function.add_permission(
            "SecretsManagerMayInvoke",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            source_account=Stack.of(self).account,
        )
        schedule.node.add_dependency(self.function.function)
