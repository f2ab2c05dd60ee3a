"""SQL of delivering: what is due is leased, and marked when it has been sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.notices.delivery.rules import MOST_CALLS_OF_WEBHOOK, Outcome
from pickvs.notices.rules import GIVEN_UP_AFTER, LEASE, SuppressionReason

# SKIP LOCKED: others take other rows. The attempt is counted and the lease taken before anything is sent, so that what
# ends the process is not tried for ever, and is tried again when the lease is over.
_BEGIN_MAILS = """
    WITH due AS (
      SELECT id FROM deliveries
      WHERE state = 'queued' AND webhook_id IS NULL AND next_at <= %(at)s
      ORDER BY next_at, id
      LIMIT %(most)s
      FOR UPDATE SKIP LOCKED
    ), begun AS (
      UPDATE deliveries delivery SET attempts = attempts + 1, next_at = %(at)s + %(lease)s
      FROM due WHERE delivery.id = due.id
      RETURNING delivery.*
    )
    SELECT begun.id, begun.attempts, begun.queued_at, begun.secret, notice.user_id, notice.kind, notice.data,
           coalesce(begun.address, owner.email) AS address,
           begun.address IS NOT NULL OR owner.email_confirmed_at IS NOT NULL AS confirmed,
           suppression.reason AS suppressed
    FROM begun
    JOIN notices notice ON notice.id = begun.notice_id
    JOIN users owner ON owner.id = notice.user_id
    LEFT JOIN mail_suppressions suppression ON suppression.address = lower(coalesce(begun.address, owner.email))
    ORDER BY begun.id
"""

_BEGIN_CALLS = """
    WITH head AS (
      SELECT id, webhook_id, next_at FROM deliveries
      WHERE state = 'queued' AND webhook_id IS NOT NULL AND next_at <= %(at)s
      ORDER BY next_at, id
      LIMIT %(look)s
    ), turns AS (
      SELECT id, row_number() OVER (PARTITION BY webhook_id ORDER BY next_at, id) AS turn FROM head
    ), due AS (
      SELECT delivery.id FROM turns JOIN deliveries delivery ON delivery.id = turns.id
      WHERE turns.turn <= %(turns)s AND delivery.state = 'queued' AND delivery.next_at <= %(at)s
      ORDER BY delivery.next_at, delivery.id
      LIMIT %(most)s
      FOR UPDATE OF delivery SKIP LOCKED
    ), begun AS (
      UPDATE deliveries delivery SET attempts = attempts + 1, next_at = %(at)s + %(lease)s
      FROM due WHERE delivery.id = due.id
      RETURNING delivery.*
    )
    SELECT begun.id, begun.attempts, begun.queued_at, begun.notice_id, begun.webhook_id, webhook.url, webhook.secret,
           notice.kind, notice.data, notice.told_at
    FROM begun
    JOIN notices notice ON notice.id = begun.notice_id
    JOIN webhooks webhook ON webhook.id = begun.webhook_id
    ORDER BY begun.id
"""

# Also if another run has begun it again meanwhile: it has been sent, which is what counts.
_END = """
    UPDATE deliveries
    SET state = %(state)s, ended_at = greatest(%(at)s, queued_at), secret = NULL, last_status = %(status)s,
        last_error = %(error)s
    WHERE id = %(id)s AND state = 'queued'
"""

# Not if another run has begun it again meanwhile, whose attempt it now is.
_POSTPONE = """
    UPDATE deliveries SET next_at = %(next_at)s, last_status = %(status)s, last_error = %(error)s
    WHERE id = %(id)s AND state = 'queued' AND attempts = %(attempts)s
"""

_HOLD_BACK = """
    UPDATE deliveries SET next_at = %(until)s
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE webhook_id = %(webhook)s AND state = 'queued' AND next_at < %(until)s
      ORDER BY id
      FOR UPDATE SKIP LOCKED
    )
"""

_GIVE_UP = """
    UPDATE deliveries
    SET state = 'failed', ended_at = %(at)s, secret = NULL, last_error = coalesce(last_error, 'not sent in time')
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE state = 'queued' AND webhook_id IS NULL = %(mail)s AND next_at <= %(at)s AND queued_at < %(before)s
      ORDER BY id
      FOR UPDATE SKIP LOCKED
    )
"""

_NEXT = """
    SELECT least(
      (SELECT min(next_at) FROM deliveries WHERE state = 'queued' AND webhook_id IS NULL),
      (SELECT min(next_at) FROM deliveries WHERE state = 'queued' AND webhook_id IS NOT NULL)
    )
"""

# An erased account gets no key. Who erases it waits, or has done so.
_MAKE_KEYS = """
    WITH owner AS (
      SELECT id FROM users WHERE id = ANY(%(users)s) AND erased_at IS NULL ORDER BY id FOR KEY SHARE
    )
    INSERT INTO unsubscribe_keys (user_id, key)
    SELECT owner.id, made.key
    FROM unnest(%(users)s::bigint[], %(keys)s::bytea[]) made (user_id, key)
    JOIN owner ON owner.id = made.user_id
    ON CONFLICT (user_id) DO NOTHING
"""


class MailJob(TableRow, frozen=True):
    """A mail whose attempt has begun."""

    id: int
    attempts: int
    queued_at: datetime
    secret: str | None
    user_id: int
    kind: str
    data: dict[str, Any]
    address: str | None
    """None: the account was erased."""
    confirmed: bool
    """Whether the address is known to be the user's, or the notice is meant for this address whoever has it."""
    suppressed: SuppressionReason | None


class CallJob(TableRow, frozen=True):
    """A call of a webhook whose attempt has begun."""

    id: int
    attempts: int
    queued_at: datetime
    notice_id: int
    webhook_id: int
    url: str
    secret: str
    kind: str
    data: dict[str, Any]
    told_at: datetime


def begin_mails(connection: Connection, at: datetime, most: int) -> list[MailJob]:
    """Begin an attempt at up to `most` mails that are due at `at`, and return them."""
    with connection.cursor(row_factory=row_of(MailJob)) as cursor:
        return cursor.execute(_BEGIN_MAILS, {"at": at, "most": most, "lease": LEASE}).fetchall()


def begin_calls(connection: Connection, at: datetime, most: int) -> list[CallJob]:
    """Begin an attempt at up to `most` calls that are due at `at`, few of each webhook, and return them."""
    values = {"at": at, "most": most, "look": 20 * most, "turns": MOST_CALLS_OF_WEBHOOK, "lease": LEASE}
    with connection.cursor(row_factory=row_of(CallJob)) as cursor:
        return cursor.execute(_BEGIN_CALLS, values).fetchall()


def end(connection: Connection, delivery_id: int, outcome: Outcome, at: datetime) -> None:
    """End a delivery in the outcome's state. Does nothing if it has ended, or is gone with its user or webhook."""
    values = {"id": delivery_id, "state": outcome.state, "status": outcome.status, "error": outcome.error, "at": at}
    connection.execute(_END, values)


def postpone(connection: Connection, delivery_id: int, attempts: int, outcome: Outcome, next_at: datetime) -> None:
    """Have a delivery tried again at `next_at`. Does nothing if another attempt has begun meanwhile."""
    values = {
        "id": delivery_id,
        "attempts": attempts,
        "status": outcome.status,
        "error": outcome.error,
        "next_at": next_at,
    }
    connection.execute(_POSTPONE, values)


def hold_back(connection: Connection, webhook_id: int, until: datetime) -> None:
    """Try nothing that is queued for a webhook before `until`."""
    connection.execute(_HOLD_BACK, {"webhook": webhook_id, "until": until})


def give_up(connection: Connection, at: datetime, *, mail: bool) -> int:
    """End the mails, or the calls, that were queued too long ago and are not under way. Return their number."""
    return connection.execute(_GIVE_UP, {"at": at, "before": at - GIVEN_UP_AFTER, "mail": mail}).rowcount


def next_at(connection: Connection) -> datetime | None:
    """Return when a delivery may be tried next. None if nothing is queued."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: datetime | None = cursor.execute(_NEXT).fetchone()
    return found


def make_unsubscribe_keys(connection: Connection, keys: Mapping[int, bytes]) -> None:
    """Store keys by user, for those users who have none."""
    connection.execute(_MAKE_KEYS, {"users": list(keys), "keys": list(keys.values())})


def unsubscribe_keys(connection: Connection, users: list[int]) -> dict[int, bytes]:
    """Return the keys that sign the users' unsubscribe links."""
    rows = connection.execute("SELECT user_id, key FROM unsubscribe_keys WHERE user_id = ANY(%s)", (users,))
    return {row["user_id"]: bytes(row["key"]) for row in rows}
