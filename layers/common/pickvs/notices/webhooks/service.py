"""Makes, shows, tests and deletes webhooks, and shows and repeats what was delivered to them."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound
from pickvs.core.outgoing_http import TargetRefused, check_url
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.notices import queries as notices
from pickvs.notices.config import public_targets_only
from pickvs.notices.presence import lock_account
from pickvs.notices.rules import WEBHOOK_TEST
from pickvs.notices.service import DELIVER_NOTICES
from pickvs.notices.webhooks import queries
from pickvs.notices.webhooks.rules import SECRET_BYTES, WEBHOOKS_MAX, write_secret
from pickvs.notices.webhooks.schemas import Deliveries, Delivery, NewWebhook, Webhook, Webhooks

if TYPE_CHECKING:
    from pickvs.notices.webhooks.requests import WantedWebhook


def check_target(wanted: "WantedWebhook") -> None:
    """Raise Invalid if the URL is not a public https address."""
    try:
        check_url(wanted.url, public_only=public_targets_only())
    except TargetRefused as error:
        problem = FieldError("url", str(error))
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,)) from None


def insert_webhook(connection: Connection, user_id: int, wanted: "WantedWebhook", at: datetime) -> NewWebhook:
    """Store a webhook in the caller's transaction, and return it with the secret that signs its messages.

    The caller holds the lock of the user's row. Raises Conflict (TOO_MANY_WEBHOOKS) if the user has WEBHOOKS_MAX
    webhooks already.
    """
    if queries.count_webhooks(connection, user_id) >= WEBHOOKS_MAX:
        raise Conflict("TOO_MANY_WEBHOOKS", f"You have {WEBHOOKS_MAX} webhooks already; delete one first.")
    secret = write_secret(secrets.token_bytes(SECRET_BYTES))
    return NewWebhook.of(queries.insert_webhook(connection, user_id, wanted.url, secret, at), secret=secret)


def list_webhooks(user_id: int) -> Webhooks:
    """Return the user's webhooks, newest first."""
    with transaction() as connection:
        return Webhooks(webhooks=[Webhook.of(row) for row in queries.webhooks_of(connection, user_id)])


def show_webhook(user_id: int, webhook_id: int) -> Webhook:
    """Return one of the user's webhooks. Raises NotFound (WEBHOOK_NOT_FOUND) if the user has no such webhook."""
    with transaction() as connection:
        return _found(connection, user_id, webhook_id)


def delete_webhook(user_id: int, webhook_id: int) -> None:
    """Delete one of the user's webhooks. What is queued for it is not sent any more; an attempt under way may be.

    Raises NotFound (WEBHOOK_NOT_FOUND) if the user has no such webhook, and Unauthenticated if the account is gone.
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        if not queries.delete_webhook(connection, user_id, webhook_id):
            raise _unknown_webhook()


def test_webhook(user_id: int, webhook_id: int) -> Delivery:
    """Send a test notice to a webhook, once a minute at most, and return its delivery.

    Within the same minute, returns the delivery that there is. Raises NotFound (WEBHOOK_NOT_FOUND) if the user has no
    such webhook, and Unauthenticated if the account is gone.
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        _found(connection, user_id, webhook_id)
        at = clock.now()
        cause = f"webhook:{webhook_id}:{at:%Y%m%dT%H%M}"
        notices.tell(
            connection,
            user_id=user_id,
            kind=WEBHOOK_TEST,
            cause=cause,
            data={"webhook_id": webhook_id},
            in_feed=False,
            at=at,
        )
        queries.queue_one(connection, user_id, webhook_id, cause, at)
        delivery = queries.delivery_of_cause(connection, user_id, webhook_id, cause)
        if delivery is None:
            raise RuntimeError("the delivery that was queued is not there")
        agenda.wake(connection, DELIVER_NOTICES)
    return Delivery.of(delivery)


def list_deliveries(user_id: int, webhook_id: int, *, limit: int, cursor: str | None) -> Deliveries:
    """Return a page of the deliveries to one of the user's webhooks, newest first.

    Raises NotFound (WEBHOOK_NOT_FOUND) if the user has no such webhook, and Invalid (INVALID_CURSOR) if the cursor is
    invalid.
    """
    [before] = read_cursor(cursor, int) if cursor is not None else [NEWEST]
    with transaction() as connection:
        _found(connection, user_id, webhook_id)
        rows = queries.deliveries_of(connection, user_id, webhook_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return Deliveries(
        deliveries=[Delivery.of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def replay_delivery(user_id: int, webhook_id: int, delivery_id: int) -> Delivery:
    """Queue a delivery again that has ended, and return it. One that is queued already stays as it is.

    Raises NotFound (WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND), and Unauthenticated if the account is gone.
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        _found(connection, user_id, webhook_id)
        queries.replay(connection, webhook_id, delivery_id, clock.now())
        delivery = queries.find_delivery(connection, user_id, webhook_id, delivery_id)
        if delivery is None:
            raise NotFound("DELIVERY_NOT_FOUND", "There is no such delivery to this webhook.")
        agenda.wake(connection, DELIVER_NOTICES)
    return Delivery.of(delivery)


def _found(connection: Connection, user_id: int, webhook_id: int) -> Webhook:
    row = queries.find_webhook(connection, user_id, webhook_id)
    if row is None:
        raise _unknown_webhook()
    return Webhook.of(row)


def _unknown_webhook() -> NotFound:
    return NotFound("WEBHOOK_NOT_FOUND", "You have no such webhook.")
