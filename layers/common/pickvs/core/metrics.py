"""What is measured, and the one way to say it: a line of CloudWatch's Embedded Metric Format among the logs.

CloudWatch makes metrics of these lines when it takes them in: nothing is sent, and no request waits for it. The
deployment asks for them by the same names (`cdk/metrics.py`, which may not import this); a test holds the two together.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pickvs.core.config import settings
from pickvs.core.logging import logger

NAMESPACE = "PickVs"
"""The CloudWatch namespace of all of them."""


class Dimension(StrEnum):
    """What a metric is told apart by."""

    STAGE = "stage"
    """The stage's name; every metric has it."""
    FUNCTION = "function"
    """The function's name without stage: the operation's, for an endpoint."""
    JOB = "job"
    """`fetch_odds` or `process_results`."""


class Metric(StrEnum):
    """What is measured. Counts are of what happened since the last value, unless they are said to be a gauge."""

    SERVER_ERRORS = "ServerErrors"
    """Requests that an endpoint answered with 500 or 503 by itself. Absent while there are none."""
    RUNS = "Runs"
    """Runs that ended, one for each sport: 1, or 0 where another delivery of the event has done it or is doing it."""
    FAILED_RUNS = "FailedRuns"
    """Those of them that failed, 0 or 1."""
    GAMES_SEEN = "GamesSeen"
    """Games that the provider's odds told of."""
    ODDS_WRITTEN = "OddsWritten"
    """Offers of single bookmakers that were new or had changed."""
    QUOTES_MADE = "QuotesMade"
    """Pickable quotes that were new or had changed."""
    PICKS_GRADED = "PicksGraded"
    """Picks that a result was booked for; after a correction once more."""
    GAMES_SETTLED = "GamesSettled"
    """Games whose picks were settled; after a correction once more."""
    CREDITS_REMAINING = "CreditsRemaining"
    """Gauge: the provider's credits that are left until the 1st. May be negative; absent where it did not say."""
    EXPORTS = "Exports"
    """Exports of the database that are complete."""
    EXPORTED_BYTES = "ExportedBytes"
    """Their size, compressed, in bytes."""
    DATABASE_REACHABLE = "DatabaseReachable"
    """Gauge: 1, or 0 while no connection to the database can be had."""
    ODDS_AGE = "OddsAge"
    """Gauge, in seconds: since fetch_odds last brought an answer in; absent if it never did."""
    RESULTS_AGE = "ResultsAge"
    """Gauge, in seconds: since process_results last brought an answer in; absent if it never did."""
    UNSETTLED_GAMES = "UnsettledGames"
    """Gauge: games that should be settled by now, and are not."""
    SETTLE_DELAY = "SettleDelay"
    """Gauge, in seconds: the longest time from tip-off to settlement, of the last day's settled games; absent without
    one."""
    CLV_COVERAGE = "ClvCoverage"
    """Gauge, in percent: of the last 7 days' settled picks, those whose market had a close; absent without any."""
    PICKS_LAST_DAY = "PicksLastDay"
    """Gauge: picks that were made in the last 24 hours."""
    PICKS_SETTLED_LAST_DAY = "PicksSettledLastDay"
    """Gauge: picks that were settled in the last 24 hours and still are."""
    PICKERS_LAST_DAY = "PickersLastDay"
    """Gauge: users who picked in the last 24 hours."""
    CANARY_FAILURES = "CanaryFailures"
    """Walks of the canary that did not reach their end, 0 or 1."""
    CANARY_STEPS = "CanarySteps"
    """Steps that a walk of the canary got through."""


DIMENSIONS: Mapping[Metric, frozenset[Dimension]] = MappingProxyType(
    dict.fromkeys(Metric, frozenset({Dimension.STAGE}))
    | {
        Metric.SERVER_ERRORS: frozenset({Dimension.STAGE, Dimension.FUNCTION}),
        Metric.RUNS: frozenset({Dimension.STAGE, Dimension.JOB}),
        Metric.FAILED_RUNS: frozenset({Dimension.STAGE, Dimension.JOB}),
    }
)
"""The dimensions that each metric has, all of them each time."""

_UNITS: Mapping[Metric, str] = {
    Metric.EXPORTED_BYTES: "Bytes",
    Metric.ODDS_AGE: "Seconds",
    Metric.RESULTS_AGE: "Seconds",
    Metric.SETTLE_DELAY: "Seconds",
    Metric.CLV_COVERAGE: "Percent",
}
"""The units, as CloudWatch calls them, of what is no count."""


def emit(values: Mapping[Metric, float | None], **dimensions: str) -> None:
    """Write one line that holds `values`; a value that is not known, None, is left out.

    dimensions: those that all of them have, without the stage. Outside of a stage, in an engineer's tool, nothing is
    measured. Raises nothing: what cannot be written is logged, for no work may fail because it was counted.
    """
    stage = settings().stage
    known = {metric: value for metric, value in values.items() if value is not None}
    if stage is None or not known:
        return
    try:
        from aws_lambda_powertools.metrics import EphemeralMetrics  # late: most requests measure nothing

        # With a service, powertools would make that a dimension of everything, and alarms would have to know it.
        line = EphemeralMetrics(namespace=NAMESPACE, service="")
        line.add_dimension(Dimension.STAGE, stage)
        for name, value in dimensions.items():
            line.add_dimension(name, value)
        for metric, measured in known.items():
            line.add_metric(metric, _UNITS.get(metric, "Count"), measured)
        line.flush_metrics()
    except Exception as error:  # whatever it is, the work that was measured is done
        logger().error("metrics not written", extra={"metrics": sorted(known), "error": repr(error)})
