"""Alarms of the wing `predictions`, a part of the table in `cdk.alarms`.

An alarm costs as much for each metric that it watches, and a person reads each mail. So what is looked up in the same
place has one alarm, and the log says which sport, figure or function it is.
"""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, NoData
from cdk.config import StageConfig
from cdk.constructs.scheduled_function import RETRIES
from cdk.training_alarms import training_alarms
from cdk.watched import MAXIMUM, SUM

JOBS = ("ingest_stats", "ingest_injuries", "train", "predict")
"""Functions of the wing that rules invoke."""

_FIVE_MINUTES, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)
_BOX_SCORES_THAT_WAIT = 2


def prediction_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of the wing.

    Throttling has none here. An event that is due during a run is throttled with each of Lambda's attempts until that
    run has ended, so the number of throttles says nothing. An event that waits for longer than it may (15 minutes, of
    `train` 3 hours) becomes a dead letter, which rings. If the account has no concurrency left, `throttled` rings
    because of the other jobs.
    """
    yield from _of_jobs(config)
    if config.stats_sources.names:
        yield _of_statistics(config)
    yield from training_alarms(config)
    yield from _of_forecasts(config)


def _of_jobs(config: StageConfig) -> Iterator[Alarm]:
    any_of_them = f"MAX([{', '.join(f'FILL(of_{name}, 0)' for name in JOBS)}])"
    yield Alarm(
        name="predictions-errors",
        section="job-errors",
        meaning=f"One of {', '.join(JOBS)} failed {RETRIES + 1} times in an hour, which is the number of attempts for "
        "one event.",
        watches={f"of_{name}": watched.of_function(config, name, "Errors") for name in JOBS},
        formula=any_of_them,
        threshold=RETRIES + 1,
        period=_HOUR,
    )
    yield Alarm(
        name="predictions-dead-letters",
        section="dead-letters",
        meaning=f"Processing of an event for {', '.join(JOBS[:-1])} or {JOBS[-1]} was given up. The event is in its "
        "dead-letter queue.",
        watches={f"of_{name}": watched.dead_letters(config, name) for name in JOBS},
        formula=any_of_them,
        threshold=1,
        period=_FIVE_MINUTES,
    )


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
