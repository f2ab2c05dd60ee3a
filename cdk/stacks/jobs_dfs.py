from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.layers import Layer
from cdk.routes.model import ONE_CPU_MB
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_BUILDING_TIMEOUT = Duration.minutes(5)
_SIMULATING_TIMEOUT = Duration.minutes(3)


class JobsDfsStack(Stack):
    """Functions of daily fantasy that take longer than a request.

    The endpoint that stores a build wakes build_lineups, the one that stores a simulation simulate_contest; an alarm
    does so again if that is lost, and a schedule once a day.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(
            scope, f"pickvs-{config.name}-jobs-dfs", description="PickVs: lineups and contests of daily fantasy"
        )
        defaults = data.function_defaults(self, root)
        build = ScheduledFunction(
            self,
            "BuildLineups",
            name="build_lineups",
            schedule=config.dfs.build_lineups_schedule,
            defaults=defaults,
            code=function_code(root, "build_lineups"),
            memory_mb=ONE_CPU_MB,
            timeout=_BUILDING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            # More threads than processors slow the search down, and the order of a sum would depend on their number.
            environment={"OPENBLAS_NUM_THREADS": "1"},
            work=[],
            sets_alarms_of=("build_lineups",),
            concurrency=config.dfs.builds_at_once,
            layers=(Layer.NUMERIC,),
        )
        AlarmClock(self, "BuildLineupsAlarms", function=build.function, config=config)
        simulate = ScheduledFunction(
            self,
            "SimulateContest",
            name="simulate_contest",
            schedule=config.dfs.simulate_contest_schedule,
            defaults=defaults,
            code=function_code(root, "simulate_contest"),
            memory_mb=ONE_CPU_MB,
            timeout=_SIMULATING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={"OPENBLAS_NUM_THREADS": "1"},
            work=[],
            sets_alarms_of=("simulate_contest",),
            concurrency=config.dfs.simulations_at_once,
            layers=(Layer.NUMERIC,),
        )
        AlarmClock(self, "SimulateContestAlarms", function=simulate.function, config=config)
