"""SQL of recording schedules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.events.schedules.rules import Scheduled, ScheduledSession

_KNOWN = SQL("""
    SELECT event.id, event.season, event.day, event.venue_id, event.is_void,
           coalesce((SELECT jsonb_object_agg(source, source_id) FROM event_venue_ids known
                     WHERE known.venue_id = event.venue_id), '{}') AS venues,
           (SELECT max(starts_at) FROM event_sessions session WHERE session.event_id = event.id) AS last_start,
           EXISTS (SELECT FROM result_answers answer WHERE answer.event_id = event.id AND answer.digest <> 'gone')
             AS has_result
    FROM events event WHERE event.sport = %s AND event.season = %s ORDER BY event.day, event.id
""")

_VENUE = "SELECT venue_id FROM event_venue_ids WHERE sport = %s AND source = %s AND source_id = %s"
_ADD_VENUE = "INSERT INTO event_venues (sport, created_at) VALUES (%s, %s) RETURNING id"
_NAME_VENUE = """
    INSERT INTO event_venue_ids (sport, source, source_id, venue_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""

_ADD_EVENT = """
    INSERT INTO events (sport, season, venue_id, name, day, created_at, updated_at)
    VALUES (%(sport)s, %(season)s, %(venue)s, %(name)s, %(day)s, %(at)s, %(at)s) RETURNING id
"""
_RENAME = """
    UPDATE events SET name = %(name)s, day = %(day)s, updated_at = %(at)s
    WHERE id = %(event)s AND (name, day) IS DISTINCT FROM (%(name)s, %(day)s)
"""
_SET_VOID = "UPDATE events SET is_void = %s, updated_at = %s WHERE id = %s"

_STATEMENTS = SQL("""
    SELECT event_id, source, day, name, sessions, doubts, is_cancelled, revision, gone_at FROM event_statements
    WHERE event_id = ANY(%s)
""")

_STATE = """
    INSERT INTO event_statements
      (event_id, source, day, name, sessions, doubts, is_cancelled, revision, heard_at, gone_at)
    VALUES (%(event)s, %(source)s, %(day)s, %(name)s, %(sessions)s, %(doubts)s, %(cancelled)s, %(revision)s, %(at)s,
            NULL)
    ON CONFLICT (event_id, source) DO UPDATE SET
      day = excluded.day, name = excluded.name, sessions = excluded.sessions, doubts = excluded.doubts,
      is_cancelled = excluded.is_cancelled, revision = excluded.revision, heard_at = excluded.heard_at, gone_at = NULL
"""
_GONE = "UPDATE event_statements SET gone_at = %s WHERE event_id = %s AND source = %s AND gone_at IS NULL"

_SET_SESSION = """
    INSERT INTO event_sessions (event_id, session, starts_at, scores, locks, source, updated_at)
    VALUES (%(event)s, %(session)s, %(starts)s, %(scores)s, %(locks)s, %(source)s, %(at)s)
    ON CONFLICT (event_id, session) DO UPDATE SET
      starts_at = excluded.starts_at, locks = excluded.locks, source = excluded.source, updated_at = excluded.updated_at
    WHERE (event_sessions.starts_at, event_sessions.locks) IS DISTINCT FROM (excluded.starts_at, excluded.locks)
"""

# A session with an answer stays, whatever the schedule says.
_DROP_SESSIONS = """
    DELETE FROM event_sessions session
    WHERE event_id = %(event)s AND session <> ALL(%(sessions)s)
      AND NOT EXISTS (SELECT FROM session_results known
                      WHERE (known.event_id, known.session) = (session.event_id, session.session))
"""


class KnownRow(TableRow, frozen=True):
    """An event that we have. has_result: whether a source has a result of any of its sessions."""

    id: int
    season: int
    day: date
    venue_id: int
    is_void: bool
    venues: dict[str, str]
    last_start: datetime | None
    has_result: bool


class StatementRow(TableRow, frozen=True):
    """What a source says of an event's schedule. sessions: as `as_json` writes them."""

    event_id: int
    source: str
    day: date
    name: str
    sessions: list[dict[str, Any]]
    doubts: list[str]
    is_cancelled: bool
    revision: str | None
    gone_at: datetime | None


def known_events(connection: Connection, sport: str, season: int) -> list[KnownRow]:
    """Return the events of a season, by day."""
    with connection.cursor(row_factory=row_of(KnownRow)) as cursor:
        return cursor.execute(_KNOWN, (sport, season)).fetchall()


def statements(connection: Connection, events: Collection[int]) -> list[StatementRow]:
    """Return what each source says of events."""
    with connection.cursor(row_factory=row_of(StatementRow)) as cursor:
        return cursor.execute(_STATEMENTS, (list(events),)).fetchall()


def venue_of(connection: Connection, sport: str, source: str, source_id: str, at: datetime) -> int:
    """Return the venue that a source calls so, added if it is new."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found = cursor.execute(_VENUE, (sport, source, source_id)).fetchall()
        if not found:
            found = cursor.execute(_ADD_VENUE, (sport, at)).fetchall()
            name_venue(connection, sport, source, source_id, found[0])
    return int(found[0])


def name_venue(connection: Connection, sport: str, source: str, source_id: str, venue_id: int) -> None:
    """Record what a source calls a venue, unless that is known."""
    connection.execute(_NAME_VENUE, (sport, source, source_id, venue_id))


def add_event(connection: Connection, sport: str, venue_id: int, item: Scheduled, at: datetime) -> int:
    """Add an event, and return its id."""
    values = {"sport": sport, "season": item.season, "venue": venue_id, "name": item.name, "day": item.day, "at": at}
    with connection.cursor(row_factory=scalar_row) as cursor:
        [event] = cursor.execute(_ADD_EVENT, values).fetchall()
    return int(event)


def rename(connection: Connection, event_id: int, name: str, day: date, at: datetime) -> None:
    """Give an event the name and the day that a schedule has."""
    connection.execute(_RENAME, {"event": event_id, "name": name, "day": day, "at": at})


def set_void(connection: Connection, event_id: int, *, is_void: bool, at: datetime) -> None:
    """Cancel an event, or take that back."""
    connection.execute(_SET_VOID, (is_void, at, event_id))


def state(connection: Connection, event_id: int, source: str, item: Scheduled, at: datetime) -> None:
    """Record what a source says of an event's schedule, in the place of what it said before."""
    values: dict[str, Any] = {
        "event": event_id,
        "source": source,
        "day": item.day,
        "name": item.name,
        "sessions": Jsonb(as_json(item.sessions)),
        "doubts": list(item.doubts),
        "cancelled": item.is_cancelled,
        "revision": item.revision,
        "at": at,
    }
    connection.execute(_STATE, values)


def starts(connection: Connection, event_id: int) -> dict[str, datetime | None]:
    """Return the starts of an event's sessions, by name."""
    rows = connection.execute("SELECT session, starts_at FROM event_sessions WHERE event_id = %s", (event_id,))
    return {row["session"]: row["starts_at"] for row in rows}


def note_gone(connection: Connection, event_id: int, source: str, at: datetime) -> None:
    """Record that a source lists an event no longer."""
    connection.execute(_GONE, (at, event_id, source))


def set_sessions(
    connection: Connection, event_id: int, source: str, sessions: Sequence[ScheduledSession], at: datetime
) -> None:
    """Give an event the sessions that a schedule has."""
    for session in sessions:
        values: dict[str, Any] = {
            "event": event_id,
            "session": session.name,
            "starts": session.starts_at,
            "scores": session.scores,
            "locks": list(session.locks),
            "source": source,
            "at": at,
        }
        connection.execute(_SET_SESSION, values)
    connection.execute(_DROP_SESSIONS, {"event": event_id, "sessions": [each.name for each in sessions]})


def as_json(sessions: Iterable[ScheduledSession]) -> list[dict[str, Any]]:
    """Return sessions as they are kept."""
    return [
        {
            "session": each.name,
            "starts_at": None if each.starts_at is None else each.starts_at.isoformat(),
            "scores": each.scores,
            "locks": list(each.locks),
        }
        for each in sessions
    ]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[ScheduledSession, ...]:
    """Return the sessions that `as_json` wrote."""
    return tuple(
        ScheduledSession(
            row["session"],
            None if row["starts_at"] is None else datetime.fromisoformat(row["starts_at"]),
            scores=row["scores"],
            locks=tuple(row["locks"]),
        )
        for row in rows
    )
