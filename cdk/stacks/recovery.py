from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.code import function_code
from cdk.constructs.database_exports import acknowledge_exports, may_export, may_restore
from cdk.constructs.python_function import PythonFunction
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

TIMEOUT = Duration.minutes(15)
"""Lambda's maximum."""


class RecoveryStack(Stack):
    """Recovery of the database: a scheduled export, and a manual restore into an empty database.

    The export connects through the pooler, like all functions that serve. The restore uses the direct connection. The
    direct connection can therefore point to a new database before the pooler does, and the API uses the new database
    only when it is complete.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-recovery", description="PickVs: database export and restore")
        defaults = data.function_defaults(self, root)
        bucket = data.exports
        environment = {"EXPORTS_BUCKET": bucket.bucket_name}
        back_up = ScheduledFunction(
            self,
            "BackUp",
            name="back_up",
            schedule=config.recovery.back_up_schedule,
            defaults=defaults,
            code=function_code(root, "back_up"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment=environment,
            work=[may_export(bucket)],
        )
        restore = PythonFunction(
            self,
            "Restore",
            name="restore",
            defaults=defaults,
            code=function_code(root, "restore"),
            handler="handler.handler",
            memory_mb=config.runtime.job_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_DIRECT],
            environment=environment,
            work=may_restore(bucket),
        )
        for function in (back_up.function, restore):
            acknowledge_exports(function.role, bucket)
