"""Alarms of the training of models, a part of the table in `cdk.alarms`."""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, Comparison
from cdk.config import StageConfig
from cdk.watched import MAXIMUM, SUM

_HOUR = timedelta(hours=1)
_TRAINING_DAYS = 9
"""Days after which a weekly training is late."""


def training_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of training."""
    sports = config.predictions.sports
    yield Alarm(
        name="training-failed",
        section="training-failed",
        meaning="A training run failed in the last hour. The champions forecast on as they are.",
        watches={"failed": watched.measured(config, "FailedRuns", SUM, job="train")},
        threshold=1,
        period=_HOUR,
    )
    yield Alarm(
        name="training-blocked",
        section="training-blocked",
        meaning="The gate blocked a trained model as suspicious: it is better than can be true.",
        watches={f"of_{sport}": watched.measured(config, "GatesBlocked", SUM, sport=sport) for sport in sports},
        formula=f"SUM([{', '.join(f'FILL(of_{sport}, 0)' for sport in sports)}])",
        threshold=1,
        period=_HOUR,
    )
    yield Alarm(
        name="training-late",
        section="training-late",
        meaning=f"The games' models of a league in season were last trained more than {_TRAINING_DAYS} days ago.",
        watches={f"of_{sport}": watched.measured(config, "TrainingAge", MAXIMUM, sport=sport) for sport in sports},
        formula=f"MAX([{', '.join(f'FILL(of_{sport}, 0)' for sport in sports)}])",
        comparison=Comparison.MORE,
        threshold=_TRAINING_DAYS * 24 * 3600,
        period=_HOUR,
    )
