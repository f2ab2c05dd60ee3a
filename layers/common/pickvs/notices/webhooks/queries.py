"""SQL of webhooks and of what was delivered to them."""

from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.notices.rules import DeliveryState

_INSERT = """
    INSERT INTO webhooks (user_id, url, secret, created_at) VALUES (%s, %s, %s, %s) RETURNING id, url, created_at
"""

_DELIVERY = SQL("""
    SELECT delivery.id, delivery.notice_id, notice.kind, delivery.state, delivery.attempts, delivery.queued_at,
           CASE delivery.state WHEN 'queued' THEN delivery.next_at END AS next_at,
           delivery.ended_at, delivery.last_status, delivery.last_error
    FROM deliveries delivery
    JOIN notices notice ON notice.id = delivery.notice_id
    JOIN webhooks webhook ON webhook.id = delivery.webhook_id
    WHERE webhook.user_id = %(user)s AND webhook.id = %(webhook)s
""")

_DELIVERIES = SQL("{delivery} AND delivery.id < %(before)s ORDER BY delivery.id DESC LIMIT %(limit)s").format(
    delivery=_DELIVERY
)

_FIND_DELIVERY = SQL("{delivery} AND delivery.id = %(delivery)s").format(delivery=_DELIVERY)

_DELIVERY_OF_CAUSE = SQL("{delivery} AND notice.cause = %(cause)s").format(delivery=_DELIVERY)

_QUEUE = """
    INSERT INTO deliveries (notice_id, webhook_id, queued_at, next_at)
    SELECT notice.id, %(webhook)s, %(at)s, %(at)s FROM notices notice
    WHERE notice.user_id = %(user)s AND notice.cause = %(cause)s
    ON CONFLICT (notice_id, webhook_id, address) DO NOTHING
"""

# One that is queued keeps its turn, so that nobody is called more often by asking for replays.
_REPLAY = """
    UPDATE deliveries
    SET state = 'queued', attempts = 0, queued_at = %(at)s, next_at = %(at)s, ended_at = NULL
    WHERE id = %(delivery)s AND webhook_id = %(webhook)s AND state <> 'queued'
"""


class WebhookRow(TableRow, frozen=True):
    """A webhook as its owner sees it."""

    id: int
    url: str
    created_at: datetime


class DeliveryRow(TableRow, frozen=True):
    """The delivery of a notice to a webhook."""

    id: int
    notice_id: int
    kind: str
    state: DeliveryState
    attempts: int
    queued_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    last_status: int | None
    last_error: str | None


def count_webhooks(connection: Connection, user_id: int) -> int:
    """Return the number of the user's webhooks."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute("SELECT count(*) FROM webhooks WHERE user_id = %s", (user_id,)).fetchone() or 0)


def insert_webhook(connection: Connection, user_id: int, url: str, secret: str, at: datetime) -> WebhookRow:
    """Insert a webhook, and return it."""
    with connection.cursor(row_factory=row_of(WebhookRow)) as cursor:
        [row] = cursor.execute(_INSERT, (user_id, url, secret, at)).fetchall()
    return row


def webhooks_of(connection: Connection, user_id: int) -> list[WebhookRow]:
    """Return the user's webhooks, newest first."""
    statement = "SELECT id, url, created_at FROM webhooks WHERE user_id = %s ORDER BY id DESC"
    with connection.cursor(row_factory=row_of(WebhookRow)) as cursor:
        return cursor.execute(statement, (user_id,)).fetchall()


def find_webhook(connection: Connection, user_id: int, webhook_id: int) -> WebhookRow | None:
    """Return the user's webhook with this id. None if the user has no such webhook."""
    statement = "SELECT id, url, created_at FROM webhooks WHERE user_id = %s AND id = %s"
    with connection.cursor(row_factory=row_of(WebhookRow)) as cursor:
        return cursor.execute(statement, (user_id, webhook_id)).fetchone()


def delete_webhook(connection: Connection, user_id: int, webhook_id: int) -> bool:
    """Delete the user's webhook and its deliveries. False if the user has no such webhook."""
    return (
        connection.execute("DELETE FROM webhooks WHERE user_id = %s AND id = %s", (user_id, webhook_id)).rowcount == 1
    )


def delete_webhooks(connection: Connection, user_id: int) -> None:
    """Delete all the user's webhooks and their deliveries."""
    connection.execute("DELETE FROM webhooks WHERE user_id = %s", (user_id,))


def deliveries_of(
    connection: Connection, user_id: int, webhook_id: int, *, before: int, limit: int
) -> list[DeliveryRow]:
    """Return up to `limit` deliveries to the user's webhook with ids below `before`, newest first."""
    values = {"user": user_id, "webhook": webhook_id, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(DeliveryRow)) as cursor:
        return cursor.execute(_DELIVERIES, values).fetchall()


def find_delivery(connection: Connection, user_id: int, webhook_id: int, delivery_id: int) -> DeliveryRow | None:
    """Return a delivery to the user's webhook. None if there is no such delivery."""
    values = {"user": user_id, "webhook": webhook_id, "delivery": delivery_id}
    with connection.cursor(row_factory=row_of(DeliveryRow)) as cursor:
        return cursor.execute(_FIND_DELIVERY, values).fetchone()


def delivery_of_cause(connection: Connection, user_id: int, webhook_id: int, cause: str) -> DeliveryRow | None:
    """Return the delivery of the user's notice with this cause to a webhook. None if there is no such delivery."""
    values = {"user": user_id, "webhook": webhook_id, "cause": cause}
    with connection.cursor(row_factory=row_of(DeliveryRow)) as cursor:
        return cursor.execute(_DELIVERY_OF_CAUSE, values).fetchone()


def queue_one(connection: Connection, user_id: int, webhook_id: int, cause: str, at: datetime) -> None:
    """Queue the delivery of the user's notice with this cause to one webhook, unless it was queued before."""
    connection.execute(_QUEUE, {"user": user_id, "webhook": webhook_id, "cause": cause, "at": at})


def replay(connection: Connection, webhook_id: int, delivery_id: int, at: datetime) -> None:
    """Queue a delivery again that has ended. One that is queued stays as it is."""
    connection.execute(_REPLAY, {"webhook": webhook_id, "delivery": delivery_id, "at": at})
