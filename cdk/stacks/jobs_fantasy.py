from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_COLLECTING_TIMEOUT = Duration.minutes(10)
_TICKING_TIMEOUT = Duration.minutes(5)


class JobsFantasyStack(Stack):
    """Functions that collect the facts of races, and that end turns and lock drafts when their time has come.

    A schedule starts each of them once a day. In between, alarms wake collect_f1 after sessions, and tick_drafts when
    something is due in a draft.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-fantasy", description="PickVs: races and drafts")
        defaults = data.function_defaults(self, root)
        self._collecting(config, root, data, defaults)
        self._ticking(config, root, defaults)

    def _collecting(self, config: StageConfig, root: Path, data: DataStack, defaults: FunctionDefaults) -> None:
        """Add collect_f1. Its runs do not overlap, so that the sources are asked at one pace."""
        sources = config.fantasy.names
        collect = ScheduledFunction(
            self,
            "CollectF1",
            name="collect_f1",
            schedule=config.fantasy.collect_f1_schedule,
            defaults=defaults,
            code=function_code(root, "collect_f1"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=_COLLECTING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={**config.fantasy.environment(), "RAW_ANSWERS_BUCKET": data.raw_answers.bucket_name},
            work=[may_put(data.raw_answers, prefix) for prefix in sources],
            wakes=("deliver_notices",),
            sets_alarms_of=("collect_f1", "tick_drafts"),
        )
        AlarmClock(self, "CollectF1Alarms", function=collect.function, config=config)
        for prefix in sources:
            acknowledge_put(collect.function.role, data.raw_answers, prefix)

    def _ticking(self, config: StageConfig, root: Path, defaults: FunctionDefaults) -> None:
        tick = ScheduledFunction(
            self,
            "TickDrafts",
            name="tick_drafts",
            schedule=config.fantasy.tick_drafts_schedule,
            defaults=defaults,
            code=function_code(root, "tick_drafts"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=_TICKING_TIMEOUT,
            secrets=[SecretName.DATABASE_WRITER],
            environment={},
            work=[],
            wakes=("deliver_notices",),
            sets_alarms_of=("tick_drafts",),
            concurrency=config.fantasy.ticks_at_once,
        )
        AlarmClock(self, "TickDraftsAlarms", function=tick.function, config=config)
