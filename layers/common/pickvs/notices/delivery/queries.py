"""SQL of delivering: what is due is leased, and marked when it has been sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.notices.delivery.rows import GivenUp
from pickvs.notices.delivery.rules import Outcome
from pickvs.notices.rules import LEASE, Channel, SuppressionReason

# SKIP LOCKED: others take other rows. The attempt is counted and the lease taken before anything is sent, so that what
# ends the process is not tried for ever, and is tried again when the lease is over.
_BEGIN_MAILS = """
    WITH due AS (
      SELECT id FROM deliveries
      WHERE state = 'queued' AND webhook_id IS NULL AND is_urgent = %(urgent)s AND next_at <= %(at)s
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
           owner.erased_at IS NULL AND (begun.address IS NOT NULL OR owner.email_confirmed_at IS NOT NULL) AS confirmed,
           suppression.reason AS suppressed
    FROM begun
    JOIN notices notice ON notice.id = begun.notice_id
    JOIN users owner ON owner.id = notice.user_id
    LEFT JOIN mail_suppressions suppression ON suppression.address = lower(coalesce(begun.address, owner.email))
    ORDER BY begun.id
"""

# Goes from webhook to webhook by the index, and reads no more of them than it takes calls: one of each.
_BEGIN_CALLS = """
    WITH RECURSIVE turn (webhook_id) AS (
      SELECT %(after)s::bigint
      WHERE EXISTS (SELECT FROM deliveries WHERE state = 'queued' AND webhook_id IS NOT NULL AND next_at <= %(at)s)
      UNION ALL
      SELECT (
        SELECT webhook_id FROM deliveries
        WHERE state = 'queued' AND webhook_id > turn.webhook_id
        ORDER BY webhook_id
        LIMIT 1
      )
      FROM turn
      WHERE turn.webhook_id IS NOT NULL
    ), due AS (
      SELECT first.id
      FROM turn
      JOIN webhooks webhook ON webhook.id = turn.webhook_id
      CROSS JOIN LATERAL (
        SELECT id FROM deliveries
        WHERE state = 'queued' AND webhook_id = turn.webhook_id AND next_at <= %(at)s
        ORDER BY next_at, id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
      ) first
      WHERE turn.webhook_id > %(after)s AND coalesce(webhook.held_until <= %(at)s, true)
      LIMIT %(most)s
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
    ORDER BY begun.webhook_id
"""

_ANY_WEBHOOK = """
    SELECT floor(random() * coalesce(max(webhook_id), 0))::bigint FROM deliveries
    WHERE state = 'queued' AND webhook_id IS NOT NULL
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

# The attempt does not count. Not if another run has begun it again meanwhile.
_PUT_BACK = """
    UPDATE deliveries SET attempts = attempts - 1, next_at = %(until)s, last_error = %(error)s
    WHERE id IN (
      SELECT id FROM deliveries
      JOIN unnest(%(ids)s::bigint[], %(attempts)s::bigint[]) begun (delivery_id, attempt)
        ON (begun.delivery_id, begun.attempt) = (id, attempts)
      WHERE state = 'queued'
      ORDER BY id
      FOR UPDATE OF deliveries
    )
"""

_NEXT = """
    SELECT least(
      (SELECT min(next_at) FROM deliveries WHERE state = 'queued' AND webhook_id IS NULL AND is_urgent),
      (SELECT min(next_at) FROM deliveries WHERE state = 'queued' AND webhook_id IS NULL AND NOT is_urgent),
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


MOST_READ = 20_000
"""Failed deliveries that are read to find those that were given up, newest first. Bounds the cost of `given_up`."""

_GIVEN_UP = """
    WITH latest AS MATERIALIZED (
      SELECT webhook_id, last_status, last_error, ended_at
      FROM deliveries
      WHERE state = 'failed' AND webhook_id {is_null} AND ended_at > %(since)s
      ORDER BY ended_at DESC
      LIMIT %(most)s
    ), well AS MATERIALIZED (
      SELECT webhook_id, (
        SELECT max(ended_at) FROM deliveries taken WHERE taken.webhook_id = failing.webhook_id AND taken.state = 'sent'
      ) AS at
      FROM (SELECT DISTINCT webhook_id FROM latest WHERE webhook_id IS NOT NULL) failing
    )
    SELECT webhook_id, last_error AS error, count(*) AS deliveries, min(ended_at) AS since, count(*) OVER () AS total
    FROM latest
    LEFT JOIN well USING (webhook_id)
    WHERE last_status IS DISTINCT FROM 410 AND (well.at < ended_at) IS NOT FALSE
    GROUP BY webhook_id, last_error
    ORDER BY since, webhook_id, last_error
    LIMIT %(limit)s
"""
# Each condition is that of an index.
_GIVEN_UP_BY: Mapping[Channel, str] = MappingProxyType(
    {"email": _GIVEN_UP.format(is_null="IS NULL"), "webhook": _GIVEN_UP.format(is_null="IS NOT NULL")}
)


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
    """Whether the address is known to be the user's, or the notice is meant for this address whoever has it.

    False if the account was erased.
    """
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


def begin_mails(connection: Connection, at: datetime, most: int, *, urgent: bool) -> list[MailJob]:
    """Begin an attempt at up to `most` urgent mails, or others, that are due at `at`, and return them."""
    values = {"at": at, "most": most, "urgent": urgent, "lease": LEASE}
    with connection.cursor(row_factory=row_of(MailJob)) as cursor:
        return cursor.execute(_BEGIN_MAILS, values).fetchall()


def begin_calls(connection: Connection, at: datetime, most: int, *, after: int) -> list[CallJob]:
    """Begin an attempt at up to `most` calls that are due at `at`, and return them in the order of their webhooks.

    One of each webhook, of those webhooks that follow the id `after` and are not held back.
    """
    values = {"at": at, "most": most, "after": after, "lease": LEASE}
    with connection.cursor(row_factory=row_of(CallJob)) as cursor:
        return cursor.execute(_BEGIN_CALLS, values).fetchall()


def any_webhook(connection: Connection) -> int:
    """Return a random number that is less than the greatest id of a webhook with queued calls. 0 if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute(_ANY_WEBHOOK).fetchone() or 0)


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


def put_back(connection: Connection, jobs: Sequence[MailJob | CallJob], error: str, until: datetime) -> None:
    """Have deliveries tried again at `until`, as if their attempts had not begun. error: why they were not sent."""
    values = {
        "ids": [job.id for job in jobs],
        "attempts": [job.attempts for job in jobs],
        "error": error,
        "until": until,
    }
    connection.execute(_PUT_BACK, values)


def hold_back(connection: Connection, webhook_id: int, until: datetime) -> None:
    """Begin no call of a webhook before `until`."""
    connection.execute("UPDATE webhooks SET held_until = %s WHERE id = %s", (until, webhook_id))


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


def given_up(connection: Connection, channel: Channel, since: datetime, limit: int) -> list[GivenUp]:
    """Return up to `limit` groups of deliveries by a channel that were given up since a time. Longest ago first.

    Reads the latest MOST_READ failed ones only. Leaves out webhooks that have taken a later call or answered 410.
    """
    values = {"since": since, "most": MOST_READ, "limit": limit}
    with connection.cursor(row_factory=row_of(GivenUp)) as cursor:
        return cursor.execute(_GIVEN_UP_BY[channel], values).fetchall()
