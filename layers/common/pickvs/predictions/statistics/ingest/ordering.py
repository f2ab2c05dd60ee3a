"""Puts days on the agenda of ingest_stats: after a settlement, and by an administrator's order.

Apart from what asks the sources, so that a function that only orders need not load it.
"""

from collections.abc import Collection
from datetime import date, datetime

from pickvs.agenda.rules import Work
from pickvs.agenda.service import put_all
from pickvs.core.database import Connection
from pickvs.core.errors import Conflict, FieldError, Invalid
from pickvs.predictions.statistics.config import sources_of, stats_sources
from pickvs.predictions.statistics.ingest import queries
from pickvs.predictions.statistics.ingest.rules import (
    INGEST_STATS,
    LONGEST_BACKFILL,
    again_key,
    asked_after,
    asked_again,
    backfill_key,
    day_key,
    days_between,
)
from pickvs.sports.rules import local_date


def await_box_scores(connection: Connection, games: Collection[int], at: datetime) -> None:
    """Have the box scores of games asked for that were settled at `at`, if the stage has a source for their sport.

    They are asked for again when corrections have come in. What is due already stays due when it was.
    """
    chosen = stats_sources()
    if not chosen or not games:
        return
    due_at = asked_after(at)
    works = []
    for sport, day in queries.days_of(connection, games):
        if sources_of(sport, chosen):
            about = {"sport": sport, "day": day.isoformat(), "past": False}
            works.append(Work(INGEST_STATS, day_key(sport, day, due_at), due_at, about))
            works += [
                Work(INGEST_STATS, again_key(sport, day, later), later, {**about, "again": True})
                for later in asked_again(day, at)
            ]
    put_all(connection, works)


def order_backfill(connection: Connection, sport: str, first: date, last: date, at: datetime) -> int:
    """Have every day from the first to the last asked about, and return their number. Repeating it changes nothing.

    Raises Conflict (NO_SOURCE) for a sport that no source knows, and Invalid for days to come, and for more than
    LONGEST_BACKFILL days.
    """
    if not sources_of(sport, stats_sources()):
        raise Conflict("NO_SOURCE", "No source of statistics that this stage asks knows the sport.")
    if not first <= last < local_date(sport, at):
        raise _invalid("to", "must not be before `from`, and before today")
    if (last - first).days >= LONGEST_BACKFILL:
        raise _invalid("to", f"must be within {LONGEST_BACKFILL} days of `from`")
    days = list(days_between(first, last))
    put_all(
        connection,
        [
            Work(
                INGEST_STATS,
                backfill_key(sport, day),
                at,
                {"sport": sport, "day": day.isoformat(), "past": True},
            )
            for day in days
        ],
    )
    return len(days)


def _invalid(field: str, why: str) -> Invalid:
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (FieldError(field, why),))
