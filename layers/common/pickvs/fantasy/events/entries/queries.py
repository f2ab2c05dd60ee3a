"""SQL of recording contestants and entries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_IDS = "SELECT source_id, contestant_id FROM contestant_ids WHERE sport = %s AND source = %s"

_CODES = "SELECT code, array_agg(id) AS ids FROM contestants WHERE sport = %s AND code IS NOT NULL GROUP BY code"

_ADD = """
    WITH added AS (
      INSERT INTO contestants (sport, name, short_name, code, created_at, updated_at)
      VALUES (%(sport)s, %(name)s, %(short)s, %(code)s, %(at)s, %(at)s) RETURNING id
    )
    INSERT INTO contestant_ids (sport, source, source_id, contestant_id, added_at)
    SELECT %(sport)s, %(source)s, %(source_id)s, id, %(at)s FROM added RETURNING contestant_id
"""

_NAME = """
    INSERT INTO contestant_ids (sport, source, source_id, contestant_id, added_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""

_RENAME = """
    UPDATE contestants SET name = %(name)s, short_name = %(short)s, code = %(code)s, updated_at = %(at)s
    WHERE id = %(contestant)s AND (name, short_name, code) IS DISTINCT FROM (%(name)s, %(short)s, %(code)s)
"""

# When the first session of an event begins. While the time of one that scores is not known, two days before the last.
_BEGINS = SQL("""
    (SELECT CASE WHEN bool_and(session.starts_at IS NOT NULL) FILTER (WHERE session.scores) THEN min(session.starts_at)
                 ELSE (event.day - 2)::timestamp AT TIME ZONE 'UTC' END
     FROM event_sessions session WHERE session.event_id = event.id)
""")

# Who was withdrawn before the first session was in no pool any more.
_ENTRIES = SQL("""
    SELECT entry.event_id, entry.contestant_id, entry.number, entry.expected_seat, entry.seat,
           contestant.short_name, contestant.code,
           coalesce(entry.withdrawn_at < {begins}, false) AS left_early
    FROM event_entries entry
    JOIN events event ON event.id = entry.event_id
    JOIN contestants contestant ON contestant.id = entry.contestant_id
    WHERE entry.event_id = ANY(%s) ORDER BY entry.event_id, entry.contestant_id
""").format(begins=_BEGINS)

# Who was withdrawn before the first session and comes back is in no pool: a new driver, who may score for another one.
_SEAT = SQL("""
    INSERT INTO event_entries (event_id, contestant_id, sport, number, seat, added_at)
    SELECT %(event)s, seated.contestant, %(sport)s, seated.number, seated.seat, %(at)s
    FROM jsonb_to_recordset(%(seats)s) AS seated (contestant bigint, number bigint, seat text)
    ON CONFLICT (event_id, contestant_id) DO UPDATE SET
      number = excluded.number, seat = excluded.seat, withdrawn_at = NULL,
      expected_seat = CASE WHEN event_entries.withdrawn_at < (SELECT {begins} FROM events event
                                                              WHERE event.id = event_entries.event_id) THEN NULL
                           ELSE event_entries.expected_seat END
    WHERE (event_entries.number, event_entries.seat, event_entries.withdrawn_at)
      IS DISTINCT FROM (excluded.number, excluded.seat, NULL)
""").format(begins=_BEGINS)

_WITHDRAW = """
    UPDATE event_entries SET withdrawn_at = %(at)s
    WHERE event_id = %(event)s AND seat IS NULL AND withdrawn_at IS NULL
"""

# Who was expected stays, and is withdrawn. Who came with a session that was told wrong never took part.
_UNSEAT = """
    WITH stays AS (
      UPDATE event_entries SET seat = NULL, withdrawn_at = %(at)s
      WHERE event_id = %(event)s AND seat IS NOT NULL AND expected_seat IS NOT NULL
        AND contestant_id <> ALL(%(named)s::bigint[])
      RETURNING contestant_id
    ), goes AS (
      DELETE FROM event_entries entry
      WHERE event_id = %(event)s AND expected_seat IS NULL AND contestant_id <> ALL(%(named)s::bigint[])
        AND NOT EXISTS (SELECT FROM substitutions decided
                        WHERE (decided.event_id, decided.drafted) = (entry.event_id, entry.contestant_id))
      RETURNING contestant_id
    )
    SELECT contestant_id FROM stays UNION ALL SELECT contestant_id FROM goes
"""

# Who was in the last event is expected in those to come, and nobody else is. An event is to come until somebody was in
# one of its sessions, or of a later event's: what turns out late about an earlier event changes no expectation.
_CARRY_FORWARD = """
    WITH coming AS (
      SELECT later.id, later.sport FROM events later JOIN events event USING (sport, season)
      WHERE event.id = %(event)s AND (later.day, later.id) > (event.day, event.id) AND NOT later.is_void
        AND NOT EXISTS (SELECT FROM events since JOIN event_entries run ON run.event_id = since.id
                        WHERE (since.sport, since.season) = (event.sport, event.season) AND run.seat IS NOT NULL
                          AND (since.day, since.id) > (event.day, event.id))
    ), withdrawn AS (
      UPDATE event_entries entry SET withdrawn_at = %(at)s
      FROM coming
      WHERE entry.event_id = coming.id AND entry.withdrawn_at IS NULL
        AND NOT EXISTS (SELECT FROM event_entries run
                        WHERE run.event_id = %(event)s AND run.contestant_id = entry.contestant_id
                          AND run.seat IS NOT NULL)
      RETURNING entry.event_id
    ), expected AS (
      INSERT INTO event_entries (event_id, contestant_id, sport, number, expected_seat, added_at)
      SELECT coming.id, run.contestant_id, coming.sport, run.number, run.seat, %(at)s
      FROM coming CROSS JOIN event_entries run
      WHERE run.event_id = %(event)s AND run.seat IS NOT NULL
      ON CONFLICT (event_id, contestant_id) DO UPDATE SET
        number = excluded.number, expected_seat = excluded.expected_seat, withdrawn_at = NULL
      WHERE (event_entries.number, event_entries.expected_seat, event_entries.withdrawn_at)
        IS DISTINCT FROM (excluded.number, excluded.expected_seat, NULL)
      RETURNING event_id
    )
    SELECT event_id FROM withdrawn UNION SELECT event_id FROM expected
"""

# Only events about which nothing is known yet.
_EXPECT = """
    INSERT INTO event_entries (event_id, contestant_id, sport, number, expected_seat, added_at)
    SELECT event.id, listed.contestant, event.sport, listed.number, listed.seat, %(at)s
    FROM events event
    CROSS JOIN jsonb_to_recordset(%(listed)s) AS listed (contestant bigint, number bigint, seat text)
    WHERE event.id = ANY(%(events)s) AND NOT event.is_void
      AND NOT EXISTS (SELECT FROM event_entries known
                      WHERE known.event_id = event.id AND (known.seat IS NOT NULL OR known.expected_seat <> ''))
    ON CONFLICT (event_id, contestant_id) DO NOTHING
    RETURNING event_id
"""

_ENTER = """
    WITH listed AS (
      SELECT contestant, number, seat FROM jsonb_to_recordset(%(listed)s)
        AS listed (contestant bigint, number bigint, seat text)
    ), entered AS (
      INSERT INTO event_entries (event_id, contestant_id, sport, number, expected_seat, added_at)
      SELECT %(event)s, contestant, %(sport)s, number, seat, %(at)s FROM listed
      ON CONFLICT (event_id, contestant_id) DO UPDATE SET withdrawn_at = NULL
      WHERE event_entries.withdrawn_at IS NOT NULL
      RETURNING contestant_id
    ), withdrawn AS (
      UPDATE event_entries SET withdrawn_at = %(at)s
      WHERE event_id = %(event)s AND seat IS NULL AND withdrawn_at IS NULL
        AND contestant_id NOT IN (SELECT contestant FROM listed)
      RETURNING contestant_id
    )
    SELECT contestant_id FROM entered UNION ALL SELECT contestant_id FROM withdrawn
"""

_DROP_RANKINGS = "DELETE FROM event_rankings WHERE event_id = ANY(%s)"
_RANK = """
    INSERT INTO event_rankings (event_id, contestant_id, position, points)
    SELECT ranked.event, ranked.contestant, ranked.position, ranked.points
    FROM jsonb_to_recordset(%s) AS ranked (event bigint, contestant bigint, position bigint, points numeric)
"""
_RANKED = "SELECT DISTINCT event_id FROM event_rankings WHERE event_id = ANY(%s)"

_SUBSTITUTE = """
    INSERT INTO substitutions (event_id, drafted, scores_as, reason, decided_by, recorded_at)
    VALUES (%(event)s, %(drafted)s, %(scores_as)s, %(reason)s, %(by)s, %(at)s)
    ON CONFLICT (event_id, drafted) DO UPDATE SET
      scores_as = excluded.scores_as, reason = excluded.reason, decided_by = excluded.decided_by,
      recorded_at = excluded.recorded_at
"""
_SUBSTITUTIONS = SQL("""
    SELECT drafted, scores_as, reason, decided_by, recorded_at FROM substitutions WHERE event_id = %s ORDER BY drafted
""")


class EntryRow(TableRow, frozen=True):
    """An entry: see event_entries. left_early: whether it was withdrawn before the first session."""

    event_id: int
    contestant_id: int
    number: int
    expected_seat: str | None
    seat: str | None
    short_name: str
    code: str | None
    left_early: bool


class SubstitutionRow(TableRow, frozen=True):
    """Who scores for a contestant that was drafted and is not entered. scores_as: None for nobody."""

    drafted: int
    scores_as: int | None
    reason: str
    decided_by: int | None
    recorded_at: datetime


def ids(connection: Connection, sport: str, source: str) -> dict[str, int]:
    """Return the contestants that a source knows, by its ids."""
    return {row["source_id"]: row["contestant_id"] for row in connection.execute(_IDS, (sport, source))}


def codes(connection: Connection, sport: str) -> dict[str, list[int]]:
    """Return the contestants by their codes. In a long history several have the same."""
    return {row["code"]: row["ids"] for row in connection.execute(_CODES, (sport,))}


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Add a contestant with its id at a source, and return its id here."""
    [row] = connection.execute(_ADD, values).fetchall()
    return int(row["contestant_id"])


def name(connection: Connection, sport: str, source: str, source_id: str, contestant: int, at: datetime) -> bool:
    """Record that a source calls a contestant so. Returns whether it is new, and neither of the two was taken."""
    return connection.execute(_NAME, (sport, source, source_id, contestant, at)).rowcount == 1


def rename(connection: Connection, values: dict[str, Any]) -> None:
    """Give a contestant the names that the first source has."""
    connection.execute(_RENAME, values)


def entries(connection: Connection, events: Collection[int]) -> list[EntryRow]:
    """Return the entries of events."""
    with connection.cursor(row_factory=row_of(EntryRow)) as cursor:
        return cursor.execute(_ENTRIES, (list(events),)).fetchall()


def seat(connection: Connection, event_id: int, sport: str, seats: Sequence[dict[str, Any]], at: datetime) -> int:
    """Record who was in which seat. Returns the number of entries that are new or changed."""
    return connection.execute(
        _SEAT, {"event": event_id, "sport": sport, "seats": Jsonb(list(seats)), "at": at}
    ).rowcount


def withdraw(connection: Connection, event_id: int, at: datetime) -> int:
    """Withdraw who was expected and is in no seat. Returns their number."""
    return connection.execute(_WITHDRAW, {"event": event_id, "at": at}).rowcount


def unseat(connection: Connection, event_id: int, named: Collection[int], at: datetime) -> int:
    """Take the seats of all who are not named. Returns their number."""
    return connection.execute(_UNSEAT, {"event": event_id, "named": list(named), "at": at}).rowcount


def carry_forward(connection: Connection, event_id: int, at: datetime) -> list[int]:
    """Expect who was in an event in the season's events to come. Returns those whose entries have changed."""
    return [row["event_id"] for row in connection.execute(_CARRY_FORWARD, {"event": event_id, "at": at})]


def expect(
    connection: Connection, events: Collection[int], listed: Sequence[dict[str, Any]], at: datetime
) -> list[int]:
    """Expect contestants in events about which nothing is known yet. Returns the events with new entries."""
    values = {"events": list(events), "listed": Jsonb(list(listed)), "at": at}
    return sorted({row["event_id"] for row in connection.execute(_EXPECT, values)})


def enter(connection: Connection, event_id: int, sport: str, listed: Sequence[dict[str, Any]], at: datetime) -> int:
    """Expect these contestants in an event and nobody else, as far as it was not run. Returns how many have changed."""
    values = {"event": event_id, "sport": sport, "listed": Jsonb(list(listed)), "at": at}
    return len(connection.execute(_ENTER, values).fetchall())


def rank(connection: Connection, events: Collection[int], places: Sequence[dict[str, Any]]) -> None:
    """Replace the standings before events."""
    connection.execute(_DROP_RANKINGS, (list(events),))
    connection.execute(_RANK, (Jsonb(list(places)),))


def ranked(connection: Connection, events: Collection[int]) -> set[int]:
    """Return those of the events before which standings are known."""
    return {row["event_id"] for row in connection.execute(_RANKED, (list(events),))}


def substitute(connection: Connection, values: dict[str, Any]) -> None:
    """Record who scores for a contestant that is not entered."""
    connection.execute(_SUBSTITUTE, values)


def take_back(connection: Connection, event_id: int, drafted: int) -> None:
    """Delete what was recorded of who scores for a contestant."""
    connection.execute("DELETE FROM substitutions WHERE event_id = %s AND drafted = %s", (event_id, drafted))


def substitutions(connection: Connection, event_id: int) -> list[SubstitutionRow]:
    """Return who scores for those that are not entered in an event."""
    with connection.cursor(row_factory=row_of(SubstitutionRow)) as cursor:
        return cursor.execute(_SUBSTITUTIONS, (event_id,)).fetchall()
