"""Reads the gauges, and writes them where alarms can see them."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core import clock, metrics
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import DatabaseUnavailable
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.ingestion.queries import last_successes
from pickvs.monitoring import queries
from pickvs.monitoring.rules import COVERAGE_WINDOW, DAY, age_seconds, latest_due_tip_off, percentage

type Gauges = Mapping[Metric, float | None]

_STATEMENT_MS = 5_000
"""A reading that takes longer disturbs what it measures."""


def measure() -> dict[str, float | None]:
    """Emit what is true now, and return it by the metrics' names; None is what cannot be said yet.

    A database that cannot be reached is a value like others, and all there is then. Raises DatabaseUnavailable when it
    is lost, or takes too long, once it has been reached.
    """
    now = clock.now()
    gauges: Gauges = {Metric.DATABASE_REACHABLE: 0}
    try:
        with transaction(snapshot=True, statement_timeout_ms=_STATEMENT_MS) as connection:
            gauges = {Metric.DATABASE_REACHABLE: 1}
            gauges = {**gauges, **_read(connection, now)}
    except DatabaseUnavailable:
        if gauges[Metric.DATABASE_REACHABLE]:
            raise
        logger().exception("database unavailable")
    metrics.emit(gauges)
    return {metric.value: value for metric, value in gauges.items()}


def _read(connection: Connection, now: datetime) -> Gauges:
    successes = last_successes(connection)
    results_at = successes["process_results"]
    delay = queries.longest_delay(connection, since=now - DAY)
    picks, pickers = queries.count_play(connection, since=now - DAY)
    settled = queries.count_settled_picks(connection, since=now - COVERAGE_WINDOW, recent=now - DAY)
    return {
        Metric.ODDS_AGE: age_seconds(successes["fetch_odds"], now),
        Metric.RESULTS_AGE: age_seconds(results_at, now),
        Metric.UNSETTLED_GAMES: queries.count_unsettled_games(
            connection, tipped_off_by=latest_due_tip_off(now, results_at)
        ),
        Metric.SETTLE_DELAY: None if delay is None else delay.total_seconds(),
        Metric.CLV_COVERAGE: percentage(settled.with_close, settled.graded),
        Metric.PICKS_LAST_DAY: picks,
        Metric.PICKS_SETTLED_LAST_DAY: settled.recent,
        Metric.PICKERS_LAST_DAY: pickers,
    }
