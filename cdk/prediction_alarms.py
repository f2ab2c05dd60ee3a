"""Alarms of the wing `predictions`, a part of the table in `cdk.alarms`.

An alarm costs as much for each metric that it watches, and a person reads each mail. So what is looked up in the same
place has one alarm, and the log says which sport, figure or function it is.
"""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, Comparison, NoData
from cdk.config import StageConfig
from cdk.job_alarms import job_alarms
from cdk.settings.stats_sources import INJURY_SPORTS
from cdk.training_alarms import training_alarms
from cdk.watched import MAXIMUM, SUM

JOBS = ("ingest_stats", "ingest_injuries", "train", "predict")
"""Functions of the wing that rules invoke."""

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_BOX_SCORES_THAT_WAIT = 2
INJURIES_HOURS = 2
"""Age of a list from which somebody looks after it. The sources are asked every quarter of an hour before games."""


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
    if injury_sports(config):
        yield _of_injuries(config)
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


def injury_sports(config: StageConfig) -> list[str]:
    """Return the sports of the stage in which a source is asked who is hurt. Others have no such metric."""
    asked = config.stats_sources.of_injuries()
    known = INJURY_SPORTS if asked.espn else INJURY_SPORTS[:1] if asked.nba_report else ()
    return [sport for sport in config.odds_api.sports if sport in known]


def _of_injuries(config: StageConfig) -> Alarm:
    sports = injury_sports(config)
    return Alarm(
        name="injuries-stale",
        section="injuries-stale",
        meaning=f"Games begin within two hours, and the last list of who is hurt is more than {INJURIES_HOURS} hours "
        "old: a source is silent, or its address or its form has changed.",
        watches={f"of_{sport}": watched.measured(config, "InjuriesAge", MAXIMUM, sport=sport) for sport in sports},
        formula=f"MAX([{', '.join(f'FILL(of_{sport}, 0)' for sport in sports)}])",
        comparison=Comparison.MORE,
        threshold=INJURIES_HOURS * 3600,
        period=_QUARTER,
        periods=2,
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
