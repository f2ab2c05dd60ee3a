"""SQL of telling: notices, and their deliveries."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.notices.news import News

_TELL = """
    INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id, cause) DO NOTHING
    RETURNING id
"""

_QUEUE_MAIL = """
    INSERT INTO deliveries (notice_id, address, secret, is_urgent, queued_at, next_at)
    VALUES (%(notice)s, %(address)s, %(secret)s, %(urgent)s, %(at)s, %(at)s)
"""

# FOR KEY SHARE: who deletes a webhook waits, or the webhook is left out here. The order prevents deadlocks.
_QUEUE_WEBHOOKS = """
    WITH target AS (
      SELECT id FROM webhooks WHERE user_id = %(user)s ORDER BY id FOR KEY SHARE
    )
    INSERT INTO deliveries (notice_id, webhook_id, queued_at, next_at)
    SELECT %(notice)s, id, %(at)s, %(at)s FROM target
"""

_CHOICES = "SELECT channel, is_on FROM notice_preferences WHERE user_id = %s AND kind = %s"

_LAST_NOTICE = "SELECT coalesce(max(id), 0) FROM notices"

_TELL_ALL = SQL("""
    INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at)
    SELECT user_id, kind, cause, data, true, %(at)s FROM ({news}) news
    ON CONFLICT (user_id, cause) DO NOTHING
""")

# A statement of its own, because the planner knows how many rows the tables have, and not how many a statement returns.
# Others may have told something at the same moment: what has committed meanwhile has its deliveries already.
# Nobody gets mail at an address that is not confirmed, so none is queued, and no function is woken to find that out.
_QUEUE_ALL = """
    WITH target AS (
      SELECT id, user_id FROM webhooks
      WHERE user_id IN (SELECT user_id FROM notices WHERE id > %(after)s AND told_at = %(at)s)
      ORDER BY id
      FOR KEY SHARE
    )
    INSERT INTO deliveries (notice_id, webhook_id, queued_at, next_at)
    SELECT notice.id, target.id, %(at)s, %(at)s
    FROM target
    JOIN notices notice ON notice.user_id = target.user_id AND notice.id > %(after)s AND notice.told_at = %(at)s
    LEFT JOIN notice_preferences chosen
           ON (chosen.user_id, chosen.kind, chosen.channel) = (notice.user_id, notice.kind, 'webhook')
    WHERE coalesce(chosen.is_on, notice.kind = ANY(%(webhook_kinds)s))
    UNION ALL
    SELECT notice.id, NULL, %(at)s, %(at)s
    FROM notices notice
    JOIN users owner ON owner.id = notice.user_id AND owner.email_confirmed_at IS NOT NULL
    LEFT JOIN notice_preferences chosen
           ON (chosen.user_id, chosen.kind, chosen.channel) = (notice.user_id, notice.kind, 'email')
    WHERE notice.id > %(after)s AND notice.told_at = %(at)s
      AND coalesce(chosen.is_on, notice.kind = ANY(%(mail_kinds)s))
    ON CONFLICT (notice_id, webhook_id, address) DO NOTHING
"""

# Ids are in the order of time, so old notices are found without an index of their own.
_DELETE_NOTICES = """
    DELETE FROM notices
    WHERE id IN (
      SELECT id FROM (SELECT id, told_at FROM notices ORDER BY id LIMIT %(most)s) oldest WHERE told_at < %(before)s
    )
"""

_DELETE_OF_ERASED = """
    DELETE FROM notices
    WHERE id IN (
      SELECT notice.id FROM users gone JOIN notices notice ON notice.user_id = gone.id
      WHERE gone.erased_at > %(since)s
      LIMIT %(most)s
    )
"""

_DELETE_DELIVERIES = """
    DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE ended_at < %(before)s LIMIT %(most)s)
"""


def lock_account(connection: Connection, user_id: int) -> bool:
    """Lock the user's row against erasure and other changes until the transaction ends. False if it has been erased.

    Two changes take turns, so that what one of them replaces as a whole is not mixed with the other's.
    """
    locked = connection.execute("SELECT FROM users WHERE id = %s AND erased_at IS NULL FOR NO KEY UPDATE", (user_id,))
    return locked.rowcount == 1


def tell(
    connection: Connection,
    *,
    user_id: int,
    kind: str,
    cause: str,
    data: Mapping[str, Any],
    in_feed: bool,
    at: datetime,
) -> int | None:
    """Insert a notice, and return its id. None if the user was told of this cause before."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        values = (user_id, kind, cause, Jsonb(dict(data)), in_feed, at)
        notice_id: int | None = cursor.execute(_TELL, values).fetchone()
    return notice_id


def choices(connection: Connection, user_id: int, kind: str) -> dict[str, bool]:
    """Return what the user has chosen for a kind, by channel."""
    return {row["channel"]: row["is_on"] for row in connection.execute(_CHOICES, (user_id, kind))}


def queue_mail(
    connection: Connection, notice_id: int, *, address: str | None, secret: str | None, urgent: bool, at: datetime
) -> None:
    """Queue a mail. address: where it goes; None: to the address that is the account's when it is sent."""
    values = {"notice": notice_id, "address": address, "secret": secret, "urgent": urgent, "at": at}
    connection.execute(_QUEUE_MAIL, values)


def queue_webhooks(connection: Connection, notice_id: int, *, user_id: int, at: datetime) -> int:
    """Queue a delivery to each webhook of the user, and return their number."""
    return connection.execute(_QUEUE_WEBHOOKS, {"notice": notice_id, "user": user_id, "at": at}).rowcount


def tell_all(
    connection: Connection, news: News, *, mail_kinds: Collection[str], webhook_kinds: Collection[str], at: datetime
) -> tuple[int, int]:
    """Insert all notices of `news`, and queue their deliveries. Return the numbers of both.

    Mails are queued for confirmed addresses only.

    mail_kinds, webhook_kinds: the kinds that go by a channel unless the user has turned it off.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        after = cursor.execute(_LAST_NOTICE).fetchone()
    told = connection.execute(_TELL_ALL.format(news=SQL(news.query)), {**news.parameters, "at": at}).rowcount
    if not told:
        return 0, 0
    values = {"after": after, "at": at, "mail_kinds": list(mail_kinds), "webhook_kinds": list(webhook_kinds)}
    return told, connection.execute(_QUEUE_ALL, values).rowcount


def delete_notices(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` of the oldest notices, if they are from before a time. Return the number deleted."""
    return connection.execute(_DELETE_NOTICES, {"before": before, "most": most}).rowcount


def delete_of_erased(connection: Connection, since: datetime, most: int) -> int:
    """Delete up to `most` notices of accounts that were erased after a time. Return the number deleted."""
    return connection.execute(_DELETE_OF_ERASED, {"since": since, "most": most}).rowcount


def delete_deliveries(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` deliveries that ended before a time. Return the number deleted."""
    return connection.execute(_DELETE_DELIVERIES, {"before": before, "most": most}).rowcount
