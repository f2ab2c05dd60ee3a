"""Brings box scores in: daily, half an hour after a settlement, and for past days that an administrator orders."""

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pickvs.agenda.service import Due, take_due_together
from pickvs.core import clock, metrics
from pickvs.core.database import transaction
from pickvs.core.logging import logger
from pickvs.core.redaction import redact
from pickvs.jobs.runs import STORING_MS, WAITING_MS
from pickvs.predictions.statistics.boxes.rules import SCHEMAS
from pickvs.predictions.statistics.config import sources_of, stats_config, stats_sources
from pickvs.predictions.statistics.ingest import queries
from pickvs.predictions.statistics.ingest.day import DayOfSport
from pickvs.predictions.statistics.ingest.rules import (
    INGEST_STATS,
    LOOKED_BACK,
    days_to_ask,
)
from pickvs.predictions.statistics.metrics import (
    BOX_SCORES,
    BOX_SCORES_IN_REVIEW,
    STATS_ERRORS_WAITING,
    STATS_SOURCES_OFF,
)
from pickvs.predictions.statistics.providers.adapters import adapter
from pickvs.predictions.statistics.quality.service import check_quality, errors_that_wait, open_findings
from pickvs.predictions.statistics.recording.service import IN_REVIEW
from pickvs.predictions.statistics.sources import sources_off
from pickvs.sports.config import fetched_sports
from pickvs.sports.rules import local_date, season_of

ASKING_SECONDS = 420
"""Time per invocation after which nothing more is asked. The function times out after 10 minutes."""
_AGAIN = timedelta(minutes=1)


def ingest_stats() -> dict[str, Any]:
    """Ask about yesterday, today, and the days of games without a box score; do what is due; check the seasons.

    A repeated delivery asks again, and changes nothing that has not changed at the sources.
    """
    ends = time.monotonic() + ASKING_SECONDS
    report: dict[str, Any] = {"days": [], "due": {}, "quality": {}}
    for sport in _sports():
        with transaction(lock_timeout_ms=WAITING_MS) as connection:
            today = local_date(sport, clock.now())
            lacking = queries.days_lacking(connection, sport, today - LOOKED_BACK)
        for day in days_to_ask(today, lacking):
            if time.monotonic() < ends:
                report["days"].append(_ask(sport, day, ends)[0])
    report["due"] = take_due_together(INGEST_STATS, lambda due: _do_due(due, ends))
    for sport in _sports():
        report["quality"][sport] = _check(sport)
    _measure(report)
    return report


def ingest_due() -> dict[str, Any]:
    """Ask about the days that are due."""
    ends = time.monotonic() + ASKING_SECONDS
    report = {"due": take_due_together(INGEST_STATS, lambda due: _do_due(due, ends))}
    _measure({"days": []})
    return report


def _sports() -> list[str]:
    chosen = stats_sources()
    return [sport.key for sport in fetched_sports() if sport.key in SCHEMAS and sources_of(sport.key, chosen)]


def _ask(sport: str, day: date, ends: float, *, past: bool = False, again: bool = False) -> tuple[dict[str, Any], bool]:
    """Ask about a day, and return the report, and whether it is answered. ends, past, again: see DayOfSport."""
    config = stats_config()
    off = _off()
    asked = DayOfSport(
        sport,
        day,
        {name: adapter(name, config) for name in sources_of(sport, stats_sources()) if name not in off},
        past,
        ends,
        again,
    )
    counts = asked.ask()
    runs = [{key: run[key] for key in ("source", "status", "run_id", "error_code")} for run in asked.reports]
    return {"sport": sport, "day": day.isoformat(), "counts": counts, "runs": runs}, asked.is_answered


def _do_due(due: Sequence[Due], ends: float) -> Mapping[str, datetime | None]:
    """Ask about the days that are due, about each once. What time does not allow is due again.

    A day that is not answered, or not to its end, has failed: it is tried again, but not for ever.
    """
    done: dict[str, datetime | None] = {}
    asked: dict[tuple[str, str, bool, bool], bool] = {}
    for work in sorted(due, key=lambda each: (each.payload["past"], each.due_at, each.key)):
        if time.monotonic() >= ends:
            done[work.key] = clock.now() + _AGAIN
            continue
        try:
            sport, day, past = work.payload["sport"], work.payload["day"], work.payload["past"]
            again = work.payload.get("again", False)
            if (sport, day, past, again) not in asked:
                asked[sport, day, past, again] = _ask(sport, date.fromisoformat(day), ends, past=past, again=again)[1]
            if asked[sport, day, past, again]:
                done[work.key] = None
        except Exception as error:  # the other days are due as well
            logger().error("day not asked", key=work.key, error=redact(f"{type(error).__name__}: {error}"))
    return done


def _off() -> set[str]:
    with transaction() as connection:
        return {each.source for each in sources_off(connection, clock.now())}


def _check(sport: str) -> dict[str, int]:
    at = clock.now()
    with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
        return check_quality(connection, sport, season_of(sport, local_date(sport, at)), at)


def _measure(report: Mapping[str, Any]) -> None:
    now = clock.now()
    with transaction() as connection:
        review = open_findings(connection, IN_REVIEW)
        errors = errors_that_wait(connection, now, besides=IN_REVIEW)
        off = len(sources_off(connection, now))
    final = sum(day["counts"]["final"] for day in report["days"])
    metrics.emit(
        {BOX_SCORES: final, BOX_SCORES_IN_REVIEW: review, STATS_ERRORS_WAITING: errors, STATS_SOURCES_OFF: off}
    )
