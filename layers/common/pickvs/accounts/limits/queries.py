"""SQL for rate limits."""

from datetime import datetime

from psycopg.rows import scalar_row

from pickvs.accounts.limits.rules import Limit
from pickvs.core.database import Connection

# Virtual scheduling (see rules) in one statement, so that concurrent attempts are counted one after the other.
_TAKE = """
    INSERT INTO limits AS known (key, theoretical_arrival)
    VALUES (%(key)s, %(at)s::timestamptz + %(interval)s)
    ON CONFLICT (key) DO UPDATE
    SET theoretical_arrival = greatest(known.theoretical_arrival, %(at)s::timestamptz) + %(interval)s
    WHERE known.theoretical_arrival <= %(at)s::timestamptz + %(tolerance)s
    RETURNING theoretical_arrival
"""

# SKIP LOCKED: keeps a row that a concurrent attempt is updating.
_DELETE_GOOD = """
    DELETE FROM limits
    WHERE key IN (
      SELECT key FROM limits WHERE theoretical_arrival <= %(at)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
"""


def take(connection: Connection, key: bytes, limit: Limit, at: datetime) -> datetime | None:
    """Count an attempt under the key, and return the new theoretical arrival. None if the attempt does not conform.

    Either way, locks the key until the transaction ends.
    """
    values = {"key": key, "at": at, "interval": limit.interval, "tolerance": limit.tolerance}
    with connection.cursor(row_factory=scalar_row) as cursor:
        arrival: datetime | None = cursor.execute(_TAKE, values).fetchone()
    return arrival


def theoretical_arrival(connection: Connection, key: bytes) -> datetime:
    """Return the theoretical arrival of the key, which must exist."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [arrival] = cursor.execute("SELECT theoretical_arrival FROM limits WHERE key = %s", (key,)).fetchall()
    moment: datetime = arrival
    return moment


def give_back(connection: Connection, key: bytes, limit: Limit) -> None:
    """Replenish one attempt of the key immediately."""
    connection.execute(
        "UPDATE limits SET theoretical_arrival = theoretical_arrival - %s WHERE key = %s", (limit.interval, key)
    )


def forget(connection: Connection, key: bytes) -> None:
    """Delete the state of the key."""
    connection.execute("DELETE FROM limits WHERE key = %s", (key,))


def delete_good(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` rows whose attempts are fully replenished at `at`. Return the number deleted."""
    return connection.execute(_DELETE_GOOD, {"at": at, "most": most}).rowcount
