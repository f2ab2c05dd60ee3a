from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.code import function_code
from cdk.constructs.python_function import PythonFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

TIMEOUT = Duration.minutes(15)
"""Lambda's maximum: one invocation sums the standings of all seasons."""


class OperationsStack(Stack):
    """Function for manual operations. Only an engineer invokes it, with `lambda:InvokeFunction`: it has no route."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-operations", description="PickVs: manual operations")
        PythonFunction(
            self,
            "Operator",
            name="operator",
            defaults=data.function_defaults(self, root),
            code=function_code(root, "operator"),
            handler="handler.handler",
            memory_mb=config.runtime.job_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
        )
