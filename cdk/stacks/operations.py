from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.python_function import PythonFunction
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

TIMEOUT = Duration.minutes(15)
"""Lambda's maximum: one invocation sums the standings of all seasons."""
HOUSEKEEPING_TIMEOUT = Duration.minutes(5)


class OperationsStack(Stack):
    """Manual operations and housekeeping.

    Only an engineer invokes `operator`, with `lambda:InvokeFunction`: it has no route. A rule invokes `housekeeping`
    daily, and its alarm clock while it has not finished.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-operations", description="PickVs: operations")
        defaults = data.function_defaults(self, root)
        PythonFunction(
            self,
            "Operator",
            name="operator",
            defaults=defaults,
            code=function_code(root, "operator"),
            handler="handler.handler",
            memory_mb=config.runtime.job_memory_mb,
            timeout=TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
        )
        housekeeping = ScheduledFunction(
            self,
            "Housekeeping",
            name="housekeeping",
            schedule=config.retention.housekeeping_schedule,
            defaults=defaults,
            code=function_code(root, "housekeeping"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=HOUSEKEEPING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={},
            work=[],
            sets_alarms_of=["housekeeping"],
        )
        AlarmClock(self, "HousekeepingAlarms", function=housekeeping.function, config=config)
