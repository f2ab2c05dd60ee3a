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
"""As long as Lambda allows."""


class RecoveryStack(Stack):
    """What brings the database back: its exports, by a schedule, and by hand the way from one into an empty database.

    The export goes through the pooler, as everything that serves; the restore does not, so that the database can be
    replaced behind the direct connection first, and what serves is shown the new one when it is whole.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-recovery", description="PickVs: exports, and restoring them")
        defaults = data.function_defaults(self, root)
        bucket = data.exports
        environment = {"EXPORTS_BUCKET": bucket.bucket_name}
        back_up = ScheduledFunction(
            self,
            "BackUp",
            name="back_up",
            schedule=config.back_up_schedule,
            defaults=defaults,
            code=function_code(root, "back_up"),
            memory_mb=config.ingestion_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE],
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
            memory_mb=config.ingestion_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_DIRECT],
            environment=environment,
            work=may_restore(bucket),
        )
        for function in (back_up.function, restore):
            acknowledge_exports(function.role, bucket)
