from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.code import function_code
from cdk.constructs.python_function import PythonFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

TIMEOUT = Duration.minutes(15)
"""As long as Lambda allows: the standings of all seasons are summed in one go."""


class OperationsStack(Stack):
    """What an engineer does by hand: neither a route nor a schedule leads here, only `lambda:InvokeFunction`."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-operations", description="PickVs: what is done by hand")
        PythonFunction(
            self,
            "Operator",
            name="operator",
            defaults=data.function_defaults(self, root),
            code=function_code(root, "operator"),
            handler="handler.handler",
            memory_mb=config.ingestion_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE],
        )
