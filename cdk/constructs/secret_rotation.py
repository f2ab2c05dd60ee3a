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
"""Timeout of a rotation step: up to five calls to Secrets Manager, with retries, and resuming a paused database."""
MEMORY_MB = 512


class SecretRotation(Construct):
    """Rotation of a secret: the function that creates a new value, and its schedule in Secrets Manager.

    The deployment starts the first rotation immediately. So does each change of the schedule. Secrets Manager retries a
    failed rotation.
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
        folder: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Rotate `rotated` every `days` days with the function `name`.

        folder: name of the folder of its code in `functions`. None if it has the function's name.
        """
        super().__init__(scope, construct_id)
        secret = defaults.secrets[rotated]
        self.function = PythonFunction(
            self,
            "Code",
            name=name,
            defaults=defaults,
            code=function_code(root, folder or name),
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
        # Not `add_rotation_schedule`: it grants the role more, and makes the secret's stack depend on this one.
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
