"""SQL for due work."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from pickvs.agenda.rules import MOST_ATTEMPTS, WAITS, Work
from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# In the order of the primary key, so that two that put or drop some of the same works cannot deadlock. What is put
# again unchanged keeps its attempts, unless it was given up.
_PUT_ALL = """
    INSERT INTO agenda AS known (function, key, due_at, payload, next_at)
    SELECT function, key, due_at, payload, due_at
    FROM unnest(%(functions)s::text[], %(keys)s::text[], %(due_ats)s::timestamptz[], %(payloads)s::jsonb[])
         AS work (function, key, due_at, payload)
    ORDER BY function, key
    ON CONFLICT (function, key) DO UPDATE
    SET due_at = excluded.due_at, payload = excluded.payload, next_at = excluded.next_at,
        attempts = 0, last_error = NULL, given_up_at = NULL
    WHERE known.due_at <> excluded.due_at OR known.payload <> excluded.payload OR known.given_up_at IS NOT NULL
    RETURNING function, due_at
"""

_DROP_ALL = """
    WITH held AS MATERIALIZED (
      SELECT function, key FROM agenda
      WHERE (function, key) IN (SELECT * FROM unnest(%(functions)s::text[], %(keys)s::text[]))
      ORDER BY function, key
      FOR UPDATE
    )
    DELETE FROM agenda USING held WHERE agenda.function = held.function AND agenda.key = held.key
"""

_READ = """
    SELECT function, key, payload FROM agenda
    WHERE function = ANY(%(functions)s) AND (%(keys)s::text[] IS NULL OR key = ANY(%(keys)s))
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

_BEGIN_ALL = """
    UPDATE agenda
    SET attempts = attempts + 1, next_at = %(at)s + (%(waits)s::interval[])[attempts + 1]
    WHERE (function, key) IN (
      SELECT function, key FROM agenda
      WHERE function = %(function)s AND next_at <= %(at)s AND given_up_at IS NULL AND attempts < %(most)s
      ORDER BY next_at, key
      FOR UPDATE SKIP LOCKED
    )
    RETURNING key, due_at, payload, attempts
"""

_HOLD = """
    SELECT FROM agenda WHERE function = %s AND key = ANY(%s) ORDER BY function, key FOR UPDATE
"""

# Moves what was put and not begun: the attempts of what was begun say what becomes of it.
_DELAY = """
    WITH early AS MATERIALIZED (
      SELECT function, key FROM agenda
      WHERE function = %(function)s AND key = ANY(%(keys)s) AND next_at < %(until)s AND attempts = 0
        AND given_up_at IS NULL
      ORDER BY function, key
      FOR UPDATE
    )
    UPDATE agenda SET due_at = %(until)s, next_at = %(until)s
    FROM early WHERE agenda.function = early.function AND agenda.key = early.key
"""

_FINISH_ALL = """
    WITH tried AS MATERIALIZED (
      SELECT known.function, known.key
      FROM unnest(%(keys)s::text[], %(due_ats)s::timestamptz[], %(attempts)s::bigint[]) AS said (key, due_at, attempts)
      JOIN agenda known ON known.function = %(function)s AND known.key = said.key
                       AND known.due_at = said.due_at AND known.attempts = said.attempts
      ORDER BY known.key
      FOR UPDATE OF known
    )
    DELETE FROM agenda USING tried WHERE agenda.function = tried.function AND agenda.key = tried.key
"""

_PUT_OFF_ALL = """
    WITH tried AS MATERIALIZED (
      SELECT known.function, known.key, said.again
      FROM unnest(%(keys)s::text[], %(due_ats)s::timestamptz[], %(attempts)s::bigint[], %(agains)s::timestamptz[])
           AS said (key, due_at, attempts, again)
      JOIN agenda known ON known.function = %(function)s AND known.key = said.key
                       AND known.due_at = said.due_at AND known.attempts = said.attempts
      ORDER BY known.key
      FOR UPDATE OF known
    )
    UPDATE agenda SET due_at = tried.again, next_at = tried.again, attempts = 0, last_error = NULL
    FROM tried WHERE agenda.function = tried.function AND agenda.key = tried.key
"""

_NOTE_ERRORS = """
    UPDATE agenda SET last_error = %(error)s
    FROM unnest(%(keys)s::text[], %(due_ats)s::timestamptz[], %(attempts)s::bigint[]) AS said (key, due_at, attempts)
    WHERE agenda.function = %(function)s AND agenda.key = said.key AND agenda.due_at = said.due_at
      AND agenda.attempts = said.attempts
"""

# Waits for others: one that looks for work may hold this row for a moment, because it saw it before it was begun.
_FINISH = """
    DELETE FROM agenda
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


class Waiting(TableRow, frozen=True):
    """Work that is on the agenda, due or not."""

    function: str
    key: str
    payload: dict[str, Any]


class Begun(TableRow, frozen=True):
    """Work whose attempt has begun."""

    key: str
    due_at: datetime
    payload: dict[str, Any]
    attempts: int


def put_all(connection: Connection, works: Sequence[Work]) -> list[tuple[str, datetime]]:
    """Insert or replace works, and return function and due time of each that is new or has changed."""
    parameters = {
        "functions": [work.function for work in works],
        "keys": [work.key for work in works],
        "due_ats": [work.due_at for work in works],
        "payloads": [Jsonb(dict(work.payload)) for work in works],
    }
    return [(row["function"], row["due_at"]) for row in connection.execute(_PUT_ALL, parameters)]


def drop_all(connection: Connection, works: Collection[tuple[str, str]]) -> None:
    """Delete works by function and key. Waits for attempts that are under way."""
    parameters = {"functions": [function for function, _ in works], "keys": [key for _, key in works]}
    connection.execute(_DROP_ALL, parameters)


def read(connection: Connection, functions: Collection[str], keys: Collection[str] | None) -> list[Waiting]:
    """Return the works of some functions, all of them or those with some keys."""
    parameters = {"functions": list(functions), "keys": None if keys is None else list(keys)}
    with connection.cursor(row_factory=row_of(Waiting)) as cursor:
        return cursor.execute(_READ, parameters).fetchall()


def begin(connection: Connection, function: str, at: datetime) -> Begun | None:
    """Count an attempt at the work that has waited longest at `at`, and return it. None if nothing is due."""
    values = {"function": function, "at": at, "waits": list(WAITS), "most": MOST_ATTEMPTS}
    with connection.cursor(row_factory=row_of(Begun)) as cursor:
        return cursor.execute(_BEGIN, values).fetchone()


def finish(connection: Connection, function: str, begun: Begun) -> bool:
    """Delete work whose attempt has begun. False if it was put anew, dropped, or begun again in the meantime."""
    return connection.execute(_FINISH, _attempt(function, begun)).rowcount == 1


def begin_all(connection: Connection, function: str, at: datetime) -> list[Begun]:
    """Count an attempt at all work that is due at `at`, and return it. Leaves out what others have locked."""
    values = {"function": function, "at": at, "waits": list(WAITS), "most": MOST_ATTEMPTS}
    with connection.cursor(row_factory=row_of(Begun)) as cursor:
        return cursor.execute(_BEGIN_ALL, values).fetchall()


def hold(connection: Connection, function: str, keys: Collection[str]) -> None:
    """Lock works in the order in which all lock them, before they are changed by several statements."""
    connection.execute(_HOLD, (function, list(keys)))


def delay(connection: Connection, function: str, keys: Collection[str], until: datetime) -> None:
    """Have works that have not been begun, and may be before `until`, done at `until`."""
    connection.execute(_DELAY, {"function": function, "keys": list(keys), "until": until})


def finish_all(connection: Connection, function: str, begun: Sequence[Begun]) -> int:
    """Delete works whose attempts have begun, except those put anew, dropped or begun again in the meantime.

    Returns the number of those deleted.
    """
    return connection.execute(_FINISH_ALL, _attempts(function, begun)).rowcount if begun else 0


def put_off_all(connection: Connection, function: str, again: Sequence[tuple[Begun, datetime]]) -> int:
    """Have works done again at these times, except those put anew, dropped or begun again in the meantime.

    Returns the number of those that will be.
    """
    if not again:
        return 0
    values = _attempts(function, [each for each, _ in again])
    return connection.execute(_PUT_OFF_ALL, {**values, "agains": [at for _, at in again]}).rowcount


def note_errors(connection: Connection, function: str, begun: Sequence[Begun], error: str) -> None:
    """Note why attempts have failed, except of works put anew, dropped or begun again in the meantime."""
    if begun:
        connection.execute(_NOTE_ERRORS, {**_attempts(function, begun), "error": error})


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


def _attempts(function: str, begun: Sequence[Begun]) -> dict[str, Any]:
    return {
        "function": function,
        "keys": [each.key for each in begun],
        "due_ats": [each.due_at for each in begun],
        "attempts": [each.attempts for each in begun],
    }
