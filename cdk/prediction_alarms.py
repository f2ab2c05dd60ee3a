"""Alarms of the wing `predictions`, a part of the table in `cdk.alarms`.

An alarm costs as much for each metric that it watches, and a person reads each mail. So what is looked up in the same
place has one alarm, and the log says which sport, figure or function it is.
"""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, NoData
from cdk.config import StageConfig
from cdk.job_alarms import job_alarms
from cdk.training_alarms import training_alarms
from cdk.watched import MAXIMUM, SUM

JOBS = ("ingest_stats", "ingest_injuries", "train", "predict")
"""Functions of the wing that rules invoke."""

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_BOX_SCORES_THAT_WAIT = 2


def prediction_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of the wing.

    Throttling has none here. An event that is due during a run is throttled with each of Lambda's attempts until that
    run has ended, so the number of throttles says nothing. An event that waits for longer than it may (15 minutes, of
    `train` 3 hours) becomes a dead letter, which rings. If the account has no concurrency left, `throttled` rings
    because of the other jobs.
    """
    yield from job_alarms(config, "predictions", JOBS)
    if config.stats_sources.names:
        yield _of_statistics(config)
    yield from training_alarms(config)
    yield from _of_forecasts(config)


def _of_statistics(config: StageConfig) -> Alarm:
    return Alarm(
        name="statistics-in-doubt",
        section="statistics-in-doubt",
        meaning=f"More than {_BOX_SCORES_THAT_WAIT} box scores contradict themselves, the score, or each other; or an "
        "error that the checks of the statistics found has waited for more than a day.",
        watches={
            "review": watched.measured(config, "BoxScoresInReview", MAXIMUM),
            "errors": watched.measured(config, "StatsErrorsWaiting", MAXIMUM),
        },
        formula=f"MAX([IF(review > {_BOX_SCORES_THAT_WAIT}, 1, 0), IF(errors > 0, 1, 0)])",
        threshold=1,
        period=_HOUR,
        no_data=NoData.CHANGES_NOTHING,
    )


def _of_forecasts(config: StageConfig) -> Iterator[Alarm]:
    yield Alarm(
        name="forecasts-faulty",
        section="forecasts-faulty",
        meaning="Half an hour before a slate, a game of it has no forecast; or published forecasts contradict each "
        "other, or their ratings do not know what they must.",
        watches={
            "without": watched.measured(config, "SlatesWithoutForecasts", SUM),
            "broken": watched.measured(config, "ForecastInvariantsBroken", SUM),
        },
        formula="SUM([FILL(without, 0), FILL(broken, 0)])",
        threshold=1,
        period=_QUARTER,
    )
    yield Alarm(
        name="forecasts-drift",
        section="forecasts-drift",
        meaning="Forecasts have become worse, or their inputs other ones: a figure of a sport is past its limit.",
        watches={"drifted": watched.measured(config, "ForecastsDrifted", MAXIMUM)},
        threshold=1,
        period=_HOUR,
    )
