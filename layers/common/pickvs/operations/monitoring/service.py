"""Reads the gauges and emits them as metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pickvs.core import clock, metrics
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import DatabaseUnavailable
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.fantasy.troubles.reading import gauges as fantasy_gauges
from pickvs.ingestion.freshness import SportData, latest, sports_data
from pickvs.operations.monitoring import queries
from pickvs.operations.monitoring.metrics import (
    AUTOPICK_SHARE,
    CLV_COVERAGE,
    DATABASE_REACHABLE,
    DRAFT_OVERDUE,
    FANTASY_REVIEW_AGE,
    ODDS_AGE,
    OPEN_DRAFTS,
    PICKERS_LAST_DAY,
    PICKS_GRADED_LAST_WEEK,
    PICKS_LAST_DAY,
    PICKS_SETTLED_LAST_DAY,
    PROVISIONAL_RESULT_AGE,
    RESULTS_AGE,
    SETTLE_DELAY,
    TRAINING_AGE,
    UNSETTLED_GAMES,
)
from pickvs.operations.monitoring.rules import (
    COVERAGE_WINDOW,
    DAY,
    IN_SEASON,
    age_seconds,
    latest_due_tip_off,
    percentage,
)
from pickvs.predictions.training_runs.reading import last_trained

type Gauges = Mapping[Metric, float | None]


@dataclass(frozen=True, slots=True)
class Age:
    """A gauge of the age of one part of the data: of a sport, and for odds of a market. None: it was never good."""

    metric: Metric
    seconds: float | None
    dimensions: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the metric and values of its dimensions."""
        return "/".join((self.metric.name, *self.dimensions.values()))


_STATEMENT_MS = 5_000
"""Statement timeout. A slower reading would disturb what it measures."""


def measure() -> dict[str, float | None]:
    """Emit the gauges and return them by metric name; ages of data and models by metric, sport and (for odds) market.

    None means that there is no value yet.

    If the database cannot be reached, DatabaseReachable is 0 and the only gauge. Raises DatabaseUnavailable if the
    database is lost or too slow after it was reached.
    """
    now = clock.now()
    gauges: Gauges = {DATABASE_REACHABLE: 0}
    ages: list[Age] = []
    try:
        with transaction(snapshot=True, statement_timeout_ms=_STATEMENT_MS) as connection:
            gauges = {DATABASE_REACHABLE: 1}
            data = sports_data(connection)
            gauges = {
                **gauges,
                **_read(connection, latest(each.results for each in data), now),
                **_fantasy(connection, now),
            }
            ages = [age for each in data for age in _ages(each, now)]
            trained = last_trained(connection, played_since=now - IN_SEASON, at=now)
            ages += [Age(TRAINING_AGE, age_seconds(at, now), {"sport": sport}) for sport, at in trained.items()]
    except DatabaseUnavailable:
        if gauges[DATABASE_REACHABLE]:
            raise
        logger().exception("database unavailable")
    metrics.emit(gauges)
    for age in ages:
        metrics.emit({age.metric: age.seconds}, **age.dimensions)
    return {
        **{metric.name: value for metric, value in gauges.items()},
        **{age.name: age.seconds for age in ages},
    }


def _ages(data: SportData, now: datetime) -> Iterator[Age]:
    for market, at in data.odds.items():
        yield Age(ODDS_AGE, age_seconds(at, now), {"sport": data.sport, "market": market})
    yield Age(RESULTS_AGE, age_seconds(data.results, now), {"sport": data.sport})


def _read(connection: Connection, results_at: datetime | None, now: datetime) -> Gauges:
    delay = queries.longest_delay(connection, since=now - DAY)
    picks, pickers = queries.count_play(connection, since=now - DAY)
    settled = queries.count_settled_picks(connection, since=now - COVERAGE_WINDOW, recent=now - DAY)
    return {
        UNSETTLED_GAMES: queries.count_unsettled_games(connection, tipped_off_by=latest_due_tip_off(now, results_at)),
        SETTLE_DELAY: None if delay is None else delay.total_seconds(),
        CLV_COVERAGE: percentage(settled.with_close, settled.graded),
        PICKS_GRADED_LAST_WEEK: settled.graded,
        PICKS_LAST_DAY: picks,
        PICKS_SETTLED_LAST_DAY: settled.recent,
        PICKERS_LAST_DAY: pickers,
    }


def _fantasy(connection: Connection, now: datetime) -> Gauges:
    stands = fantasy_gauges(connection, now, lately=COVERAGE_WINDOW)
    return {
        OPEN_DRAFTS: stands.open_drafts,
        AUTOPICK_SHARE: stands.autopick_share,
        DRAFT_OVERDUE: stands.draft_overdue,
        FANTASY_REVIEW_AGE: stands.review_age,
        PROVISIONAL_RESULT_AGE: stands.provisional_age,
    }
