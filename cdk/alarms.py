"""Table of all alarms: the metrics, the threshold and the runbook section of each.

The kinds of alarms are in `cdk.alarm`.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import ceil

from cdk import watched
from cdk.alarm import Alarm, Comparison, NoData
from cdk.config import StageConfig
from cdk.constructs.scheduled_function import RETRIES
from cdk.dfs_alarms import JOBS as _OF_DFS
from cdk.dfs_alarms import dfs_alarms
from cdk.fantasy_alarms import JOBS as _OF_FANTASY
from cdk.fantasy_alarms import fantasy_alarms
from cdk.job_alarms import work_given_up
from cdk.prediction_alarms import JOBS as _OF_PREDICTIONS
from cdk.prediction_alarms import prediction_alarms
from cdk.schedules import longest_gap
from cdk.secret_names import ROLE_SECRETS
from cdk.settings.database import AuroraDatabase
from cdk.watched import AVERAGE, MAXIMUM, MINIMUM, P99, SUM, Watched

_FIVE_MINUTES, _QUARTER, _HOUR = timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)

_ERRORS_THAT_COUNT = 5
_ERROR_PERCENT = 1
_SLOW_MS = 5_000
"""Latency threshold in milliseconds. It exceeds any cold start. Only a paused database takes longer, and it is awake in
the next period."""
_REFUSALS_THAT_COUNT = 50
_REFUSED_PERCENT = 50
_THROTTLES = 3
_USED_UP_PERCENT = 90
_UNREADABLE_PERCENT = 20
"""Threshold of the unreadable share of an answer. One of nine bookmakers is less; one of three markets is more."""
_PICKS_THAT_COUNT = 20
"""Graded picks of a week from which their closes are a share. A user is ranked by closing line value from as many."""
_FAILURES_THAT_COUNT = 5
_FAILED_PERCENT = 2
_BOUNCED_PERCENT = 5
"""Share of bounces at which SES reviews an account."""


_OF_WINGS = {*_OF_PREDICTIONS, *_OF_FANTASY, *_OF_DFS}
"""Functions whose alarms their wings have."""


def jobs(config: StageConfig) -> tuple[str, ...]:
    """Return the names of the stage's functions that rules invoke."""
    canary = () if config.observability.canary_schedule is None else ("canary",)
    feedback = () if config.mail is None else ("note_mail_feedback",)
    return (
        "fetch_odds",
        "process_results",
        "back_up",
        "measure",
        "housekeeping",
        "deliver_notices",
        *_OF_PREDICTIONS,
        *_OF_FANTASY,
        *_OF_DFS,
        *feedback,
        *canary,
    )


WOKEN = (
    *("housekeeping", "fetch_odds", "process_results", "ingest_stats", "predict"),
    *("ingest_injuries", "collect_f1", "tick_drafts"),
    *_OF_DFS,
)
"""Functions with due work, which alarms wake."""


def alarms(config: StageConfig) -> tuple[Alarm, ...]:
    """Return the alarms of the stage. Raises DeploymentError for a schedule that `longest_gap` does not support."""
    return (*_of_api(config), *_of_jobs(config), *_of_data(config), *_of_secrets(config), *_of_canary(config))


def _of_api(config: StageConfig) -> Iterator[Alarm]:
    yield Alarm(
        name="api-errors",
        section="api-errors",
        meaning=f"{_ERROR_PERCENT} % or more of the API requests in five minutes returned a 5xx.",
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
        meaning=f"The 99th percentile of the API latency has been above {_SLOW_MS // 1000} s for 15 minutes.",
        watches={"latency": watched.of_api(config, "Latency", P99)},
        comparison=Comparison.MORE,
        threshold=_SLOW_MS,
        period=_FIVE_MINUTES,
        periods=3,
    )
    yield Alarm(
        name="authorizer-refuses",
        section="authorizer-refuses",
        meaning=f"The authorizer has rejected {_REFUSED_PERCENT} % or more of the tokens and API keys for 15 minutes.",
        # Lambda counts a rejected token as an error, because the authorizer raises to return 401. Clients get no 5xx.
        watches={
            "errors": watched.of_function(config, "authorizer", "Errors"),
            "asked": watched.of_function(config, "authorizer", "Invocations"),
        },
        formula=f"IF(errors >= {_REFUSALS_THAT_COUNT}, 100 * errors / asked, 0)",
        threshold=_REFUSED_PERCENT,
        period=_FIVE_MINUTES,
        periods=3,
    )
    # A throttled endpoint returns a 5xx, which api-errors covers. One alarm per endpoint would be one per row.
    # deliver_notices is woken by each notice. What its runs in progress do not take, Lambda hands to the next one.
    throttled = ("authorizer", *(name for name in jobs(config) if name not in {"deliver_notices", *_OF_WINGS}))
    yield Alarm(
        name="throttled",
        section="throttled",
        meaning="Lambda throttled the authorizer or a job: the concurrency is exhausted, or runs overlap.",
        watches={f"of_{each}": watched.of_function(config, each, "Throttles") for each in throttled},
        formula=f"SUM([{', '.join(f'FILL(of_{each}, 0)' for each in throttled)}])",
        threshold=_THROTTLES,
        period=_QUARTER,
    )


def _of_jobs(config: StageConfig) -> Iterator[Alarm]:
    for name in (each for each in jobs(config) if each not in _OF_WINGS):
        yield Alarm(
            name=f"{name}-errors",
            section="job-errors",
            meaning=f"{name} failed {RETRIES + 1} times in an hour, which is the number of attempts for one event.",
            watches={"errors": watched.of_function(config, name, "Errors")},
            threshold=RETRIES + 1,
            period=_HOUR,
        )
        yield Alarm(
            name=f"{name}-dead-letters",
            section="dead-letters",
            meaning=f"Processing of an event for {name} was given up. The event is in the dead-letter queue.",
            watches={"events": watched.dead_letters(config, name)},
            threshold=1,
            period=_FIVE_MINUTES,
        )
    for name, schedule in (
        ("fetch_odds", config.odds_api.fetch_odds_schedule),
        ("process_results", config.odds_api.process_results_schedule),
    ):
        yield Alarm(
            name=f"{name}-failed",
            section="ingestion-failed",
            meaning=f"A run of {name} failed in the last hour.",
            watches={"failed": watched.measured(config, "FailedRuns", SUM, job=name)},
            threshold=1,
            period=_HOUR,
        )
        yield _silence(
            name=f"{name}-missed",
            section="ingestion-missed",
            meaning=f"A run of {name} is overdue: none has completed within the schedule.",
            watches=watched.measured(config, "Runs", SUM, job=name),
            schedule=schedule,
        )
    importers = ("fetch_odds", "process_results")
    yield Alarm(
        name="answers-unreadable",
        section="answers-unreadable",
        meaning=f"{_UNREADABLE_PERCENT} % or more of an answer to {' or '.join(importers)} could not be read.",
        watches={name: watched.measured(config, "SkippedShare", MAXIMUM, job=name) for name in importers},
        formula=f"MAX([{', '.join(importers)}])",
        threshold=_UNREADABLE_PERCENT,
        period=_HOUR,
    )
    names = {"events": "EventsInReview", "names": "UnknownTeamNames"}
    yield Alarm(
        name="team-names",
        section="team-names",
        meaning="The provider wrote a team name that is not known, or one that contradicts its game.",
        watches={key: watched.measured(config, metric, MAXIMUM) for key, metric in names.items()},
        formula=f"MAX([{', '.join(names)}])",
        threshold=1,
        period=_HOUR,
    )
    off = {
        **({"scores": "SourcesOff"} if config.scores_sources.espn else {}),
        **({"statistics": "StatsSourcesOff"} if config.stats_sources.names else {}),
    }
    if off:
        yield Alarm(
            name="sources-off",
            section="sources-off",
            meaning=f"A source of {' or '.join(off)} refused three times within an hour, and is off until the next UTC "
            "day.",
            watches={key: watched.measured(config, metric, MAXIMUM) for key, metric in off.items()},
            formula=f"MAX([{', '.join(f'FILL({key}, 0)' for key in off)}])",
            threshold=1,
            period=_HOUR,
        )
    yield work_given_up(config, "work-given-up", [name for name in WOKEN if name not in _OF_DFS])
    yield from prediction_alarms(config)
    yield from fantasy_alarms(config)
    yield from dfs_alarms(config)
    yield from _of_notices(config)
    yield _silence(
        name="export-missed",
        section="export-missed",
        meaning="A database export is overdue. Data written since the last export would be lost with the database.",
        watches=watched.measured(config, "Exports", watched.HOW_OFTEN),
        schedule=config.recovery.back_up_schedule,
    )
    yield _silence(
        name="measure-silent",
        section="measure-silent",
        meaning="Measurements have stopped. The state of the database and the age of the data are unknown.",
        watches=watched.measured(config, "DatabaseReachable", watched.HOW_OFTEN),
        schedule=config.observability.measure_schedule,
    )


def _of_notices(config: StageConfig) -> Iterator[Alarm]:
    if config.mail is None:
        return
    yield Alarm(
        name="mails-fail",
        section="mails-fail",
        meaning=f"{_FAILED_PERCENT} % or more of the attempts to send a mail failed for an hour.",
        watches={
            "failed": watched.measured(config, "DeliveryFailures", SUM, channel="email"),
            "sent": watched.measured(config, "NoticesSent", SUM, channel="email"),
        },
        formula=f"IF(failed >= {_FAILURES_THAT_COUNT}, 100 * failed / (failed + sent), 0)",
        threshold=_FAILED_PERCENT,
        period=_HOUR,
    )
    yield Alarm(
        name="mails-given-up",
        section="mails-fail",
        meaning="A mail was given up after a day of attempts.",
        watches={"given_up": watched.measured(config, "DeliveriesGivenUp", SUM, channel="email")},
        threshold=1,
        period=_HOUR,
    )
    yield Alarm(
        name="mails-bounce",
        section="mails-bounce",
        meaning=f"{_BOUNCED_PERCENT} % or more of the account's mails bounce. At 10 % SES may stop sending.",
        watches={"rate": watched.MAIL_BOUNCES},
        threshold=_BOUNCED_PERCENT / 100,
        period=_HOUR,
        no_data=NoData.CHANGES_NOTHING,
    )


def _of_data(config: StageConfig) -> Iterator[Alarm]:
    results_age = timedelta(hours=config.odds_api.max_results_age_hours)
    yield _gauge(
        config,
        name="database-unreachable",
        meaning="The database does not respond. Everything that needs it fails.",
        watches={"value": watched.measured(config, "DatabaseReachable", MINIMUM)},
        comparison=Comparison.LESS,
        threshold=1,
    )
    if isinstance(config.database, AuroraDatabase):
        yield Alarm(
            name="database-full",
            section="database-full",
            meaning=f"The database has used {_USED_UP_PERCENT} % or more of its maximum capacity for 15 minutes.",
            # Average over the writer and the readers that scale with it. All have the same size.
            watches={"used": watched.of_cluster(config, "ACUUtilization", AVERAGE)},
            threshold=_USED_UP_PERCENT,
            period=_FIVE_MINUTES,
            periods=3,
        )
    for sport in config.odds_api.sports:
        yield _gauge(
            config,
            name=f"odds-stale-{sport}",
            section="odds-stale",
            meaning=f"Odds of {sport} on a market are older than {config.pick_rules.max_odds_age_hours} hours. "
            "Picks are rejected until new odds arrive.",
            watches={market: watched.odds_age(config, sport, market) for market in watched.MARKETS},
            formula=f"MAX([{', '.join(watched.MARKETS)}])",
            comparison=Comparison.MORE,
            threshold=timedelta(hours=config.pick_rules.max_odds_age_hours).total_seconds(),
        )
        yield _gauge(
            config,
            name=f"results-stale-{sport}",
            section="results-stale",
            meaning=f"Results of {sport} are older than {results_age / _HOUR:g} hours. "
            "Picks on finished games are not graded.",
            watches={"value": watched.measured(config, "ResultsAge", MAXIMUM, sport=sport)},
            comparison=Comparison.MORE,
            threshold=results_age.total_seconds(),
        )
    yield Alarm(
        name="credits-low",
        section="credits-low",
        meaning="The remaining credits of The Odds API do not pay for the daily odds and results until the 1st.",
        watches={"credits": watched.measured(config, "CreditsSpare", MINIMUM)},
        comparison=Comparison.LESS,
        threshold=0,
        period=_HOUR,
        no_data=NoData.CHANGES_NOTHING,
    )
    yield _gauge(
        config,
        name="games-unsettled",
        meaning="Finished games are unsettled, although the latest results should have settled them.",
        watches={"value": watched.measured(config, "UnsettledGames", MAXIMUM)},
        comparison=Comparison.AT_LEAST,
        threshold=1,
    )
    least = config.observability.least_closes_percent
    yield _gauge(
        config,
        name="closes-missing",
        meaning=f"Fewer than {least} % of the picks graded in the last 7 days have a closing quote. "
        "The others have no closing line value.",
        watches={
            "graded": watched.measured(config, "PicksGradedLastWeek", MAXIMUM),
            "covered": watched.measured(config, "ClvCoverage", MINIMUM),
        },
        # Out of season nothing is graded, and the coverage has no value.
        formula=f"IF(graded >= {_PICKS_THAT_COUNT}, FILL(covered, 100), 100)",
        comparison=Comparison.LESS,
        threshold=least,
    )


def _of_secrets(config: StageConfig) -> Iterator[Alarm]:
    yield Alarm(
        name="rotate_signing_keys-errors",
        section="rotation-errors",
        meaning="rotate_signing_keys failed. The secret was not rotated, and its old value is still in use.",
        watches={"errors": watched.of_function(config, "rotate_signing_keys", "Errors")},
        threshold=1,
        period=_HOUR,
    )
    passwords = [*ROLE_SECRETS, *(["database"] if isinstance(config.database, AuroraDatabase) else [])]
    yield Alarm(
        name="passwords-errors",
        section="rotation-errors",
        meaning="The rotation of a database password failed. The old password is still in use.",
        watches={f"of_{each}": watched.of_function(config, f"rotate_{each}_password", "Errors") for each in passwords},
        formula=f"SUM([{', '.join(f'FILL(of_{each}, 0)' for each in passwords)}])",
        threshold=1,
        period=_HOUR,
    )


def _of_canary(config: StageConfig) -> Iterator[Alarm]:
    if config.observability.canary_schedule is not None:
        yield Alarm(
            name="canary-failed",
            section="canary-failed",
            meaning="The canary failed on its way from registration to the leaderboard.",
            watches={"failures": watched.measured(config, "CanaryFailures", MAXIMUM)},
            threshold=1,
            period=_HOUR,
            no_data=NoData.CHANGES_NOTHING,
        )


def _gauge(
    config: StageConfig,
    *,
    name: str,
    meaning: str,
    watches: Mapping[str, Watched],
    comparison: Comparison,
    threshold: float,
    formula: str | None = None,
    section: str | None = None,
) -> Alarm:
    """Return an alarm on a gauge of `measure`. Its section has the alarm's name, unless another one is given.

    It rings after 15 minutes, or after one value if `measure` runs less often than every five minutes.
    """
    often = longest_gap(config.observability.measure_schedule) <= _FIVE_MINUTES
    return Alarm(
        name=name,
        section=section or name,
        meaning=meaning,
        watches=watches,
        formula=formula,
        comparison=comparison,
        threshold=threshold,
        period=_FIVE_MINUTES if often else _HOUR,
        periods=3 if often else 1,
        no_data=NoData.CHANGES_NOTHING,
    )


def _silence(*, name: str, section: str, meaning: str, watches: Watched, schedule: str) -> Alarm:
    """Return an alarm that rings when a metric has had no value for longer than its schedule allows.

    The tolerance is 15 minutes, the longest that a run may take, and two periods. If the schedule's longest gap is an
    hour or more, the tolerance is two hours.
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
