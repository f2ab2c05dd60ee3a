"""SQL for due work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from pickvs.agenda.rules import MOST_ATTEMPTS, WAITS
from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# What is put again unchanged keeps its attempts, unless it was given up.
_PUT = """
    INSERT INTO agenda AS known (function, key, due_at, payload, next_at)
    VALUES (%(function)s, %(key)s, %(due_at)s, %(payload)s, %(due_at)s)
    ON CONFLICT (function, key) DO UPDATE
    SET due_at = excluded.due_at, payload = excluded.payload, next_at = excluded.next_at,
        attempts = 0, last_error = NULL, given_up_at = NULL
    WHERE known.due_at <> excluded.due_at OR known.payload <> excluded.payload OR known.given_up_at IS NOT NULL
"""

# SKIP LOCKED: others take other rows, and a row that is being worked on or put anew is left alone. The attempt is
# counted before the work, so that work which ends the process is not begun for ever.
_BEGIN = """
    UPDATE agenda
    SET attempts = attempts + 1, next_at = %(at)s + (%(waits)s::interval[])[attempts + 1]
    WHERE (function, key) = (
      SELECT function, key FROM agenda
      WHERE function = %(function)s AND next_at <= %(at)s AND given_up_at IS NULL AND attempts < %(most)s
      ORDER BY next_at, key
      LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    RETURNING key, due_at, payload, attempts
"""

# Waits for others: one that looks for work may hold this row for a moment, because it saw it before it was begun.
_FINISH = """
    DELETE FROM agenda
    WHERE function = %(function)s AND key = %(key)s AND due_at = %(due_at)s AND attempts = %(attempts)s
"""

_NOTE_ERROR = """
    UPDATE agenda SET last_error = %(error)s
    WHERE function = %(function)s AND key = %(key)s AND due_at = %(due_at)s AND attempts = %(attempts)s
"""

_GIVE_UP = """
    UPDATE agenda SET given_up_at = %(at)s
    WHERE (function, key) IN (
      SELECT function, key FROM agenda
      WHERE function = %(function)s AND next_at <= %(at)s AND given_up_at IS NULL AND attempts >= %(most)s
      FOR UPDATE SKIP LOCKED
    )
    RETURNING key
"""

_NEXT = """
    SELECT DISTINCT date_trunc('minute', next_at - interval '1 microsecond') + interval '1 minute' AS minute
    FROM agenda
    WHERE function = %s AND given_up_at IS NULL
    ORDER BY minute
    LIMIT %s
"""


# A sequential scan. The table has a few rows for each game to come; what is done leaves it.
_UNDONE = """
    SELECT function, key, due_at, attempts, last_error, given_up_at, count(*) OVER () AS total
    FROM agenda
    WHERE given_up_at IS NOT NULL OR due_at <= %(due_by)s
    ORDER BY due_at, function, key
    LIMIT %(limit)s
"""


class Undone(TableRow, frozen=True):
    """Work that is overdue or given up. total: the number of such works."""

    function: str
    key: str
    due_at: datetime
    attempts: int
    last_error: str | None
    given_up_at: datetime | None
    total: int


class Begun(TableRow, frozen=True):
    """Work whose attempt has begun."""

    key: str
    due_at: datetime
    payload: dict[str, Any]
    attempts: int


def put(connection: Connection, function: str, key: str, due_at: datetime, payload: Mapping[str, Any]) -> None:
    """Insert work, or replace the work with the same function and key."""
    values = {"function": function, "key": key, "due_at": due_at, "payload": Jsonb(dict(payload))}
    connection.execute(_PUT, values)


def drop(connection: Connection, function: str, key: str) -> None:
    """Delete work. Waits for an attempt that is under way."""
    connection.execute("DELETE FROM agenda WHERE function = %s AND key = %s", (function, key))


def begin(connection: Connection, function: str, at: datetime) -> Begun | None:
    """Count an attempt at the work that has waited longest at `at`, and return it. None if nothing is due."""
    values = {"function": function, "at": at, "waits": list(WAITS), "most": MOST_ATTEMPTS}
    with connection.cursor(row_factory=row_of(Begun)) as cursor:
        return cursor.execute(_BEGIN, values).fetchone()


def finish(connection: Connection, function: str, begun: Begun) -> bool:
    """Delete work whose attempt has begun. False if it was put anew, dropped, or begun again in the meantime."""
    return connection.execute(_FINISH, _attempt(function, begun)).rowcount == 1


def note_error(connection: Connection, function: str, begun: Begun, error: str) -> None:
    """Note why an attempt has failed, unless the work was put anew, dropped or begun again in the meantime."""
    connection.execute(_NOTE_ERROR, {**_attempt(function, begun), "error": error})


def give_up(connection: Connection, function: str, at: datetime) -> list[str]:
    """Give up the work whose last attempt has had its time by `at`. Return its keys."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_GIVE_UP, {"function": function, "at": at, "most": MOST_ATTEMPTS}).fetchall()


def next_minutes(connection: Connection, function: str, most: int) -> list[datetime]:
    """Return the next `most` full minutes by which work of the function may be tried, in order."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_NEXT, (function, most)).fetchall()


def undone(connection: Connection, due_by: datetime, limit: int) -> list[Undone]:
    """Return up to `limit` works that were due by `due_by` or are given up, in the order in which they were due."""
    with connection.cursor(row_factory=row_of(Undone)) as cursor:
        return cursor.execute(_UNDONE, {"due_by": due_by, "limit": limit}).fetchall()


def _attempt(function: str, begun: Begun) -> dict[str, Any]:
    return {"function": function, "key": begun.key, "due_at": begun.due_at, "attempts": begun.attempts}
