"""The one table of alarms: what each watches, from when on it rings, and where the runbook says what to do then.

Three kinds, told apart by what no data means:
- of counts: nothing happened, which is well;
- of gauges: nobody has looked since, so what was seen last still holds;
- of silence: something that always happens has not. It rings by going to INSUFFICIENT_DATA, where it begins: an alarm
  for which no data is a breach would ring when it is made, before anything could have happened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from math import ceil

from cdk import watched
from cdk.config import StageConfig
from cdk.constructs.scheduled_function import RETRIES
from cdk.database import AuroraDatabase
from cdk.metrics import Metric
from cdk.schedules import longest_gap
from cdk.watched import AVERAGE, MAXIMUM, MINIMUM, P99, SUM, Watched

RUNBOOK = "docs/runbook.md"

_FIVE_MINUTES, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)

_ERRORS_THAT_COUNT = 5
_ERROR_PERCENT = 1
_SLOW_MS = 5_000
"""No cold start takes as long; a database that sleeps does, but is awake in the next period."""
_REFUSALS_THAT_COUNT = 50
_REFUSED_PERCENT = 50
_THROTTLES = 3
_USED_UP_PERCENT = 90
_CREDIT_DAYS = 10
_CREDITS_OF_SCORES = 2
_MARKETS = 3


class Comparison(Enum):
    """How a value that rings compares with the threshold."""

    AT_LEAST = "at least"
    MORE = "more"
    LESS = "less"


class NoData(Enum):
    """What it means that there is no value."""

    IS_WELL = "is well"
    CHANGES_NOTHING = "changes nothing"
    RINGS = "rings"
    """By way of INSUFFICIENT_DATA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm of a stage."""

    name: str
    """What follows `pickvs-<stage>-` in its name."""
    section: str
    """The runbook's section about it."""
    meaning: str
    """What is wrong when it rings, in a sentence."""
    watches: Mapping[str, Watched]
    """The metrics, by what the formula calls them."""
    formula: str | None = None
    """What is compared, in CloudWatch's metric math; None where there is one metric."""
    comparison: Comparison = Comparison.AT_LEAST
    threshold: float
    period: timedelta
    """Over which time values are put together."""
    periods: int = 1
    """How many periods in a row must ring."""
    no_data: NoData = NoData.IS_WELL

    @property
    def description(self) -> str:
        """What the mail says."""
        return describe(self.meaning, self.section)


def describe(meaning: str, section: str) -> str:
    """Return an alarm's description: what is wrong, and where the runbook says what to do."""
    return f"{meaning} {RUNBOOK}: {section}."


def jobs(config: StageConfig) -> tuple[str, ...]:
    """Return the functions of the stage that run by a schedule."""
    canary = () if config.canary_schedule is None else ("canary",)
    return ("fetch_odds", "process_results", "back_up", "measure", *canary)


def alarms(config: StageConfig) -> tuple[Alarm, ...]:
    """Return the alarms of the stage. Raises DeploymentError for a schedule of which it is unknown when it is late."""
    return (*_of_api(config), *_of_jobs(config), *_of_data(config), *_of_secrets(config), *_of_canary(config))


def _of_api(config: StageConfig) -> Iterator[Alarm]:
    yield Alarm(
        name="api-errors",
        section="api-errors",
        meaning=f"{_ERROR_PERCENT} % or more of the requests of five minutes got a 5xx.",
        watches={
            "errors": watched.of_api(config, "5XXError", SUM),
            "requests": watched.of_api(config, "Count", SUM),
        },
        formula=f"IF(errors >= {_ERRORS_THAT_COUNT}, 100 * errors / requests, 0)",
        threshold=_ERROR_PERCENT,
        period=_FIVE_MINUTES,
    )
    yield Alarm(
        name="api-slow",
        section="api-slow",
        meaning=f"The slowest hundredth of the requests has taken more than {_SLOW_MS // 1000} s for a quarter of an "
        "hour.",
        watches={"latency": watched.of_api(config, "Latency", P99)},
        comparison=Comparison.MORE,
        threshold=_SLOW_MS,
        period=_FIVE_MINUTES,
        periods=3,
    )
    yield Alarm(
        name="authorizer-refuses",
        section="authorizer-refuses",
        meaning="Most of the tokens and keys that were looked at in a quarter of an hour were not accepted.",
        # A token that is no good is an error of the authorizer's too: it is how 401 is said. Users get no 5xx from it.
        watches={
            "errors": watched.of_function(config, "authorizer", "Errors"),
            "asked": watched.of_function(config, "authorizer", "Invocations"),
        },
        formula=f"IF(errors >= {_REFUSALS_THAT_COUNT}, 100 * errors / asked, 0)",
        threshold=_REFUSED_PERCENT,
        period=_FIVE_MINUTES,
        periods=3,
    )
    # A throttled endpoint is a 5xx, and one alarm for each would be one for each row of ENDPOINTS.
    throttled = ("authorizer", *jobs(config))
    yield Alarm(
        name="throttled",
        section="throttled",
        meaning="Lambda refused to run the authorizer or a job: the account's concurrency is used up, or jobs overlap.",
        watches={f"of_{name}": watched.of_function(config, name, "Throttles") for name in throttled},
        formula=f"SUM([{', '.join(f'FILL(of_{name}, 0)' for name in throttled)}])",
        threshold=_THROTTLES,
        period=_QUARTER,
    )


def _of_jobs(config: StageConfig) -> Iterator[Alarm]:
    for name in jobs(config):
        yield Alarm(
            name=f"{name}-errors",
            section="job-errors",
            meaning=f"{name} has failed {RETRIES + 1} times in an hour, which is as often as one event is tried.",
            watches={"errors": watched.of_function(config, name, "Errors")},
            threshold=RETRIES + 1,
            period=_HOUR,
        )
        yield Alarm(
            name=f"{name}-dead-letters",
            section="dead-letters",
            meaning=f"An event for {name} was given up, and lies in its dead-letter queue.",
            watches={"events": watched.dead_letters(config, name)},
            threshold=1,
            period=_FIVE_MINUTES,
        )
    for name, schedule in (
        ("fetch_odds", config.fetch_odds_schedule),
        ("process_results", config.process_results_schedule),
    ):
        yield Alarm(
            name=f"{name}-failed",
            section="ingestion-failed",
            meaning=f"A run of {name} has failed, in this hour.",
            watches={"failed": watched.measured(config, Metric.FAILED_RUNS, SUM, job=name)},
            threshold=1,
            period=_HOUR,
        )
        yield _silence(
            name=f"{name}-missed",
            section="ingestion-missed",
            meaning=f"No run of {name} has ended since it was due.",
            watches=watched.measured(config, Metric.RUNS, SUM, job=name),
            schedule=schedule,
        )
    yield _silence(
        name="export-missed",
        section="export-missed",
        meaning="No export of the database is newer than promised: what was written since would be lost with it.",
        watches=watched.measured(config, Metric.EXPORTS, watched.HOW_OFTEN),
        schedule=config.back_up_schedule,
    )
    yield _silence(
        name="measure-silent",
        section="measure-silent",
        meaning="Nothing is measured any more: neither the database's state nor the age of the data is known.",
        watches=watched.measured(config, Metric.DATABASE_REACHABLE, watched.HOW_OFTEN),
        schedule=config.measure_schedule,
    )


def _of_data(config: StageConfig) -> Iterator[Alarm]:
    results_age = longest_gap(config.process_results_schedule) + 2 * _HOUR
    yield _gauge(
        config,
        name="database-unreachable",
        meaning="The database does not answer: neither does anything that needs it.",
        watches=watched.measured(config, Metric.DATABASE_REACHABLE, MINIMUM),
        comparison=Comparison.LESS,
        threshold=1,
    )
    if isinstance(config.database, AuroraDatabase):
        yield Alarm(
            name="database-full",
            section="database-full",
            meaning=f"The database has used {_USED_UP_PERCENT} % or more of what it may grow to for a quarter of an "
            "hour.",
            # Of the writer and of who follows it, which are as large as each other.
            watches={"used": watched.of_cluster(config, "ACUUtilization", AVERAGE)},
            threshold=_USED_UP_PERCENT,
            period=_FIVE_MINUTES,
            periods=3,
        )
    yield _gauge(
        config,
        name="odds-stale",
        meaning=f"Odds are older than {config.max_odds_age_hours} hours: no pick is accepted until there are new ones.",
        watches=watched.measured(config, Metric.ODDS_AGE, MAXIMUM),
        comparison=Comparison.MORE,
        threshold=timedelta(hours=config.max_odds_age_hours).total_seconds(),
    )
    yield _gauge(
        config,
        name="results-stale",
        meaning=f"Results are older than {results_age / _HOUR:g} hours: games are over, and picks are not graded.",
        watches=watched.measured(config, Metric.RESULTS_AGE, MAXIMUM),
        comparison=Comparison.MORE,
        threshold=results_age.total_seconds(),
    )
    # What the provider asks for a day's questions: one credit for each market and region, and two for scores.
    credits_a_day = len(config.odds_api_sports) * (_MARKETS * len(config.odds_api_regions) + _CREDITS_OF_SCORES)
    yield Alarm(
        name="credits-low",
        section="credits-low",
        meaning=f"The credits of The Odds API that are left this month are for fewer than {_CREDIT_DAYS} days.",
        watches={"credits": watched.measured(config, Metric.CREDITS_REMAINING, MINIMUM)},
        comparison=Comparison.LESS,
        threshold=_CREDIT_DAYS * credits_a_day,
        period=_HOUR,
        no_data=NoData.CHANGES_NOTHING,
    )
    yield _gauge(
        config,
        name="games-unsettled",
        meaning="Games are over that the latest results should have settled, and did not.",
        watches=watched.measured(config, Metric.UNSETTLED_GAMES, MAXIMUM),
        comparison=Comparison.AT_LEAST,
        threshold=1,
    )


def _of_secrets(config: StageConfig) -> Iterator[Alarm]:
    rotations = ["rotate_signing_keys"]
    if isinstance(config.database, AuroraDatabase):
        rotations.append("rotate_database_password")
    for name in rotations:
        yield Alarm(
            name=f"{name}-errors",
            section="rotation-errors",
            meaning=f"{name} has failed; what it was to replace is still in use.",
            watches={"errors": watched.of_function(config, name, "Errors")},
            threshold=1,
            period=_HOUR,
        )


def _of_canary(config: StageConfig) -> Iterator[Alarm]:
    if config.canary_schedule is not None:
        yield Alarm(
            name="canary-failed",
            section="canary-failed",
            meaning="The canary did not get from registering to the leaderboard.",
            watches={"failures": watched.measured(config, Metric.CANARY_FAILURES, MAXIMUM)},
            threshold=1,
            period=_HOUR,
            no_data=NoData.CHANGES_NOTHING,
        )


def _gauge(
    config: StageConfig, *, name: str, meaning: str, watches: Watched, comparison: Comparison, threshold: float
) -> Alarm:
    """Return an alarm on what `measure` sees: for a quarter of an hour, or once where it looks less often."""
    often = longest_gap(config.measure_schedule) <= _FIVE_MINUTES
    return Alarm(
        name=name,
        section=name,
        meaning=meaning,
        watches={"value": watches},
        comparison=comparison,
        threshold=threshold,
        period=_FIVE_MINUTES if often else _HOUR,
        periods=3 if often else 1,
        no_data=NoData.CHANGES_NOTHING,
    )


def _silence(*, name: str, section: str, meaning: str, watches: Watched, schedule: str) -> Alarm:
    """Return an alarm that rings when nothing has been measured for longer than a schedule lets expect.

    A quarter of an hour, the longest that a run may take, is granted to what runs within the hour; two hours to others.
    """
    gap = longest_gap(schedule)
    often = gap < _HOUR
    period = _FIVE_MINUTES if often else _HOUR
    granted = _QUARTER + 2 * _FIVE_MINUTES if often else 2 * _HOUR
    return Alarm(
        name=name,
        section=section,
        meaning=meaning,
        watches={"values": watches},
        comparison=Comparison.LESS,
        threshold=1,
        period=period,
        periods=ceil((gap + granted) / period),
        no_data=NoData.RINGS,
    )
