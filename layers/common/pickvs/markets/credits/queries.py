"""The SQL of credits: what is left of the month, and what was decided."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.credits.rules import JOBS, Kind, Outcome

_JOBS = sorted(set(JOBS.values()))

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

# Games that others have absorbed are theirs, and a game that was called off needs nothing.
_GAMES = SQL("""
    SELECT id, sport, commence_time, local_date, status IN ('scheduled', 'live') AS waits
    FROM games
    WHERE sport = ANY(%(sports)s) AND commence_time >= %(since)s AND commence_time < %(until)s
      AND merged_into IS NULL AND status NOT IN ('postponed', 'cancelled')
    ORDER BY commence_time, id
""")

_ENDED_CALLS = SQL("""
    SELECT job, sport, finished_at, credits_remaining, credits_last, http_status
    FROM ingestion_runs
    WHERE started_at >= %(since)s AND started_at <= %(at)s AND finished_at IS NOT NULL AND job = ANY(%(jobs)s)
""")

_LAST_SCORES = SQL("""
    SELECT sport, max(started_at) AS at
    FROM ingestion_runs
    WHERE started_at >= %(since)s AND started_at <= %(at)s AND status IN ('succeeded', 'partial')
      AND job = %(job)s AND sport = ANY(%(sports)s)
    GROUP BY sport
""")

_UNDERWAY = SQL("""
    SELECT coalesce(sum(cost), 0) AS cost
    FROM credit_decisions decision
    JOIN unnest(%(kinds)s::text[], %(jobs)s::text[]) AS made_by (kind, job) USING (kind)
    WHERE decision = 'bought' AND decision.at > %(since)s AND decision.at <= %(at)s
      AND NOT EXISTS (
        SELECT FROM ingestion_runs run
        WHERE run.job = made_by.job AND run.sport = decision.sport AND run.finished_at >= decision.at
          AND run.started_at > %(since)s
      )
""")

_SPENT = SQL("""
    SELECT kind, sport, count(*) AS calls, sum(cost) AS credits
    FROM credit_decisions
    WHERE at >= %s AND at < %s AND decision = 'bought'
    GROUP BY kind, sport
    ORDER BY kind, sport
""")

_GIVEN_UP = SQL("""
    SELECT kind, sport, count(*) AS needs, sum(cardinality(games)) AS games, sum(games_with_picks) AS games_with_picks
    FROM credit_decisions
    WHERE at >= %s AND at < %s AND decision = 'given_up'
    GROUP BY kind, sport
    ORDER BY kind, sport
""")

_LATEST_GIVEN_UP = SQL("""
    SELECT at, kind, sport, games, games_with_picks, cost, reason
    FROM credit_decisions
    WHERE at >= %s AND at < %s AND decision = 'given_up'
    ORDER BY at DESC, id DESC
    LIMIT %s
""")

_DELETE_OLD = SQL("""
    DELETE FROM credit_decisions
    WHERE id IN (SELECT id FROM credit_decisions WHERE at < %s ORDER BY at LIMIT %s)
""")


class GameRow(TableRow, frozen=True):
    """A game, as far as credits are concerned."""

    id: int
    sport: str
    commence_time: datetime
    local_date: date
    waits: bool


class EndedCall(TableRow, frozen=True):
    """A run of this month that has ended."""

    job: str
    sport: str
    finished_at: datetime
    credits_remaining: int | None
    credits_last: int | None
    http_status: int | None


class SpentRow(TableRow, frozen=True):
    """Calls bought of a kind for a sport."""

    kind: Kind
    sport: str
    calls: int
    credits: int


class GivenUpRow(TableRow, frozen=True):
    """Needs of a kind and sport that were given up."""

    kind: Kind
    sport: str
    needs: int
    games: int
    games_with_picks: int


class NeedGivenUp(TableRow, frozen=True):
    """A need that was given up."""

    at: datetime
    kind: Kind
    sport: str
    games: list[int]
    games_with_picks: int
    cost: int
    reason: str


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


def games(connection: Connection, sports: Sequence[str], *, since: datetime, until: datetime) -> list[GameRow]:
    """Return the games of these sports that tip off from `since` until before `until`, in order."""
    values = {"sports": list(sports), "since": since, "until": until}
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_GAMES, values).fetchall()


def ended_calls(connection: Connection, *, since: datetime, at: datetime) -> list[EndedCall]:
    """Return the ended runs that began from `since` until `at`."""
    with connection.cursor(row_factory=row_of(EndedCall)) as cursor:
        return cursor.execute(_ENDED_CALLS, {"since": since, "at": at, "jobs": _JOBS}).fetchall()


def last_scores(connection: Connection, sports: Sequence[str], *, since: datetime, at: datetime) -> dict[str, datetime]:
    """Return when an answer with scores was last asked for, by sport, from `since` until `at`."""
    values = {"since": since, "at": at, "job": JOBS["grading"], "sports": list(sports)}
    return {row["sport"]: row["at"] for row in connection.execute(_LAST_SCORES, values)}


def underway(connection: Connection, *, since: datetime, at: datetime) -> int:
    """Return the credits of calls that were bought from `since` until `at` and whose run has not ended."""
    values = {"since": since, "at": at, "kinds": list(JOBS), "jobs": list(JOBS.values())}
    row = connection.execute(_UNDERWAY, values).fetchone()
    return int(row["cost"]) if row else 0


def spent(connection: Connection, since: datetime, until: datetime) -> list[SpentRow]:
    """Return what was bought from `since` until before `until`, by kind and sport."""
    with connection.cursor(row_factory=row_of(SpentRow)) as cursor:
        return cursor.execute(_SPENT, (since, until)).fetchall()


def given_up(connection: Connection, since: datetime, until: datetime) -> list[GivenUpRow]:
    """Return what was given up from `since` until before `until`, by kind and sport."""
    with connection.cursor(row_factory=row_of(GivenUpRow)) as cursor:
        return cursor.execute(_GIVEN_UP, (since, until)).fetchall()


def latest_given_up(connection: Connection, since: datetime, until: datetime, most: int) -> list[NeedGivenUp]:
    """Return up to `most` needs that were given up from `since` until before `until`, newest first."""
    with connection.cursor(row_factory=row_of(NeedGivenUp)) as cursor:
        return cursor.execute(_LATEST_GIVEN_UP, (since, until, most)).fetchall()


def delete_old(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` decisions made before `before`. Returns their number."""
    return connection.execute(_DELETE_OLD, (before, most)).rowcount
