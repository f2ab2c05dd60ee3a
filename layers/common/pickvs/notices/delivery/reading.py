"""Reads what became of deliveries for other rooms, in the caller's transaction."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.notices.delivery import queries
from pickvs.notices.delivery.rows import GivenUp
from pickvs.notices.rules import Channel


def given_up(connection: Connection, channel: Channel, since: datetime, limit: int) -> list[GivenUp]:
    """Return up to `limit` groups of deliveries by a channel that were given up since a time. Longest ago first.

    A group has one error, and of a webhook one receiver. A receiver that has taken a later call is well again, and one
    that answers 410 wants none. Deliveries that were not tried, because the address gets no mail, are no failures.
    Reads the latest queries.MOST_READ failed deliveries only.
    """
    return queries.given_up(connection, channel, since, limit)
