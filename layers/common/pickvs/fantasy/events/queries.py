"""SQL of reading events, their sessions, their entries and contestants, for this room and for `reading`."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# An open question about the schedule holds drafts back; one about a result or a contestant does not.
_EVENT = SQL("""
    SELECT event.id, event.sport, event.season, event.name, event.day, event.is_void,
           EXISTS (SELECT FROM fantasy_reviews review
                   WHERE review.event_id = event.id AND review.kind IN ('schedule', 'cancellation')
                     AND review.closed_at IS NULL) AS is_held
    FROM events event
    WHERE {which}
    ORDER BY event.day, event.id
""")
_OF_IDS = _EVENT.format(which=SQL("event.id = ANY(%s)"))
_OF_SEASON = _EVENT.format(which=SQL("event.sport = %s AND event.season = %s"))

_SESSIONS = SQL("""
    SELECT event_id, session, starts_at, scores, locks FROM event_sessions
    WHERE event_id = ANY(%s) ORDER BY event_id, starts_at NULLS LAST, session
""")

# Who has no place in the standings comes last, by number.
_POOL = SQL("""
    SELECT entry.event_id, entry.contestant_id, entry.number, entry.expected_seat, entry.seat,
           contestant.name, contestant.short_name, contestant.code,
           standing.position, standing.points,
           entry.withdrawn_at IS NOT NULL AS is_withdrawn,
           rank() OVER (PARTITION BY entry.event_id
                        ORDER BY standing.position NULLS LAST, entry.number, entry.contestant_id) AS place
    FROM event_entries entry
    JOIN contestants contestant ON contestant.id = entry.contestant_id
    LEFT JOIN event_rankings standing
           ON standing.event_id = entry.event_id AND standing.contestant_id = entry.contestant_id
    WHERE entry.event_id = ANY(%s)
    ORDER BY entry.event_id, place
""")

_CONTESTANTS = SQL("SELECT id, sport, name, short_name, code FROM contestants WHERE id = ANY(%s)")

_SEASONS = SQL("SELECT DISTINCT season FROM events WHERE sport = %s AND NOT is_void ORDER BY season")
_LAST_SEASON_RUN = SQL("""
    SELECT max(event.season) AS season FROM events event
    WHERE event.sport = %s
      AND EXISTS (SELECT FROM session_results result WHERE result.event_id = event.id AND result.version IS NOT NULL)
""")

_VENUE_AT = """
    SELECT DISTINCT named.source_id
    FROM event_sessions session
    JOIN events event ON event.id = session.event_id AND NOT event.is_void
    JOIN event_venue_ids named ON named.venue_id = event.venue_id AND named.sport = event.sport
    WHERE session.scores AND session.starts_at BETWEEN %(since)s AND %(until)s
      AND event.sport = %(sport)s AND named.source = %(source)s
"""


class EventRow(TableRow, frozen=True):
    """An event. day: of its last session, in UTC. is_held: whether its schedule is under review."""

    id: int
    sport: str
    season: int
    name: str
    day: date
    is_void: bool
    is_held: bool


class SessionRow(TableRow, frozen=True):
    """A session of an event. starts_at: None where no source has told it."""

    event_id: int
    session: str
    starts_at: datetime | None
    scores: bool
    locks: list[str]


class PoolRow(TableRow, frozen=True):
    """An entry, in the order of the official standings before the event.

    place: in this order, from 1. position, points: in these standings; None for whoever has no place in them.
    expected_seat: before the first session; None for who came with one. seat: in the sessions that were run.
    """

    event_id: int
    contestant_id: int
    number: int
    expected_seat: str | None
    seat: str | None
    name: str
    short_name: str
    code: str | None
    position: int | None
    points: Decimal | None
    is_withdrawn: bool
    place: int


class ContestantRow(TableRow, frozen=True):
    """A contestant. short_name: such as a family name. code: None for who has none."""

    id: int
    sport: str
    name: str
    short_name: str
    code: str | None


def events(connection: Connection, ids: Collection[int]) -> list[EventRow]:
    """Return the events with these ids, by day."""
    with connection.cursor(row_factory=row_of(EventRow)) as cursor:
        return cursor.execute(_OF_IDS, (list(ids),)).fetchall()


def events_of_season(connection: Connection, sport: str, season: int) -> list[EventRow]:
    """Return the events of a season, by day."""
    with connection.cursor(row_factory=row_of(EventRow)) as cursor:
        return cursor.execute(_OF_SEASON, (sport, season)).fetchall()


def sessions(connection: Connection, events: Collection[int]) -> list[SessionRow]:
    """Return the sessions of events, by event and time."""
    with connection.cursor(row_factory=row_of(SessionRow)) as cursor:
        return cursor.execute(_SESSIONS, (list(events),)).fetchall()


def pool(connection: Connection, events: Collection[int]) -> list[PoolRow]:
    """Return the entries of events, by event, the best ranked first."""
    with connection.cursor(row_factory=row_of(PoolRow)) as cursor:
        return cursor.execute(_POOL, (list(events),)).fetchall()


def contestants(connection: Connection, ids: Collection[int]) -> list[ContestantRow]:
    """Return the contestants with these ids."""
    with connection.cursor(row_factory=row_of(ContestantRow)) as cursor:
        return cursor.execute(_CONTESTANTS, (list(ids),)).fetchall()


def seasons(connection: Connection, sport: str) -> list[int]:
    """Return the seasons of a sport with an event, in their order."""
    return [row["season"] for row in connection.execute(_SEASONS, (sport,))]


def last_season_run(connection: Connection, sport: str) -> int | None:
    """Return the last season of a sport in which a session has a result. None if there is none."""
    [row] = connection.execute(_LAST_SEASON_RUN, (sport,)).fetchall()
    season: int | None = row["season"]
    return season


def venue_at(connection: Connection, sport: str, at: datetime, *, source: str, apart: timedelta) -> str | None:
    """Return a source's name of the place where an event has a session that scores near a time. None without one."""
    values = {"sport": sport, "source": source, "since": at - apart, "until": at + apart}
    rows = {row["source_id"] for row in connection.execute(_VENUE_AT, values)}
    return rows.pop() if len(rows) == 1 else None
