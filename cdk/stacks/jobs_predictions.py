from pathlib import Path

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.alarm_clock import AlarmClock
from cdk.constructs.code import function_code
from cdk.constructs.models_bucket import (
    acknowledge_artefacts,
    acknowledge_exports,
    may_add_exports,
    may_use_artefacts,
)
from cdk.constructs.packaged_code import packaged_code
from cdk.constructs.packaged_function import function_recipe
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.constructs.raw_answers import acknowledge_put, may_put
from cdk.constructs.scheduled_function import ScheduledFunction
from cdk.layers import Layer
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack

_TIMEOUT = Duration.minutes(10)
_TRAINING_TIMEOUT = Duration.minutes(15)
"""Lambda's maximum."""
_TRAINING_EVENT_AGE = Duration.hours(3)
"""Runs follow each other: an event waits for those before it."""


class JobsPredictionsStack(Stack):
    """Functions that bring statistics in, train models and publish forecasts.

    A schedule starts them. The settlement of games wakes ingest_stats; train wakes itself while runs wait; the clock of
    the games wakes predict before each slate, and ingest_injuries in the hours before games.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-jobs-predictions", description="PickVs: statistics and models")
        defaults = data.function_defaults(self, root)
        sources = config.stats_sources
        # It reads a PDF, with a package that no other function needs.
        injuries = function_recipe("ingest_injuries", config.runtime.wheel_platform, root)
        for name, code, schedule, woken, asked in (
            (
                "ingest_stats",
                function_code(root, "ingest_stats"),
                sources.ingest_stats_schedule,
                ("ingest_stats",),
                sources.of_box_scores(),
            ),
            (
                "ingest_injuries",
                packaged_code(self, root, injuries),
                sources.ingest_injuries_schedule,
                ("ingest_injuries",),
                sources.of_injuries(),
            ),
        ):
            construct_id = name.title().replace("_", "")
            scheduled = ScheduledFunction(
                self,
                construct_id,
                name=name,
                schedule=schedule,
                defaults=defaults,
                code=code,
                memory_mb=config.runtime.job_memory_mb,
                timeout=_TIMEOUT,
                secrets=[
                    SecretName.DATABASE_WRITER,
                    *([SecretName.BALLDONTLIE] if asked.balldontlie else []),
                ],
                sets_alarms_of=woken,
                environment={
                    "ODDS_API_SPORTS": config.odds_api.environment()["ODDS_API_SPORTS"],
                    **asked.environment(),
                    "RAW_ANSWERS_BUCKET": data.raw_answers.bucket_name,
                },
                work=[may_put(data.raw_answers, prefix) for prefix in asked.names],
            )
            AlarmClock(self, f"{construct_id}Alarms", function=scheduled.function, config=config)
            for prefix in asked.names:
                acknowledge_put(scheduled.function.role, data.raw_answers, prefix)
        self._training(config, root, data, defaults)
        self._forecasting(config, root, data, defaults)

    def _forecasting(self, config: StageConfig, root: Path, data: DataStack, defaults: FunctionDefaults) -> None:
        predict = ScheduledFunction(
            self,
            "Predict",
            name="predict",
            schedule=config.predictions.predict_schedule,
            defaults=defaults,
            code=function_code(root, "predict"),
            memory_mb=config.runtime.job_memory_mb,
            timeout=_TIMEOUT,
            secrets=[SecretName.DATABASE_FORECASTER],
            environment={
                **config.predictions.environment(),
                **config.pick_rules.environment(),
                "MODELS_BUCKET": data.models.bucket_name,
            },
            work=may_use_artefacts(data.models),
            sets_alarms_of=("predict",),
        )
        AlarmClock(self, "PredictAlarms", function=predict.function, config=config)
        acknowledge_artefacts(predict.function.role, data.models)

    def _training(self, config: StageConfig, root: Path, data: DataStack, defaults: FunctionDefaults) -> None:
        train = ScheduledFunction(
            self,
            "Train",
            name="train",
            schedule=config.predictions.train_schedule,
            defaults=defaults,
            code=function_code(root, "train"),
            memory_mb=config.predictions.training_memory_mb,
            timeout=_TRAINING_TIMEOUT,
            secrets=[SecretName.DATABASE_FORECASTER],
            environment={
                **config.predictions.environment(),
                "MODELS_BUCKET": data.models.bucket_name,
                # Several threads add up in an order of their own, so the last bits of a model, and its digest, would
                # depend on the number of processors.
                "OPENBLAS_NUM_THREADS": "1",
            },
            work=may_use_artefacts(data.models),
            wakes=("train",),
            layers=(Layer.NUMERIC, Layer.TRAINING),
            event_age=_TRAINING_EVENT_AGE,
        )
        export = PythonFunction(
            self,
            "ExportRegistry",
            name="export_registry",
            defaults=defaults,
            code=function_code(root, "export_registry"),
            handler="handler.handler",
            memory_mb=config.runtime.job_memory_mb,
            timeout=_TIMEOUT,
            secrets=[SecretName.DATABASE_READER],
            environment={"MODELS_BUCKET": data.models.bucket_name},
            work=may_add_exports(data.models),
        )
        acknowledge_artefacts(train.function.role, data.models)
        acknowledge_exports(export.role, data.models)
