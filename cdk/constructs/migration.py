from pathlib import Path

from aws_cdk import Duration, Stack, triggers
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.constructs.packaged_code import packaged_code
from cdk.constructs.packaged_function import function_recipe
from cdk.constructs.provider_function import TRIGGER_PROVIDER, keep_house_rules
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.secret_names import ROLE_SECRETS, SecretName

TIMEOUT = Duration.minutes(10)
"""Timeout of a migration. A change of data that takes longer must be a separate job."""


class Migration(Construct):
    """Migration of the database's schema during the deployment. If it fails, the deployment fails.

    The function also makes the database roles of the other functions. It alone knows all their secrets: it sets the
    passwords in the database, and writes the address that they connect to.

    The SQL files are in the function's asset. A new file therefore creates a new version, which the trigger runs.
    """

    def __init__(self, scope: Construct, construct_id: str, *, defaults: FunctionDefaults, root: Path) -> None:
        super().__init__(scope, construct_id)
        roles = {role: defaults.secrets[name].secret_arn for role, name in ROLE_SECRETS.items()}
        pooled = defaults.secrets[SecretName.DATABASE].secret_arn
        self.function = PythonFunction(
            self,
            "Code",
            name="migrate",
            defaults=defaults,
            code=packaged_code(self, root, function_recipe("migrate", defaults.config.runtime.wheel_platform, root)),
            handler="handler.handler",
            memory_mb=defaults.config.runtime.migrate_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_DIRECT],
            environment={
                "DATABASE_POOLED_SECRET_ARN": pooled,
                **{f"DATABASE_{role.upper()}_SECRET_ARN": arn for role, arn in roles.items()},
            },
            work=[
                iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[pooled, *roles.values()]),
                iam.PolicyStatement(actions=["secretsmanager:PutSecretValue"], resources=[*roles.values()]),
            ],
        )
        self.trigger = triggers.Trigger(
            self,
            "Trigger",
            handler=self.function.function,
            timeout=TIMEOUT,
            execute_on_handler_change=True,
        )
        keep_house_rules(Stack.of(self), TRIGGER_PROVIDER, name="migrate_trigger", config=defaults.config)
