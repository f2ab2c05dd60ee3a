from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.code import function_code
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.secret_names import SecretName

TIMEOUT = Duration.seconds(60)
"""A step asks Secrets Manager up to five times, and again where it does not answer."""
MEMORY_MB = 512


class SigningKeyRotation(Construct):
    """The function that makes a new token signing key, and Secrets Manager's order to call it every so many days.

    The first rotation is at once, as part of the deployment, and so is one after each change of the schedule. Secrets
    Manager takes a failed rotation up again by itself.
    """

    def __init__(self, scope: Construct, construct_id: str, *, defaults: FunctionDefaults, root: Path) -> None:
        super().__init__(scope, construct_id)
        config = defaults.config
        secret = defaults.secrets[SecretName.SIGNING_KEYS]
        self.function = PythonFunction(
            self,
            "Code",
            name="rotate_signing_keys",
            defaults=defaults,
            code=function_code(root, "rotate_signing_keys"),
            handler="handler.handler",
            memory_mb=MEMORY_MB,
            timeout=TIMEOUT,
            secrets=[SecretName.SIGNING_KEYS],
            environment={"SIGNING_KEYS_DELAY_SECONDS": str(config.signing_keys_delay_seconds)},
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
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=config.signing_keys_rotation_days
            ),
        )
        self.function.function.add_permission(
            "SecretsManagerMayInvoke",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            source_account=Stack.of(self).account,
        )
        schedule.node.add_dependency(self.function.function)
