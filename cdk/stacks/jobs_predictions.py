from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_TIMEOUT = Duration.minutes(10)


class JobsPredictionsStack(Stack):
    """Functions that bring statistics in. A schedule starts them, and the settlement of games wakes ingest_stats."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-predictions", description="PickVs: statistics and models")
        defaults = data.function_defaults(self, root)
        sources = config.stats_sources
        for name, schedule, woken in (
            ("ingest_stats", sources.ingest_stats_schedule, ("ingest_stats",)),
            ("ingest_injuries", sources.ingest_injuries_schedule, ()),
        ):
            construct_id = name.title().replace("_", "")
            scheduled = ScheduledFunction(
                self,
                construct_id,
                name=name,
                schedule=schedule,
                defaults=defaults,
                code=function_code(root, name),
                memory_mb=config.runtime.job_memory_mb,
                timeout=_TIMEOUT,
                secrets=[
                    SecretName.DATABASE_WRITER,
                    *([SecretName.BALLDONTLIE] if sources.balldontlie else []),
                ],
                sets_alarms_of=woken,
                environment={
                    "ODDS_API_SPORTS": config.odds_api.environment()["ODDS_API_SPORTS"],
                    **sources.environment(),
                    "RAW_ANSWERS_BUCKET": data.raw_answers.bucket_name,
                },
                work=[may_put(data.raw_answers, prefix) for prefix in sources.names],
            )
            if woken:
                AlarmClock(self, f"{construct_id}Alarms", function=scheduled.function, config=config)
            for prefix in sources.names:
                acknowledge_put(scheduled.function.role, data.raw_answers, prefix)
