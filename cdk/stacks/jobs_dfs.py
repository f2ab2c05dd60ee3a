from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.layers import Layer
from cdk.routes.model import ONE_CPU_MB
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_BUILDING_TIMEOUT = Duration.minutes(5)
_ASKING_TIMEOUT = Duration.minutes(10)


class JobsDfsStack(Stack):
    """Functions of daily fantasy that take longer than a request, or ask sources.

    The endpoint that stores a build wakes build_lineups; an alarm does so again if that is lost, and a schedule once a
    day. Each source has a function of its own, so that a dead one leaves the others alone.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-dfs", description="PickVs: daily fantasy")
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
        feeds = config.feeds
        for name, schedule, sources, environment, alarms in (
            (
                "fetch_weather",
                feeds.fetch_weather_schedule,
                feeds.weather,
                feeds.weather_environment(),
                ("fetch_weather",),
            ),
            (
                "fetch_dfs_slates",
                feeds.fetch_dfs_slates_schedule,
                feeds.slates,
                feeds.slates_environment(),
                ("fetch_dfs_slates", "fetch_weather"),
            ),
        ):
            construct_id = name.title().replace("_", "")
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
                sets_alarms_of=alarms,
            )
            AlarmClock(self, f"{construct_id}Alarms", function=asking.function, config=config)
            for source in sources:
                acknowledge_put(asking.function.role, data.raw_answers, source)
