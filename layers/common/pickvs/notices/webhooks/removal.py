"""Deletion of all webhooks of a user. Light on imports: needs neither HTTP nor the responses of webhooks."""

from pickvs.core.database import Connection
from pickvs.notices.webhooks import queries


def delete_webhooks(connection: Connection, user_id: int) -> None:
    """Delete all the user's webhooks, in the caller's transaction. What is queued for them is not sent any more."""
    queries.delete_webhooks(connection, user_id)
