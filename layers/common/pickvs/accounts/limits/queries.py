"""The SQL of counting tries."""

from datetime import datetime

from psycopg.rows import scalar_row

from pickvs.accounts.limits.rules import Limit
from pickvs.core.database import Connection

# The rules' virtual scheduling, in one statement: of two tries at once the second sees what the first has left.
_TAKE = """
    INSERT INTO limits AS known (key, theoretical_arrival)
    VALUES (%(key)s, %(at)s::timestamptz + %(interval)s)
    ON CONFLICT (key) DO UPDATE
    SET theoretical_arrival = greatest(known.theoretical_arrival, %(at)s::timestamptz) + %(interval)s
    WHERE known.theoretical_arrival <= %(at)s::timestamptz + %(tolerance)s
    RETURNING theoretical_arrival
"""

# A try that comes between the choice and the deletion keeps its row: it is skipped while it is locked.
_DELETE_GOOD = """
    DELETE FROM limits
    WHERE key IN (
      SELECT key FROM limits WHERE theoretical_arrival <= %(at)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
"""


def take(connection: Connection, key: bytes, limit: Limit, at: datetime) -> datetime | None:
    """Count a try under the key, and return the theoretical arrival after it; None for a try that does not conform.

    Either way nobody else counts under the key until the transaction ends.
    """
    values = {"key": key, "at": at, "interval": limit.interval, "tolerance": limit.tolerance}
    with connection.cursor(row_factory=scalar_row) as cursor:
        arrival: datetime | None = cursor.execute(_TAKE, values).fetchone()
    return arrival


def theoretical_arrival(connection: Connection, key: bytes) -> datetime:
    """Return what is kept under the key, which must be there."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [arrival] = cursor.execute("SELECT theoretical_arrival FROM limits WHERE key = %s", (key,)).fetchall()
    moment: datetime = arrival
    return moment


def give_back(connection: Connection, key: bytes, limit: Limit) -> None:
    """Make one try under the key good at once."""
    connection.execute(
        "UPDATE limits SET theoretical_arrival = theoretical_arrival - %s WHERE key = %s", (limit.interval, key)
    )


def forget(connection: Connection, key: bytes) -> None:
    """Delete what is kept under the key."""
    connection.execute("DELETE FROM limits WHERE key = %s", (key,))


def delete_good(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` rows whose tries are all made good at `at`; return how many."""
    return connection.execute(_DELETE_GOOD, {"at": at, "most": most}).rowcount
