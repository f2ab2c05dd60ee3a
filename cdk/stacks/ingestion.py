from pathlib import Path

from aws_cdk import Annotations, Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.credits import statement
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

TIMEOUT = Duration.minutes(5)
RAW_ANSWERS_PREFIX = "odds_api"
ESPN_PREFIX = "espn"
_WOKEN = ("fetch_odds", "process_results", "ingest_stats")
"""Functions whose work a run of either puts on the agenda. Who hears of games wakes ingest_injuries as well."""


class IngestionStack(Stack):
    """Functions that fetch odds, and results to grade the picks. A schedule and the clock of the games start them."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-ingestion", description="PickVs: ingestion of odds and results")
        Annotations.of(self).add_info(statement(config.odds_api.daily_credits()))
        defaults = data.function_defaults(self, root)
        second = config.scores_sources
        for name, woken, schedule, sources, prefixes in (
            (
                "fetch_odds",
                (*_WOKEN, "ingest_injuries"),
                config.odds_api.fetch_odds_schedule,
                {},
                [RAW_ANSWERS_PREFIX],
            ),
            (
                "process_results",
                _WOKEN,
                config.odds_api.process_results_schedule,
                second.environment(),
                [RAW_ANSWERS_PREFIX, *([ESPN_PREFIX] if second.espn else [])],
            ),
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
                timeout=TIMEOUT,
                secrets=[SecretName.DATABASE_WRITER, SecretName.ODDS_API],
                wakes=("deliver_notices",),
                sets_alarms_of=woken,
                environment={
                    **config.odds_api.environment(),
                    **config.game_clock.environment(),
                    **sources,
                    **config.stats_sources.choice(),
                    "RAW_ANSWERS_BUCKET": data.raw_answers.bucket_name,
                },
                work=[may_put(data.raw_answers, prefix) for prefix in prefixes],
            )
            AlarmClock(self, f"{construct_id}Alarms", function=scheduled.function, config=config)
            for prefix in prefixes:
                acknowledge_put(scheduled.function.role, data.raw_answers, prefix)
