"""Alarms of the training of models, a part of the table in `cdk.alarms`."""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, Comparison
from cdk.config import StageConfig
from cdk.watched import MAXIMUM, SUM

_HOUR = timedelta(hours=1)
TRAINING_DAYS = 9
"""Days after which a weekly training is late."""


def training_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of training."""
    sports = config.predictions.sports
    yield Alarm(
        name="training-failed",
        section="training-failed",
        meaning="A training run failed, or the gate blocked a model that is better than can be true. The champions "
        "forecast on as they are.",
        watches={
            "failed": watched.measured(config, "FailedRuns", SUM, job="train"),
            "blocked": watched.measured(config, "GatesBlocked", SUM),
        },
        formula="SUM([FILL(failed, 0), FILL(blocked, 0)])",
        threshold=1,
        period=_HOUR,
    )
    yield Alarm(
        name="training-late",
        section="training-late",
        meaning=f"The games' models of a league in season were last trained more than {TRAINING_DAYS} days ago.",
        watches={f"of_{sport}": watched.measured(config, "TrainingAge", MAXIMUM, sport=sport) for sport in sports},
        formula=f"MAX([{', '.join(f'FILL(of_{sport}, 0)' for sport in sports)}])",
        comparison=Comparison.MORE,
        threshold=TRAINING_DAYS * 24 * 3600,
        period=_HOUR,
    )
