"""The SQL of credits: what is left of the month, and what was decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.credits.rules import Kind, Outcome

_LOCK = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-credits', 0))")

_EARLIEST_TIP_OFF = SQL("SELECT min(commence_time) AS tip_off FROM games WHERE id = ANY(%s)")

# A closing capture is known by its sport and tip-off, any other need by the time at which it was asked for.
_DECIDED = SQL("""
    SELECT decision, reason, next_check_minutes
    FROM credit_decisions
    WHERE sport = %(sport)s AND kind = %(kind)s
      AND CASE WHEN kind = 'closing' THEN tip_off = %(tip_off)s ELSE at > %(since)s AND at <= %(at)s END
    ORDER BY at DESC, id DESC
    LIMIT 1
""")

_RECORD = SQL("""
    INSERT INTO credit_decisions
      (at, sport, kind, tip_off, games, games_with_picks, cost, decision, reason, next_check_minutes)
    VALUES (%(at)s, %(sport)s, %(kind)s, %(tip_off)s, %(games)s, %(games_with_picks)s, %(cost)s, %(decision)s,
            %(reason)s, %(next_check_minutes)s)
""")


class Decided(TableRow, frozen=True):
    """A recorded decision."""

    decision: Outcome
    reason: str | None
    next_check_minutes: int | None


def lock(connection: Connection) -> None:
    """Let nobody else decide until the transaction ends, because all sports share what is left."""
    connection.execute(_LOCK)


def earliest_tip_off(connection: Connection, games: Sequence[int]) -> datetime | None:
    """Return the earliest tip-off of these games. None if there is no such game."""
    row = connection.execute(_EARLIEST_TIP_OFF, [list(games)]).fetchone()
    return row["tip_off"] if row else None


def decided(
    connection: Connection, kind: Kind, sport: str, *, tip_off: datetime | None, at: datetime, within: timedelta
) -> Decided | None:
    """Return what was decided on the same need: the capture before `tip_off`, or another need within a time."""
    values = {"kind": kind, "sport": sport, "tip_off": tip_off, "at": at, "since": at - within}
    with connection.cursor(row_factory=row_of(Decided)) as cursor:
        return cursor.execute(_DECIDED, values).fetchone()


def record(
    connection: Connection,
    kind: Kind,
    sport: str,
    decided: Decided,
    *,
    at: datetime,
    tip_off: datetime | None,
    games: Sequence[int],
    games_with_picks: int,
    cost: int,
) -> None:
    """Insert a decision."""
    values = {
        "at": at,
        "sport": sport,
        "kind": kind,
        "tip_off": tip_off,
        "games": list(games),
        "games_with_picks": games_with_picks,
        "cost": cost,
        "decision": decided.decision,
        "reason": decided.reason,
        "next_check_minutes": decided.next_check_minutes,
    }
    connection.execute(_RECORD, values)
