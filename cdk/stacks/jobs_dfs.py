from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.layers import Layer
from cdk.routes.model import ONE_CPU_MB
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_BUILDING_TIMEOUT = Duration.minutes(5)
_SIMULATING_TIMEOUT = Duration.minutes(3)
_ASKING_TIMEOUT = Duration.minutes(10)


class JobsDfsStack(Stack):
    """Functions of daily fantasy that take longer than a request, or ask sources.

    The endpoint that stores a build wakes build_lineups, the one that stores a simulation simulate_contest; an alarm
    does so again if that is lost, and a schedule once a day. Each kind of source has a function of its own, so that a
    dead one leaves the others alone.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-dfs", description="PickVs: daily fantasy")
        defaults = data.function_defaults(self, root)
        dfs, feeds = config.dfs, config.feeds
        self._computing(
            config, root, defaults, "build_lineups", dfs.build_lineups_schedule, _BUILDING_TIMEOUT, dfs.builds_at_once
        )
        self._computing(
            config,
            root,
            defaults,
            "simulate_contest",
            dfs.simulate_contest_schedule,
            _SIMULATING_TIMEOUT,
            dfs.simulations_at_once,
        )
        self._asking(
            config,
            root,
            data,
            defaults,
            "fetch_weather",
            feeds.fetch_weather_schedule,
            feeds.weather,
            feeds.weather_environment(),
            alarms_of=("fetch_weather",),
        )
        self._asking(
            config,
            root,
            data,
            defaults,
            "fetch_dfs_slates",
            feeds.fetch_dfs_slates_schedule,
            feeds.slates,
            feeds.slates_environment(),
            alarms_of=("fetch_dfs_slates", "fetch_weather"),
        )

    def _computing(
        self,
        config: StageConfig,
        root: Path,
        defaults: FunctionDefaults,
        name: str,
        schedule: str,
        timeout: Duration,
        at_once: int,
    ) -> None:
        """Add a function that computes for minutes. at_once: its runs at one time."""
        construct_id = _construct_id(name)
        computing = ScheduledFunction(
            self,
            construct_id,
            name=name,
            schedule=schedule,
            defaults=defaults,
            code=function_code(root, name),
            memory_mb=ONE_CPU_MB,
            timeout=timeout,
            secrets=[SecretName.DATABASE_WRITER],
            # More threads than processors slow the work down, and the order of a sum would depend on their number.
            environment={"OPENBLAS_NUM_THREADS": "1"},
            work=[],
            sets_alarms_of=(name,),
            concurrency=at_once,
            layers=(Layer.NUMERIC,),
        )
        AlarmClock(self, f"{construct_id}Alarms", function=computing.function, config=config)

    def _asking(
        self,
        config: StageConfig,
        root: Path,
        data: DataStack,
        defaults: FunctionDefaults,
        name: str,
        schedule: str,
        sources: Sequence[str],
        environment: Mapping[str, str],
        *,
        alarms_of: Sequence[str],
    ) -> None:
        """Add a function that asks sources, and keeps their answers."""
        construct_id = _construct_id(name)
        asking = ScheduledFunction(
            self,
            construct_id,
            name=name,
            schedule=schedule,
            defaults=defaults,
            code=function_code(root, name),
            memory_mb=config.runtime.job_memory_mb,
            timeout=_ASKING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={**environment, "RAW_ANSWERS_BUCKET": data.raw_answers.bucket_name},
            work=[may_put(data.raw_answers, source) for source in sources],
            sets_alarms_of=alarms_of,
        )
        AlarmClock(self, f"{construct_id}Alarms", function=asking.function, config=config)
        for source in sources:
            acknowledge_put(asking.function.role, data.raw_answers, source)


def _construct_id(name: str) -> str:
    return name.title().replace("_", "")
