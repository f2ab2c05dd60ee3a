"""Contents of the dashboard: three questions, and the charts that answer each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cdk import watched
from cdk.alarms import WOKEN, jobs
from cdk.config import StageConfig
from cdk.dfs_alarms import COMPUTING
from cdk.fantasy_alarms import DRAFT_OVERDUE, REVIEW_WAITS
from cdk.prediction_alarms import INJURIES_HOURS, injury_sports
from cdk.routes import ENDPOINTS
from cdk.routes.model import ONE_CPU_MB
from cdk.schedules import longest_gap
from cdk.training_alarms import TRAINING_DAYS
from cdk.watched import MAXIMUM, MINIMUM, P50, P99, SUM, Watched

_FIVE_MINUTES, _HOUR, _DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Line chart."""

    title: str
    lines: Mapping[str, Watched] = field(default_factory=dict)
    """Metrics to plot unchanged, by label."""
    parts: Mapping[str, Watched] = field(default_factory=dict)
    """Metrics that only formulas use, by their ids in the formulas."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """CloudWatch metric math expressions to plot, by label."""
    period: timedelta = _FIVE_MINUTES
    limit: tuple[str, float] | None = None
    """Threshold to mark with a horizontal line: label and value."""


@dataclass(frozen=True, slots=True)
class Question:
    """Section of the dashboard: a heading and its charts."""

    text: str
    charts: tuple[Chart, ...]


def questions(config: StageConfig) -> tuple[Question, ...]:
    """Return the sections of the stage's dashboard."""
    return (
        Question("Is it healthy?", tuple(_health(config))),
        Question("Is the data fresh?", tuple(_freshness(config))),
        Question("What does it cost?", tuple(_cost(config))),
    )


def _health(config: StageConfig) -> Iterator[Chart]:
    by_schedule = jobs(config)
    yield Chart(
        title="Requests",
        lines={
            "all": watched.of_api(config, "Count", SUM),
            "4xx": watched.of_api(config, "4XXError", SUM),
            "5xx": watched.of_api(config, "5XXError", SUM),
        },
    )
    yield Chart(
        title="Latency (ms)",
        lines={
            "p50": watched.of_api(config, "Latency", P50),
            "p99": watched.of_api(config, "Latency", P99),
            "p99 of the functions": watched.of_api(config, "IntegrationLatency", P99),
        },
    )
    yield Chart(
        title="5xx responses by endpoint",
        lines={each.name: watched.measured(config, "ServerErrors", SUM, function=each.name) for each in ENDPOINTS},
    )
    yield Chart(
        title="Errors and rejected tokens",
        lines={name: watched.of_function(config, name, "Errors") for name in ("authorizer", *by_schedule)},
    )
    yield Chart(
        title="Throttled invocations",
        lines={name: watched.of_function(config, name, "Throttles") for name in ("authorizer", *by_schedule)},
    )
    yield Chart(
        title="Dead letters", lines={name: watched.dead_letters(config, name) for name in by_schedule}, period=_HOUR
    )
    yield Chart(title="Notices", lines=dict(_notices(config)), period=_HOUR)
    yield Chart(
        title="Builds of lineups (seconds)",
        lines={
            "p50": watched.measured(config, "BuildSeconds", P50),
            "p99": watched.measured(config, "BuildSeconds", P99),
        },
        period=_HOUR,
    )
    yield Chart(
        title="Database reachable",
        lines={"reachable": watched.measured(config, "DatabaseReachable", MINIMUM)},
        period=_rhythm(config),
    )
    if config.observability.canary_schedule is not None:
        yield Chart(
            title="Canary",
            lines={
                "steps": watched.measured(config, "CanarySteps", MINIMUM),
                "failures": watched.measured(config, "CanaryFailures", MAXIMUM),
            },
            period=_HOUR,
        )


def _forecasts(config: StageConfig) -> Iterator[Chart]:
    sports = config.predictions.sports

    def by_sport(metric: str, statistic: str) -> dict[str, Watched]:
        return {sport: watched.measured(config, metric, statistic, sport=sport) for sport in sports}

    for title, metric, statistic, limit in (
        ("Forecasts published a day", "ForecastsPublished", SUM, None),
        ("Last forecasts before the tip-off (minutes)", "MinutesBeforeTipOff", MINIMUM, None),
        ("Forecasts scored a day", "PredictionsScored", SUM, None),
        ("Distance to the closing line, against two years (points)", "LineDistance", MAXIMUM, ("an alarm rings", 1.0)),
        ("Shift of win probabilities (PSI)", "InputShift", MAXIMUM, ("an alarm rings", 0.25)),
        ("Cumulated loss beyond the market (deviations)", "LossCusum", MAXIMUM, ("an alarm rings", 26.0)),
        ("Players inside their 80 % interval (%)", "PlayerCover", MINIMUM, ("promised", 80.0)),
    ):
        yield Chart(title=title, lines=by_sport(metric, statistic), period=_DAY, limit=limit)
    yield Chart(
        title="Faults of forecasts a day",
        lines={
            "slates without forecasts": watched.measured(config, "SlatesWithoutForecasts", SUM),
            "broken invariants": watched.measured(config, "ForecastInvariantsBroken", SUM),
            "figures past their limits": watched.measured(config, "ForecastsDrifted", MAXIMUM),
            "models that the gate blocked": watched.measured(config, "GatesBlocked", SUM),
        },
        period=_DAY,
    )
    yield Chart(title="Longest training (seconds)", lines=by_sport("TrainingSeconds", MAXIMUM), period=_DAY)
    yield Chart(
        title="Age of the games' models (days)",
        parts={f"age{number}": age for number, age in enumerate(by_sport("TrainingAge", MAXIMUM).values())},
        formulas={sport: f"age{number} / 86400" for number, sport in enumerate(sports)},
        period=_DAY,
        limit=("an alarm rings", TRAINING_DAYS),
    )


def _statistics(config: StageConfig) -> Iterator[Chart]:
    if config.stats_sources.names:
        yield Chart(
            title="Statistics a day",
            lines={
                "final box scores": watched.measured(config, "BoxScores", SUM),
                "box scores in review": watched.measured(config, "BoxScoresInReview", MAXIMUM),
                "errors that wait": watched.measured(config, "StatsErrorsWaiting", MAXIMUM),
                "news of players' health": watched.measured(config, "InjuryStatuses", SUM),
                "sources off": watched.measured(config, "StatsSourcesOff", MAXIMUM),
            },
            period=_DAY,
        )
    if hurt := injury_sports(config):
        yield Chart(
            title="Age of the lists of who is hurt before games (s)",
            lines={sport: watched.measured(config, "InjuriesAge", MAXIMUM, sport=sport) for sport in hurt},
            period=_HOUR,
            limit=("an alarm rings", INJURIES_HOURS * 3600),
        )


def _fantasy(config: StageConfig) -> Iterator[Chart]:
    if not config.fantasy.names:
        return
    yield Chart(
        title="Drafts",
        lines={
            "open": watched.measured(config, "OpenDrafts", MAXIMUM),
            "picks by the system, last 7 days (%)": watched.measured(config, "AutopickShare", MAXIMUM),
        },
        period=_rhythm(config),
    )
    yield Chart(
        title="Drafts behind their time (seconds)",
        lines={
            "that waits longest": watched.measured(config, "DraftOverdue", MAXIMUM),
            "that had waited longest": watched.measured(config, "TickLateness", MAXIMUM),
        },
        period=_rhythm(config),
        limit=("an alarm rings", DRAFT_OVERDUE.total_seconds()),
    )
    ages = {"oldest question": "FantasyReviewAge", "oldest provisional result": "ProvisionalResultAge"}
    yield Chart(
        title="Races that wait (hours)",
        parts={f"age{number}": watched.measured(config, name, MAXIMUM) for number, name in enumerate(ages.values())},
        formulas={label: f"age{number} / 3600" for number, label in enumerate(ages)},
        period=_rhythm(config),
        limit=("a question is late", REVIEW_WAITS / _HOUR),
    )


def _notices(config: StageConfig) -> Iterator[tuple[str, Watched]]:
    for label, metric in (
        ("sent", "NoticesSent"),
        ("failed", "DeliveryFailures"),
        ("given up", "DeliveriesGivenUp"),
        ("suppressed", "DeliveriesSuppressed"),
    ):
        for channel in watched.CHANNELS:
            yield f"{channel} {label}", watched.measured(config, metric, SUM, channel=channel)


def _freshness(config: StageConfig) -> Iterator[Chart]:
    rhythm = _rhythm(config)
    providers = ("fetch_odds", "process_results")
    ages = dict(_ages(config))
    yield Chart(
        title="Age of the data (hours)",
        parts={f"age{number}": age for number, age in enumerate(ages.values())},
        formulas={label: f"age{number} / 3600" for number, label in enumerate(ages)},
        period=rhythm,
        limit=("picks are rejected", config.pick_rules.max_odds_age_hours),
    )
    yield Chart(
        title="Runs",
        lines={
            **{name: watched.measured(config, "Runs", SUM, job=name) for name in providers},
            **{f"{name} failed": watched.measured(config, "FailedRuns", SUM, job=name) for name in providers},
            "exports": watched.measured(config, "Exports", SUM),
        },
        period=_HOUR,
    )
    yield Chart(
        title="Due work given up",
        lines={name: watched.measured(config, "WorkGivenUp", SUM, job=name) for name in WOKEN},
        period=_HOUR,
    )
    yield Chart(
        title="Unreadable share of the answers (%)",
        lines={name: watched.measured(config, "SkippedShare", MAXIMUM, job=name) for name in providers},
        period=_HOUR,
    )
    yield Chart(
        title="Unsettled games",
        lines={"games": watched.measured(config, "UnsettledGames", MAXIMUM)},
        period=rhythm,
    )
    yield Chart(
        title="Longest time from tip-off to settlement, last day (hours)",
        parts={"delay": watched.measured(config, "SettleDelay", MAXIMUM)},
        formulas={"settlement": "delay / 3600"},
        period=rhythm,
    )
    yield Chart(
        title="Ingested a day",
        lines={
            "games seen": watched.measured(config, "GamesSeen", SUM),
            "odds written": watched.measured(config, "OddsWritten", SUM),
            "quotes made": watched.measured(config, "QuotesMade", SUM),
        },
        period=_DAY,
    )
    yield Chart(
        title="For review a day",
        lines={
            "events without a game": watched.measured(config, "EventsInReview", SUM),
            "unknown team names": watched.measured(config, "UnknownTeamNames", SUM),
            **({"sources off": watched.measured(config, "SourcesOff", MAXIMUM)} if config.scores_sources.espn else {}),
        },
        period=_DAY,
    )
    yield Chart(
        title="Settled a day",
        lines={
            "games settled": watched.measured(config, "GamesSettled", SUM),
            "picks graded": watched.measured(config, "PicksGraded", SUM),
        },
        period=_DAY,
    )
    yield from _statistics(config)
    yield from _forecasts(config)
    yield from _fantasy(config)
    yield Chart(
        title="Picks with a closing quote (%)",
        lines={"last 7 days": watched.measured(config, "ClvCoverage", MINIMUM)},
        period=rhythm,
        limit=("an alarm rings", config.observability.least_closes_percent),
    )
    yield Chart(
        title="Activity, last 24 hours",
        lines={
            "picks": watched.measured(config, "PicksLastDay", MAXIMUM),
            "settled": watched.measured(config, "PicksSettledLastDay", MAXIMUM),
            "graded, last 7 days": watched.measured(config, "PicksGradedLastWeek", MAXIMUM),
            "pickers": watched.measured(config, "PickersLastDay", MAXIMUM),
        },
        period=rhythm,
    )


def _ages(config: StageConfig) -> Iterator[tuple[str, Watched]]:
    for sport in config.odds_api.sports:
        for market in watched.MARKETS:
            yield f"{sport} {market}", watched.odds_age(config, sport, market)
        yield f"{sport} results", watched.measured(config, "ResultsAge", MAXIMUM, sport=sport)


def _cost(config: StageConfig) -> Iterator[Chart]:
    yield Chart(title="Requests a day", lines={"requests": watched.of_api(config, "Count", SUM)}, period=_DAY)
    yield _lambda_seconds(config)
    logged = {f"of_{name}": watched.logged_bytes(config, name) for name in _memory(config)}
    logged["of_requests"] = watched.access_log_bytes(config)
    yield Chart(
        title="Logs a day (MB)",
        parts=logged,
        formulas={"logged": f"SUM([{', '.join(logged)}]) / 1000000"},
        period=_DAY,
    )
    yield Chart(
        title="Credits of The Odds API",
        lines={
            "left this month": watched.measured(config, "CreditsRemaining", MINIMUM),
            "left on the 1st, as forecast": watched.measured(config, "CreditsForecast", MINIMUM),
            "beside odds and results": watched.measured(config, "CreditsSpare", MINIMUM),
        },
        period=_DAY,
    )
    yield Chart(
        title="Calls to The Odds API given up a day",
        lines={kind: watched.measured(config, "CreditNeedsGivenUp", SUM, kind=kind) for kind in watched.KINDS_GIVEN_UP},
        period=_DAY,
    )
    yield Chart(
        title="Exports a day (bytes)",
        lines={"exported": watched.measured(config, "ExportedBytes", SUM)},
        period=_DAY,
    )
    yield Chart(
        title="Charges this month, whole account ($; needs billing alerts)",
        lines={"charged": watched.CHARGED},
        period=_DAY,
    )


def _lambda_seconds(config: StageConfig) -> Chart:
    """Return a chart of the GB-seconds that Lambda bills for all functions together."""
    memory = _memory(config)
    of_size = {
        mb: ", ".join(f"of_{name}" for name, its in memory.items() if its == mb) for mb in sorted(set(memory.values()))
    }
    # One sum per memory size: a plain total would have no value as soon as one size has none.
    sums = ", ".join(f"SUM([{names}]) * {mb}" for mb, names in of_size.items())
    return Chart(
        title="Lambda a day (GB-seconds)",
        parts={f"of_{name}": watched.of_function(config, name, "Duration") for name in memory},
        formulas={"GB-seconds": f"SUM([{sums}]) / 1024 / 1000"},
        period=_DAY,
    )


def _memory(config: StageConfig) -> Mapping[str, int]:
    """Return the memory in MB of the functions that requests and schedules invoke, by function name."""
    return {
        **{each.name: each.memory_mb for each in ENDPOINTS},
        "authorizer": config.edge.authorizer_memory_mb,
        **dict.fromkeys(jobs(config), config.runtime.job_memory_mb),
        "train": config.predictions.training_memory_mb,
        **dict.fromkeys(COMPUTING, ONE_CPU_MB),
    }


def _rhythm(config: StageConfig) -> timedelta:
    """Return the period of a gauge's chart. A shorter one would show points instead of a line."""
    return max(_FIVE_MINUTES, longest_gap(config.observability.measure_schedule))
