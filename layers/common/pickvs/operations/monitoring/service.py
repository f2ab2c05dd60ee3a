"""Reads the gauges and emits them as metrics."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core import clock, metrics
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import DatabaseUnavailable
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.ingestion.rules import FETCH_ODDS, PROCESS_RESULTS
from pickvs.jobs.freshness import last_good
from pickvs.operations.monitoring import queries
from pickvs.operations.monitoring.metrics import (
    CLV_COVERAGE,
    DATABASE_REACHABLE,
    ODDS_AGE,
    PICKERS_LAST_DAY,
    PICKS_LAST_DAY,
    PICKS_SETTLED_LAST_DAY,
    RESULTS_AGE,
    SETTLE_DELAY,
    UNSETTLED_GAMES,
)
from pickvs.operations.monitoring.rules import COVERAGE_WINDOW, DAY, age_seconds, latest_due_tip_off, percentage

type Gauges = Mapping[Metric, float | None]

_STATEMENT_MS = 5_000
"""Statement timeout. A slower reading would disturb what it measures."""


def measure() -> dict[str, float | None]:
    """Emit the gauges and return them by metric name. None means that there is no value yet.

    If the database cannot be reached, DatabaseReachable is 0 and the only gauge. Raises DatabaseUnavailable if the
    database is lost or too slow after it was reached.
    """
    now = clock.now()
    gauges: Gauges = {DATABASE_REACHABLE: 0}
    try:
        with transaction(snapshot=True, statement_timeout_ms=_STATEMENT_MS) as connection:
            gauges = {DATABASE_REACHABLE: 1}
            gauges = {**gauges, **_read(connection, now)}
    except DatabaseUnavailable:
        if gauges[DATABASE_REACHABLE]:
            raise
        logger().exception("database unavailable")
    metrics.emit(gauges)
    return {metric.name: value for metric, value in gauges.items()}


def _read(connection: Connection, now: datetime) -> Gauges:
    last = last_good(connection, FETCH_ODDS, PROCESS_RESULTS)
    results_at = last[PROCESS_RESULTS]
    delay = queries.longest_delay(connection, since=now - DAY)
    picks, pickers = queries.count_play(connection, since=now - DAY)
    settled = queries.count_settled_picks(connection, since=now - COVERAGE_WINDOW, recent=now - DAY)
    return {
        ODDS_AGE: age_seconds(last[FETCH_ODDS], now),
        RESULTS_AGE: age_seconds(results_at, now),
        UNSETTLED_GAMES: queries.count_unsettled_games(connection, tipped_off_by=latest_due_tip_off(now, results_at)),
        SETTLE_DELAY: None if delay is None else delay.total_seconds(),
        CLV_COVERAGE: percentage(settled.with_close, settled.graded),
        PICKS_LAST_DAY: picks,
        PICKS_SETTLED_LAST_DAY: settled.recent,
        PICKERS_LAST_DAY: pickers,
    }
