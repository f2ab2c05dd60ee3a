"""What the dashboard shows: three questions, and the charts that answer each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cdk import watched
from cdk.alarms import jobs
from cdk.config import StageConfig
from cdk.metrics import Metric
from cdk.routes import ENDPOINTS
from cdk.schedules import longest_gap
from cdk.watched import MAXIMUM, MINIMUM, P50, P99, SUM, Watched

_FIVE_MINUTES, _HOUR, _DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over time."""

    title: str
    lines: Mapping[str, Watched] = field(default_factory=dict)
    """Metrics that are shown as they are, by their label."""
    parts: Mapping[str, Watched] = field(default_factory=dict)
    """Metrics that only formulas use, by what those call them."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """Lines in CloudWatch's metric math, by their label."""
    period: timedelta = _FIVE_MINUTES
    limit: tuple[str, float] | None = None
    """From where on an alarm rings: what that is called, and the value."""


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the dashboard."""

    text: str
    charts: tuple[Chart, ...]


def questions(config: StageConfig) -> tuple[Question, ...]:
    """Return what the dashboard of the stage answers."""
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
            "p99 without the gateway": watched.of_api(config, "IntegrationLatency", P99),
        },
    )
    yield Chart(
        title="Endpoints that answered 5xx",
        lines={
            each.name: watched.measured(config, Metric.SERVER_ERRORS, SUM, function=each.name) for each in ENDPOINTS
        },
    )
    yield Chart(
        title="Errors, and refused tokens",
        lines={name: watched.of_function(config, name, "Errors") for name in ("authorizer", *by_schedule)},
    )
    yield Chart(
        title="Throttled",
        lines={name: watched.of_function(config, name, "Throttles") for name in ("authorizer", *by_schedule)},
    )
    yield Chart(
        title="Dead letters", lines={name: watched.dead_letters(config, name) for name in by_schedule}, period=_HOUR
    )
    yield Chart(
        title="Database reachable",
        lines={"reachable": watched.measured(config, Metric.DATABASE_REACHABLE, MINIMUM)},
        period=_rhythm(config),
    )
    if config.canary_schedule is not None:
        yield Chart(
            title="Canary",
            lines={
                "steps": watched.measured(config, Metric.CANARY_STEPS, MINIMUM),
                "failures": watched.measured(config, Metric.CANARY_FAILURES, MAXIMUM),
            },
            period=_HOUR,
        )


def _freshness(config: StageConfig) -> Iterator[Chart]:
    rhythm = _rhythm(config)
    providers = ("fetch_odds", "process_results")
    yield Chart(
        title="Age (hours)",
        parts={
            "odds": watched.measured(config, Metric.ODDS_AGE, MAXIMUM),
            "results": watched.measured(config, Metric.RESULTS_AGE, MAXIMUM),
        },
        formulas={"odds": "odds / 3600", "results": "results / 3600"},
        period=rhythm,
        limit=("no picks any more", config.max_odds_age_hours),
    )
    yield Chart(
        title="Runs",
        lines={
            **{name: watched.measured(config, Metric.RUNS, SUM, job=name) for name in providers},
            **{f"{name} failed": watched.measured(config, Metric.FAILED_RUNS, SUM, job=name) for name in providers},
            "exports": watched.measured(config, Metric.EXPORTS, SUM),
        },
        period=_HOUR,
    )
    yield Chart(
        title="Unsettled games",
        lines={"games": watched.measured(config, Metric.UNSETTLED_GAMES, MAXIMUM)},
        period=rhythm,
    )
    yield Chart(
        title="From tip-off to settlement, the longest of a day (hours)",
        parts={"delay": watched.measured(config, Metric.SETTLE_DELAY, MAXIMUM)},
        formulas={"settlement": "delay / 3600"},
        period=rhythm,
    )
    yield Chart(
        title="What came in",
        lines={
            "games seen": watched.measured(config, Metric.GAMES_SEEN, SUM),
            "odds written": watched.measured(config, Metric.ODDS_WRITTEN, SUM),
            "quotes made": watched.measured(config, Metric.QUOTES_MADE, SUM),
        },
        period=_DAY,
    )
    yield Chart(
        title="What was settled",
        lines={
            "games settled": watched.measured(config, Metric.GAMES_SETTLED, SUM),
            "picks graded": watched.measured(config, Metric.PICKS_GRADED, SUM),
        },
        period=_DAY,
    )
    yield Chart(
        title="Picks with a closing line value (%)",
        lines={"of a week's": watched.measured(config, Metric.CLV_COVERAGE, MINIMUM)},
        period=rhythm,
    )
    yield Chart(
        title="Play, in 24 hours",
        lines={
            "picks": watched.measured(config, Metric.PICKS_LAST_DAY, MAXIMUM),
            "settled": watched.measured(config, Metric.PICKS_SETTLED_LAST_DAY, MAXIMUM),
            "pickers": watched.measured(config, Metric.PICKERS_LAST_DAY, MAXIMUM),
        },
        period=rhythm,
    )


def _cost(config: StageConfig) -> Iterator[Chart]:
    yield Chart(title="Requests a day", lines={"requests": watched.of_api(config, "Count", SUM)}, period=_DAY)
    yield _lambda_seconds(config)
    logged = {f"of_{name}": watched.logged_bytes(config, name) for name in _memory(config)}
    logged["of_requests"] = watched.access_log_bytes(config)
    yield Chart(
        title="Logged a day (MB)",
        parts=logged,
        formulas={"logged": f"SUM([{', '.join(logged)}]) / 1000000"},
        period=_DAY,
    )
    yield Chart(
        title="Credits of The Odds API",
        lines={"left this month": watched.measured(config, Metric.CREDITS_REMAINING, MINIMUM)},
        period=_DAY,
    )
    yield Chart(
        title="Exported a day (bytes)",
        lines={"exported": watched.measured(config, Metric.EXPORTED_BYTES, SUM)},
        period=_DAY,
    )
    yield Chart(
        title="Charged this month, whole account ($; where billing alerts are on)",
        lines={"charged": watched.CHARGED},
        period=_DAY,
    )


def _lambda_seconds(config: StageConfig) -> Chart:
    """Return a chart of what Lambda bills: seconds times gigabytes, function by function."""
    memory = _memory(config)
    of_size = {
        mb: ", ".join(f"of_{name}" for name, its in memory.items() if its == mb) for mb in sorted(set(memory.values()))
    }
    # Inner sums first: a size of which nothing ran has no value, and would take everybody's with it.
    sums = ", ".join(f"SUM([{names}]) * {mb}" for mb, names in of_size.items())
    return Chart(
        title="Lambda a day (GB-seconds)",
        parts={f"of_{name}": watched.of_function(config, name, "Duration") for name in memory},
        formulas={"GB-seconds": f"SUM([{sums}]) / 1024 / 1000"},
        period=_DAY,
    )


def _memory(config: StageConfig) -> Mapping[str, int]:
    """Return the memory in MB of what runs by itself or by a request, by function."""
    return {
        **{each.name: each.memory_mb for each in ENDPOINTS},
        "authorizer": config.authorizer_memory_mb,
        **dict.fromkeys(jobs(config), config.ingestion_memory_mb),
    }


def _rhythm(config: StageConfig) -> timedelta:
    """Return the time in which a gauge has a value: less would show points instead of a line."""
    return max(_FIVE_MINUTES, longest_gap(config.measure_schedule))
